/**
 * Several pictures in one.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import { Picture } from "./picture.ts";
import { escapeXml } from "./svg.ts";
import { cut } from "./texts.ts";
import { ink, textWidth, type } from "./theme.ts";

/** Options of {@linkcode panels}. */
export interface PanelsOptions {
  /** Title above all. */
  title?: string;
  /** Pictures in a row; all without it. */
  columns?: number;
}

/**
 * Several pictures in one, side by side: `columns` of them in a row, each as large as it is by itself.
 * To be compared, charts should have one size and the same ends of their axes. A terminal shows one
 * below the other.
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
    svg: async () => arrange(await Promise.all(all.map((one) => one.toSVG())), columns, title),
    terminal: (terminal) =>
      [
        ...(title ? [cut(title, terminal.columns)] : []),
        ...all.map((one) => one.toTerminal(terminal)),
      ].join("\n\n"),
  });
}

/** The documents in rows; a column is as wide as its widest, a row as high as its highest. */
function arrange(documents: string[], columns: number, title: string): string {
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
  const top = title ? 20 + type.title + 4 : 0;
  const parts = documents.map((svg, i) => {
    const [row, column] = [Math.floor(i / columns), i % columns];
    const [x, y] = [sum(widths.slice(0, column)), top + sum(heights.slice(0, row))];
    return svg.trimEnd().replace("<svg ", `<svg x="${x}" y="${y}" `);
  });
  const width = Math.max(
    sum(widths),
    title ? Math.ceil(textWidth(title, type.title) * 1.05) + 40 : 0,
  );
  const height = top + sum(heights);
  const heading = title
    ? `<text x="20" y="${18 + type.title}" font-size="${type.title}" font-weight="600">` +
      `${escapeXml(title)}</text>\n`
    : "";
  return `<svg role="img" aria-label="${escapeXml(title || "pictures side by side")}" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `xmlns="http://www.w3.org/2000/svg" font-family="${type.family}" fill="${ink.text}">\n` +
    `<rect width="${width}" height="${height}" fill="${ink.paper}"/>\n${heading}` +
    `${parts.join("\n")}\n</svg>\n`;
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
