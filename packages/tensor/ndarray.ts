/**
 * The host-side array: a shape and strides over a typed array, with the fields and methods of
 * `npm:ndarray`. Its arrays are taken wherever one is asked for, and code that is written for them
 * works on ours; the class is our own, as `npm:ndarray` compiles code at run time, which strict
 * pages and some runtimes refuse.
 */
import { rowMajorStrides, sizeOf } from "./shape.ts";

/** The typed arrays that hold numbers on the host. */
export type TypedArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | Uint8Array
  | Uint8ClampedArray
  | Uint16Array
  | Uint32Array;

/** What `npm:ndarray` calls the element type of each typed array. */
export type ElementTypeName<D extends TypedArray> = D extends Float32Array ? "float32"
  : D extends Float64Array ? "float64"
  : D extends Int8Array ? "int8"
  : D extends Int16Array ? "int16"
  : D extends Int32Array ? "int32"
  : D extends Uint8ClampedArray ? "uint8_clamped"
  : D extends Uint8Array ? "uint8"
  : D extends Uint16Array ? "uint16"
  : "uint32";

/**
 * An array on the host, as `npm:ndarray` defines it: element `(i, j, ...)` is
 * `data[offset + i * stride[0] + j * stride[1] + ...]`. Views share the data.
 */
export interface NdArray<D extends TypedArray = TypedArray> {
  /** The numbers. */
  data: D;
  /** The sizes, outermost first. */
  shape: number[];
  /** For each axis, how many places of `data` lie between neighbours. */
  stride: number[];
  /** The place of the first element. */
  offset: number;
  /** The name of the element type. */
  readonly dtype: ElementTypeName<D>;
  /** The number of elements. */
  readonly size: number;
  /** The number of axes. */
  readonly dimension: number;
  /** The axes from the smallest stride to the largest. */
  readonly order: number[];
  /** The view with its axes in reverse order. */
  readonly T: NdArray<D>;
  /** The place of an element in `data`. */
  index(...at: number[]): number;
  /** Reads an element. */
  get(...at: number[]): number;
  /** Writes an element: its indices, then the value, which is returned. */
  set(...atAndValue: number[]): number;
  /** The first `sizes[i]` elements of each axis. */
  hi(...sizes: number[]): NdArray<D>;
  /** Each axis without its first `starts[i]` elements. */
  lo(...starts: number[]): NdArray<D>;
  /** Every n-th element of each axis, from its end where n is negative. */
  step(...steps: number[]): NdArray<D>;
  /** The axes in another order. */
  transpose(...axes: number[]): NdArray<D>;
  /** One element of each axis for which a number is given; the axis is left out. */
  pick(...at: (number | null)[]): NdArray<D>;
}

const NAMES: Record<string, string> = { Uint8ClampedArray: "uint8_clamped" };

/** What {@linkcode ndarray} hands out. */
class View<D extends TypedArray> implements NdArray<D> {
  data: D;
  shape: number[];
  stride: number[];
  offset: number;

  constructor(data: D, shape: number[], stride: number[], offset: number) {
    this.data = data;
    this.shape = shape;
    this.stride = stride;
    this.offset = offset;
  }

  get dtype(): ElementTypeName<D> {
    const name = this.data[Symbol.toStringTag];
    return (NAMES[name] ?? name.slice(0, -"Array".length).toLowerCase()) as ElementTypeName<D>;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  get dimension(): number {
    return this.shape.length;
  }

  get order(): number[] {
    return [...this.shape.keys()]
      .sort((a, b) => Math.abs(this.stride[a]) - Math.abs(this.stride[b]));
  }

  get T(): NdArray<D> {
    return this.transpose(...[...this.shape.keys()].reverse());
  }

  index(...at: number[]): number {
    let place = this.offset;
    for (let axis = 0; axis < this.stride.length; axis++) place += at[axis] * this.stride[axis];
    return place;
  }

  get(...at: number[]): number {
    return this.data[this.index(...at)];
  }

  set(...atAndValue: number[]): number {
    return this.data[this.index(...atAndValue)] = atAndValue[this.shape.length];
  }

  hi(...sizes: (number | null)[]): NdArray<D> {
    const shape = this.shape.map((n, axis) => isPlace(sizes[axis]) ? sizes[axis] : n);
    return new View(this.data, shape, [...this.stride], this.offset);
  }

  lo(...starts: (number | null)[]): NdArray<D> {
    const from = this.shape.map((_, axis) => isPlace(starts[axis]) ? starts[axis] : 0);
    const shape = this.shape.map((n, axis) => n - from[axis]);
    return new View(this.data, shape, [...this.stride], this.index(...from));
  }

  step(...steps: (number | null)[]): NdArray<D> {
    const by = this.shape.map((_, axis) => steps[axis] ?? 1);
    const from = this.shape.map((n, axis) => by[axis] < 0 ? n - 1 : 0);
    const shape = this.shape.map((n, axis) => Math.ceil(n / Math.abs(by[axis])));
    const stride = this.stride.map((distance, axis) => distance * by[axis]);
    return new View(this.data, shape, stride, this.index(...from));
  }

  transpose(...axes: number[]): NdArray<D> {
    const from = this.shape.map((_, axis) => axes[axis] ?? axis);
    const shape = from.map((axis) => this.shape[axis]);
    return new View(this.data, shape, from.map((axis) => this.stride[axis]), this.offset);
  }

  pick(...at: (number | null)[]): NdArray<D> {
    const from = this.shape.map((_, axis) => isPlace(at[axis]) ? at[axis] : 0);
    const stays = (_: number, axis: number): boolean => !isPlace(at[axis]);
    const shape = this.shape.filter(stays), stride = this.stride.filter(stays);
    return new View(this.data, shape, stride, this.index(...from));
  }
}

/** Whether a number was given for an axis; `null` and, as in `npm:ndarray`, -1 leave it alone. */
function isPlace(value: number | null | undefined): value is number {
  return typeof value === "number" && value >= 0;
}

/**
 * Wraps a typed array as an {@linkcode NdArray}, row-major unless strides are given. Without an
 * offset, axes of negative stride begin at their end of the data.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ndarray } from "@neurite/tensor";
 *
 * const m = ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]);
 * assertEquals(m.get(1, 0), 4);
 * assertEquals(m.transpose(1, 0).get(0, 1), 4);
 * ```
 *
 * @example Arrays of `npm:ndarray` are taken as they are
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { sum } from "@neurite/tensor";
 * import nd from "npm:ndarray@1.1.1";
 *
 * assertEquals(sum(nd(new Float32Array([1, 2, 3, 4]), [2, 2]).pick(1, null)).item(), 7);
 * ```
 */
export function ndarray<D extends TypedArray>(
  data: D,
  shape: readonly number[] = [data.length],
  stride: readonly number[] = rowMajorStrides(shape),
  offset: number = stride.reduce((sum, by, axis) => by < 0 ? sum - (shape[axis] - 1) * by : sum, 0),
): NdArray<D> {
  return new View(data, [...shape], [...stride], offset);
}
