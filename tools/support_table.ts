/**
 * Writes the table of operations into the README of `@neurite/tensor`, from the operations and the
 * table of kernels themselves. With `--check` nothing is written: it fails where the table is stale.
 */
import { entryOf } from "../packages/tensor/backends/wasm/core_table.ts";
import "../packages/tensor/backends/wasm/table.ts";
import type { OpDefinition } from "../packages/tensor/op.ts";
import * as operations from "../packages/tensor/ops/all.ts";
import { between, format } from "./marked.ts";

const file = new URL("../packages/tensor/README.md", import.meta.url);

/** How an operation runs on the wasm and blas backends. */
function kernel<A>(op: OpDefinition<A>): string {
  const entry = entryOf(op);
  const say = (one: object) => "viaReference" in one ? "reference" : "kernel";
  if (!("float32" in entry)) return say(entry);
  const [float32, int32] = [say(entry.float32), say(entry.int32)];
  return float32 === int32 ? float32 : `${float32}; int32: ${int32}`;
}

/** One row for each exported operation. */
function row([name, value]: [string, unknown]): string[] {
  if (typeof value !== "function" || !("samples" in value)) return [];
  if (!("op" in value)) return [`| \`${name}\` | composed | composed |`];
  const op = value.op as OpDefinition<unknown>;
  const gradient = typeof op.gradient === "function"
    ? "yes"
    : `no: ${op.gradient.notDifferentiable}`;
  return [`| \`${name}\` | ${gradient} | ${kernel(op)} |`];
}

const rows = Object.entries(operations).sort(([a], [b]) => a < b ? -1 : 1).flatMap(row);
const table = ["| Operation | Gradient | wasm, blas |", "| --- | --- | --- |", ...rows].join("\n");
const readme = await Deno.readTextFile(file);
const wanted = await format(between(readme, "operations", table));

if (!Deno.args.includes("--check")) await Deno.writeTextFile(file, wanted);
else if (wanted !== readme) {
  console.error("The table in packages/tensor/README.md is stale: run `deno task operations`.");
  Deno.exit(1);
}
console.log(`${rows.length} operations`);
