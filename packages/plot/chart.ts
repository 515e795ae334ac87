/**
 * Makes pictures of charts and reads what all charts' options share.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import type { Chart, ChartOptions, Panel, Point } from "./panel.ts";
import { drawChart } from "./panel_svg.ts";
import { Picture } from "./picture.ts";
import { readVector, type Vector } from "./arrays.ts";
import { drawChartText } from "./terminal/panel.ts";
import { size } from "./theme.ts";

/** The chart's title and size, checked. */
export function readOptions(options: ChartOptions, task: string): Omit<Chart, "panels"> {
  const { title = "", width = size.width, height = size.height } = options;
  if (!(width >= 200 && height >= 150 && width <= 10_000 && height <= 10_000)) {
    throw new RangeError(
      `Cannot ${task} as it must be from 200 by 150 to 10,000 by 10,000 CSS pixels: ` +
        `current size is ${width} by ${height}`,
    );
  }
  return { title, width, height };
}

/** The charts that pictures show, for those who put several of them side by side. */
const charts = new WeakMap<Picture, Chart>();

/** The chart that a picture shows, if it does. */
export const chartOf = (picture: Picture): Chart | undefined => charts.get(picture);

/** The picture of a chart. */
export function chartPicture(options: Omit<Chart, "panels">, panels: Panel[]): Picture {
  const chart: Chart = {
    ...options,
    title: printable(options.title),
    panels: panels.map(({ x, y, layers, equal }) => ({
      equal,
      x: { ...x, label: printable(x.label) },
      y: { ...y, label: printable(y.label) },
      layers: layers.map((layer) =>
        "name" in layer ? { ...layer, name: printable(layer.name) } : layer
      ),
    })),
  };
  const picture = new Picture({
    svg: () => drawChart(chart),
    terminal: (terminal) => drawChartText(chart, terminal),
  });
  charts.set(picture, chart);
  return picture;
}

/** Points from x and y of the same length; x counts from 0 where it is left out. */
export function readPoints(
  x: Vector | undefined,
  y: Vector,
  task: string,
  name: string,
): Point[] {
  const ys = readVector(y, task, `${name}.y`);
  const xs = x === undefined ? ys.map((_, i) => i) : readVector(x, task, `${name}.x`);
  if (xs.length !== ys.length) {
    throw new RangeError(
      `Cannot ${task} as x and y must have the same length: ` +
        `${name} has ${xs.length} x and ${ys.length} y`,
    );
  }
  return ys.map((value, i): Point => [xs[i], value]);
}

/** Throws where `list` is empty. */
export function readSome<T>(list: readonly T[], task: string, name: string): readonly T[] {
  if (list.length === 0) throw new RangeError(`Cannot ${task} as ${name} must not be empty`);
  return list;
}
