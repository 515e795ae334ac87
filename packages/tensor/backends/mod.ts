/** Which backend computes. */
import type { Backend, BackendInfo } from "../backend.ts";
import {
  backendNames,
  type BackendOptions,
  currentBackend,
  registerBackend,
  setCurrentBackend,
  setDefaultBackend,
  startOf,
} from "../current_backend.ts";
import { BackendError } from "../errors.ts";
import { liveTensors } from "../handle.ts";
import { tidy } from "../scope.ts";
import { shared } from "../shared.ts";
import { ReferenceBackend } from "./reference.ts";
import { WasmBackend } from "./wasm/backend.ts";
import { blasCandidates } from "./wasm/blas.ts";

/**
 * A name that {@linkcode useBackend} knows: `auto`, one of those that are part of this package, or one
 * that another package has registered.
 */
export type BackendName = "auto" | "wasm" | "blas" | "reference" | (string & Record<never, never>);

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
  return backendNames().filter((name) =>
    name === "wasm"
      ? typeof WebAssembly === "object"
      : name === "blas"
      ? blasCandidates().length > 0
      : true
  );
}

/** The choice of the environment, with a word on where it stands. */
function choiceOf(name: string | undefined): { choice: string; where: string } {
  if (name !== undefined) return { choice: name, where: "" };
  const choice = wanted();
  return choice === undefined
    ? { choice: "auto", where: "" }
    : { choice, where: " in NEURITE_BACKEND" };
}

registerBackend("wasm", (options) => configured(startWasm(options), options, false));
registerBackend("blas", (options) => configured(startWasm(options), options, true));
registerBackend("reference", startReference);

setDefaultBackend(() => {
  const { choice, where } = choiceOf(undefined);
  if (choice === "auto") return startHost();
  if (choice === "wasm") return startWasm();
  if (choice === "blas") {
    const backend = startWasm();
    backend.useBlas();
    return backend;
  }
  const backend = startOf(choice, where, available())({});
  if (!(backend instanceof Promise)) return backend;
  backend.catch(() => {});
  throw new BackendError(
    `Cannot make a tensor on backend "${choice}"${where} as it must be started before: current not ` +
      "started. Call await useBackend() first",
    available(),
  );
});

function startReference(): ReferenceBackend {
  return started.reference ??= new ReferenceBackend();
}

function startWasm({ module }: BackendOptions = {}): WasmBackend {
  const { wasm } = started;
  if (wasm === undefined || module === undefined || module === wasm.module) {
    return started.wasm ??= new WasmBackend(module);
  }
  throw new BackendError(
    "Cannot compute with a compiled module as it must be given before the first tensor is made: " +
      'current backend already started. Call await useBackend("wasm", { module }) first',
  );
}

/** Lets the engine compute with so many threads, with or without the platform's BLAS library. */
async function configured(
  backend: WasmBackend,
  { threads, worker }: BackendOptions,
  blas: boolean,
): Promise<WasmBackend> {
  await backend.configure(threads, blas, worker);
  return backend;
}

/** A backend on one thread, without waiting; says so where it is the slow one. */
function startHost(): Backend {
  try {
    return startWasm();
  } catch (error) {
    if (started.reference === undefined) {
      console.warn(`Neurite computes with its slow reference backend: ${(error as Error).message}`);
    }
    return startReference();
  }
}

/**
 * Runs `f`, which is synchronous by nature, on {@linkcode hostBackend}: its numbers decide what is done
 * next. Frees what it made as `tidy` does. Tensors that it is given must be there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { mean } from "@neurite/tensor";
 * import { onHost } from "@neurite/tensor/internal";
 *
 * assertEquals(onHost(() => mean([1, 2, 6]).item()), 3);
 * ```
 */
export function onHost<T>(f: () => T): T {
  const backend = currentBackend();
  if (backend.synchronous) return tidy(f);
  setCurrentBackend(hostBackend());
  try {
    return tidy(f);
  } finally {
    setCurrentBackend(backend);
  }
}

/**
 * The backend for what is synchronous by nature, whose numbers decide what is done next: the current
 * one where it can be read at once, otherwise `wasm`.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { hostBackend } from "@neurite/tensor/internal";
 *
 * assert(hostBackend().synchronous);
 * ```
 */
export function hostBackend(): Backend {
  const backend = currentBackend();
  return backend.synchronous ? backend : startHost();
}

/**
 * Chooses the backend on which tensors are made from now on, and says which one it is.
 *
 * - `wasm`: the embedded kernels, on `threads` threads. No permission, nothing to install.
 * - `blas`: the same with the matrix product of the platform's BLAS library (OpenBLAS, BLIS, MKL,
 *   Accelerate). Needs `--allow-ffi`; throws `BackendError` where no library is found.
 * - `reference`: plain TypeScript in f64. Slow; to check others against.
 * - `auto`: `blas` if it can be had, else `wasm`, else `reference`. An OpenBLAS that does not know the
 *   processor, and says so by its kernels' name (`Prescott`), is slower than `wasm`, and left out: set
 *   `OPENBLAS_CORETYPE=SkylakeX` (vectors of 512 bits) or `Haswell` (256 bits), or install a newer one.
 * - `webgpu`, `tfjs`: those of `@neurite/webgpu` and `@neurite/tfjs`, once these are imported; and
 *   whatever others have registered by {@linkcode registerBackend}.
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
async function choose(name: string | undefined, options: BackendOptions): Promise<BackendInfo> {
  const { choice, where } = choiceOf(name);
  setCurrentBackend(
    choice === "auto"
      ? await startBest(options)
      : await startOf(choice, where, available())(options),
  );
  return backendInfo();
}

/**
 * What OpenBLAS says where it does not know a processor of the x86 family: it uses kernels for the oldest
 * one, which are slower than those of `wasm`.
 */
const UNKNOWN_PROCESSOR = "Prescott";

/** The fastest that can be had. */
async function startBest(options: BackendOptions): Promise<Backend> {
  try {
    const backend = await startOf("blas", "", available())(options);
    if (!backend.info().blas.includes(UNKNOWN_PROCESSOR)) return backend;
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
  }
  const backend = options.module === undefined ? startHost() : startWasm(options);
  return backend instanceof WasmBackend ? configured(backend, options, false) : backend;
}

/**
 * Gives memory back that nothing needs any longer. The memory of `wasm` and `blas` grows to what was
 * needed at once, and no WebAssembly memory can shrink: what is in use moves to a new one. Tensors,
 * weights and threads stay what they are. Says what there is then.
 *
 * @example
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 * import { backendInfo, releaseMemory, tensor, zeros } from "@neurite/tensor";
 *
 * using x = tensor([1, 2, 3]);
 * zeros([4e6]).dispose(); // 16 MB that are needed no longer
 * const before = backendInfo().memoryReserved;
 * const { memoryReserved } = await releaseMemory();
 * assert(memoryReserved < before);
 * assertEquals(x.array(), [1, 2, 3]);
 * ```
 */
export function releaseMemory(): Promise<BackendInfo> {
  const done = last.turn.then(() => started.wasm?.renew()).then(backendInfo);
  last.turn = done.catch(() => {});
  return done;
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
