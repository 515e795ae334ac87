/**
 * Reads what callers pass (nested arrays, typed arrays, ndarrays) into plain arrays of numbers, and
 * says clearly what is wrong with what cannot be drawn.
 *
 * @module
 */

/**
 * Any strided array in the manner of `npm:ndarray`: element `(i, j, ...)` is
 * `data[offset + i * stride[0] + j * stride[1] + ...]`. Views are fine.
 *
 * @example
 * ```ts
 * import { histogram, type NdArrayLike } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const everyOther: NdArrayLike = {
 *   data: Float32Array.of(1, 99, 2, 99, 2),
 *   shape: [3],
 *   stride: [2],
 *   offset: 0,
 * };
 * assertStringIncludes(histogram(everyOther, { bins: 2 }).toTerminal({ color: false }), "2");
 * ```
 */
export interface NdArrayLike {
  /** The elements, in any order. */
  readonly data: ArrayLike<number | bigint>;
  /** Length of each axis. */
  readonly shape: readonly number[];
  /** Step in `data` from one element to the next along each axis. */
  readonly stride: readonly number[];
  /** Position in `data` of the first element. */
  readonly offset: number;
}

/** A list of numbers or booleans: an array, a typed array or an ndarray `[n]` (or `[n, 1]`). */
export type Vector = ArrayLike<number | bigint | boolean> | NdArrayLike;

/** Rows of numbers: nested arrays, an array of typed arrays or an ndarray `[rows, columns]`. */
export type Matrix = ArrayLike<ArrayLike<number>> | NdArrayLike;

/** Integers of 64 bits and booleans as numbers; what is no number stays, to be found later. */
const numberOf = (value: unknown): number =>
  typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value as number;

/** True where `value` is strided data rather than an array or typed array. */
export function isNdArray(value: unknown): value is NdArrayLike {
  return typeof value === "object" && value !== null && "data" in value && "shape" in value &&
    "stride" in value && "offset" in value;
}

/** All elements of `array` in row-major order. */
export function elements(array: NdArrayLike): number[] {
  const { data, shape, stride } = array;
  const out: number[] = [];
  const walk = (axis: number, at: number) => {
    if (axis === shape.length) out.push(numberOf(data[at]));
    else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * stride[axis]);
  };
  walk(0, array.offset);
  return out;
}

/** The numbers of `values`, at least one and all finite; `task` and `name` are for the error. */
export function readVector(values: Vector, task: string, name: string): number[] {
  if (isNdArray(values) && values.shape.filter((length) => length !== 1).length > 1) {
    throw new TypeError(
      `Cannot ${task} as ${name} must be a list of numbers: current shape is [${values.shape}]`,
    );
  }
  const list = isNdArray(values) ? elements(values) : Array.from(values, numberOf);
  if (list.length === 0) {
    throw new RangeError(`Cannot ${task} as ${name} must hold at least one number: it is empty`);
  }
  const bad = list.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `Cannot ${task} as every number must be finite: ${name}[${bad}] is ${list[bad]}`,
    );
  }
  return list;
}

/** The rows of `values`, all of one length, at least one, all finite. */
export function readMatrix(values: Matrix, task: string, name: string): number[][] {
  let rows: ArrayLike<ArrayLike<number>>;
  if (isNdArray(values)) {
    if (values.shape.length !== 2) {
      throw new TypeError(
        `Cannot ${task} as ${name} must have two axes: current shape is [${values.shape}]`,
      );
    }
    const [count, width] = values.shape;
    const flat = elements(values);
    rows = Array.from({ length: count }, (_, i) => flat.slice(i * width, (i + 1) * width));
  } else rows = values;
  if (rows.length === 0) {
    throw new RangeError(`Cannot ${task} as ${name} must have at least one row: it is empty`);
  }
  return Array.from(rows, (row, i) => {
    const list = readVector(row, task, `${name}[${i}]`);
    if (list.length !== rows[0].length) {
      throw new RangeError(
        `Cannot ${task} as every row must have the same length: ${name}[0] has ` +
          `${rows[0].length} numbers, ${name}[${i}] has ${list.length}`,
      );
    }
    return list;
  });
}

/** Numbers in row-major order, and how they are to be folded. */
export interface Flat {
  values: ArrayLike<number>;
  shape: number[];
  /** The array that held the numbers, for its type. */
  source: unknown;
}

/** Nested arrays of any depth, typed arrays, or an ndarray. */
export type NestedArray = NdArrayLike | ArrayLike<number> | ArrayLike<NestedArray>;

/** Reads nested arrays of any depth, all rows of one length; the numbers are not looked at. */
export function readNested(array: NestedArray, task: string, name: string): Flat {
  if (isNdArray(array)) {
    return { values: elements(array), shape: [...array.shape], source: array.data };
  }
  if (array.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be numbers to draw: ${name} is empty`);
  }
  if (typeof array[0] !== "object") {
    const numbers = typeof array[0] === "number";
    const values = numbers ? array as ArrayLike<number> : Array.from(array, numberOf);
    return { values, shape: [array.length], source: array };
  }
  const rows = Array.from(
    array as ArrayLike<NestedArray>,
    (row, i) => readNested(row, task, `${name}[${i}]`),
  );
  const ragged = rows.findIndex((row) => row.shape.join() !== rows[0].shape.join());
  if (ragged >= 0) {
    throw new RangeError(
      `Cannot ${task} as all rows must have the same length: ${name}[0] is ` +
        `[${rows[0].shape}], ${name}[${ragged}] is [${rows[ragged].shape}]`,
    );
  }
  return {
    values: rows.flatMap((row) => Array.from(row.values)),
    shape: [rows.length, ...rows[0].shape],
    source: rows[0].source,
  };
}
