/**
 * The program of a thread that computes, for pages whose policy forbids workers that are made of a text:
 * its address is the option `worker` of `useBackend`. With an import map that is
 * `import.meta.resolve("@neurite/tensor/worker")`, with Vite `import worker from
 * "@neurite/tensor/worker?worker&url"`. It loads nothing of the engine.
 *
 * ```ts ignore
 * import { useBackend } from "@neurite/tensor";
 *
 * await useBackend("wasm", { worker: import.meta.resolve("@neurite/tensor/worker") });
 * ```
 *
 * @module
 */
import { type Work, work } from "./backends/wasm/thread_work.ts";

/** The globals of a worker, as far as they are used. */
const self = globalThis as unknown as {
  onmessage: ((event: { data: Work }) => void) | null;
  close(): void;
};

// A program that is no worker would wait for messages.
if ("WorkerGlobalScope" in globalThis) {
  self.onmessage = ({ data }) => {
    work(data, () => ({}));
    self.close();
  };
}
