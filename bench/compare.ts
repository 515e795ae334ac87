/**
 * Runs our jobs and those of the peers that are installed in turn, several rounds, together with the
 * machine's limits, products of matrices and whole programs, and writes `bench/numbers`: the lines as
 * they came, a page and a picture.
 *
 * `deno task compare [--rounds n] [--peers folder] [--only names] [--through command] [--full]`
 *
 * `--peers` is a folder with the scripts of the peers. `--only torch,limits` runs only these, and
 * keeps the others' lines of the last time; with `--add` their own, too, and the rounds go on. A peer
 * that fails, or does not end within ten minutes, is told, and what it printed is kept. `--through "nice -n -5"` puts a command before each.
 * `--readme` measures nothing and writes the page and the README's section; `--check` compares them.
 *
 * Run nothing else meanwhile.
 */
import { Command } from "commander";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { between, format } from "../tools/marked.ts";
import { type Contender, findPeers, OURS } from "./contenders.ts";
import { type Line, type Numbers, pageOf, pictureOf, readmeOf } from "./numbers.ts";

const ROOT = new URL("..", import.meta.url), FOLDER = new URL("numbers/", import.meta.url);
const RAW = new URL("numbers.json", FOLDER), README = new URL("README.md", ROOT);

const options = new Command("compare")
  .option("--rounds <n>", "how often each runs", Number, 3)
  .option("--peers <folder>", "where the scripts of the peers lie", "../shared/peers")
  .option("--only <names>", "run only these and keep the other lines", (text) => text.split(","))
  .option("--add", "keep all lines of the last time, and add rounds to them", false)
  .option("--through <command>", "a command before each", (text) => text.split(" "), [])
  .option("--full", "with the book's 20 epochs of LeNet-5", false)
  .option("--readme", "write the page and the README from what was measured", false)
  .option("--check", "fail where the page or the README is not what was measured", false)
  .parse(["deno", "compare", ...Deno.args]).opts();

const read = (): Numbers => JSON.parse(Deno.readTextFileSync(RAW));

/** Every text that is made of the numbers, by its file. */
async function textsOf(numbers: Numbers): Promise<[URL, string][]> {
  const readme = between(await Deno.readTextFile(README), "numbers", readmeOf(numbers));
  return [
    [new URL("README.md", FOLDER), await format(pageOf(numbers))],
    [new URL("jobs.svg", FOLDER), await pictureOf(numbers).toSVG()],
    [README, await format(readme)],
  ];
}

/** Runs a contender once; gives its lines. */
async function run({ name, command, cwd }: Contender, round: number): Promise<Line[]> {
  const [program, ...args] = [...options.through, ...command];
  const signal = AbortSignal.timeout(10 * 60_000);
  const { success, stdout, stderr } = await new Deno.Command(program, {
    ...{ args, signal, cwd: cwd ?? ROOT },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  if (!success) {
    const why = signal.aborted ? "took more than ten minutes" : `failed:\n${errors}`;
    if (isOurs(name)) {
      throw new Error(`Cannot compare with ${name} as it ${why}`);
    }
    console.error(`${name} ${why}`);
  }
  const lines = output.split("\n").filter((line) => line.startsWith("{"));
  return lines.map((line) => ({ round, contender: name, ...JSON.parse(line) }));
}

/** Whether a contender is one of ours, or measured beside the jobs: it may not fail. */
const isOurs = (name: string): boolean => [...BESIDE, ...OURS].some((one) => one.name === name);

/** What is measured beside the jobs. */
const deno = Deno.execPath();
const BESIDE: readonly Contender[] = [
  { name: "limits", command: [deno, "run", "bench/limits.ts"] },
  { name: "products", command: [deno, "run", "--allow-ffi", "bench/gemm.ts", "3"] },
  {
    name: "programs",
    command: [deno, "run", "-A", "bench/programs.ts", ...options.full ? ["--full"] : []],
  },
];

async function measure(): Promise<void> {
  const only: string[] | undefined = options.only;
  const { peers, missing } = await findPeers(options.peers, (name) => only?.includes(name) ?? true);
  const all = [...BESIDE, ...OURS, ...peers];
  const unknown = only?.find((name) => !all.some((one) => one.name === name));
  if (unknown !== undefined) {
    throw new Error(
      `Cannot run ${unknown} as there are: ${all.map(({ name }) => name).join(", ")}`,
    );
  }
  if (missing.length > 0) console.error(`Not installed, and left out: ${missing.join(", ")}`);
  const before = (only || options.add) && existsSync(RAW) ? read().lines : [];
  const lines = before.filter(({ contender }) => options.add || !only!.includes(contender));
  const done = options.add ? Math.max(0, ...before.map(({ round }) => round)) : 0;
  for (let round = done + 1; round <= done + options.rounds; round++) {
    for (const contender of all) {
      if (only && !only.includes(contender.name)) continue;
      console.error(`round ${round}: ${contender.name}`);
      lines.push(...await run(contender, round));
      await write(lines);
    }
  }
}

/** Writes the lines as they came, after each that ran: what follows may fail. */
async function write(lines: Line[]): Promise<void> {
  const versions = lines.map(({ peer }) => peer).filter((peer) => typeof peer === "string");
  const machine: Numbers["machine"] = {
    processor: cpus()[0].model,
    processors: navigator.hardwareConcurrency,
    deno: Deno.version.deno,
    peers: [...new Set(versions)],
    date: new Date().toISOString().slice(0, 10),
    rounds: Math.max(...lines.map(({ round }) => round)),
  };
  await Deno.mkdir(FOLDER, { recursive: true });
  const rows = lines.map((line) => `    ${JSON.stringify(line)}`).join(",\n");
  await Deno.writeTextFile(
    RAW,
    `{\n  "machine": ${JSON.stringify(machine)},\n  "lines": [\n${rows}\n  ]\n}\n`,
  );
}

if (options.check) {
  const stale = (await textsOf(read())).filter(([url, text]) =>
    Deno.readTextFileSync(url) !== text
  );
  for (const [url] of stale) {
    const path = url.href.slice(ROOT.href.length);
    console.error(
      `Cannot pass as ${path} must say what was measured: run deno task compare --readme`,
    );
  }
  console.log(`${3 - stale.length} passed, ${stale.length} failed`);
  Deno.exit(stale.length);
}
if (!options.readme) await measure();
const [page, picture, readme] = await textsOf(read());
for (const [url, text] of options.readme ? [page, picture, readme] : [page, picture]) {
  await Deno.writeTextFile(url, text);
}
