/** Rules about shapes that several operations share. */
import { ShapeError } from "./errors.ts";

/** The number of elements: the product of the sizes. */
export function sizeOf(shape: readonly number[]): number {
  let size = 1;
  for (let i = 0; i < shape.length; i++) size *= shape[i];
  return size;
}

/** Whether two shapes are equal. */
export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/**
 * The strides, in elements, of a row-major array.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { rowMajorStrides } from "@neurite/tensor/internal";
 *
 * assertEquals(rowMajorStrides([2, 3, 4]), [12, 4, 1]);
 * ```
 */
export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    strides[i] = stride;
    stride *= shape[i];
  }
  return strides;
}

/** The common shape of two operands as NumPy broadcasts: aligned at the end, 1 stretches. */
export function broadcastShapes(
  operation: string,
  a: readonly number[],
  b: readonly number[],
): readonly number[] {
  if (sameShape(a, b)) return a;
  const rank = Math.max(a.length, b.length);
  const shape = new Array<number>(rank);
  for (let i = 1; i <= rank; i++) {
    const m = i <= a.length ? a[a.length - i] : 1, n = i <= b.length ? b[b.length - i] : 1;
    if (m !== n && m !== 1 && n !== 1) {
      throw new ShapeError(
        operation,
        "sizes, aligned at the end, must be equal or 1 to broadcast",
        [a, b],
      );
    }
    shape[rank - i] = m === 1 ? n : m;
  }
  return shape;
}

/**
 * The strides with which an array of `shape` is read as if it had the shape `target`: 0 where it is
 * stretched.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { broadcastStrides } from "@neurite/tensor/internal";
 *
 * assertEquals(broadcastStrides([3, 1], [2, 3, 4]), [0, 1, 0]);
 * ```
 */
export function broadcastStrides(shape: readonly number[], target: readonly number[]): number[] {
  const own = rowMajorStrides(shape), shift = target.length - shape.length;
  return target.map((_, i) => i < shift || shape[i - shift] === 1 ? 0 : own[i - shift]);
}

/** An axis counted from the front: -1 is the last. */
export function normalizeAxis(operation: string, axis: number, shape: readonly number[]): number {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(
      operation,
      `an axis of a tensor of rank ${rank} must be an integer from ${-rank} to ${rank - 1}`,
      [shape],
      `axis ${axis} of shape [${shape.join(", ")}]`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from the front, sorted, each once; `undefined` means all of them. */
export function normalizeAxes(
  operation: string,
  axis: number | readonly number[] | undefined,
  shape: readonly number[],
): number[] {
  if (axis === undefined) return shape.map((_, i) => i);
  const axes = (Array.isArray(axis) ? axis as readonly number[] : [axis as number])
    .map((a) => normalizeAxis(operation, a, shape)).sort((p, q) => p - q);
  if (new Set(axes).size < axes.length) {
    throw new ShapeError(
      operation,
      "each axis must be named once",
      [shape],
      `axes [${[axis].flat().join(", ")}] of shape [${shape.join(", ")}]`,
    );
  }
  return axes;
}

/** The most elements of one tensor: as many float32 as fit into a memory of 4 GiB. */
const MOST_ELEMENTS = 2 ** 30;

/** The most axes of one tensor, as in NumPy. */
export const MOST_AXES = 64;

/** Checks that a shape is a list of sizes, integers of 0 or more, of no more elements than can be. */
export function checkShape(operation: string, shape: readonly number[]): void {
  if (!Array.isArray(shape)) {
    throw new ShapeError(operation, "a shape must be an array of sizes", [], String(shape));
  }
  if (!shape.every((n) => Number.isSafeInteger(n) && n >= 0)) {
    throw new ShapeError(operation, "every size must be an integer of 0 or more", [shape]);
  }
  if (shape.length > MOST_AXES) {
    throw new ShapeError(
      operation,
      `a tensor has at most ${MOST_AXES} axes`,
      [],
      `${shape.length}`,
    );
  }
  const size = sizeOf(shape);
  if (!(size <= MOST_ELEMENTS)) {
    throw new ShapeError(
      operation,
      "a tensor has at most 2^30 elements",
      [shape],
      `${size} of shape [${shape.join(", ")}]`,
    );
  }
}

/** Goes through a shape in row-major order with the positions of any number of strided arrays. */
export function visit(
  shape: readonly number[],
  strides: readonly (readonly number[])[],
  f: (at: number, positions: readonly number[]) => void,
): void {
  const size = sizeOf(shape), index = shape.map(() => 0), positions = strides.map(() => 0);
  for (let at = 0; at < size; at++) {
    f(at, positions);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      for (let k = 0; k < strides.length; k++) positions[k] += strides[k][axis];
      if (++index[axis] < shape[axis]) break;
      for (let k = 0; k < strides.length; k++) positions[k] -= strides[k][axis] * shape[axis];
      index[axis] = 0;
    }
  }
}
