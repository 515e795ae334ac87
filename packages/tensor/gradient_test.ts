/**
 * Gradients held to central differences, in f64 on the reference backend: for every sample of every
 * operation, and for the gradient of its gradient.
 */
import { assertEquals } from "@std/assert";
import "./backends/wasm/table.ts";
import { currentBackend } from "./current_backend.ts";
import { useBackend } from "./backends/mod.ts";
import type { Sample } from "./op.ts";
import { add, mul, sum } from "./ops/mod.ts";
import { Rng } from "./random/rng.ts";
import { tidy } from "./scope.ts";
import type { Tensor } from "./tensor.ts";
import {
  gradientsOf,
  inputTensors,
  inputValues,
  isDifferentiable,
  OPERATIONS,
  weighted,
  weightsFor,
} from "./contract/samples.ts";

await useBackend("reference");
const backend = currentBackend();

/** The step of the differences: their error is about its square, and rounding over it. */
const STEP = 1e-5;
/** What a derivative may differ by, of the magnitude of what adds up in it. */
const RELATIVE = 1e-6;
/** And of the magnitude of the function, whose rounding the step magnifies. */
const ROUNDING = 1e-9;

/** Operations whose gradient is not differentiable itself, each with the cause. */
const FIRST_ORDER_ONLY: Readonly<Record<string, string>> = {};

/** A function of a sample's inputs that gives a single number. */
type Scalar = (inputs: readonly Tensor[]) => Tensor;

/** The value of a function where the inputs have the given values. */
function valueAt(f: Scalar, sample: Sample, values: number[][]): number {
  return tidy(() => f(inputTensors(sample, values, backend)).item());
}

/** What is wrong with the gradients of `f`: along a random direction of each input in turn. */
function wrongGradients(f: Scalar, sample: Sample, values: number[][]): string[] {
  const rng = new Rng(4), wrong: string[] = [];
  const gradients = tidy(() => {
    const inputs = inputTensors(sample, values, backend);
    return gradientsOf(f, inputs).map((dx, i) => {
      if (dx !== undefined) assertEquals(dx.shape, inputs[i].shape);
      return dx?.toNdarray().data;
    });
  });
  const scale = Math.abs(valueAt(f, sample, values));
  gradients.forEach((gradient, i) => {
    if (gradient === undefined || gradient.length === 0) return;
    const direction = values[i].map(() => rng.uniform(-1, 1));
    const at = (step: number) =>
      values.map((list, k) => k === i ? list.map((v, j) => v + step * direction[j]) : list);
    const up = valueAt(f, sample, at(STEP)), down = valueAt(f, sample, at(-STEP));
    const numeric = (up - down) / (2 * STEP);
    let tape = 0, magnitude = 0;
    for (let j = 0; j < gradient.length; j++) {
      tape += gradient[j] * direction[j];
      magnitude += Math.abs(gradient[j] * direction[j]);
    }
    const allowed = RELATIVE * magnitude + ROUNDING * (1 + scale);
    if (!(Math.abs(numeric - tape) <= allowed)) {
      wrong.push(`by input ${i} it is ${tape}, by differences ${numeric} +- ${allowed}`);
    }
  });
  return wrong;
}

/** The gradient of a sample by all inputs, each along a direction, added up: a function again. */
function slope(sample: Sample): Scalar {
  return (inputs) =>
    gradientsOf((xs) => weighted(sample, xs), inputs)
      .filter((dx) => dx !== undefined)
      .map((dx) => sum(mul(dx, weightsFor(dx))))
      .reduce((a, b) => add(a, b));
}

for (const order of [1, 2]) {
  const name = order === 1 ? "gradients" : "gradients of gradients";
  Deno.test(`${name} equal central differences`, async (t) => {
    for (const operation of OPERATIONS.filter(isDifferentiable)) {
      const cause = order === 2 ? FIRST_ORDER_ONLY[operation.name] : undefined;
      await t.step({
        name: cause === undefined ? operation.name : `${operation.name} (not tested: ${cause})`,
        ignore: cause !== undefined,
        fn: () => {
          const wrong = operation.samples.flatMap((sample) => {
            if (!sample.inputs.some(({ dtype }) => dtype === "float32")) return [];
            const values = inputValues(sample);
            const real = tidy(() => sample.call(...inputTensors(sample, values, backend)).dtype);
            if (real !== "float32") return [];
            const f: Scalar = order === 1 ? (xs) => weighted(sample, xs) : slope(sample);
            return wrongGradients(f, sample, values).map((w) => `sample "${sample.name}": ${w}`);
          });
          if (wrong.length > 0) throw new Error(wrong.join("\n"));
        },
      });
    }
  });
}
