/**
 * Writes into the README of distributed what training by many machines comes to, by calculation: from the
 * measured steps of one machine in `bench/numbers` and the model of `stepTime`.
 *
 * `deno run --allow-read --allow-run --allow-write=packages/distributed/README.md tools/scaling_table.ts
 * [--check]`
 */
import { join } from "node:path";
import { stepTime } from "@neurite/distributed";
import { between, format } from "./marked.ts";
import { ROOT } from "./workspace.ts";

const README = join(ROOT, "packages/distributed/README.md");

/** A job: as it is measured, with so many examples in a batch, and so many trained parameters. */
interface Job {
  readonly name: string;
  readonly measured: string;
  readonly batch: number;
  readonly parameters: number;
  /** Measured steps that one of it takes; a training step of a network is three predictions of it. */
  readonly times?: number;
}

const JOBS: readonly Job[] = [
  { name: "MLP", measured: "mlp-784-512-10 b128 sgd", batch: 128, parameters: 407_050 },
  { name: "LeNet-5", measured: "lenet5 b128 adam", batch: 128, parameters: 61_706 },
  {
    name: "deep autoencoder",
    measured: "deep-autoencoder b256 adam",
    batch: 256,
    parameters: 1_149_520,
  },
  { name: "LSTM of 128", measured: "lstm-128 seq40 b256 adam", batch: 256, parameters: 90_406 },
  {
    name: "ResNet-50",
    measured: "resnet50 predict 224 b8",
    batch: 8,
    parameters: 25_557_032,
    times: 3,
  },
];

/** Machines, networks in bytes a second, and seconds that the messages of a step wait. */
const RANKS = [2, 8, 64, 1024], NETWORKS = { "10 Gbit/s": 1.25e9, "100 Gbit/s": 12.5e9 };
const LATENCY = 20e-6;

/** The share of a step that sending may take before it does not pay. */
const LOST = 0.1;

interface Line {
  readonly contender?: string;
  readonly job?: string;
  readonly ms: number;
}

/** The table, of the measured lines. */
export function tableOf(lines: readonly Line[]): string {
  const rows = JOBS.flatMap(({ name, measured, batch, parameters, times = 1 }) => {
    const line = lines.findLast(({ contender, job }) => contender === "blas 2" && job === measured);
    if (line === undefined) {
      throw new Error(`Cannot write the table as ${measured} must be measured`);
    }
    const compute = times * line.ms / 1000;
    return Object.entries(NETWORKS).map(([network, bandwidth]) => {
      // Every machine has a batch of its own, so that all compute `ranks` times as much.
      const sent = (ranks: number) =>
        stepTime({
          ...{ compute: 0, bytes: 4 * parameters, ranks, bandwidth },
          latency: LATENCY * Math.log2(ranks),
        });
      const faster = RANKS.map((ranks) => {
        const times = ranks * compute / (compute + sent(ranks));
        return times < 10 ? times.toFixed(1) : String(Math.round(times));
      });
      const pays = Math.ceil(sent(1024) * (1 - LOST) / LOST / (compute / batch));
      return [name, batch, (1000 * compute).toFixed(1), network, ...faster, pays];
    });
  });
  const head = ["Job", "Batch", "Step, ms", "Network", ...RANKS.map((n) => `${n}`), "Pays from"];
  const right = head.map((_, i) => i === 0 || i === 3 ? "---" : "---:");
  return [head, right, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

if (import.meta.main) {
  const numbers = Deno.readTextFileSync(join(ROOT, "bench/numbers/numbers.json"));
  const { lines } = JSON.parse(numbers) as { lines: Line[] };
  const before = Deno.readTextFileSync(README);
  const after = await format(between(before, "scaling", tableOf(lines)));
  if (!Deno.args.includes("--check")) Deno.writeTextFileSync(README, after);
  else if (after !== before) {
    console.error(
      "Cannot pass as the table must be that of the numbers: run tools/scaling_table.ts",
    );
    Deno.exit(1);
  }
}
