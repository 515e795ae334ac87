/**
 * NaN comes through: every reduction, activation, pooling and comparison gives for it what NumPy gives,
 * on every backend, at every length around the width of the vector instructions.
 */
import { assert } from "@std/assert";
import "./backends/wasm/table.ts";
import type { Backend } from "./backend.ts";
import { ReferenceBackend } from "./backends/reference.ts";
import { WasmBackend } from "./backends/wasm/backend.ts";
import { kernelsFile } from "./backends/wasm/kernels_file.ts";
import * as kernels from "./backends/wasm/module.ts";
import { BackendError } from "./errors.ts";
import * as ops from "./ops/all.ts";
import { tidy } from "./scope.ts";
import { Tensor } from "./tensor.ts";
import { OPERATIONS } from "./contract/samples.ts";

const LENGTHS = Array.from({ length: 21 }, (_, i) => i + 1).concat(31, 32, 33, 67);

const blas = new WasmBackend();
const noBlas = (() => {
  try {
    blas.useBlas();
    return "";
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    console.warn(`NOT TESTED, no BLAS library here: ${error.message}`);
    return error.message;
  }
})();
const bytes = kernelsFile(kernels, { simd: "simd128", shared: true });
const BACKENDS: Record<string, Backend> = {
  reference: new ReferenceBackend(),
  wasm: new WasmBackend(),
  "wasm without fused multiply-add": new WasmBackend(new WebAssembly.Module(bytes)),
  ...noBlas === "" ? { blas } : {},
};

/** `count` numbers, `other` but for a NaN at position `at`. */
function withNaN(backend: Backend, shape: readonly number[], at: number, other = 0.5): Tensor {
  const values = new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(other);
  values[at] = NaN;
  return new Tensor(backend, backend.write(values, "float32"), shape, "float32");
}

/** Runs a check for a row of every length with a NaN at every place, on every backend. */
function everywhere(
  name: string,
  wrong: (backend: Backend, n: number, at: number) => boolean,
): void {
  for (const [label, backend] of Object.entries(BACKENDS)) {
    Deno.test(`${name} on ${label}`, () => {
      for (const n of LENGTHS) {
        for (let at = 0; at < n; at++) {
          assert(!tidy(() => wrong(backend, n, at)), `length ${n}, NaN at ${at}`);
        }
      }
    });
  }
}

/** Whether `y` is not NaN exactly at the places where `is` says so. */
function differs(y: Tensor, is: (i: number) => boolean): boolean {
  return y.dataSync().some((v, i) => Number.isNaN(v) !== is(i));
}

/** Operations for which the rule is another. */
const OTHERS: Readonly<Record<string, string>> = {
  reluGradient: "where y is not above 0 nothing flows back, NaN or not",
  isNaN: "says itself what is NaN",
  isFinite: "says itself what is NaN",
  and: "counts NaN as true, as NumPy does",
  or: "counts NaN as true, as NumPy does",
  not: "counts NaN as true, as NumPy does",
};
const COMPARISONS = ["equal", "less", "lessEqual", "greater", "greaterEqual", "notEqual"];

for (const { name, op, samples: [{ call }] } of OPERATIONS) {
  if (op?.elementwise === undefined) continue;
  if (name in OTHERS) continue;
  everywhere(
    `${name} of NaN is ${COMPARISONS.includes(name) ? "a comparison" : "NaN"}`,
    (backend, n, at) => {
      const other = name === "acosh" ? 2 : 0.5, x = withNaN(backend, [n], at, other);
      const none = withNaN(backend, [n], -1, other);
      const found = op.elementwise === 1 ? [call(x)] : [call(x, none), call(none, x), call(x, x)];
      if (!COMPARISONS.includes(name)) return found.some((y) => differs(y, (i) => i === at));
      return found.some((y) => y.dataSync()[at] !== Number(name === "notEqual"));
    },
  );
}

const { sum, mean, max, min, variance, norm, logsumexp } = ops;
for (const [name, f] of Object.entries({ sum, mean, max, min, variance, norm, logsumexp })) {
  everywhere(`${name} of rows and columns with NaN is NaN`, (backend, n, at) => {
    const rows = f(withNaN(backend, [3, n], n + at), { axis: 1 });
    const columns = f(withNaN(backend, [3, n], n + at), { axis: 0 });
    const long = f(withNaN(backend, [n, 3], 3 * at + 1), { axis: 0 });
    const all = f(withNaN(backend, [n], at));
    return differs(rows, (i) => i === 1) || differs(columns, (i) => i === at) ||
      differs(long, (i) => i === 1) || differs(all, () => true);
  });
}

for (const f of [ops.argmax, ops.argmin]) {
  everywhere(`${f.op.name} finds the first NaN`, (backend, n, at) => {
    const x = withNaN(backend, [n], at), row = x.dataSync();
    row.fill(NaN, at);
    const more = new Tensor(backend, backend.write(row, "float32"), [n], "float32");
    const column = withNaN(backend, [n, 5], 5 * at + 2);
    return f(x).item() !== at || f(more).item() !== at ||
      f(column, { axis: 0 }).dataSync()[2] !== at;
  });
}

for (const f of [ops.softmax, ops.logSoftmax]) {
  everywhere(
    `${f.op.name} of a row with NaN is NaN`,
    (backend, n, at) => differs(f(withNaN(backend, [3, n], n + at)), (i) => i >= n && i < 2 * n),
  );
}

everywhere(
  "cumsum is NaN from a NaN on",
  (backend, n, at) => differs(ops.cumsum(withNaN(backend, [n], at)), (i) => i >= at),
);

for (const f of [ops.maxPool2d, ops.avgPool2d]) {
  everywhere(`${f.op.name} of windows with NaN is NaN`, (backend, n, at) => {
    const wide = f(withNaN(backend, [1, 2, 2 * n, 1], 2 * at), { size: 2 });
    const deep = f(withNaN(backend, [1, 2, 2, n], n + at), { size: 2 });
    const far = f(withNaN(backend, [1, 3, n, 3], 3 * at + 1), {
      size: 3,
      strides: 1,
      padding: "same",
    });
    return differs(wide, (i) => i === at) || differs(deep, (i) => i === at) ||
      differs(far, (i) => i % 3 === 1 && i < 6 * n && Math.abs(Math.floor(i / 3) % n - at) <= 1);
  });
}

for (const activation of ["linear", "relu", "tanh", "sigmoid"] as const) {
  everywhere(`matmul with ${activation} gives NaN for NaN, beside 0 too`, (backend, n, at) => {
    const zeros = withNaN(backend, [n, n], -1), a = withNaN(backend, [2, n], n + at);
    const bias = withNaN(backend, [n], at);
    const y = ops.matmul(a, ops.mul(zeros, 0), { activation });
    const z = ops.matmul(zeros, zeros, { bias, activation });
    return differs(y, (i) => i >= n) || differs(z, (i) => i % n === at);
  });
}

everywhere("topK takes NaN for the largest, as PyTorch does", (backend, n, at) => {
  const { values, indices } = ops.topK(withNaN(backend, [n], at), 1);
  return !Number.isNaN(values.item()) || indices.item() !== at;
});
