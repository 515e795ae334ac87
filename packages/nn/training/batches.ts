/** Examples, and how batches of them are made. */
import {
  asTensor,
  cast,
  gather,
  isNdArray,
  reshape,
  rowMajor,
  ShapeError,
  Tensor,
  tensor,
  type TensorLike,
  tensorOfRows,
  type TypedArray,
} from "@neurite/tensor";
import { valuesOnHost } from "@neurite/tensor/internal";

import { fits } from "../shape.ts";

/** Examples for a model: of its one input or output, or a list with those of each. */
export type Data = TensorLike | readonly TensorLike[];

/** A batch of a stream. */
export interface Batch {
  /** The inputs, with the batch in front. */
  x: Data;
  /** The targets. */
  y: Data;
  /** A weight for each example, `[batch]` or `[batch, 1]`. */
  sampleWeight?: TensorLike;
}

/** Many examples, of which batches are taken. */
export interface Examples {
  /** How many there are. */
  readonly count: number;
  /** The shape of one. */
  readonly shape: readonly number[];
  /** Those at the places `order[begin]` to `order[end - 1]`, as a tensor. */
  take(order: Int32Array, begin: number, end: number): Tensor;
  /** All their numbers, in row-major order. */
  values(): Promise<ArrayLike<number>>;
  /** Frees what was made for it. */
  dispose(): void;
}

/** Examples on the host: the rows of a batch are copied, the others stay where they are. */
class HostExamples implements Examples {
  readonly count: number;
  readonly shape: readonly number[];
  readonly #data: TypedArray;

  constructor(data: TypedArray, [count, ...shape]: readonly number[]) {
    this.count = count;
    this.shape = shape;
    this.#data = data;
  }

