/** Backpropagation written out, on each backend that is there. */
import { bench } from "./job.ts";
import { jobsOf } from "./jobs.ts";

await bench(jobsOf("mlp-backprop"));
