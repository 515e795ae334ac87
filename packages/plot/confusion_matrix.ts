/**
 * Which classes a classifier takes for which.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import { type Matrix, readMatrix, readVector, type Vector } from "./arrays.ts";
import { MARGIN, round, svgDocument, svgText, svgTitle } from "./document.ts";
import { Picture } from "./picture.ts";
import { formatNumber } from "./scale.ts";

import { paint } from "./terminal/canvas.ts";
import type { Terminal } from "./terminal/options.ts";
import { cut, lengthOf } from "./texts.ts";
import { ink, palette, textWidth, tint, type } from "./theme.ts";

/** Options of {@linkcode confusionMatrix}. */
export interface ConfusionMatrixOptions {
  /** Names of the classes; 0, 1, 2, ... without them. */
  labels?: readonly string[];
  /** Title above the matrix. */
  title?: string;
}

/**
 * A confusion matrix: `matrix[i][j]` is how many samples of class `i` were taken for class `j`, rows
 * the truth, columns the prediction (as in scikit-learn and TensorFlow). Right answers are blue,
 * wrong ones vermilion, the darker the larger their share of the row; wrong ones darken by the square
 * root of the share, so that rare ones can be seen too.
 *
 * @throws {RangeError} where the matrix is not square, holds a negative number, NaN or an infinity, or
 * there are more or fewer labels than classes.
 *
 * @example
 * ```ts
 * import { confusionMatrix } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = confusionMatrix([[50, 2], [5, 43]], { labels: ["cat", "dog"] });
 * assertEquals(picture.toTerminal({ color: false }).split("\n"), [
 *   "     predicted",
 *   "true cat  dog  recall",
 *   " cat  50    2   96.2%",
 *   " dog   5   43   89.6%",
 *   "accuracy 93.0% (93 of 100)",
 * ]);
 * ```
 */
export function confusionMatrix(matrix: Matrix, options: ConfusionMatrixOptions = {}): Picture {
  const task = "draw a confusion matrix";
  const { counts, labels } = readCounts(matrix, options.labels, task);
  const table: Table = {
    counts,
    labels,
    title: printable(options.title ?? ""),
    recall: counts.map((row, i) => row[i] / (sum(row) || 1)),
    summary: summaryOf(counts),
  };
  return new Picture({
    svg: () => Promise.resolve(drawSvg(table)),
    terminal: (terminal) => drawText(table, terminal),
  });
}

/** Reads a square matrix of counts, and the names of its classes. */
export function readCounts(
  matrix: Matrix,
  names: readonly string[] | undefined,
  task: string,
): { counts: number[][]; labels: string[] } {
  const counts = readMatrix(matrix, task, "matrix");
  if (counts[0].length !== counts.length) {
    throw new RangeError(
      `Cannot ${task} as it must be square: current shape is [${counts.length}, ${
        counts[0].length
      }]`,
    );
  }
  counts.forEach((row, i) => {
    const bad = row.findIndex((count) => count < 0);
    if (bad >= 0) {
      throw new RangeError(
        `Cannot ${task} as counts must not be negative: matrix[${i}][${bad}] is ${row[bad]}`,
      );
    }
  });
  const labels = names ?? counts.map((_, i) => String(i));
  if (labels.length !== counts.length) {
    throw new RangeError(
      `Cannot ${task} as every class needs one label: ` +
        `there are ${counts.length} classes and ${labels.length} labels`,
    );
  }
  return { counts, labels: labels.map((label) => printable(label)) };
}

/**
 * Counts answers for {@linkcode confusionMatrix}: `counts[i][j]` is how often `truth` is `i` where
 * `predicted` is `j`.
 *
 * @param classes how many classes there are; one more than the largest label without it.
 * @throws {RangeError} where the lists differ in length or hold anything but the integers from 0
 * to `classes - 1`.
 *
 * @example
 * ```ts
 * import { countConfusions } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(countConfusions([0, 1, 1, 2], [0, 1, 2, 2]), [[1, 0, 0], [0, 1, 1], [0, 0, 1]]);
 * ```
 */
