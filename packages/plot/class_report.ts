/**
 * How well each class is found.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import type { Matrix } from "./arrays.ts";
import { readCounts } from "./confusion_matrix.ts";
import { MARGIN, round, svgDocument, svgText, svgTitle } from "./document.ts";
import { Picture } from "./picture.ts";
import { cut, lengthOf } from "./texts.ts";
import { ink, palette, textWidth, tint, type } from "./theme.ts";

/** Options of {@linkcode classReport}. */
export interface ClassReportOptions {
  /** Names of the classes; 0, 1, 2, ... without them. */
  labels?: readonly string[];
  /** Title above the table. */
  title?: string;
}

/**
 * A table with a row for each class of a confusion matrix (rows the truth, columns the prediction): its
 * recall, the share of its samples that are found; its precision, the share of right ones among those
 * taken for it; their harmonic mean F1; and how many samples there are. Recalls are bars, too. What
 * cannot be told, as there are no samples, is a dash.
 *
 * @throws {RangeError} where the matrix is not square, holds a negative number, NaN or an infinity, or
 * there are more or fewer labels than classes.
 *
 * @example
 * ```ts
 * import { classReport } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const report = classReport([[50, 2], [5, 43]], { labels: ["cat", "dog"] });
 * assertEquals(report.toTerminal({ color: false }).split("\n"), [
 *   "class  recall  precision     F1  samples",
 *   "cat     96.2%      90.9%  93.5%       52",
 *   "dog     89.6%      95.6%  92.5%       48",
 * ]);
 * ```
 */
export function classReport(matrix: Matrix, options: ClassReportOptions = {}): Picture {
  const { counts, labels } = readCounts(matrix, options.labels, "draw a table of classes");
  const title = printable(options.title ?? "");
  const rows = counts.map((row, i) => {
    const samples = row.reduce((sum, count) => sum + count, 0);
    const taken = counts.reduce((sum, row) => sum + row[i], 0);
    const recall = row[i] / samples, precision = row[i] / taken;
    const f1 = 2 * row[i] / (samples + taken);
    return { label: labels[i], recall, precision, f1, samples };
  });
  const percent = (share: number) => Number.isFinite(share) ? `${(100 * share).toFixed(1)}%` : "–";
  const heads = ["class", "recall", "precision", "F1", "samples"];
  const cells = rows.map(({ label, recall, precision, f1, samples }) => [
    label,
    percent(recall),
    percent(precision),
    percent(f1),
    samples.toLocaleString("en-US"),
  ]);
  return new Picture({
    svg: () => Promise.resolve(draw(title, heads, cells, rows.map(({ recall }) => recall))),
    terminal: ({ columns }) => {
      const table = [heads, ...cells];
      const widths = heads.map((_, c) => Math.max(...table.map((row) => lengthOf(row[c]))));
      const others = widths.slice(1).reduce((sum, width) => sum + width + 2, 0);
      widths[0] = Math.min(widths[0], Math.max(5, columns - others));
      const lines = table.map((row) =>
        row.map((text, c) =>
          c === 0 ? cut(text, widths[0]).padEnd(widths[0]) : text.padStart(widths[c])
        ).join("  ")
      );
      return [...(title ? [cut(title, columns)] : []), ...lines].join("\n");
    },
  });
}

const ROW = 26;
const BAR = 200;

function draw(title: string, heads: string[], cells: string[][], recalls: number[]): string {
  const names = Math.max(...[heads, ...cells].map((row) => textWidth(row[0], type.label)));
  const from = MARGIN + names + 16;
  const ends = [from + BAR + 62, from + BAR + 150, from + BAR + 220, from + BAR + 300];
  const width = Math.ceil(Math.max(ends[3], textWidth(title, type.title) * 1.12 + MARGIN) + MARGIN);
  const top = MARGIN + (title ? type.title + 14 : 0);
  const line = (row: string[], y: number, more: string) =>
    svgText(MARGIN, y, row[0], more) +
    row.slice(1).map((text, c) => svgText(ends[c], y, text, `text-anchor="end" ${more}`)).join("");
  const body = recalls.map((recall, i) => {
    const y = top + (i + 1) * ROW;
    const length = Number.isFinite(recall) ? recall * BAR : 0;
    return `<rect x="${round(from)}" y="${y + 5}" width="${BAR}" height="${ROW - 10}" ` +
      `fill="${ink.grid}"/>\n<rect x="${round(from)}" y="${y + 5}" width="${round(length)}" ` +
      `height="${ROW - 10}" fill="${tint(palette[0], 0.75)}"/>\n` +
      line(cells[i], y + 17.5, `font-size="${type.label}"`);
  });
  const height = top + (recalls.length + 1) * ROW + MARGIN;
  const head = line(heads, top + 15, `fill="${ink.quiet}"`);
  return svgDocument(
    width,
    height,
    title || "recall of each class",
    svgTitle(title) + head + body.join(""),
  );
}
