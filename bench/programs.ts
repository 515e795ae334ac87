/**
 * Times whole programs and single calls, a line of JSON each: `{"program","ms"}` and, where there is
 * one, `"accuracy"` in per cent.
 *
 * `deno run --allow-read --allow-env --allow-run bench/programs.ts [--full]`; with `--full` the book's
 * 20 epochs of LeNet-5, too.
 */
import { Orthogonal } from "@neurite/nn";
import { add, ones, Rng, sum, tidy, useBackend, valueAndGrad } from "@neurite/tensor";

const ROOT = new URL("..", import.meta.url);
const say = (program: string, ms: number, more: object = {}) =>
  console.log(JSON.stringify({ program, ms: Number(ms.toPrecision(4)), ...more }));

function expect(holds: boolean, what: string): void {
  if (!holds) throw new Error(`Cannot time a program as it must do what it should: ${what}`);
}

async function run(args: string[]): Promise<{ ms: number; stdout: string }> {
  const start = performance.now();
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args, cwd: ROOT })
    .output();
  const ms = performance.now() - start, decoder = new TextDecoder();
  expect(success, decoder.decode(stderr));
  return { ms, stdout: decoder.decode(stdout) };
}

const median = (times: number[]) => times.sort((p, q) => p - q)[times.length >> 1];

// Whole processes in turns, the first of each left out: it compiles.
const empty: number[] = [], gate: number[] = [];
for (let i = 0; i < 12; i++) {
  empty.push((await run(["eval", "--no-lock", "console.log(1)"])).ms);
  const { ms, stdout } = await run(["run", "bench/and_gate.ts"]);
  expect(stdout.trim() === "[ -3, 2, 1 ]", stdout);
  gate.push(ms);
}
say("empty", median(empty.slice(1)));
say("and gate", median(gate.slice(1)));

await useBackend("wasm", { threads: 1 });

/** Milliseconds of a call, the median of many turns of `n` calls. */
function call(n: number, work: () => void): number {
  const turn = () => {
    const start = performance.now();
    for (let i = 0; i < n; i++) work();
    return (performance.now() - start) / n;
  };
  const warm = performance.now() + 500;
  while (performance.now() < warm) turn();
  return median(Array.from({ length: 15 }, turn));
}

const a = ones([4]), b = ones([4]);
expect(add(a, b).dataSync().every((x) => x === 2), "2 in the sum of ones");
say("add 4", call(10_000, () => add(a, b).dispose()));
const chain = valueAndGrad((x: typeof a) => {
  let y = x;
  for (let i = 0; i < 100; i++) y = add(y, b);
  return sum(y);
});
say("add 4 on a tape", call(100, () => tidy(() => chain(a))) / 100);

const rng = new Rng(1), orthogonal = new Orthogonal();
say("orthogonal 512", call(1, () => orthogonal.make([512, 512], rng).dispose()));

const start = ["task", "start", "--backend", "wasm", "--threads", "2", "--out", "out"];
for (const more of Deno.args.includes("--full") ? [[], ["--full"]] : [[]]) {
  const { stdout } = await run([...start, ...more]);
  const [, accuracy, epochs, s] = stdout.match(/accuracy (\S+) % after (\d+) epochs, (\S+) s/) ??
    [];
  const real = / MNIST digits/.test(stdout);
  say("start", Number(s) * 1000, { accuracy: Number(accuracy), epochs: Number(epochs), real });
}
