/**
 * Points in the plane, in groups, with lines through them.
 *
 * @module
 */
import type { Vector } from "./arrays.ts";
import { chartPicture, readOptions, readPoints, readSome } from "./chart.ts";
import { clipLine } from "./clip.ts";
import type { ChartOptions, LineLayer, PointLayer } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale, type Scale } from "./scale.ts";
import { colourOf, ink } from "./theme.ts";

/** Points that belong together: a class. */
export interface PointGroup {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Where the points lie along the x axis. */
  x: Vector;
  /** Where they lie along the y axis; as many as `x`. */
  y: Vector;
}

/** A line through given points. */
export interface Polyline {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Where the points lie along the x axis. */
  x: Vector;
  /** Where they lie along the y axis; as many as `x`. */
  y: Vector;
}

/**
 * The straight line `weights[0] * x + weights[1] * y + bias = 0`: the decision line of a perceptron.
 * It ends at the edges of the chart and does not widen the axes.
 */
export interface DecisionLine {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Weights of the two inputs, not both 0. */
  weights: readonly [number, number];
  /** The bias; minus the threshold. */
  bias: number;
}

/** Options of {@linkcode scatter}. */
export interface ScatterOptions extends ChartOptions {
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
  const { lines = [] } = options;
  const polylines = lines.map((line, i) =>
    "weights" in line ? undefined : readPoints(line.x, line.y, task, `lines[${i}]`)
  );
  const points = [...groups.map((group) => group.points), ...polylines].flatMap((p) => p ?? []);
  const fit = { range: "nice", pad: 0.04 } as const;
  const x = makeScale(points.map((p) => p[0]), options.x ?? {}, fit, task, "x");
  const y = makeScale(points.map((p) => p[1]), options.y ?? {}, fit, task, "y");
  const drawn = lines.map((line, i): LineLayer => ({
    kind: "line",
    name: line.name ?? "",
    colour: i === 0 ? ink.text : colourOf(groups.length + i - 1),
    points: polylines[i] ?? decisionLine(line as DecisionLine, x, y, task, i),
  }));
  return chartPicture(readOptions(options, task), [{ x, y, layers: [...groups, ...drawn] }]);
}

function decisionLine(line: DecisionLine, x: Scale, y: Scale, task: string, index: number) {
  const { weights, bias } = line;
  if (x.log || y.log) {
    throw new RangeError(
      `Cannot ${task} as a decision line needs linear axes: ` +
        `current scale of ${x.log ? "x" : "y"} is log`,
    );
  }
  if (![...weights, bias].every(Number.isFinite) || (weights[0] === 0 && weights[1] === 0)) {
    throw new RangeError(
      `Cannot ${task} as a decision line needs finite weights, not both 0: ` +
        `lines[${index}] has weights ${weights.join(", ")} and bias ${bias}`,
    );
  }
  return clipLine(weights, bias, [x.min, x.max], [y.min, y.max]) ?? [];
}
