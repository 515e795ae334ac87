/** Shapes as layers speak of them: without the batch. */
import { ShapeError } from "@neurite/tensor";

/**
 * The sizes of one example, outermost first, without the batch: `[28, 28, 1]`. `null` stands for a
 * size that may be another one in each batch, such as the length of a sequence.
 */
export type Shape = readonly (number | null)[];

/**
 * A shape for messages and tables.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { formatSizes } from "@neurite/nn";
 *
 * assertEquals(formatSizes([28, 28, 1]), "[28, 28, 1]");
 * assertEquals(formatSizes([null, 64]), "[null, 64]");
 * ```
 */
export function formatSizes(shape: Shape): string {
  return `[${shape.map(String).join(", ")}]`;
}

/** Whether an example of `shape` may go where `expected` is wanted. */
export function fits(shape: Shape, expected: Shape): boolean {
  return shape.length === expected.length &&
    shape.every((n, i) => n === expected[i] || n === null || expected[i] === null);
}

/** The number of elements, where it is known. */
export function knownSize(operation: string, shape: Shape): number {
  let size = 1;
  for (const n of shape) {
    if (n === null) {
      throw new ShapeError(operation, "every size must be known", [], formatSizes(shape));
    }
    size *= n;
  }
  return size;
}

/** The one of a list that must have a single element: the input of most layers. */
export function only<T>(operation: string, list: readonly T[]): T {
  if (list.length === 1) return list[0];
  throw new RangeError(`Cannot ${operation} as it takes one input: current ${list.length}`);
}

/** Whether a layer gave one shape, rather than several. */
export function isShape(value: Shape | readonly Shape[]): value is Shape {
  return value.length === 0 || !Array.isArray(value[0]);
}
