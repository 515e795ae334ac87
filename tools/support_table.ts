/**
 * Writes the table of operations into the README of `@neurite/tensor`, from the operations and the
 * table of kernels themselves. With `--check` nothing is written: it fails where the table is stale.
 */
import { entryOf } from "../packages/tensor/backends/wasm/core_table.ts";
import "../packages/tensor/backends/wasm/table.ts";
import type { OpDefinition } from "../packages/tensor/op.ts";
import * as operations from "../packages/tensor/ops/all.ts";

const file = new URL("../packages/tensor/README.md", import.meta.url);
const BEGIN = "<!-- operations -->", END = "<!-- /operations -->";

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
const [before, rest] = readme.split(BEGIN), after = rest?.split(END)[1];
if (after === undefined) throw new Error(`packages/tensor/README.md lacks ${BEGIN} or ${END}`);
const wanted = await format(`${before}${BEGIN}\n\n${table}\n\n${END}${after}`);

/** The text as `deno fmt` has it. */
async function format(text: string): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--ext", "md", "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = command.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  return new TextDecoder().decode((await command.output()).stdout);
}

if (!Deno.args.includes("--check")) await Deno.writeTextFile(file, wanted);
else if (wanted !== readme) {
  console.error("The table in packages/tensor/README.md is stale: run `deno task operations`.");
  Deno.exit(1);
}
console.log(`${rows.length} operations`);
