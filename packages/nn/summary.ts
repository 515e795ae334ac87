/** A model as a table: what `summary` prints. */
import { printable } from "@neurite/tensor/internal";
import type { LayerDescription } from "./graph.ts";

/** What is counted below the table. */
export interface Counts {
  /** The name of the model. */
  name: string;
  /** Parameters that the optimizer changes. */
  trainable: number;
  /** Parameters that it does not change. */
  fixed: number;
  /** Numbers that the optimizer keeps. */
  optimizer: number;
}

/** How narrow a column may become. */
const NARROWEST = 6;

/**
 * The table as Keras prints it: layer and class, shape of the output, number of parameters. Cells of
 * what is wider than `width` characters go on in the line below.
 */
export function summarize(
  rows: readonly LayerDescription[],
  counts: Counts,
  connections: boolean,
  width = Infinity,
): string {
  const table = rows.map((row) => [
    `${printable(row.name)} (${printable(row.className)})`,
    `(${[null, ...row.outputShape].map((n) => n ?? "None").join(", ")})`,
    row.parameters.toLocaleString("en-US"),
    ...(connections ? [row.inputs.map((name) => printable(name)).join(", ") || "-"] : []),
  ]);
  table.unshift([
    "Layer (type)",
    "Output Shape",
    "Param #",
    ...(connections ? ["Connected to"] : []),
  ]);
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const room = width - 3 * widths.length - 1;
  while (widths.reduce((sum, w) => sum + w) > room && Math.max(...widths) > NARROWEST) {
    widths[widths.indexOf(Math.max(...widths))]--;
  }
  const rule = (left: string, middle: string, right: string, line: string) =>
    left + widths.map((width) => line.repeat(width + 2)).join(middle) + right;
  const line = (cells: string[]) =>
    `│ ${cells.map((s, i) => i === 2 ? s.padStart(widths[i]) : s.padEnd(widths[i])).join(" │ ")} │`;
  const lines = (row: string[]) => {
    const cells = row.map((cell, i) => folded(cell, widths[i]));
    const height = Math.max(...cells.map((cell) => cell.length));
    return Array.from({ length: height }, (_, n) => line(cells.map((cell) => cell[n] ?? "")));
  };
  const total = counts.trainable + counts.fixed + counts.optimizer;
  return [
    `Model: "${printable(counts.name)}"`,
    rule("┌", "┬", "┐", "─"),
    ...lines(table[0]),
    rule("├", "┼", "┤", "─"),
    ...table.slice(1).flatMap(lines),
    rule("└", "┴", "┘", "─"),
    ` Total params: ${amount(total)}`,
    ` Trainable params: ${amount(counts.trainable)}`,
    ` Non-trainable params: ${amount(counts.fixed)}`,
    ...(counts.optimizer > 0 ? [` Optimizer params: ${amount(counts.optimizer)}`] : []),
  ].join("\n");
}

/** A text in lines of at most `width` characters, broken at spaces where there are some. */
function folded(text: string, width: number): string[] {
  const lines: string[] = [];
  let rest = text;
  while (rest.length > width) {
    const space = rest.lastIndexOf(" ", width);
    const end = space > 0 ? space : width;
    lines.push(rest.slice(0, end));
    rest = rest.slice(end).trimStart();
  }
  return [...lines, rest];
}

/** A number of float32 numbers, and the memory they take. */
function amount(count: number): string {
  let size = 4 * count, unit = 0;
  for (; size >= 1024 && unit < 3; unit++) size /= 1024;
  return `${count.toLocaleString("en-US")} (${size.toFixed(2)} ${["B", "KB", "MB", "GB"][unit]})`;
}
