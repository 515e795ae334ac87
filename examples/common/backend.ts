/** The choice of what computes. */
import { type BackendName, useBackend } from "@neurite/tensor";
import type { Command } from "commander";
import type { TrainingOptions } from "./options.ts";

/** Starts the backend asked for and says which one it is; where there is none, the program ends. */
export async function startBackend(program: Command, options: TrainingOptions): Promise<string> {
  const { backend, threads } = options;
  const info = await useBackend(backend as BackendName, { threads })
    .catch((error: Error) => program.error(`error: ${error.message}`));
  const library = info.blas === "none" ? "" : `, ${info.blas}`;
  return `backend ${info.name}, ${
    info.threads === 1 ? "1 thread" : `${info.threads} threads`
  }${library}`;
}
