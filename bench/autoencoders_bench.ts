/** The plain, the deep and the convolutional autoencoder learn, on each backend that is there. */
import { bench } from "./job.ts";
import { jobsOf } from "./jobs.ts";

await bench(jobsOf("autoencoders"));
