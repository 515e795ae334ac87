/** The host-side array: `npm:ndarray`, a shape and strides over a typed array. */
// @ts-types="@types/ndarray"
import nd, { type NdArray as NpmNdArray } from "ndarray";

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

/**
 * An array on the host, as `npm:ndarray` defines it: `data`, `shape`, `stride`, `offset`, and
 * `get`/`set` by index. Strided views (`hi`, `lo`, `step`, `transpose`, `pick`) share the data.
 */
export type NdArray<D extends TypedArray = TypedArray> = NpmNdArray<D>;

/**
 * Wraps a typed array as an {@linkcode NdArray}, row-major unless strides are given.
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
 */
export function ndarray<D extends TypedArray>(
  data: D,
  shape: readonly number[] = [data.length],
  stride?: readonly number[],
  offset = 0,
): NdArray<D> {
  return nd(data, [...shape], stride && [...stride], offset);
}
