/** Which backend computes. */
import type { Backend, BackendInfo } from "../backend.ts";
import { currentBackend, setCurrentBackend, setDefaultBackend } from "../current_backend.ts";
import { BackendError } from "../errors.ts";
import { liveTensors } from "../handle.ts";
import { shared } from "../shared.ts";
import { ReferenceBackend } from "./reference.ts";
import { WasmBackend } from "./wasm/backend.ts";
import { blasCandidates } from "./wasm/blas.ts";

/** The names that {@linkcode useBackend} knows. */
export type BackendName = "auto" | "wasm" | "blas" | "reference";

const NAMES: readonly BackendName[] = ["auto", "wasm", "blas", "reference"];

/** How a backend is to work. */
export interface BackendOptions {
  /**
   * Threads that compute, the calling one included. By default as many as there are processors (63
   * at most), or one where the platform does not have threads, as `backendInfo()` then says.
   */
  threads?: number;
  /** The compiled kernels, on platforms that do not allow compiling at run time. */
  module?: WebAssembly.Module;
}

const started = shared<{ wasm?: WasmBackend; reference?: ReferenceBackend }>("started", () => ({}));

/** The end of the last call of `useBackend`. */
const last = shared("turn", () => ({ turn: Promise.resolve() as Promise<unknown> }));

/** The parts of the platform's globals that are used, each of which may be absent. */
const platform = globalThis as {
  Deno?: typeof Deno;
  process?: { env: Record<string, string | undefined> };
};

/** The environment's choice, where reading it is allowed; nobody is asked. */
function wanted(): string | undefined {
  const { Deno: deno } = platform, variable = "NEURITE_BACKEND";
  if (deno !== undefined) {
    const { state } = deno.permissions.querySync({ name: "env", variable });
    return state === "granted" ? deno.env.get(variable) || undefined : undefined;
  }
  // Not asked for in Deno, where it loads the whole of Node's.
  return platform.process?.env[variable] || undefined;
}

/** The backends that may be used here. */
function available(): string[] {
  const names = ["reference"];
  if (typeof WebAssembly === "object") names.unshift("wasm");
  if (blasCandidates().length > 0) names.unshift("blas");
  return names;
}

/** The name, if it is one; throws `BackendError` if not. */
function known(name: string, where: string): BackendName {
  if ((NAMES as readonly string[]).includes(name)) return name as BackendName;
  throw new BackendError(
    `Cannot use a backend as its name must be one of ${
      NAMES.join(", ")
    }: current "${name}"${where}`,
    available(),
  );
}

setDefaultBackend(() => {
  const choice = known(wanted() ?? "auto", " in NEURITE_BACKEND"), backend = start(choice);
  if (choice === "blas" && backend instanceof WasmBackend) backend.useBlas();
  return backend;
});

/** A backend on one thread, without waiting. */
function start(name: BackendName): Backend {
  if (name === "reference") return started.reference ??= new ReferenceBackend();
  try {
    started.wasm ??= new WasmBackend();
  } catch (error) {
    if (name !== "auto") throw error;
    console.warn(`Neurite computes with its slow reference backend: ${(error as Error).message}`);
    return started.reference ??= new ReferenceBackend();
  }
  return started.wasm;
}

/**
 * Chooses the backend on which tensors are made from now on, and says which one it is.
 *
 * - `wasm`: the embedded kernels, on `threads` threads. No permission, nothing to install.
 * - `blas`: the same with the matrix product of the platform's BLAS library (OpenBLAS, BLIS, MKL,
 *   Accelerate). Needs `--allow-ffi`; throws `BackendError` where no library is found.
 * - `reference`: plain TypeScript in f64. Slow; to check others against.
 * - `auto`: `blas` if it can be had, else `wasm`, else `reference`.
 *
 * Without a name, the environment variable `NEURITE_BACKEND` decides, else `auto`. Tensors stay on
 * the backend on which they were made; `wasm` and `blas` share theirs. Without any call, Neurite
 * computes with `wasm` on one thread.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { useBackend } from "@neurite/tensor";
 *
 * const info = await useBackend("wasm", { threads: 2 });
 * assertEquals([info.name, info.threads], ["wasm", 2]);
 * ```
 */
export function useBackend(
  name?: BackendName,
  options: BackendOptions = {},
): Promise<BackendInfo> {
  // One choice after the other: threads of the last one must be there before they are replaced.
  const done = last.turn.then(() => choose(name, options));
  last.turn = done.catch(() => {});
  return done;
}

/** Does what {@linkcode useBackend} says. */
async function choose(name?: BackendName, options: BackendOptions = {}): Promise<BackendInfo> {
  const choice = name === undefined
    ? known(wanted() ?? "auto", " in NEURITE_BACKEND")
    : known(name, "");
  if (choice === "reference") {
    setCurrentBackend(start(choice));
    return backendInfo();
  }
  if (options.module !== undefined) started.wasm ??= new WasmBackend(options.module);
  if (choice === "auto") {
    try {
      return await choose("blas", options);
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
    }
  }
  const backend = start(choice);
  if (backend instanceof WasmBackend) await backend.configure(options.threads, choice === "blas");
  setCurrentBackend(backend);
  return backendInfo();
}

/**
 * What computes, and how much memory it has.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { backendInfo, zeros } from "@neurite/tensor";
 *
 * const before = backendInfo();
 * using x = zeros([1000]);
 * const after = backendInfo();
 * assertEquals(after.liveTensors, before.liveTensors + 1);
 * assertEquals(after.memoryInUse - before.memoryInUse >= x.size * 4, true);
 * ```
 */
export function backendInfo(): BackendInfo {
  return { ...currentBackend().info(), liveTensors: liveTensors() };
}
