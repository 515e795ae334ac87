/**
 * The gate: everything that a change must pass, in named steps. `deno task ok` runs all of them,
 * `deno task ok lint types` only the ones named. Those that use one processor run side by side, and
 * the output of each stays whole; those that use all of them come after, one by one. It goes on
 * after a failure, and closes with the number of checks and tests that passed and failed.
 */
import { join } from "node:path";
import { sideBySide } from "./side_by_side.ts";
import { jsrAnswers, OFFLINE } from "./std.ts";
import { ROOT } from "./workspace.ts";

/** One step of the gate: a command of this Deno. */
export interface Step {
  /** As given to `deno task ok`. */
  name: string;
  /** The arguments of the command. */
  args: string[];
  /** Whether its output is only worth showing after a failure. */
  quiet?: boolean;
  /** Whether it uses all processors by itself. */
  alone?: boolean;
}

/** How a step ended. */
export interface Result {
  /** Checks or tests that passed. */
  passed: number;
  /** Those that failed. */
  failed: number;
}

const tool = (name: string, ...args: string[]): string[] => [
  "run",
  ...["--allow-read", "--allow-write", "--allow-env", "--allow-run", "--allow-net=127.0.0.1"],
  `tools/${name}.ts`,
  ...args,
];

/**
 * The steps: the long ones of those that run side by side first. The types of the examples in the docs
 * are checked with all others, so that the tests need no check of their own.
 */
function steps(std: string[]): Step[] {
  return [
    { name: "types", args: ["check", "--quiet", "--doc", ...std] },
    { name: "registry", args: tool("try_from_registry") },
    { name: "npm", args: tool("try_from_npm") },
    { name: "pages", args: tool("try_in_page") },
    { name: "publish", args: ["publish", "--dry-run", "--allow-dirty"], quiet: true },
    { name: "docs", args: tool("check_docs") },
    { name: "kernels", args: ["task", "kernels", "--check"] },
    { name: "arrows", args: tool("check_arrows") },
    { name: "lint", args: ["lint"] },
    { name: "format", args: ["fmt", "--check"] },
    { name: "operations", args: ["task", "operations", "--check"] },
    { name: "numbers", args: ["task", "compare", "--check"] },
    { name: "tests", args: ["task", "test", "--no-check"], alone: true },
    { name: "start", args: ["task", "start"], alone: true },
    { name: "examples", args: tool("example", "--all", "--check"), alone: true },
  ];
}

/**
 * The counts that a command prints at its end, as `deno test` and the tools do; a command without
 * any is one check. A failure that nobody counted is counted here.
 */
export function countResults(output: string, ok: boolean): Result {
  const counts = [...output.matchAll(/(\d+) passed(?: \([^)]*\))?(?:,| \|) (\d+) failed/g)].at(-1);
  const passed = Number(counts?.[1] ?? (ok ? 1 : 0));
  const failed = Number(counts?.[2] ?? 0);
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}

/** What a step wrote, in the order in which it came, and how it ended. */
interface Ended {
  output: string;
  result: Result;
}

/** Runs a step; `show` gets what it writes, as it comes. */
async function run({ args, quiet }: Step, show?: (text: string) => void): Promise<Ended> {
  const process = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const collect = async (from: ReadableStream<Uint8Array>): Promise<string> => {
    let text = "";
    for await (const part of from.pipeThrough(new TextDecoderStream())) {
      text += part;
      output += part;
      show?.(part);
    }
    return text;
  };
  const [stdout] = await Promise.all([collect(process.stdout), collect(process.stderr)]);
  const { success } = await process.status;
  return { output: quiet && success ? "" : output, result: countResults(stdout, success) };
}

/** A step's line in the table: it is worth its name if something was checked, nothing failed. */
function lineOf(name: string, { passed, failed }: Result, seconds: number): string {
  const verdict = failed > 0 ? "FAILED" : passed > 0 ? "ok" : "EMPTY";
  const time = `${seconds.toFixed(1).padStart(6)} s`;
  return `${name.padEnd(9)} ${verdict.padEnd(6)} ${time}  ${passed} passed, ${failed} failed`;
}

const toScreen = (text: string): void => {
  for (let bytes = new TextEncoder().encode(text); bytes.length > 0;) {
    bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  }
};

/** Runs the steps, shows what they write and the table, returns the sums. */
export async function runSteps(
  wanted: Step[],
  show: (text: string) => void = toScreen,
): Promise<Result> {
  const lock = join(ROOT, "deno.lock");
  const before = Deno.readTextFileSync(lock);
  const total: Result = { passed: 0, failed: 0 };
  const table: string[] = [];
  const add = (name: string, result: Result, start: number): void => {
    total.passed += result.passed;
    total.failed += result.failed;
    table.push(lineOf(name, result, (performance.now() - start) / 1000));
  };
  const title = ({ name, args }: Step): string => `\n== ${name}: deno ${args.join(" ")}`;
  await sideBySide(wanted.filter(({ alone }) => !alone), async (step) => {
    const start = performance.now(), { output, result } = await run(step);
    add(step.name, result, start);
    show(`${title(step)}\n${output}${table.at(-1)}\n`);
  });
  for (const step of wanted.filter(({ alone }) => alone)) {
    const start = performance.now();
    show(title(step) + "\n");
    add(step.name, (await run(step, show)).result, start);
    show(table.at(-1) + "\n");
  }
  const same = Deno.readTextFileSync(lock) === before;
  if (!same) show("\nCannot pass as deno.lock must be complete: the steps changed it\n");
  add("lock", { passed: same ? 1 : 0, failed: same ? 0 : 1 }, performance.now());
  show(["", ...table, "", `${total.passed} passed, ${total.failed} failed\n`].join("\n"));
  return total;
}

if (import.meta.main) {
  const std = await jsrAnswers(Deno.env.get("JSR_URL") ?? "https://jsr.io/") ? [] : [OFFLINE];
  const all = steps(std);
  const unknown = Deno.args.find((name) => !all.some((step) => step.name === name));
  if (unknown !== undefined) {
    const names = all.map(({ name }) => name).join(", ");
    console.error(`Cannot run ${unknown} as the steps are: ${names}`);
    Deno.exit(2);
  }
  const { failed } = await runSteps(
    all.filter(({ name }) => Deno.args.length === 0 || Deno.args.includes(name)),
  );
  Deno.exit(failed > 0 ? 1 : 0);
}
