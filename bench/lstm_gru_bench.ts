/** LSTM and GRU read, and the LSTM writes, on each backend that is there. */
import { bench } from "./job.ts";
import { jobsOf } from "./jobs.ts";

await bench(jobsOf("lstm-gru"));
