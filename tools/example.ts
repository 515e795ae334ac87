/**
 * Lists the examples, or runs one: `deno task example cnn/lenet5 --epochs=2`. It gets the
 * permissions that its header names. With `--all` every example is run with the arguments given.
 */
import { relative } from "node:path";
import { type Example, readExamples } from "./examples.ts";
import { ROOT } from "./workspace.ts";

/** How long each may take when all are run. */
const PATIENCE_MS = 300_000;

/** Runs an example with this Deno; returns its exit code. */
async function run(
  { path, permissions }: Example,
  args: string[],
  signal?: AbortSignal,
): Promise<number> {
  const file = relative(ROOT, path);
  console.error(["$ deno run", ...permissions, file, ...args].join(" "));
  const options = { args: ["run", ...permissions, file, ...args], cwd: ROOT, signal };
  // Ctrl-C reaches the example as well: it decides what to do, and this waits for it.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  const { code } = await new Deno.Command(Deno.execPath(), options).spawn().status;
  Deno.removeSignalListener("SIGINT", wait);
  return code;
}

async function runAll(examples: Example[], args: string[]): Promise<number> {
  const failed: string[] = [];
  for (const example of examples) {
    const start = performance.now();
    const code = await run(example, args, AbortSignal.timeout(PATIENCE_MS));
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${example.name} ${code === 0 ? "ok" : `failed (${code})`} (${seconds} s)`);
    if (code !== 0) failed.push(example.name);
  }
  console.log(`${examples.length - failed.length} passed, ${failed.length} failed`);
  return failed.length > 0 ? 1 : 0;
}

function list(examples: Example[]): void {
  const width = Math.max(0, ...examples.map(({ name }) => name.length));
  for (const { name, title } of examples) console.log(`${name.padEnd(width)}  ${title}`);
}

if (import.meta.main) {
  const examples = readExamples();
  const [wanted, ...args] = Deno.args;
  const example = examples.find(({ name }) => name === wanted);
  if (wanted === undefined) list(examples);
  else if (wanted === "--all") Deno.exit(await runAll(examples, args));
  else if (example) Deno.exit(await run(example, args));
  else {
    console.error(`Cannot run ${wanted} as it must be one of the examples:`);
    list(examples);
    Deno.exit(1);
  }
}
