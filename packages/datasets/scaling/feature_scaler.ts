/** What scalers have in common: each feature minus an offset, times a factor, and back. */
import {
  asTensor,
  DataError,
  isNdArray,
  type NdArray,
  ndarray,
  rowMajor,
  ShapeError,
  type TensorLike,
  tidy,
} from "@neurite/tensor";

/** Numbers `[..., features]`, or `[n]` of one feature. */
export type Features = NdArray | TensorLike;

/** Numbers on the host, with their shape. */
interface Numbers {
  readonly values: ArrayLike<number>;
  readonly shape: readonly number[];
  /** How many features there are. */
  readonly features: number;
}

/** The numbers of an array, nested arrays or a tensor that the host can read. */
function numbersOf(x: Features): Numbers {
  const { values, shape } = isNdArray(x)
    ? { values: rowMajor(x), shape: x.shape }
    : nested(x) ?? tidy(() => {
      const tensor = asTensor(x as TensorLike);
      return { values: tensor.dataSync(), shape: tensor.shape };
    });
  return { values, shape, features: shape.length > 1 ? shape[shape.length - 1] : 1 };
}

/** Nested or flat lists as they are, in 64 bits; `undefined` for a tensor. */
function nested(x: Features): { values: number[]; shape: number[] } | undefined {
  if (!Array.isArray(x) && !ArrayBuffer.isView(x)) return undefined;
  const shape: number[] = [];
  let values: unknown[] = [x];
  while (Array.isArray(values[0]) || ArrayBuffer.isView(values[0])) {
    const lists = values as ArrayLike<unknown>[], { length } = lists[0];
    const wrong = lists.find((list) => list.length !== length);
    if (wrong) {
      throw new ShapeError("scale", "rows must be of one length", [[length], [wrong.length]]);
    }
    shape.push(length);
    values = lists.flatMap((list) => Array.from(list));
  }
  return { values: values as number[], shape };
}

/** The offset and the factor of each feature: `y = (x - offset) factor`. */
export interface Affine {
  /** What is subtracted. */
  readonly offset: Float64Array;
  /** What the difference is multiplied by. */
  readonly factor: Float64Array;
}

/**
 * The base of scalers: what `fit` learns of the training data, `transform` does to any. Features are the
 * last axis: `[n, features]`, windows `[n, time, features]`; `[n]` is one feature. Missing numbers, NaN,
 * do not count and stay. `StandardScaler` and `MinMaxScaler` are the subclasses.
 *
 * @example A scaler of your own
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Affine, FeatureScaler } from "@neurite/datasets";
 *
 * class Centred extends FeatureScaler {
 *   protected override learn(columns: readonly Float64Array[]): Affine {
 *     const offset = Float64Array.from(columns, (c) => c.reduce((sum, x) => sum + x) / c.length);
 *     return { offset, factor: offset.map(() => 1) };
 *   }
 * }
 * assertEquals([...new Centred().fitTransform([[1], [3]]).data], [-1, 1]);
 * ```
 */
export abstract class FeatureScaler {
  /** What {@linkcode FeatureScaler.transform} does; `undefined` before `fit`. */
  protected affine: Affine | undefined;

  /** What `y = (x - offset) factor` is to be, of the values of each feature that are there. */
  protected abstract learn(columns: readonly Float64Array[]): Affine;

  /** What is done to each number behind the factor. */
  protected limit(y: number): number {
    return y;
  }

  /** How many features there are; throws `TypeError` before `fit`. */
  get features(): number {
    return this.#learnt.offset.length;
  }

  /** What was learnt. */
  get #learnt(): Affine {
    if (this.affine) return this.affine;
    throw new TypeError(
      "Cannot scale as the scaler must know the training data: current none. Call fit first",
    );
  }

  /**
   * Learns from the training data, and from nothing else: a test set that takes part is none.
   *
   * @throws {DataError} if a feature has no number that is there, or an infinite one.
   */
  fit(x: Features): this {
    const { values, features } = numbersOf(x);
    const columns = Array.from({ length: features }, (_, feature) => {
      const column: number[] = [];
      for (let i = feature; i < values.length; i += features) {
        if (!Number.isNaN(values[i])) column.push(values[i]);
      }
      const at = column.findIndex((value) => !Number.isFinite(value));
      if (column.length > 0 && at < 0) return Float64Array.from(column);
      const found = at < 0 ? "none" : column[at];
      throw new DataError(
        `Cannot fit a scaler as each feature must have finite numbers: current ${found} in feature ` +
          feature,
        { offset: feature, found },
      );
    });
    if (features === 0) {
      throw new DataError("Cannot fit a scaler as there must be a feature: current none");
    }
    this.affine = this.learn(columns);
    return this;
  }

  /**
   * The data on the new scale, float32, in their shape.
   *
   * @throws {TypeError} before `fit`.
   * @throws {ShapeError} if they have another number of features than those of `fit`.
   */
  transform(x: Features): NdArray<Float32Array> {
    const { offset, factor } = this.#learnt;
    return this.#each("scale", x, (value, f) => this.limit((value - offset[f]) * factor[f]));
  }

  /** {@linkcode FeatureScaler.fit} and {@linkcode FeatureScaler.transform}. */
  fitTransform(x: Features): NdArray<Float32Array> {
    return this.fit(x).transform(x);
  }

  /** The data on the old scale, such as predictions of a target that was scaled. */
  inverseTransform(x: Features): NdArray<Float32Array> {
    const { offset, factor } = this.#learnt;
    return this.#each("scale back", x, (value, f) => value / factor[f] + offset[f]);
  }

  #each(
    operation: string,
    x: Features,
    change: (value: number, feature: number) => number,
  ): NdArray<Float32Array> {
    const { values, shape, features } = numbersOf(x);
    if (features !== this.features) {
      throw new ShapeError(operation, `there must be ${this.features} features, as at fit`, [
        shape,
      ]);
    }
    return ndarray(Float32Array.from(values, (value, i) => change(value, i % features)), [
      ...shape,
    ]);
  }
}

/** Lists of finite numbers of one length out of JSON; throws `DataError` for anything else. */
export function readLists<K extends string>(
  kind: string,
  json: unknown,
  names: readonly K[],
): Record<K, Float64Array> {
  const record = (json ?? {}) as Record<K, unknown>;
  const lists = names.map((name) => record[name]);
  const isList = (list: unknown) => Array.isArray(list) && list.every(Number.isFinite);
  const lengths = new Set(lists.map((list) => (list as number[] | undefined)?.length));
  if (lists.every(isList) && lengths.size === 1 && !lengths.has(0)) {
    return Object.fromEntries(
      names.map((name) => [name, Float64Array.from(record[name] as number[])]),
    ) as Record<K, Float64Array>;
  }
  throw new DataError(
    `Cannot read a ${kind} as it must be { ${names.join(", ")} }, lists of one number for each ` +
      `feature: current ${JSON.stringify(json)?.slice(0, 60)}`,
  );
}
