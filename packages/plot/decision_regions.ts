/**
 * Which class a classifier of two inputs gives to every point of the plane.
 *
 * @module
 */
import { type Matrix, readMatrix, readVector, type Vector } from "./arrays.ts";
import { chartPicture, readOptions } from "./chart.ts";
import { type DecisionLine, type Polyline, readLines } from "./lines.ts";
import {
  checkEqual,
  type PlaneOptions,
  type Point,
  type PointLayer,
  type RegionLayer,
} from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale, type Scale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/** Options of {@linkcode decisionRegions}. */
export interface DecisionRegionsOptions extends PlaneOptions {
  /** The samples, `[n, 2]`. */
  points: Matrix;
  /** The class of every sample, `[n]`: integers such as 0 and 1, or -1 and 1. */
  labels: Vector;
  /**
   * The classifier: the class of every point. It is called twice when the picture is made: with
   * a grid of points, then with more points along the boundaries (if there are any).
   */
  predict: (points: number[][]) => Vector;
  /** Names of the classes, from the smallest label to the largest; `class 0` without them. */
  classNames?: readonly string[];
  /** The horizontal axis, the first input. */
  x?: Axis;
  /** The vertical axis, the second input. */
  y?: Axis;
  /** Lines over the regions, such as the line `w·x + b = 0` of a neuron. */
  lines?: readonly (Polyline | DecisionLine)[];
  /** Points of the grid along the x axis, 150 without it. */
  resolution?: number;
}

/**
 * Samples over the areas that a classifier assigns to each class.
 *
 * @throws {RangeError} where points and labels differ in number, points do not have two inputs, a
 * number is NaN or infinite, or `predict` gives more or fewer classes than points.
 *
 * @example
 * ```ts
 * import { decisionRegions } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const picture = decisionRegions({
 *   title: "Exclusive or",
 *   points: [[0, 0], [0, 1], [1, 0], [1, 1]],
 *   labels: [0, 1, 1, 0],
 *   predict: (points) => points.map(([a, b]) => Number((a > 0.5) !== (b > 0.5))),
 *   classNames: ["false", "true"],
 * });
 * assertStringIncludes(await picture.toSVG(), "true");
 * ```
 */
export function decisionRegions(options: DecisionRegionsOptions): Picture {
  const task = "draw decision regions";
  const { resolution = 150 } = options;
  if (!Number.isInteger(resolution) || resolution < 10 || resolution > 2000) {
    throw new RangeError(
      `Cannot ${task} as resolution must be an integer from 10 to 2000: it is ${resolution}`,
    );
  }
  const points = readMatrix(options.points, task, "points");
  if (points[0].length !== 2) {
    throw new RangeError(
      `Cannot ${task} as points must be [n, 2]: current shape is ` +
        `[${points.length}, ${points[0].length}]`,
    );
  }
  const labels = readVector(options.labels, task, "labels");
  if (labels.length !== points.length) {
    throw new RangeError(
      `Cannot ${task} as every point needs one label: ` +
        `there are ${points.length} points and ${labels.length} labels`,
    );
  }
  const chart = readOptions(options, task);
  const fit = { range: "nice", pad: 0.08 } as const;
  const lines = readLines(options.lines ?? [], new Set(labels).size, task);
  const all = [...points, ...lines.points];
  const x = makeScale(all.map((p) => p[0]), options.x ?? {}, fit, task, "x");
  const y = makeScale(all.map((p) => p[1]), options.y ?? {}, fit, task, "y");
  const { equal } = options;
  checkEqual(equal, x, y, task);
  const rows = Math.max(10, Math.round(resolution * chart.height / chart.width));
  const regions = findRegions(
    (places) => {
      const grid = places.map(([u, v]) => [valueAt(x, u), valueAt(y, v)]);
      const predicted = readVector(options.predict(grid), task, "the result of predict");
      if (predicted.length === grid.length) return predicted;
      throw new RangeError(
        `Cannot ${task} as predict must give one class a point: ` +
          `it got ${grid.length} points and gave ${predicted.length}`,
      );
    },
    labels,
    resolution,
    rows,
    task,
  );
  const { classes } = regions;
  const groups = classes.map((label, i): PointLayer => ({
    kind: "points",
    name: options.classNames?.[i] ?? `class ${label}`,
    colour: colourOf(i),
    points: points.flatMap((point, n) => labels[n] === label ? [[point[0], point[1]]] : []),
    symbol: i,
  }));
  // A class that no sample has is an area without points: nothing to name.
  const named = groups.filter((group) => group.points.length > 0);
  const layers = [regions.layer, ...named, ...lines.layersOn(x, y)];
  return chartPicture(chart, [{ x, y, equal, layers }]);
}

/** The value a share of the way along an axis. */
function valueAt({ log, min, max }: Scale, share: number): number {
  return log ? min * (max / min) ** share : min + (max - min) * share;
}

/** Points a cell on a boundary is looked at with, along each axis. */
const FINE = 6;

/**
 * Asks for the class at the centre of every cell, then, where neighbours differ, at `FINE²` points of
 * the cell. `classify` takes places between (0, 0), bottom left, and (1, 1).
 */
function findRegions(
  classify: (places: Point[]) => number[],
  labels: number[],
  columns: number,
  rows: number,
  task: string,
): { layer: RegionLayer; classes: number[] } {
  const centres = Array.from({ length: columns * rows }, (_, at): Point => [
    (at % columns + 0.5) / columns,
    (Math.floor(at / columns) + 0.5) / rows,
  ]);
  const coarse = classify(centres);
  const boundary = centres.map((_, at) => at).filter((at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    for (let r = Math.max(0, row - 1); r <= Math.min(rows - 1, row + 1); r++) {
      for (let c = Math.max(0, column - 1); c <= Math.min(columns - 1, column + 1); c++) {
        if (coarse[r * columns + c] !== coarse[at]) return true;
      }
    }
    return false;
  });
  const offsets = Array.from({ length: FINE }, (_, i) => (i + 0.5) / FINE - 0.5);
  const fine = boundary.length === 0
    ? []
    : classify(boundary.flatMap((at) =>
      offsets.flatMap((v) =>
        offsets.map((u): Point => [centres[at][0] + u / columns, centres[at][1] + v / rows])
      )
    ));
  const classes = [...new Set([...labels, ...coarse, ...fine])].sort((a, b) => a - b);
  if (classes.length > 20) {
    throw new RangeError(
      `Cannot ${task} as there must be at most 20 classes: labels and predictions hold ` +
        `${classes.length} different numbers (give classes, not probabilities)`,
    );
  }
  const place = new Map(classes.map((label, i) => [label, i]));
  const shares = classes.map((label) => Float32Array.from(coarse, (c) => Number(c === label)));
  boundary.forEach((at) => shares[place.get(coarse[at])!][at] = 0);
  fine.forEach((label, i) => {
    shares[place.get(label)!][boundary[Math.floor(i / FINE ** 2)]] += 1 / FINE ** 2;
  });
  const colours = classes.map((_, i) => colourOf(i));
  return { classes, layer: { kind: "regions", columns, rows, shares, colours } };
}
