/**
 * Lines over x.
 *
 * @module
 */
import type { Vector } from "./arrays.ts";
import { chartPicture, readOptions, readPoints, readSome } from "./chart.ts";
import type { ChartOptions, LineLayer } from "./panel.ts";
import type { Picture } from "./picture.ts";
import { type Axis, makeScale } from "./scale.ts";
import { colourOf } from "./theme.ts";

/** One line of a {@linkcode lineChart}. */
export interface LineSeries {
  /** Its name in the legend; no entry without one. */
  name?: string;
  /** Where along the x axis; 0, 1, 2, ... without it. */
  x?: Vector;
  /** How high. */
  y: Vector;
  /** Draw it dashed. */
  dashed?: boolean;
  /** Show the points themselves; those of up to 30 points without it. */
  dots?: boolean;
  /** The number of its colour in the palette; by default its place among the lines. */
  colour?: number;
}

/** Options of {@linkcode lineChart}. */
export interface LineChartOptions extends ChartOptions {
  /** The horizontal axis. */
  x?: Axis;
  /** The vertical axis. */
  y?: Axis;
  /** The lines, at least one. */
  series: readonly LineSeries[];
}

/**
 * A chart of one or several lines. Lines of up to 30 points show the points too, unless `dots` says
 * otherwise. Where x holds integers, ticks stand at integers.
 *
 * @throws {RangeError} where a line is empty, has more x than y or the other way round, holds NaN or
 * an infinity, or goes to 0 or below on a log axis.
 *
 * @example
 * ```ts
 * import { lineChart } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const rates = [0.1, 0.05, 0.025, 0.0125];
 * const picture = lineChart({
 *   title: "Learning rate",
 *   x: { label: "epoch" },
 *   y: { label: "rate", scale: "log" },
 *   series: [{ name: "halved every epoch", x: [1, 2, 3, 4], y: rates }],
 * });
 * assertStringIncludes(await picture.toSVG(), "halved every epoch");
 * ```
 */
export function lineChart(options: LineChartOptions): Picture {
  const task = "draw a line chart";
  const layers = readSome(options.series, task, "series").map((series, i): LineLayer => {
    const points = readPoints(series.x, series.y, task, `series[${i}]`);
    const { name = "", dashed, colour = i, dots = points.length <= 30 } = series;
    return {
      kind: "line",
      name,
      colour: colourOf(colour),
      points,
      dots,
      dashed,
    };
  });
  const points = layers.flatMap((layer) => layer.points);
  // Where x counts something, there is nothing to see between two integers.
  const whole = points.every(([x]) => Number.isInteger(x));
  const x = makeScale(
    points.map((p) => p[0]),
    options.x ?? {},
    { range: "tight", whole },
    task,
    "x",
  );
  const y = makeScale(points.map((p) => p[1]), options.y ?? {}, { range: "nice" }, task, "y");
  return chartPicture(readOptions(options, task), [{ x, y, layers }]);
}
