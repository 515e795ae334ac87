/**
 * Times whole jobs, a line of JSON each, under the names that the same jobs have with other libraries:
 * `{"job","backend","threads","ms","gflops"}`, `ms` the median of a step.
 *
 * Jobs of models are trained by `fit`, on a set of so many batches, and in turns by the bare step on
 * one batch that is there already, `bare`: what `ms` is more is `fit`'s own work.
 *
 * `deno run --allow-ffi --allow-env bench/seed_jobs.ts [--backend b] [--threads n] [--job part]
 * [--set name]`
 *
 * The sets are `book`, the jobs of the chapters, and `classic`, those of the classic networks.
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { checkOneOf } from "@neurite/tensor/internal";
import { Command } from "commander";
import { BACKENDS, startBackend } from "../testing/start_backend.ts";
import { type Job, measure } from "./job.ts";
import { CLASSIC_JOBS } from "./classic_jobs.ts";
import { SEED_JOBS } from "./jobs.ts";

const options = new Command("seed_jobs")
  .option("--backend <name>", BACKENDS.join(", "), "auto")
  .option("--threads <n>", "threads that compute", Number)
  .option("--job <part>", "only jobs whose name has this part", "")
  .option("--set <name>", "book, classic or all", "all")
  .parse(["deno", "seed_jobs", ...Deno.args]).opts();
checkOneOf("time jobs", "the set", options.set, ["book", "classic", "all"]);
const { name: backend, threads, blas } = await startBackend(options.backend, {
  threads: options.threads,
});
const sets: Record<string, readonly Job[]> = {
  book: SEED_JOBS,
  classic: CLASSIC_JOBS,
  all: [...SEED_JOBS, ...CLASSIC_JOBS],
};
for (const job of sets[options.set]) {
  const { name, flops } = job;
  if (!name.includes(options.job)) continue;
  const { ms, bare } = await measure(job);
  const gflops = Number((flops / ms / 1e6).toFixed(1)), round = (t: number) => Number(t.toFixed(3));
  const more = {
    ...bare === undefined ? {} : { bare: round(bare) },
    ...backend === "blas" ? { library: blas } : {},
  };
  console.log(JSON.stringify({ job: name, backend, threads, ms: round(ms), ...more, gflops }));
}
