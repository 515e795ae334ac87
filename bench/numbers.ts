/** Tables, pages and pictures of what `bench/compare.ts` measured. Nothing here is typed by hand. */
import { type Picture, scatter } from "@neurite/plot";
import { CLASSIC_JOBS } from "./classic_jobs.ts";
import type { Job } from "./job.ts";
import { SEED_JOBS } from "./jobs.ts";

/** The jobs of the book and of its classic networks. */
const JOBS: readonly Job[] = [...SEED_JOBS, ...CLASSIC_JOBS];

/** What was measured. */
export interface Numbers {
  readonly machine: {
    readonly processor: string;
    readonly processors: number;
    readonly deno: string;
    /** The versions of the peers, as they say. */
    readonly peers: readonly string[];
    /** The day: `2026-11-28`. */
    readonly date: string;
    readonly rounds: number;
  };
  /** The lines that the programs printed, in order. */
  readonly lines: readonly Line[];
}

/** One line: who printed it, in which round, and what it says. */
export interface Line {
  readonly round: number;
  readonly contender: string;
  readonly [name: string]: unknown;
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The values of `field` in the lines whose fields are as in `where`. */
function valuesOf({ lines }: Numbers, field: string, where: Record<string, unknown>): number[] {
  const fits = (line: Line) => Object.entries(where).every(([name, value]) => line[name] === value);
  return lines.filter(fits).map((line) => line[field]).filter((v) => typeof v === "number");
}

/** Milliseconds of a step, the median of all rounds; nothing where it was not measured. */
export function timeOf(numbers: Numbers, contender: string, job: string): number | undefined {
  const times = valuesOf(numbers, "ms", { contender, job });
  return times.length > 0 ? median(times) : undefined;
}

/**
 * Milliseconds that a step takes at least on this machine: it computes no faster than the best
 * product of the platform's library, or bare multiply-adds where there is none, and moves no faster
 * than a copy within as many bytes.
 */
export function limitOf(numbers: Numbers, { flops, bytes }: Job): number {
  const threads = 2;
  const peak = Math.max(
    ...valuesOf(numbers, "gflops", { limit: "multiply-adds", threads }),
    ...valuesOf(numbers, "openblas2", {}),
  );
  const copies = numbers.lines.filter((l) => l.limit === "copy" && l.threads === threads);
  const sizes = [...new Set(copies.map((line) => Number(line.bytes)))].sort((a, b) => a - b);
  const size = sizes.find((n) => n >= bytes) ?? sizes.at(-1);
  const bandwidth = Math.max(...valuesOf(numbers, "gbs", { limit: "copy", threads, bytes: size }));
  return Math.max(flops / peak, bytes / bandwidth) / 1e6;
}

/** How much faster two threads of `wasm` multiply matrices than one: 2 on two whole processors. */
export function phaseOf(numbers: Numbers): number {
  const one = timeOf(numbers, "wasm 1", "gemm 1024"), two = timeOf(numbers, "wasm 2", "gemm 1024");
  return one === undefined || two === undefined ? NaN : one / two;
}

/** The contenders, ourselves first, in the order in which they were measured. */
export const contendersOf = ({ lines }: Numbers): string[] => [
  ...new Set(lines.filter(({ job }) => job !== undefined).map(({ contender }) => contender)),
];

const isOurs = (contender: string): boolean => /^(wasm|blas) \d$/.test(contender);

const NAMES: Record<string, string> = {
  torch: "PyTorch",
  keras: "Keras",
  "tfjs-wasm": "TensorFlow.js, wasm",
  "jax-js": "jax-js",
};
const labelOf = (contender: string): string =>
  NAMES[contender] ?? contender.replace(/(\w+) (\d)/, "`$1`, $2").replace(/ 1$/, " 1 thread")
    .replace(/ (\d)$/, " $1 threads");

/** Three significant digits, as many places as that takes. */
export function digits(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "";
  return value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3);
}

const table = (head: string[], rows: string[][]): string =>
  [head, head.map(() => "---"), ...rows].map((row) => `| ${row.join(" | ")} |`).join("\n");

