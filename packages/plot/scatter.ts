/**
 * Points in the plane, in groups, with lines through them.
 *
 * @module
 */
import type { Vector } from "./arrays.ts";
import { chartPicture, readOptions, readPoints, readSome } from "./chart.ts";
import { type DecisionLine, type Polyline, readLines } from "./lines.ts";
import { checkEqual, type PlaneOptions, type PointLayer } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/** Points that belong together: a class. */
export interface PointGroup {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Where the points lie along the x axis. */
  x: Vector;
  /** Where they lie along the y axis; as many as `x`. */
  y: Vector;
}

/** Options of {@linkcode scatter}. */
export interface ScatterOptions extends PlaneOptions {
  /** The horizontal axis. */
  x?: Axis;
  /** The vertical axis. */
  y?: Axis;
  /** The points, at least one group. */
  groups: readonly PointGroup[];
  /** Lines over the points. */
  lines?: readonly (Polyline | DecisionLine)[];
}

/**
 * A scatter chart. Groups differ by colour and by symbol.
 *
 * @throws {RangeError} where there is no group, a group is empty or has more x than y or the other way
 * round, a number is NaN or infinite, or both weights of a decision line are 0.
 *
 * @example
 * ```ts
 * import { scatter } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = scatter({
 *   title: "Logical and",
 *   groups: [{ name: "false", x: [0, 0, 1], y: [0, 1, 0] }, { name: "true", x: [1], y: [1] }],
 *   lines: [{ name: "x + y = 1.5", weights: [1, 1], bias: -1.5 }],
 * });
 * assertStringIncludes(await picture.toSVG(), "x + y = 1.5");
 * ```
 */
export function scatter(options: ScatterOptions): Picture {
  const task = "draw a scatter chart";
  const groups = readSome(options.groups, task, "groups").map((group, i): PointLayer => ({
    kind: "points",
    name: group.name ?? "",
    colour: colourOf(i),
    points: readPoints(group.x, group.y, task, `groups[${i}]`),
    symbol: i,
  }));
  const lines = readLines(options.lines ?? [], groups.length, task);
  const points = [...groups.flatMap((group) => group.points), ...lines.points];
  const fit = { range: "nice", pad: 0.04 } as const;
  const x = makeScale(points.map((p) => p[0]), options.x ?? {}, fit, task, "x");
  const y = makeScale(points.map((p) => p[1]), options.y ?? {}, fit, task, "y");
  const { equal } = options;
  checkEqual(equal, x, y, task);
  const layers = [...groups, ...lines.layersOn(x, y)];
  return chartPicture(readOptions(options, task), [{ x, y, equal, layers }]);
}
