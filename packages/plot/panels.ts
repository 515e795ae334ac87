/**
 * Several pictures in one.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import { chartOf } from "./chart.ts";
import { MARGIN, svgDocument, svgTitle } from "./document.ts";
import { drawHeader, type Header } from "./legend.ts";
import { type Chart, type LegendEntry, legendOf } from "./panel.ts";
import { drawChart } from "./panel_svg.ts";
import { Picture } from "./picture.ts";
import { cut } from "./texts.ts";
import { textWidth, type } from "./theme.ts";

/** Options of {@linkcode panels}. */
export interface PanelsOptions {
  /** Title above all. */
  title?: string;
  /** Pictures in a row; all without it. */
  columns?: number;
}

/**
 * Several pictures in one, side by side: `columns` of them in a row, each as large as it is by itself.
 * To be compared, charts should have one size and the same ends of their axes. Charts whose legends
 * say the same share one, above them all. A terminal shows one below the other.
 *
 * @throws {RangeError} where there is no picture, or `columns` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { lineChart, panels } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const losses = { adam: [0.9, 0.3, 0.2], sgd: [1.1, 0.7, 0.5] };
 * const charts = Object.entries(losses).map(([title, y]) =>
 *   lineChart({ title, width: 360, height: 240, y: { min: 0, max: 1.2 }, series: [{ y }] })
 * );
 * const svg = await panels(charts).toSVG();
 * assertEquals(svg.match(/width="\d+" height="\d+"/)?.[0], 'width="720" height="240"');
 * ```
 */
export function panels(pictures: readonly Picture[], options: PanelsOptions = {}): Picture {
  const task = "put pictures side by side";
  const { columns = pictures.length } = options, title = printable(options.title ?? "");
  if (pictures.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be a picture: none given`);
  }
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `Cannot ${task} as columns must be an integer of at least 1: it is ${columns}`,
    );
  }
  const all = [...pictures];
  return new Picture({
    svg: async () => {
      const shared = sharedLegend(all);
      if (shared === undefined) {
        const documents = await Promise.all(all.map((one) => one.toSVG()));
        const svg = svgTitle(title);
        return arrange(documents, columns, title, () => ({ svg, bottom: title ? 40 : 0 }));
      }
      const { charts, legend } = shared;
      const documents = charts.map((chart) => {
        const header = drawHeader(chart.title, [], chart.width);
        return drawChart(chart, header);
      });
      return arrange(
        await Promise.all(documents),
        columns,
        title,
        (width) => drawHeader(title, legend, width),
      );
    },
    terminal: (terminal) =>
      [
        ...(title ? [cut(title, terminal.columns)] : []),
        ...all.map((one) => one.toTerminal(terminal)),
      ].join("\n\n"),
  });
}

/** The one legend of charts that would all have the same. */
function sharedLegend(
  pictures: readonly Picture[],
): { charts: Chart[]; legend: LegendEntry[] } | undefined {
  const charts = pictures.map(chartOf).filter((chart) => chart !== undefined);
  if (charts.length < 2 || charts.length < pictures.length) return undefined;
  const legends = charts.map(legendOf);
  const look = (legend: LegendEntry[]) =>
    JSON.stringify(legend.map(({ kind, name, colour, ...entry }) => [
      kind,
      name,
      colour,
      "symbol" in entry ? entry.symbol : undefined,
      "dashed" in entry ? entry.dashed : undefined,
    ]));
  const same = legends[0].length > 0 && new Set(legends.map(look)).size === 1;
  return same ? { charts, legend: legends[0] } : undefined;
}

/** The documents in rows; a column is as wide as its widest, a row as high as its highest. */
function arrange(
  documents: string[],
  columns: number,
  title: string,
  headerOf: (width: number) => Header,
): string {
  const used = Math.min(columns, documents.length);
  const sizes = documents.map(sizeOf);
  const widths = Array<number>(used).fill(0);
  const heights = Array<number>(Math.ceil(documents.length / columns)).fill(0);
  sizes.forEach(([width, height], i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    widths[column] = Math.max(widths[column], width);
    heights[row] = Math.max(heights[row], height);
  });
  const sum = (list: number[]) => list.reduce((a, b) => a + b, 0);
  const words = title ? Math.ceil(textWidth(title, type.title) * 1.05) + 2 * MARGIN : 0;
  const width = Math.max(sum(widths), words);
  const { svg: header, bottom: top } = headerOf(width);
  const parts = documents.map((svg, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = [sum(widths.slice(0, column)), top + sum(heights.slice(0, row))];
    return svg.trimEnd().replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  const height = top + sum(heights);
  return svgDocument(width, height, title || "pictures side by side", header + parts.join("\n"));
}

/** Width and height of an SVG document, as all pictures have them in their first tag. */
function sizeOf(svg: string): [width: number, height: number] {
  const tag = svg.slice(0, svg.indexOf(">"));
  const [width, height] = ["width", "height"].map((name) =>
    Number(tag.match(new RegExp(`\\s${name}="([\\d.]+)(?:px)?"`))?.[1])
  );
  if (width > 0 && height > 0) return [width, height];
  throw new TypeError(
    `Cannot put pictures side by side as their SVG must have a width and a height: ` +
      `current tag is ${tag}>`,
  );
}