export function countConfusions(truth: Vector, predicted: Vector, classes?: number): number[][] {
  const task = "count confusions";
  const [from, to] = [readVector(truth, task, "truth"), readVector(predicted, task, "predicted")];
  if (from.length !== to.length) {
    throw new RangeError(
      `Cannot ${task} as every sample needs one prediction: ` +
        `truth has ${from.length} labels, predicted has ${to.length}`,
    );
  }
  const largest = (list: number[]) => list.reduce((a, b) => Math.max(a, b), 0);
  const count = classes ?? Math.max(largest(from), largest(to)) + 1;
  for (const [name, list] of [["truth", from], ["predicted", to]] as const) {
    const bad = list.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= count);
    if (bad >= 0) {
      throw new RangeError(
        `Cannot ${task} as labels must be integers from 0 to ${count - 1}: ` +
          `${name}[${bad}] is ${list[bad]}`,
      );
    }
  }
  const counts = Array.from({ length: count }, () => Array<number>(count).fill(0));
  from.forEach((label, i) => counts[label][to[i]]++);
  return counts;
}

interface Table {
  counts: number[][];
  labels: string[];
  title: string;
  recall: number[];
  summary: string;
}

const sum = (list: readonly number[]) => list.reduce((a, b) => a + b, 0);
const percent = (share: number) => `${(share * 100).toFixed(1)}%`;
const textOf = (count: number) => Number.isInteger(count) ? String(count) : formatNumber(count);

function summaryOf(counts: number[][]): string {
  const right = sum(counts.map((row, i) => row[i]));
  const all = sum(counts.map(sum));
  if (all === 0) return "no samples";
  const whole = Number.isInteger(right) && Number.isInteger(all);
  return `accuracy ${percent(right / all)}${whole ? ` (${right} of ${all})` : ""}`;
}

/** Background of a cell and whether text on it must be white. */
function shade(table: Table, i: number, j: number): [colour: string, strong: boolean] {
  const share = table.counts[i][j] / (sum(table.counts[i]) || 1);
  if (share === 0) return ["#f6f8fa", false];
  const strength = i === j ? 0.1 + 0.8 * share : 0.1 + 0.9 * Math.sqrt(share);
  return [tint(palette[i === j ? 0 : 1], strength), strength > 0.6];
}

function drawSvg(table: Table): string {
  const { counts, labels, title } = table;
  const longest = Math.max(...labels.map((label) => textWidth(label, type.tick)));
  const widest = Math.max(...counts.flat().map((count) => textWidth(textOf(count), type.tick)));
  const straight = (longest + 10) * counts.length <= 560 ? longest + 10 : 0;
  const even = Math.min(64, Math.max(28, 440 / counts.length));
  const cell = Math.ceil(Math.max(widest + 10, straight, even));
  const slanted = longest + 4 > cell;
  const left = MARGIN + 26 + longest + 8;
  const head = slanted ? longest * 0.71 + 14 : type.tick + 10;
  const top = MARGIN + (title ? type.title + 16 : 0) + type.label + 8 + head;
  const side = cell * counts.length;
  const width = Math.ceil(
    Math.max(
      left + side + MARGIN + (slanted ? longest * 0.71 - cell / 2 : 0),
      MARGIN * 2 + textWidth(title, type.title) * 1.05,
    ),
  );
  const height = Math.ceil(top + side + 14 + type.label + MARGIN);
  const parts: string[] = [svgTitle(title)];
  const middle = `text-anchor="middle"`;
  const label = `font-size="${type.label}"`;
  parts.push(
    svgText(left + side / 2, top - head - 4, "predicted", `${label} ${middle}`),
    svgText(
      0,
      0,
      "true",
      `${label} ${middle} transform="translate(${MARGIN + 11} ${top + side / 2}) rotate(-90)"`,
    ),
  );
  const quiet = `fill="${ink.quiet}"`;
  labels.forEach((name, i) => {
    const centre = (i + 0.5) * cell;
    parts.push(svgText(left - 8, top + centre + 4, name, `${quiet} text-anchor="end"`));
    parts.push(
      slanted
        ? svgText(
          0,
          0,
          name,
          `${quiet} transform="translate(${round(left + centre + 2)} ${
            round(top - 8)
          }) rotate(-45)"`,
        )
        : svgText(left + centre, top - 8, name, `${quiet} ${middle}`),
    );
  });
  counts.forEach((row, i) =>
    row.forEach((count, j) => {
      const [colour, strong] = shade(table, i, j);
      const [x, y] = [left + j * cell, top + i * cell];
      parts.push(
        `<rect x="${round(x + 0.75)}" y="${round(y + 0.75)}" width="${cell - 1.5}" ` +
          `height="${cell - 1.5}" rx="2" fill="${colour}"/>\n`,
        svgText(
          x + cell / 2,
          y + cell / 2 + 4.2,
          textOf(count),
          `${middle} fill="${strong ? ink.paper : count === 0 ? "#afb8c1" : ink.text}"`,
        ),
      );
    })
  );
  parts.push(svgText(left, top + side + 14 + type.label, table.summary, label));
  return svgDocument(width, height, title || "confusion matrix", parts.join(""));
}

