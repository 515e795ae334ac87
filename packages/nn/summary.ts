/** A model as a table: what `summary` prints. */
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

/** The table as Keras prints it: layer and class, shape of the output, number of parameters. */
export function summarize(
  rows: readonly LayerDescription[],
  counts: Counts,
  connections: boolean,
): string {
  const table = rows.map((row) => [
    `${row.name} (${row.className})`,
    `(${[null, ...row.outputShape].map((n) => n ?? "None").join(", ")})`,
    row.parameters.toLocaleString("en-US"),
    ...(connections ? [row.inputs.join(", ") || "-"] : []),
  ]);
  table.unshift([
    "Layer (type)",
    "Output Shape",
    "Param #",
    ...(connections ? ["Connected to"] : []),
  ]);
  const widths = table[0].map((_, i) => Math.max(...table.map((row) => row[i].length)));
  const rule = (left: string, middle: string, right: string, line: string) =>
    left + widths.map((width) => line.repeat(width + 2)).join(middle) + right;
  const cells = (row: string[]) =>
    `│ ${row.map((s, i) => i === 2 ? s.padStart(widths[i]) : s.padEnd(widths[i])).join(" │ ")} │`;
  const total = counts.trainable + counts.fixed + counts.optimizer;
  return [
    `Model: "${counts.name}"`,
    rule("┌", "┬", "┐", "─"),
    cells(table[0]),
    rule("├", "┼", "┤", "─"),
    ...table.slice(1).map(cells),
    rule("└", "┴", "┘", "─"),
    ` Total params: ${amount(total)}`,
    ` Trainable params: ${amount(counts.trainable)}`,
    ` Non-trainable params: ${amount(counts.fixed)}`,
    ...(counts.optimizer > 0 ? [` Optimizer params: ${amount(counts.optimizer)}`] : []),
  ].join("\n");
}

/** A number of float32 numbers, and the memory they take. */
function amount(count: number): string {
  let size = 4 * count, unit = 0;
  for (; size >= 1024 && unit < 3; unit++) size /= 1024;
  return `${count.toLocaleString("en-US")} (${size.toFixed(2)} ${["B", "KB", "MB", "GB"][unit]})`;
}
