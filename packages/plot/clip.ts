/**
 * The part of a straight line that lies inside a rectangle.
 *
 * @module
 */
import type { Point } from "./panel.ts";

/** Lowest and highest value along one axis. */
export type Range = readonly [low: number, high: number];

/**
 * The part of the segment from `a` to `b` inside the rectangle, or undefined where none is.
 *
 * Source: Y.-D. Liang and B. Barsky, "A new concept and method for line clipping", 1984.
 */
export function clipSegment(
  a: Point,
  b: Point,
  x: Range,
  y: Range,
): [Point, Point] | undefined {
  let [from, to] = [0, 1];
  const step = [b[0] - a[0], b[1] - a[1]];
  for (const [axis, [low, high]] of [[0, x], [1, y]] as const) {
    if (step[axis] === 0) {
      if (a[axis] < low || a[axis] > high) return undefined;
      continue;
    }
    const [t0, t1] = [(low - a[axis]) / step[axis], (high - a[axis]) / step[axis]];
    from = Math.max(from, Math.min(t0, t1));
    to = Math.min(to, Math.max(t0, t1));
  }
  if (from > to) return undefined;
  const at = (t: number): Point => [a[0] + t * step[0], a[1] + t * step[1]];
  return [at(from), at(to)];
}

/** The part of the line `weights · (x, y) + bias = 0` inside the rectangle, if any. */
export function clipLine(
  [u, v]: readonly [number, number],
  bias: number,
  x: Range,
  y: Range,
): [Point, Point] | undefined {
  // Measure in units of the rectangle, so that long thin ones lose no precision.
  const [width, height] = [x[1] - x[0], y[1] - y[0]];
  const [p, q] = [u * width, v * height];
  const middle = (p + q) / 2 + u * x[0] + v * y[0] + bias;
  const square = p * p + q * q;
  const [cx, cy] = [0.5 - middle * p / square, 0.5 - middle * q / square];
  const [dx, dy] = [-q / Math.sqrt(square), p / Math.sqrt(square)];
  const segment = clipSegment([cx - 2 * dx, cy - 2 * dy], [cx + 2 * dx, cy + 2 * dy], [0, 1], [
    0,
    1,
  ]);
  return segment?.map(([px, py]): Point => [x[0] + px * width, y[0] + py * height]) as
    | [Point, Point]
    | undefined;
}