/** The last column: a space and a share, `" 98.7%"`. */
const RECALL = 7;

/**
 * The matrix as text. What is too wide stands closer together, then with shorter names; where that is
 * not enough, the columns that fit come first and the others below them.
 */
function drawText(table: Table, { color, columns }: Terminal): string {
  const { counts, labels } = table;
  const head = Math.min(Math.max(4, ...labels.map(lengthOf)), Math.max(4, columns >> 2));
  const room = columns - head - RECALL;
  const least = labels.map((_, j) => Math.max(...counts.map((row) => textOf(row[j]).length)));
  const full = labels.map((label, j) => Math.max(lengthOf(label), least[j]));
  const wide = sum(full) + 2 * labels.length <= room;
  const widths = wide ? full : shrunk(full, least, room - labels.length);
  const margin = wide ? " " : "";
  const cell = (text: string, j: number) => ` ${cut(text, widths[j]).padStart(widths[j])}${margin}`;
  const shaded = (i: number, j: number) => {
    const text = cell(textOf(counts[i][j]), j);
    if (!color) return text;
    const [background, strong] = shade(table, i, j);
    return paint(text, strong ? ink.paper : ink.text, background);
  };
  const name = (text: string) => cut(text, head).padStart(head);
  const lines = table.title ? [cut(table.title, columns)] : [];
  for (let from = 0; from < labels.length;) {
    let to = from + 1, used = widths[from] + 1;
    while (to < labels.length && used + widths[to] + 1 <= room) used += widths[to++] + 1;
    if (wide) to = labels.length;
    const last = to === labels.length, across = labels.slice(from, to);
    lines.push(
      `${" ".repeat(head)} predicted`,
      name("true") + across.map((label, j) => cell(label, from + j)).join("") +
        (last ? " recall" : ""),
      ...labels.map((label, i) =>
        name(label) + across.map((_, j) => shaded(i, from + j)).join("") +
        (last ? percent(table.recall[i]).padStart(RECALL) : "")
      ),
      ...(last ? [] : [""]),
    );
    from = to;
  }
  return [...lines, table.summary].join("\n");
}

/** Widths that add up to `room`, if that can be: the widest give way, none below its `least`. */
function shrunk(full: readonly number[], least: readonly number[], room: number): number[] {
  const widths = [...full];
  while (sum(widths) > room) {
    const spare = widths.map((width, j) => width > least[j] ? width : 0);
    const widest = spare.indexOf(Math.max(...spare));
    if (spare[widest] === 0) break;
    widths[widest]--;
  }
  return widths;
}
