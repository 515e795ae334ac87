/** Windows over one or three axes, which are made of those over two. */
import { ShapeError } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";

/** What stands around one axis. */
export type AxisPadding = "valid" | "same" | readonly [before: number, after: number];

/** A number for each of three axes, or one for all. */
export type Triple = number | readonly [depth: number, height: number, width: number];

/** What stands around three axes. */
export type VolumePadding =
  | "valid"
  | "same"
  | readonly [
    depth: readonly [number, number],
    height: readonly [number, number],
    width: readonly [number, number],
  ];

/** The padding of a signal as that of an image of height 1. */
export function imagePadding(
  padding: AxisPadding | undefined,
): "valid" | "same" | readonly [readonly [number, number], readonly [number, number]] | undefined {
  return Array.isArray(padding)
    ? [[0, 0], padding as readonly [number, number]]
    : padding as "valid" | "same" | undefined;
}

/** The padding of the depth, and that of the height and the width. */
export function splitPadding(padding: VolumePadding = "valid") {
  if (typeof padding === "string") return { depth: padding, image: padding };
  const [depth, height, width] = padding;
  return { depth, image: [height, width] as const };
}

/** Three numbers of one or three; throws `RangeError` for anything else. */
export function triple(
  operation: string,
  what: string,
  value: Triple,
): readonly [number, number, number] {
  const all = Array.isArray(value) ? [...value] : [value, value, value];
  if (all.length !== 3 || !all.every((n) => Number.isSafeInteger(n) && n >= 1)) {
    throw new RangeError(
      `Cannot ${operation} as ${what} must be an integer of at least 1, or three: current ` +
        JSON.stringify(value),
    );
  }
  return [all[0], all[1], all[2]];
}

/** Refuses what has not the axes that are named. */
export function checkAxes(operation: string, x: Tensor, what: string, axes: string): void {
  if (x.rank === axes.split(",").length) return;
  throw new ShapeError(operation, `${what} must be of shape ${axes}`, [x.shape]);
}
