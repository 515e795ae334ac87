/** Tensors from host values, and tensors of regular or random numbers. */
import { checkOptions } from "./arguments.ts";
import type { DType, RandomDraw } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import {
  checkDType,
  checkIntegers,
  fromHost,
  naturalType,
  type TensorLike,
  written,
} from "./convert.ts";
import type { TypedArray } from "./ndarray.ts";
import { globalRng, type Rng } from "./random/rng.ts";
import { copyRows } from "./rows.ts";
import { checkShape, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** How {@linkcode tensor} reads its values. */
export interface TensorOptions {
  /** The shape, if it is not that of the values: as many elements, row-major. */
  shape?: readonly number[];
  /**
   * The element type. By default `int32` for typed arrays of integers (`Uint8Array`,
   * `BigInt64Array`, ...) and `float32` for everything else.
   */
  dtype?: DType;
}

const TENSOR_OPTIONS: Record<keyof TensorOptions, true> = { shape: true, dtype: true };

/**
 * A tensor of the given values: a number, nested arrays, a typed array, or an `NdArray` with any
 * strides. Values are copied; `true` is 1 and `false` 0; 64-bit integers are taken where they fit into
 * 32 bits. Ragged arrays, and an `NdArray` that reaches out of its data, are refused with a
 * `ShapeError`, values that an int32 cannot hold with a `DataError`, both naming the place.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@neurite/tensor";
 *
 * assertEquals(tensor([[1, 2], [3, 4]]).shape, [2, 2]);
 * assertEquals(tensor(new Float32Array([1, 2, 3, 4]), { shape: [2, 2] }).array(), [[1, 2], [3, 4]]);
 * ```
 */
export function tensor(values: Exclude<TensorLike, Tensor>, options: TensorOptions = {}): Tensor {
  checkOptions("make a tensor", options, TENSOR_OPTIONS);
  return fromHost(values, options.shape, options.dtype, currentBackend());
}

/**
 * A tensor of some rows of host values: the examples of a minibatch out of a data set, copied once.
 * `values` are those of all rows, in row-major order; `shape` is that of a row; `rows` are the
 * numbers of those wanted, in order. Throws `RangeError` for a row that is not there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensorOfRows } from "@neurite/tensor";
 *
 * const values = new Float32Array([0, 1, 10, 11, 20, 21]); // three rows of two numbers
 * assertEquals(tensorOfRows(values, [2], [2, 0]).array(), [[20, 21], [0, 1]]);
 * ```
 */
export function tensorOfRows(
  values: TypedArray,
  shape: readonly number[],
  rows: ArrayLike<number>,
): Tensor {
  checkShape("take rows", shape);
  const width = sizeOf(shape), count = width === 0 ? 0 : values.length / width;
  const numbers = rows instanceof Int32Array ? rows : Int32Array.from(rows);
  for (let i = 0; i < numbers.length; i++) {
    if (numbers[i] >= 0 && numbers[i] < count) continue;
    throw new RangeError(
      `Cannot take rows as their numbers must be from 0 to ${count - 1}: current ${numbers[i]}`,
    );
  }
  const dtype = naturalType(values), backend = currentBackend();
  if (!backend.synchronous) {
    const picked = new (dtype === "int32" ? Int32Array : Float32Array)(width * numbers.length);
    copyRows(values, width, numbers, picked);
    return written(backend, picked, [numbers.length, ...shape], dtype);
  }
  const storage = backend.writeRows(values, dtype, width, numbers);
  return new Tensor(backend, storage, [numbers.length, ...shape], dtype);
}

/**
 * A tensor whose elements all have one value.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { full } from "@neurite/tensor";
 *
 * assertEquals(full([2], 7).array(), [7, 7]);
 * ```
 */
export function full(shape: readonly number[], value: number, dtype: DType = "float32"): Tensor {
  checkShape("make a tensor", shape);
  checkDType(dtype);
  if (dtype === "int32") checkIntegers([value]);
  const backend = currentBackend();
  return new Tensor(backend, backend.fill(value, sizeOf(shape), dtype), [...shape], dtype);
}

/**
 * A tensor of zeros.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { zeros } from "@neurite/tensor";
 *
 * assertEquals(zeros([1, 2]).array(), [[0, 0]]);
 * ```
 */
export function zeros(shape: readonly number[], dtype: DType = "float32"): Tensor {
  return full(shape, 0, dtype);
}

/**
 * A tensor of ones.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ones } from "@neurite/tensor";
 *
 * assertEquals(ones([2, 1]).array(), [[1], [1]]);
 * ```
 */
export function ones(shape: readonly number[], dtype: DType = "float32"): Tensor {
  return full(shape, 1, dtype);
}

/** One value in the shape, element type and backend of `x`. */
function fullLike(x: Tensor, value: number): Tensor {
  return new Tensor(x.backend, x.backend.fill(value, x.size, x.dtype), x.shape, x.dtype);
}

/**
 * Zeros in the shape and element type of `x`, on its backend.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor, zerosLike } from "@neurite/tensor";
 *
 * assertEquals(zerosLike(tensor([1, 2])).array(), [0, 0]);
 * ```
 */
export function zerosLike(x: Tensor): Tensor {
  return fullLike(x, 0);
}

/**
 * Ones in the shape and element type of `x`, on its backend.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { onesLike, tensor } from "@neurite/tensor";
 *
 * assertEquals(onesLike(tensor([5, 2])).array(), [1, 1]);
 * ```
 */
export function onesLike(x: Tensor): Tensor {
  return fullLike(x, 1);
}

/**
 * The matrix with ones on its diagonal and zeros elsewhere, square unless `columns` is given.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eye } from "@neurite/tensor";
 *
 * assertEquals(eye(2, 3).array(), [[1, 0, 0], [0, 1, 0]]);
 * ```
 */
export function eye(rows: number, columns: number = rows): Tensor {
  checkShape("make an identity matrix", [rows, columns]);
  const values = new Float32Array(rows * columns);
  for (let i = 0; i < Math.min(rows, columns); i++) values[i * columns + i] = 1;
  return tensor(values, { shape: [rows, columns] });
}

/**
 * `count` evenly spaced numbers from `start` to `stop`, both included.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { linspace } from "@neurite/tensor";
 *
 * assertEquals(linspace(0, 1, 5).array(), [0, 0.25, 0.5, 0.75, 1]);
 * ```
 */
export function linspace(start: number, stop: number, count: number): Tensor {
  checkShape("space numbers evenly", [count]);
  const step = count > 1 ? (stop - start) / (count - 1) : 0;
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = start + i * step;
  return tensor(values);
}

/**
 * The numbers from `start` up (or down) to but not including `stop`, `step` apart; with one
 * argument, from 0 to but not including it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { range } from "@neurite/tensor";
 *
 * assertEquals(range(3).array(), [0, 1, 2]);
 * assertEquals(range(5, 0, -2).array(), [5, 3, 1]);
 * ```
 */
export function range(start: number, stop?: number, step = 1, dtype: DType = "float32"): Tensor {
  const [first, end] = stop === undefined ? [0, start] : [start, stop];
  const count = Math.max(0, Math.ceil((end - first) / step));
  if (!Number.isFinite(count)) {
    throw new RangeError(
      `Cannot make a range as its ends must be finite and its step not zero: current ${first} to ${end} by ${step}`,
    );
  }
  checkShape("make a range", [count]);
  const ends = [first, step, first + (count - 1) * step];
  const exact = dtype === "int32" && ends.every((value) => (value | 0) === value);
  // Numbers that an int32 cannot hold are found, and refused, in 64 bits.
  const values = dtype === "float32"
    ? new Float32Array(count)
    : exact
    ? new Int32Array(count)
    : new Float64Array(count);
  for (let i = 0; i < count; i++) values[i] = first + i * step;
  return tensor(values, { dtype });
}

/** Where random tensors take their numbers from. */
export interface RandomOptions {
  /** The generator; by default the global one, see `seed`. */
  rng?: Rng;
}

const RANDOM_OPTIONS: Record<keyof RandomOptions, true> = { rng: true };

/** Draws a tensor, taking a block of the stream for every four elements. */
function draw(
  shape: readonly number[],
  distribution: RandomDraw["distribution"],
  a: number,
  b: number,
  options: RandomOptions,
): Tensor {
  checkShape("draw a tensor", shape);
  checkOptions("draw a tensor", options, RANDOM_OPTIONS);
  if (!Number.isFinite(a) || !Number.isFinite(b)) {
    throw new RangeError(
      `Cannot draw random numbers as the distribution's parameters must be finite: current ${a} and ${b}`,
    );
  }
  const size = sizeOf(shape), backend = currentBackend(), { rng = globalRng() } = options;
  const position = rng.take(Math.ceil(size / 4));
  const storage = backend.random({ distribution, a, b, key: rng.key, position }, size);
  return new Tensor(backend, storage, [...shape], "float32");
}

/**
 * Random numbers from `low` (included) to `high` (excluded, up to rounding).
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Rng, uniform } from "@neurite/tensor";
 *
 * const x = uniform([1000], -1, 1, { rng: new Rng(7) }).dataSync();
 * assert(x.every((v) => v >= -1 && v <= 1));
 * ```
 */
export function uniform(
  shape: readonly number[],
  low = 0,
  high = 1,
  options: RandomOptions = {},
): Tensor {
  return draw(shape, "uniform", low, high, options);
}

/**
 * Normally distributed random numbers (Box and Muller).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { mean, normal, Rng } from "@neurite/tensor";
 *
 * const x = normal([100, 100], 5, 2, { rng: new Rng(7) });
 * assertAlmostEquals(mean(x).item(), 5, 0.1);
 * ```
 */
export function normal(
  shape: readonly number[],
  mean = 0,
  standardDeviation = 1,
  options: RandomOptions = {},
): Tensor {
  return draw(shape, "normal", mean, standardDeviation, options);
}

/**
 * Normally distributed random numbers; those more than two standard deviations from the mean are
 * drawn again, as Keras does.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { truncatedNormal } from "@neurite/tensor";
 *
 * assert(truncatedNormal([1000], 0, 0.5).dataSync().every((v) => Math.abs(v) <= 1));
 * ```
 */
export function truncatedNormal(
  shape: readonly number[],
  mean = 0,
  standardDeviation = 1,
  options: RandomOptions = {},
): Tensor {
  return draw(shape, "truncatedNormal", mean, standardDeviation, options);
}

/**
 * The numbers 0 to `n - 1` in random order, as int32: an order for `gather`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { permutation } from "@neurite/tensor";
 *
 * assertEquals([...permutation(4).dataSync()].sort(), [0, 1, 2, 3]);
 * ```
 */
export function permutation(n: number, options: RandomOptions = {}): Tensor {
  checkShape("permute", [n]);
  checkOptions("permute", options, RANDOM_OPTIONS);
  return tensor((options.rng ?? globalRng()).permutation(n));
}
