/**
 * Times whole jobs, a line of JSON each, under the names that the same jobs have with other libraries:
 * `{"job","backend","threads","ms","gflops"}`, `ms` the median of a step.
 *
 * Jobs of models are trained by `fit`, on a set of so many batches, and in turns by the bare step on
 * one batch that is there already, `bare`: what `ms` is more is `fit`'s own work.
 *
 * `deno run --allow-ffi --allow-env bench/seed_jobs.ts [--backend b] [--threads n] [--job part]`
 *
 * Run nothing else meanwhile, and compare ratios from one run: the times of shared machines drift.
 */
import { type BackendName, useBackend } from "@neurite/tensor";
import { Command } from "commander";
import { measure } from "./job.ts";
import { SEED_JOBS } from "./jobs.ts";

const options = new Command("seed_jobs")
  .option("--backend <name>", "auto, wasm, blas or reference", "auto")
  .option("--threads <n>", "threads that compute", Number)
  .option("--job <part>", "only jobs whose name has this part", "")
  .parse(["deno", "seed_jobs", ...Deno.args]).opts();
const { name: backend, threads, blas } = await useBackend(options.backend as BackendName, {
  threads: options.threads,
});
for (const job of SEED_JOBS) {
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
