/** What is checked on every runtime. */
import * as operations from "@neurite/tensor";
import { Tensor, tidy } from "@neurite/tensor";
import { contract, type ContractOptions } from "@neurite/tensor/contract";
import type { TfjsBackend } from "../backend.ts";

/** An operation on corresponding elements; others have no `elementwise`. */
interface Elementwise {
  (...inputs: Tensor[]): Tensor;
  readonly elementwise?: 1 | 2;
}

/** Goes through the contract, one step a check, and says what it leaves out. */
export async function holds(
  t: Deno.TestContext,
  backend: TfjsBackend,
  options: ContractOptions,
): Promise<void> {
  for (const [sample, cause] of Object.entries(options.leftOut ?? {})) {
    console.warn(`NOT TESTED on ${backend.info().runtime}, ${sample}: ${cause}`);
  }
  for (const { name, run } of contract(backend, options)) await t.step(name, run);
  await t.step("NaN comes through", () => nanComesThrough(backend));
}

/** Operations for which NaN has a meaning of its own. */
const OTHERS = ["reluGradient", "isNaN", "isFinite", "and", "or", "not"];
const COMPARISONS = ["equal", "less", "lessEqual", "greater", "greaterEqual", "notEqual"];

/** NaN at every place of a few lengths comes through everything on corresponding elements, and more. */
function nanComesThrough(backend: TfjsBackend): void {
  const wrong: string[] = [];
  for (const n of [1, 3, 4, 9, 17]) {
    for (let at = 0; at < n; at++) {
      const found = tidy(() => faults(backend, n, at));
      wrong.push(...found.map((name) => `${name}, ${n} numbers, NaN at ${at}`));
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** The names of operations that lose a NaN at a place, or spread it. */
function faults(backend: TfjsBackend, n: number, at: number): string[] {
  const put = (shape: number[], place: number, value = 0.5) => {
    const values = new Float32Array(shape.reduce((a, b) => a * b)).fill(value);
    values[place] = NaN; // beyond the end: nowhere
    return new Tensor(backend, backend.write(values, "float32"), shape, "float32");
  };
  const isAt = (y: Tensor, is: (i: number) => boolean) =>
    y.dataSync().every((v, i) => Number.isNaN(v) === is(i));
  const holds: Record<string, boolean> = {};
  for (const [name, op] of Object.entries(operations) as [string, Elementwise][]) {
    if (op.elementwise === undefined || OTHERS.includes(name)) continue;
    const other = name === "acosh" ? 2 : 0.5, x = put([n], at, other), y = put([n], n, other);
    const results = op.elementwise === 1 ? [op(x)] : [op(x, y), op(y, x), op(x, x)];
    holds[name] = results.every((z) =>
      COMPARISONS.includes(name)
        ? z.dataSync()[at] === Number(name === "notEqual")
        : isAt(z, (i) => i === at)
    );
  }
  const { argmax, argmin, avgPool2d, cumsum, logSoftmax, matmul, max, maxPool2d } = operations;
  const { mean, min, norm, softmax, sum, topK, variance } = operations;
  for (const [name, f] of Object.entries({ max, mean, min, norm, sum, variance })) {
    holds[name] = isAt(f(put([3, n], n + at), { axis: 1 }), (i) => i === 1) &&
      isAt(f(put([3, n], n + at), { axis: 0 }), (i) => i === at);
  }
  for (const [name, f] of Object.entries({ argmax, argmin })) {
    holds[name] = f(put([n], at)).item() === at;
  }
  for (const [name, f] of Object.entries({ softmax, logSoftmax })) {
    holds[name] = isAt(f(put([2, n], at)), (i) => i < n);
  }
  for (const [name, f] of Object.entries({ avgPool2d, maxPool2d })) {
    holds[name] = isAt(f(put([1, 2, 2 * n, 1], 2 * at), { size: 2 }), (i) => i === at) &&
      isAt(f(put([1, 2, 2, n], n + at), { size: 2 }), (i) => i === at);
  }
  holds.cumsum = isAt(cumsum(put([n], at)), (i) => i >= at);
  holds.matmul = isAt(matmul(put([2, n], n + at), put([n, 3], 3 * n, 0)), (i) => i >= 3);
  holds.topK = Number.isNaN(topK(put([n], at), 1).values.item());
  return Object.keys(holds).filter((name) => !holds[name]);
}
