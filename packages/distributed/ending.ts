/** How processes end together: errors that all of them have are told once, by rank 0. */
import type { Mpi } from "./mpi/mpi.ts";

/** Milliseconds that other ranks leave rank 0 to tell the error, before they end by themselves. */
const PATIENCE = 3000;

/** Errors that every rank throws. */
const agreed = new WeakSet<Error>();

/** Marks an error that every rank throws. */
export function agreedOn<E extends Error>(error: E): E {
  agreed.add(error);
  return error;
}

/** On ranks other than 0, ends the process without a word after an error that rank 0 tells. */
export function tellOnce(rank: number): void {
  if (rank === 0) return;
  globalThis.addEventListener("unhandledrejection", (event) => {
    if (!agreed.has(event.reason as Error)) return;
    event.preventDefault();
    // The launcher ends this process when rank 0 has told the error and ended.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PATIENCE);
    Deno.exit(1);
  });
}

/**
 * Takes leave of the other processes when this one ends. Where it ends with an error it does not: the
 * launcher then ends the others, and names it.
 */
export function endWithOthers(mpi: Mpi): void {
  globalThis.addEventListener("unload", () => {
    if (Deno.exitCode === 0) mpi.finalize();
  });
}