/** Whose numbers, and when. */
function origin(numbers: Numbers): string {
  const { processor, processors, deno, peers, date, rounds } = numbers.machine;
  const libraries = new Set(numbers.lines.flatMap(({ library }) => library ?? []));
  const others = [...libraries, ...peers].map((name) => `, ${name}`).join("");
  return `${date}, ${processor}, ${processors} processors; Deno ${deno}${others}. Everything was run ` +
    `in turn, ${rounds} ${
      rounds === 1 ? "round" : "rounds"
    }, of which the tables show the median. ` +
    `Two threads multiplied matrices ${
      digits(phaseOf(numbers))
    } times as fast as one: it would be 2 ` +
    `on two whole processors with nothing else to do, and near 1 where they are two hardware threads ` +
    `of one. Times of shared machines drift: compare them with each other, not with yours.`;
}

/** The page with all jobs, backends and peers. */
export function pageOf(numbers: Numbers): string {
  const contenders = contendersOf(numbers), peers = contenders.filter((name) => !isOurs(name));
  const rows = JOBS.flatMap((job) => {
    const limit = limitOf(numbers, job);
    return contenders.flatMap((contender) => {
      const ms = timeOf(numbers, contender, job.name);
      if (ms === undefined) return [];
      const ratios = peers.map((peer) => {
        const other = timeOf(numbers, peer, job.name);
        return other === undefined || peer === contender ? "" : digits(ms / other);
      });
      return [[
        job.name,
        labelOf(contender),
        digits(ms),
        `${digits(100 * limit / ms)} %`,
        ...ratios,
      ]];
    });
  });
  const head = ["Job", "By", "ms", "Share of the limit", ...peers.map((p) => `to ${labelOf(p)}`)];
  return `# Numbers

Written by \`deno task compare\` from \`numbers.json\`.

${origin(numbers)}

The limit of a job is the time in which the machine could do its multiply-adds at the rate of its
best product of matrices, or move its bytes at the rate of a copy, whichever is longer. Ratios are
times divided by the peer's: below 1 is faster.

![Each job's rate over its operations for a byte, below the machine's limit](jobs.svg)

${table(head, rows)}
`;
}

/** Rates over operations a byte: a job of each contender lies below the machine's limit. */
export function pictureOf(numbers: Numbers): Picture {
  const x = (job: Job) => job.flops / job.bytes;
  const rate = (job: Job, ms: number) => job.flops / ms / 1e6;
  const groups = contendersOf(numbers).flatMap((contender) => {
    const points = JOBS.flatMap((job) => {
      const ms = timeOf(numbers, contender, job.name);
      return ms === undefined ? [] : [[x(job), rate(job, ms)]];
    });
    const name = labelOf(contender).replaceAll("`", "");
    return points.length === 0
      ? []
      : [{ name, x: points.map(([x]) => x), y: points.map(([, y]) => y) }];
  });
  const limits = JOBS.map((job) => [x(job), rate(job, limitOf(numbers, job))]);
  return scatter({
    title: "Jobs, and what the machine could do at most",
    x: { label: "operations a byte", scale: "log" },
    y: { label: "GFLOP/s", scale: "log" },
    groups: [
      ...groups,
      { name: "the machine's limit", x: limits.map(([x]) => x), y: limits.map(([, y]) => y) },
    ],
  });
}

/** The section "Numbers" of the README of all. */
export function readmeOf(numbers: Numbers): string {
  const peers = contendersOf(numbers).filter((name) => name === "torch" || name === "keras");
  const columns = ["wasm 1", "wasm 2", "blas 2", ...peers];
  const rowsOf = (jobs: readonly Job[], columns: readonly string[]) =>
    jobs.map(({ name }) => [
      name,
      ...columns.map((contender) => digits(timeOf(numbers, contender, name))),
    ]);
  const jobs = SEED_JOBS.filter(({ name }) => name !== "gemm 1024");
  const classic = CLASSIC_JOBS.filter(({ name }) => timeOf(numbers, "wasm 2", name) !== undefined);
  const few = columns.filter((name) => name !== "wasm 1" && name !== "keras");
  const parts = [
    origin(numbers),
    "Milliseconds a training step; models of Neurite and Keras by `fit`, with its overhead:",
    table(["Job", ...columns.map(labelOf)], rowsOf(jobs, columns)),
    ...classic.length === 0 ? [] : [
      "The classic networks: milliseconds to predict 1 and 8 photographs of 224 x 224, and a training " +
      "step of the small ones:",
      table(["Job", ...few.map(labelOf)], rowsOf(classic, few)),
    ],
    "Each job beside the machine's limit, and more peers: [bench/numbers](bench/numbers).",
    ...productsOf(numbers),
    ...programsOf(numbers),
  ];
  return parts.join("\n\n");
}

