/** How a tensor's values are shown. */
import type { TypedArray } from "./ndarray.ts";
import { rowMajorStrides, sizeOf } from "./shape.ts";

/** Above this many elements, only the ends of each axis are shown. */
const SHOWN = 200;
/** How many items are shown at each end. */
const EDGE = 3;

/** A number in six significant digits, or whole as far as an int32 goes. */
function number(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e10
    ? String(value)
    : String(Number(value.toPrecision(6)));
}

/** Nested brackets, one row a line, numbers aligned to the right. */
export function formatTensor(values: TypedArray, shape: readonly number[]): string {
  const strides = rowMajorStrides(shape), short = sizeOf(shape) > SHOWN;
  const shown = (n: number) =>
    short && n > 2 * EDGE
      ? [0, 1, 2, -1, n - 3, n - 2, n - 1]
      : Array.from({ length: n }, (_, i) => i);
  const cells = new Map<number, string>();
  const collect = (axis: number, at: number): void => {
    if (axis === shape.length) cells.set(at, number(values[at]));
    else for (const i of shown(shape[axis])) if (i >= 0) collect(axis + 1, at + i * strides[axis]);
  };
  collect(0, 0);
  const width = Math.max(0, ...[...cells.values()].map((cell) => cell.length));
  const show = (axis: number, at: number): string => {
    if (axis === shape.length) return cells.get(at)!.padStart(width);
    const items = shown(shape[axis]).map((i) =>
      i < 0 ? "..." : show(axis + 1, at + i * strides[axis])
    );
    const last = axis === shape.length - 1;
    return `[${items.join(last ? ", " : ",\n" + " ".repeat(axis + 1))}]`;
  };
  return show(0, 0);
}
