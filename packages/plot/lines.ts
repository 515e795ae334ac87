/**
 * Lines over the points of a plane: through given points, or where a neuron decides.
 *
 * @module
 */
import type { Vector } from "./arrays.ts";
import { readPoints } from "./chart.ts";
import { clipLine } from "./clip.ts";
import type { LineLayer, Point } from "./panel.ts";
import type { Scale } from "./scale.ts";
import { colourOf, ink } from "./theme.ts";

/** A line through given points. */
export interface Polyline {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Where the points lie along the x axis. */
  x: Vector;
  /** Where they lie along the y axis; as many as `x`. */
  y: Vector;
  /** Draw it dashed; not by default. */
  dashed?: boolean;
  /** Show the points themselves; not by default. */
  dots?: boolean;
  /** The number of its colour in the palette; by default black, then those that the groups leave. */
  colour?: number;
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

/** Lines that have been read: the points that axes must show, and the layers once there are axes. */
export interface ReadLines {
  points: Point[];
  layersOn(x: Scale, y: Scale): LineLayer[];
}

/** Reads lines that are drawn over `taken` groups of points. */
export function readLines(
  lines: readonly (Polyline | DecisionLine)[],
  taken: number,
  task: string,
): ReadLines {
  const polylines = lines.map((line, i) =>
    "weights" in line ? undefined : readPoints(line.x, line.y, task, `lines[${i}]`)
  );
  return {
    points: polylines.flatMap((points) => points ?? []),
    layersOn: (x, y) =>
      lines.map((line, i): LineLayer => {
        const own: Partial<Polyline> = "weights" in line ? {} : line;
        const colour = own.colour ?? (i === 0 ? undefined : taken + i - 1);
        return {
          kind: "line",
          name: line.name ?? "",
          colour: colour === undefined ? ink.text : colourOf(colour),
          points: polylines[i] ?? decisionLine(line as DecisionLine, x, y, task, i),
          dashed: own.dashed,
          dots: own.dots,
        };
      }),
  };
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
