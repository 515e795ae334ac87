/** Every operation with its samples, and the running of a sample on a backend. */
import type { Backend } from "../backend.ts";
import type { TypedArray } from "../ndarray.ts";
import type { OpDefinition, Sample } from "../op.ts";
import * as operations from "../ops/all.ts";
import { mul } from "../ops/elementwise/mul.ts";
import { sum } from "../ops/reduce/sum.ts";
import { Rng } from "../random/rng.ts";
import { tidy } from "../scope.ts";
import { valueAndGrad } from "../gradient.ts";
import { Tensor } from "../tensor.ts";

/** An exported operation, or a function made of operations. */
export interface Operation {
  /** The name under which it is exported. */
  readonly name: string;
  /** Its definition; functions made of operations have none. */
  readonly op?: OpDefinition<never>;
  /** Its samples. */
  readonly samples: readonly Sample[];
}

/** Every export that has samples. */
export const OPERATIONS: readonly Operation[] = Object.entries(operations as object)
  .filter(([, value]) => typeof value === "function" && "samples" in value)
  .map(([name, { op, samples }]) => ({ name, op, samples }));

/** Whether there is a gradient to check. */
export function isDifferentiable({ op }: Operation): boolean {
  return op === undefined || typeof op.gradient === "function";
}

/** The values of a sample's inputs, the same ones every time. */
export function inputValues({ inputs }: Sample): number[][] {
  const rng = new Rng(1);
  return inputs.map((input) => input.values(rng));
}

/** Tensors of the given values on a backend. */
export function inputTensors(sample: Sample, values: number[][], backend: Backend): Tensor[] {
  return sample.inputs.map(({ shape, dtype }, i) =>
    new Tensor(backend, backend.write(values[i], dtype), shape, dtype)
  );
}

/** What is done to every float32 number that goes into a sample. */
export type Move = (value: number) => number;

/** Fixed numbers of magnitude 0.5 to 1.5 and either sign, in the shape of `y`, on its backend. */
export function weightsFor(y: Tensor, move: Move = (w) => w): Tensor {
  const rng = new Rng(2);
  const values = Array.from({ length: y.size }, () => {
    const w = rng.uniform(-1, 1);
    return move(Math.fround(w + Math.sign(w) * 0.5));
  });
  return new Tensor(y.backend, y.backend.write(values, "float32"), y.shape, "float32");
}

/** Runs a sample and adds its results up, with weights that tell them apart. */
export function weighted(sample: Sample, inputs: readonly Tensor[], move?: Move): Tensor {
  const y = sample.call(...inputs);
  return sum(mul(y, weightsFor(y, move)));
}

/** The gradients of a function of a sample's inputs by those that are float32. */
export function gradientsOf(
  f: (inputs: readonly Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): (Tensor | undefined)[] {
  const places = inputs.map((x) => x.dtype === "float32");
  const { gradients } = valueAndGrad((...xs) =>
    f(inputs.map((x, i) => places[i] ? xs.shift()! : x))
  )(
    ...inputs.filter((_, i) => places[i]),
  );
  return places.map((place) => place ? gradients.shift() : undefined);
}

/** What a tensor holds: shape, element type, and values, in f64 where the backend has them so. */
export interface Values {
  /** What it is. */
  readonly what: string;
  /** The shape. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: string;
  /** The values, in row-major order. */
  readonly values: TypedArray;
}

/** Runs a sample on a backend: its result and, where there are any, its gradients. */
export async function runSample(
  operation: Operation,
  sample: Sample,
  values: number[][],
  backend: Backend,
  move?: Move,
): Promise<Values[]> {
  const tensors = tidy(() => {
    const moved = values.map((list, i) =>
      move && sample.inputs[i].dtype === "float32" ? list.map(move) : list
    );
    const inputs = inputTensors(sample, moved, backend);
    const y = sample.call(...inputs), found: [string, Tensor][] = [["value", y]];
    const smooth = inputs.some((x) => x.dtype === "float32");
    if (isDifferentiable(operation) && y.dtype === "float32" && smooth) {
      gradientsOf((xs) => weighted(sample, xs, move), inputs)
        .forEach((dx, i) => dx && found.push([`gradient ${i}`, dx]));
    }
    return found;
  });
  const read = tensors.map(async ([what, x]) => {
    const { shape, dtype, size } = x;
    const values = await backend.read(x.storage, dtype, size);
    return { what, shape, dtype, values };
  });
  const results = await Promise.all(read);
  for (const [, x] of tensors) x.dispose();
  return results;
}
