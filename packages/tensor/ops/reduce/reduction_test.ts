/** Reductions, softmax and cross-entropies against PyTorch, and for any number of threads. */
import { assert, assertEquals } from "@std/assert";
import * as tensors from "../../mod.ts";
import {
  mul,
  Rng,
  sum,
  type Tensor,
  tensor,
  uniform,
  useBackend,
  valueAndGrad,
} from "../../mod.ts";
import fixture from "../fixtures/reductions.json" with { type: "json" };

/** An array of the fixture; what JSON cannot hold is text. */
interface Values {
  shape: number[];
  dtype: string;
  values: (number | string)[];
}

interface Case {
  name: string;
  op: string;
  options: Record<string, unknown>;
  inputs: Values[];
  y: Values;
  weights?: Values;
  gradients?: Values[];
}

const cases = fixture.cases as Case[];
const functions = tensors as unknown as Record<string, (...args: unknown[]) => Tensor>;

function made({ shape, dtype, values }: Values): Tensor {
  const array = Float64Array.from(values, Number);
  return tensor(array, { shape, dtype: dtype === "int32" ? "int32" : "float32" });
}

/** Compares with a tolerance relative to numbers above 1, absolute below. */
function assertClose(actual: Tensor, expected: Values, tolerance: number, what: string): void {
  assertEquals(actual.shape, expected.shape, what);
  assertEquals(actual.dtype, expected.dtype, what);
  const values = actual.toNdarray().data;
  expected.values.map(Number).forEach((v, i) => {
    const same = Object.is(values[i], v) || values[i] === v;
    const close = Math.abs(values[i] - v) <= tolerance * Math.max(1, Math.abs(v));
    assert(same || close, `${what}: ${values[i]} instead of ${v} at ${i}`);
  });
}

for (const backend of ["reference", "wasm"] as const) {
  Deno.test(`values and gradients are those of PyTorch on ${backend}`, async () => {
    await useBackend(backend);
    try {
      // PyTorch works in f64; its own softplus is good to 3e-7 of a small number.
      const tolerance = backend === "wasm" ? 2e-6 : 1e-9;
      for (const { name, op, options, inputs, y, weights, gradients } of cases) {
        const what = `${op}, ${name}`;
        const given = "ord" in options ? { ...options, ord: Number(options.ord) } : options;
        const xs = inputs.map(made);
        const call = (...all: Tensor[]): Tensor => functions[op](...all, given);
        assertClose(call(...xs), y, tolerance, what);
        if (weights === undefined) continue;
        const w = made(weights);
        const classes = xs.filter((x) => x.dtype === "int32");
        const { gradients: found } = valueAndGrad((...floats) =>
          sum(mul(w, call(...classes, ...floats)))
        )(...xs.filter((x) => x.dtype === "float32"));
        assertEquals(found.length, gradients!.length, what);
        found.forEach((g, i) => assertClose(g, gradients![i], 2 * tolerance, `${what}, gradient`));
      }
    } finally {
      await useBackend("wasm");
    }
  });
}

Deno.test("results are the same to the bit for any number of threads", async () => {
  const { argmax, cumsum, logSoftmax, max, softmax, softmaxCrossEntropy, variance } = tensors;
  const calls: [string, (x: Tensor) => Tensor][] = [
    ["sum", (x) => sum(x)],
    ["sum of rows", (x) => sum(x, { axis: 1 })],
    ["sum of columns", (x) => sum(x, { axis: 0 })],
    ["max of columns", (x) => max(x, { axis: 0 })],
    ["variance", (x) => variance(x)],
    ["variance of columns", (x) => variance(x, { axis: 0 })],
    ["argmax", (x) => argmax(x)],
    ["argmax of columns", (x) => argmax(x, { axis: 0 })],
    ["cumsum", (x) => cumsum(x)],
    ["softmax", (x) => softmax(x)],
    ["logSoftmax", (x) => logSoftmax(x)],
    ["softmaxCrossEntropy", (x) => softmaxCrossEntropy(softmax(x), x)],
  ];
  const run = async (threads: number) => {
    await useBackend("wasm", { threads });
    return [[3000, 131], [9, 70001], [400003, 1]].flatMap((shape) => {
      using x = uniform(shape, -3, 5, { rng: new Rng(3) });
      return calls.map(([name, f]) => ({ name, shape, values: f(x).dataSync() }));
    });
  };
  try {
    const one = await run(1);
    for (const threads of [2, 3]) {
      (await run(threads)).forEach(({ name, shape, values }, i) => {
        assertEquals(values, one[i].values, `${name} of [${shape}] with ${threads} threads`);
      });
    }
  } finally {
    await useBackend("wasm");
  }
});
