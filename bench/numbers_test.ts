import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { SEED_JOBS } from "./jobs.ts";
import {
  contendersOf,
  digits,
  limitOf,
  type Line,
  type Numbers,
  pageOf,
  phaseOf,
  pictureOf,
  readmeOf,
  timeOf,
} from "./numbers.ts";

const [MLP] = SEED_JOBS, job = MLP.name;

/** Three rounds of one job, the limits and what else there is. */
const lines = [4, 2, 9].flatMap((ms, i) => [
  { round: i + 1, contender: "limits", limit: "multiply-adds", threads: 1, gflops: 50 },
  { round: i + 1, contender: "limits", limit: "multiply-adds", threads: 2, gflops: 90 + i },
  { round: i + 1, contender: "limits", limit: "copy", threads: 2, bytes: 1 << 20, gbs: 40 },
  { round: i + 1, contender: "limits", limit: "copy", threads: 2, bytes: 1 << 27, gbs: 10 },
  { round: i + 1, contender: "wasm 1", job, ms, bare: ms / 2 },
  { round: i + 1, contender: "wasm 2", job, ms: ms / 2, bare: ms / 2.5 },
  { round: i + 1, contender: "wasm 1", job: "gemm 1024", ms: 40 },
  { round: i + 1, contender: "wasm 2", job: "gemm 1024", ms: 25 },
  { round: i + 1, contender: "torch", job, peer: "torch 2.13.0", ms: 8 },
  { round: i + 1, contender: "programs", program: "add 4", ms: 0.00036 },
  { round: i + 1, contender: "programs", program: "add 4 on a tape", ms: 0.00046 },
]) satisfies Line[];
const numbers: Numbers = {
  machine: {
    ...{ processor: "A processor", processors: 2, deno: "2.9.6", date: "2026-11-28", rounds: 3 },
    peers: ["torch 2.13.0"],
  },
  lines,
};

Deno.test("times are medians of the rounds, the phase is a ratio of them", () => {
  assertEquals(timeOf(numbers, "wasm 1", job), 4);
  assertEquals(timeOf(numbers, "keras", job), undefined);
  assertEquals(phaseOf(numbers), 1.6);
  assertEquals(contendersOf(numbers), ["wasm 1", "wasm 2", "torch"]);
});

Deno.test("a job is limited by its multiply-adds or by its bytes, in the caches or beyond", () => {
  const limit = (flops: number, bytes: number) => limitOf(numbers, { ...MLP, flops, bytes });
  assertAlmostEquals(limit(92e9, 1), 1000); // the best rate of all rounds
  assertAlmostEquals(limit(1, 1 << 20), (1 << 20) / 40 / 1e6);
  assertAlmostEquals(limit(1, 2 << 20), (2 << 20) / 10 / 1e6);
  const library = { round: 1, contender: "products", product: "1024", openblas2: 184 };
  const faster = { ...numbers, lines: [...lines, library] };
  assertAlmostEquals(limitOf(faster, { ...MLP, flops: 92e9, bytes: 1 }), 500);
});

Deno.test("the page has a row for each that ran, with its share of the limit and its ratios", () => {
  const page = pageOf(numbers), share = digits(100 * limitOf(numbers, MLP) / 4);
  assertStringIncludes(page, `| ${job} | \`wasm\`, 1 thread | 4.00 | ${share} % | 0.500 |`);
  assertStringIncludes(page, `| ${job} | PyTorch | 8.00 |`);
  assertStringIncludes(page, "1.60 times as fast as one");
  assert(!page.includes("Keras"));
});

Deno.test("the README's section has the same figures", () => {
  const section = readmeOf(numbers);
  assertStringIncludes(section, `| ${job} | 4.00 | 2.00 |  | 8.00 |`);
  assertStringIncludes(
    section,
    "| adding two tensors of 4 elements | 0.360 µs; on a tape and back 0.460 µs |",
  );
  assertStringIncludes(section, "mlp-784-512-10 25 %"); // fit above the bare step
});

Deno.test("the picture has the contenders and the limit", async () => {
  const svg = await pictureOf(numbers).toSVG();
  for (const name of ["wasm, 1 thread", "PyTorch", "the machine's limit"]) {
    assertStringIncludes(svg, name);
  }
});

Deno.test("figures have three digits", () => {
  const found = [1234.5, 99.94, 9.994, 0.0365, undefined, NaN].map(digits);
  assertEquals(found, ["1235", "99.9", "9.99", "0.036", "", ""]);
});