function productsOf(numbers: Numbers): string[] {
  const products = [...new Set(numbers.lines.flatMap(({ product }) => product ?? []))];
  if (products.length === 0) return [];
  const columns = ["wasm1", "wasm2", "blas1", "blas2", "openblas1", "openblas2"];
  const best = (product: unknown, column: string) =>
    Math.max(...valuesOf(numbers, column, { product }));
  const rows = products.map((product) => [
    `${product}`,
    ...columns.map((column) => digits(best(product, column))),
  ]);
  const bare = Math.max(...valuesOf(numbers, "gflops", { limit: "multiply-adds", threads: 1 }));
  const [ours, theirs] = ["wasm1", "openblas1"].map((column) => best(products[0], column));
  return [
    "Products of matrices, GFLOP/s, the best of several turns; OpenBLAS is called alone in the same turns:",
    table(
      [
        ...["Product", "`wasm`, 1 thread", "2 threads", "`blas`, 1 thread", "2 threads"],
        ...["OpenBLAS, 1 thread", "2 threads"],
      ],
      rows,
    ),
    `WebAssembly has vectors of 128 bits; OpenBLAS uses the widest that the processor has. On one ` +
    `thread \`wasm\` reaches ${digits(ours / theirs)} of its rate, and ${
      digits(ours / bare)
    } of that ` +
    `of bare multiply-adds of 128 bits with nothing to load, which is ${digits(bare)}.`,
  ];
}

function programsOf(numbers: Numbers): string[] {
  const time = (program: string, more = {}) => {
    const times = valuesOf(numbers, "ms", { program, ...more });
    return times.length === 0 ? undefined : median(times);
  };
  const rows: [string, string | undefined][] = [];
  for (const epochs of [6, 20]) {
    const [accuracy] = valuesOf(numbers, "accuracy", { program: "start", epochs, real: true });
    const ms = time("start", { epochs, real: true });
    if (ms === undefined) continue;
    const full = epochs === 20 ? " --full" : "";
    rows.push([
      `\`deno task start --backend wasm${full}\`, two threads, ${epochs} epochs`,
      `${accuracy} % of the MNIST test digits right, ${digits(ms / 1000)} s`,
    ]);
  }
  const over = SEED_JOBS.flatMap(({ name }) => {
    const bare = valuesOf(numbers, "bare", { contender: "wasm 2", job: name });
    const ms = valuesOf(numbers, "ms", { contender: "wasm 2", job: name });
    if (bare.length === 0) return [];
    const share = median(ms.map((whole, i) => whole / bare[i] - 1));
    return [`${name.split(" ")[0]} ${(100 * share).toFixed(0)} %`];
  });
  if (over.length > 0) rows.push(["`fit` above the bare step, `wasm`, 2 threads", over.join("; ")]);
  const one = time("add 4"), tape = time("add 4 on a tape");
  if (one !== undefined && tape !== undefined) {
    rows.push([
      "adding two tensors of 4 elements",
      `${digits(1000 * one)} µs; on a tape and back ${digits(1000 * tape)} µs`,
    ]);
  }
  const gate = time("and gate"), empty = time("empty");
  if (gate !== undefined && empty !== undefined) {
    rows.push([
      "importing `@neurite/perceptron`, learning AND, ending",
      `${gate.toFixed(0)} ms; an empty program ${empty.toFixed(0)} ms`,
    ]);
  }
  const orthogonal = time("orthogonal 512");
  if (orthogonal !== undefined) {
    rows.push(["orthogonal initial values, 512 x 512", `${digits(orthogonal)} ms`]);
  }
  return rows.length === 0 ? [] : [table(["What", "Measured"], rows.map(([a, b]) => [a, b ?? ""]))];
}