  take(order: Int32Array, begin: number, end: number): Tensor {
    return tensorOfRows(this.#data, this.shape, order.subarray(begin, end));
  }

  values(): Promise<ArrayLike<number>> {
    return Promise.resolve(this.#data);
  }

  dispose(): void {}
}

/** Examples that are a tensor. */
class TensorExamples implements Examples {
  readonly count: number;
  readonly shape: readonly number[];
  readonly #values: Tensor;
  readonly #own: boolean;

  constructor(values: Tensor, own: boolean) {
    [this.count, ...this.shape] = values.shape;
    this.#values = values;
    this.#own = own;
  }

  take(order: Int32Array, begin: number, end: number): Tensor {
    return gather(this.#values, order.subarray(begin, end));
  }

  async values(): Promise<ArrayLike<number>> {
    return valuesOnHost(this.#values) ?? await this.#values.data();
  }

  dispose(): void {
    if (this.#own) this.#values.dispose();
  }
}

/** Examples of whatever is given: tensors, arrays on the host, nested arrays. */
export function examplesOf(what: string, values: TensorLike): Examples {
  if (values instanceof Tensor) return check(what, values, new TensorExamples(values, false));
  if (stays(values)) return new HostExamples(values, [values.length]);
  if (isNdArray(values) && values.shape.length > 0 && stays(values.data)) {
    return new HostExamples(rowMajor(values) as TypedArray, values.shape);
  }
  const made = asTensor(values);
  return check(what, made, new TensorExamples(made, true));
}

/**
 * Whether rows can be copied from an array as they are. Others, such as 64-bit labels, are made a
 * tensor at once, which checks that each of their numbers can be one of 32 bits.
 */
function stays(values: unknown): values is TypedArray {
  return [
    Float32Array,
    Float64Array,
    Int8Array,
    Int16Array,
    Int32Array,
    Uint8Array,
    Uint8ClampedArray,
    Uint16Array,
  ].some((kind) => values instanceof kind);
}

function check(what: string, values: Tensor, examples: Examples): Examples {
  if (values.rank > 0) return examples;
  throw new ShapeError(`take ${what} as examples`, "there must be an axis to count them", [[]]);
}

/** The parts of data for `count` inputs or outputs: the data itself where there is one. */
export function partsOf(what: string, data: Data, count: number): readonly TensorLike[] {
  if (count === 1) return [data as TensorLike];
  if (Array.isArray(data) && data.length === count) return data as readonly TensorLike[];
  throw new RangeError(
    `Cannot take ${what} as the model has ${count} of them: current ${
      Array.isArray(data) ? `a list of ${data.length}` : "no list"
    }. Give a list with one element for each`,
  );
}

/** Examples with their targets and weights. */
export interface Dataset {
  /** For each input of the model. */
  readonly x: readonly Examples[];
  /** For each output of the model. */
  readonly y: readonly Examples[];
  /** A weight for each example. */
  readonly weights: Float32Array | undefined;
  /** How many examples there are. */
  readonly count: number;
}

/** Puts inputs and targets together; throws `ShapeError` unless all are as many. */
export function setOf(x: readonly Examples[], y: readonly Examples[]): Dataset {
  const count = countOf("put examples together", [...x, ...y].map(({ count }) => count));
  return { x, y, weights: undefined, count };
}

/** How many examples there are: as many in each part, and at least one. */
function countOf(operation: string, counts: readonly number[]): number {
  const [count] = counts;
  if (!counts.every((n) => n === count)) {
    const rule = "there must be as many inputs as targets";
    throw new ShapeError(operation, rule, [], counts.join(" and "));
  }
  if (count > 0) return count;
  throw new ShapeError(operation, "there must be at least one example", [], "none");
}

/**
 * A weight for each of `count` examples as a float32 vector. `[count, 1]`, which Keras takes too, is
 * the same; anything else would be broadcast against the losses, and is refused.
 */
export function weightPerExample(sampleWeight: TensorLike, count: number): Tensor {
  const weights = asTensor(sampleWeight);
  checkWeights(weights, [count], [count, 1]);
  return reshape(cast(weights, "float32"), [count]);
}

/** Throws `ShapeError` unless weights have one of the shapes, of which the first is named. */
export function checkWeights(
  { shape }: Pick<Tensor, "shape">,
  ...wanted: readonly number[][]
): void {
  if (wanted.some((one) => fits(one, shape))) return;
  const [[count]] = wanted;
  throw new ShapeError(
    "weigh the examples",
    `sampleWeight must have one weight for each of the ${count} examples, [${count}]`,
    [shape],
  );
}

/** A batch as tensors. */
export interface TensorBatch {
  /** The inputs. */
  readonly x: readonly Tensor[];
  /** The targets. */
  readonly y: readonly Tensor[];
  /** The weights. */
  readonly weights: Tensor | undefined;
  /** How many examples. */
  readonly count: number;
  /** Of several processes that take a step together, the part of its examples that this one has; else 1. */
  readonly share?: number;
}

/** The examples at the places `order[begin]` to `order[end - 1]`. */
export function batchOf(
  { x, y, weights }: Dataset,
  order: Int32Array,
  begin: number,
  end: number,
): TensorBatch {
  // What is input and target at once, as for an autoencoder, is taken once.
  const taken = new Map<Examples, Tensor>();
  const take = (examples: Examples): Tensor => {
    const tensor = taken.get(examples) ?? examples.take(order, begin, end);
    taken.set(examples, tensor);
    return tensor;
  };
  return {
    x: x.map(take),
    y: y.map(take),
    weights: weights && tensor(Float32Array.from(order.subarray(begin, end), (i) => weights[i])),
    count: end - begin,
  };
}

/** The parts of a model that data must fit. */
export interface Fitted {
  /** Whether its inputs and outputs are known. */
  readonly built: boolean;
  /** Its inputs. */
  readonly inputs: ArrayLike<unknown>;
  /** Its outputs. */
  readonly outputs: ArrayLike<unknown>;
  /** Makes its inputs known. */
  buildFor(shapes: readonly (readonly number[])[]): void;
}

/** The parts of the inputs of a model; of one that is not built there is one. */
export function inputsOf(model: Fitted, x: Data): readonly TensorLike[] {
  return partsOf("inputs", x, model.built ? model.inputs.length : 1);
}

/** How many examples there are in a batch of a stream. */
export function countOfBatch(model: Fitted, { x }: Batch): number {
  const [part] = inputsOf(model, x);
  return part instanceof Tensor || isNdArray(part)
    ? part.shape[0]
    : (part as ArrayLike<unknown>).length ?? 0;
}

/** The parts of the targets of a model. */
export function targetsOf(model: Fitted, y: Data | undefined): readonly TensorLike[] {
  if (y !== undefined) return partsOf("targets", y, model.outputs.length);
  throw new TypeError(
    "Cannot compare with targets as there must be some: current none. Give y after x",
  );
}

/** The tensors of one batch; builds the model where that is still to be done. */
export function tensorBatch(model: Fitted, { x, y, sampleWeight }: Batch): TensorBatch {
  const inputs = inputsOf(model, x).map((part) => asTensor(part));
  model.buildFor(inputs.map(({ shape }) => shape.slice(1)));
  const targets = targetsOf(model, y).map((part) => asTensor(part));
  const count = countOf("take a batch", [...inputs, ...targets].map(({ shape }) => shape[0] ?? 0));
  const weights = sampleWeight === undefined ? undefined : weightPerExample(sampleWeight, count);
  return { x: inputs, y: targets, weights, count };
}

/** The numbers 0 to `count - 1`. */
export function inOrder(count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, i) => i);
}
