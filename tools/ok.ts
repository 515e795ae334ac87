/**
 * The gate: everything that a change must pass, in named steps. `deno task ok` runs all of them,
 * `deno task ok lint types` only the ones named. It goes on after a failure, and closes with the
 * number of checks and tests that passed and failed.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { jsrAnswers, OFFLINE } from "./std.ts";
import { ROOT } from "./workspace.ts";

/** One step of the gate: a command of this Deno. */
interface Step {
  name: string;
  args: string[];
  /** A file without which there is nothing to do. */
  needs?: string;
  /** Whether its output is only worth showing after a failure. */
  quiet?: boolean;
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

/** The steps, the quick ones first. */
function steps(std: string[]): Step[] {
  return [
    { name: "format", args: ["fmt", "--check"] },
    { name: "lint", args: ["lint"] },
    { name: "types", args: ["check", ...std] },
    { name: "arrows", args: tool("check_arrows") },
    { name: "docs", args: tool("check_docs") },
    { name: "kernels", args: ["task", "kernels", "--check"], needs: "tools/build_kernels.ts" },
    { name: "operations", args: ["task", "operations", "--check"] },
    { name: "tests", args: ["task", "test"] },
    { name: "start", args: ["task", "start"], needs: "examples/cnn/lenet5.ts" },
    { name: "examples", args: tool("example", "--all", "--check") },
    { name: "publish", args: ["publish", "--dry-run", "--allow-dirty"], quiet: true },
    { name: "registry", args: tool("try_from_registry") },
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

/** Collects what a command writes, and passes it on as it comes. */
async function collect(from: ReadableStream<Uint8Array>, to?: typeof Deno.stdout): Promise<string> {
  let text = "";
  const decoder = new TextDecoder();
  for await (const chunk of from) {
    await to?.write(chunk);
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

async function run({ args, needs, quiet }: Step): Promise<Result> {
  if (needs !== undefined && !existsSync(join(ROOT, needs))) {
    console.log(`nothing to do without ${needs}`);
    return { passed: 0, failed: 0 };
  }
  const process = new Deno.Command(Deno.execPath(), {
    args,
    cwd: ROOT,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const [stdout, stderr] = await Promise.all([
    collect(process.stdout, quiet ? undefined : Deno.stdout),
    collect(process.stderr, quiet ? undefined : Deno.stderr),
  ]);
  const { success } = await process.status;
  if (quiet && !success) console.error(stdout + stderr);
  return countResults(stdout, success);
}

/** A step's line in the table: it is worth its name if something was checked, nothing failed. */
function lineOf(name: string, { passed, failed }: Result, seconds: number): string {
  const verdict = failed > 0 ? "FAILED" : passed > 0 ? "ok" : "EMPTY";
  const time = `${seconds.toFixed(1).padStart(6)} s`;
  return `${name.padEnd(9)} ${verdict.padEnd(6)} ${time}  ${passed} passed, ${failed} failed`;
}

/** Runs the steps one after the other, prints the table, returns the sums. */
async function runAll(wanted: Step[]): Promise<Result> {
  const lock = join(ROOT, "deno.lock");
  const before = Deno.readTextFileSync(lock);
  const total: Result = { passed: 0, failed: 0 };
  const table: string[] = [];
  const add = (name: string, result: Result, start: number): void => {
    total.passed += result.passed;
    total.failed += result.failed;
    table.push(lineOf(name, result, (performance.now() - start) / 1000));
  };
  for (const step of wanted) {
    const start = performance.now();
    console.log(`\n== ${step.name}: deno ${step.args.join(" ")}`);
    add(step.name, await run(step), start);
    console.log(table.at(-1));
  }
  const same = Deno.readTextFileSync(lock) === before;
  if (!same) console.error("\nCannot pass as deno.lock must be complete: the steps changed it");
  add("lock", { passed: same ? 1 : 0, failed: same ? 0 : 1 }, performance.now());
  console.log(["", ...table, "", `${total.passed} passed, ${total.failed} failed`].join("\n"));
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
  const { failed } = await runAll(
    all.filter(({ name }) => Deno.args.length === 0 || Deno.args.includes(name)),
  );
  Deno.exit(failed > 0 ? 1 : 0);
}
