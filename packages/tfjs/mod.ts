/**
 * TensorFlow as a backend: importing this package makes `useBackend("tfjs")` known. It computes with
 * the kernels of a TensorFlow.js runtime: `@tensorflow/tfjs-node-gpu` (CUDA), `@tensorflow/tfjs-node`,
 * or `@tensorflow/tfjs` with whatever backend it has. Gradients, memory and random numbers are
 * Neurite's own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmul, tensor, useBackend } from "@neurite/tensor";
 * import "@neurite/tfjs";
 *
 * const info = await useBackend("tfjs");
 * console.log(info.runtime, info.device); // @tensorflow/tfjs-node-gpu 4.22.0, TensorFlow 2.9.1, GPU
 * const y = matmul(tensor([[1, 2]]), tensor([[3], [4]]));
 * assertEquals(await y.data(), Float32Array.of(11));
 * await useBackend("wasm");
 * ```
 *
 * @module
 */
import { type BackendOptions, registerBackend } from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { TfjsBackend } from "./backend.ts";
import { startRuntime } from "./runtime.ts";

export { TfjsBackend } from "./backend.ts";

/** What `useBackend("tfjs", options)` takes. */
export interface TfjsOptions extends BackendOptions {
  /** A module of TensorFlow.js, of version 4; found by itself unless given. */
  runtime?: unknown;
}

/** The backends of modules, of which each has one. */
const started = new Map<unknown, Promise<TfjsBackend>>();

const OPTIONS: Record<"runtime", true> = { runtime: true };

registerBackend("tfjs", (options: TfjsOptions) => {
  checkOptions('use backend "tfjs"', options, OPTIONS);
  const { runtime } = options;
  let backend = started.get(runtime);
  if (backend === undefined) {
    backend = startRuntime(runtime).then((runtime) => new TfjsBackend(runtime));
    started.set(runtime, backend);
    backend.catch(() => started.delete(runtime)); // What is mended is found the next time.
  }
  return backend;
});
