/**
 * Lists the examples, or runs one: `deno task example cnn/lenet5 --epochs=2`. It gets the
 * permissions that its header names. With `--all` every example is run with the arguments given.
 */
import { relative } from "node:path";
import { type Example, readExamples } from "./examples.ts";
import { sideBySide } from "./side_by_side.ts";
import { ROOT, runDeno } from "./workspace.ts";

/** How long each may take when all are run. */
const PATIENCE_MS = 300_000;

/** What the native part of TensorFlow.js may do besides, where it is asked for. */
const TFJS = ["--allow-read", "--allow-env", "--allow-sys", "--allow-ffi"];

const commandOf = ({ path, permissions }: Example, args: string[]): string[] => {
  const isTfjs = /--backend[= ]tfjs\b/.test(args.join(" "));
  return [
    "run",
    ...permissions.filter((one) => !isTfjs || !TFJS.includes(one.split("=")[0])),
    ...isTfjs ? TFJS : [],
    relative(ROOT, path),
    ...args,
  ];
};

/** Runs an example with this Deno; returns its exit code. */
async function run(example: Example, given: string[]): Promise<number> {
  const args = commandOf(example, given);
  console.error(`$ deno ${args.join(" ")}`);
  // Ctrl-C reaches the example as well: it decides what to do, and this waits for it.
  const wait = () => {};
  Deno.addSignalListener("SIGINT", wait);
  const { code } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT }).spawn().status;
  Deno.removeSignalListener("SIGINT", wait);
  return code;
}

/** Runs all examples, several at once; what each writes is shown when it ends, and stays whole. */
async function runAll(examples: Example[], given: string[]): Promise<number> {
  const results = await sideBySide(examples, async (example) => {
    const args = commandOf(example, given), start = performance.now();
    const { ok, stdout, stderr } = await runDeno(args, { timeout: PATIENCE_MS });
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    const end = `${example.name} ${ok ? "ok" : "failed"} (${seconds} s)`;
    console.log(`$ deno ${args.join(" ")}\n${stderr}${stdout}${end}`);
    return ok;
  });
  const passed = results.filter((ok) => ok).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  return passed < results.length ? 1 : 0;
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
