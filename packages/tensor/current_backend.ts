/**
 * The backend on which new tensors are made. Which ones there are is not known here: they register
 * themselves, from above.
 */
import type { Backend } from "./backend.ts";
import { BackendError } from "./errors.ts";
import { shared } from "./shared.ts";

/** How a backend is to work. A backend of another package may take options of its own. */
export interface BackendOptions {
  /**
   * Threads that compute, the calling one included. By default as many as there are processors (63
   * at most), or one where the platform does not have threads, as `backendInfo()` then says.
   */
  threads?: number;
  /**
   * The compiled kernels, `@neurite/tensor/kernels.wasm`, on platforms that do not allow compiling at run
   * time, such as Cloudflare's workers; to be given before the first tensor is made.
   */
  module?: WebAssembly.Module;
  /**
   * The address of the program of a thread, `@neurite/tensor/worker`, for pages whose content security
   * policy forbids workers that are made of Blobs.
   */
  worker?: string | URL;
  /** What a backend of another package takes. */
  [option: string]: unknown;
}

/** Makes a backend ready. Throws `BackendError` where it cannot be had, and says what to do. */
export type StartBackend = (options: BackendOptions) => Backend | Promise<Backend>;

const choice = shared<{ current?: Backend; startDefault?: () => Backend }>("backend", () => ({}));
const registered = shared("backends", () => new Map<string, StartBackend>());

/** The packages of those backends that are not part of this one. */
const PACKAGES: Readonly<Record<string, string>> = {
  tfjs: "@neurite/tfjs",
  webgpu: "@neurite/webgpu",
};

/**
 * Makes a backend known under a name, by which `useBackend` starts it. A package with a backend does it
 * when it is imported.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { currentBackend, registerBackend, useBackend, zeros } from "@neurite/tensor";
 *
 * const wasm = currentBackend();
 * registerBackend("mine", () => wasm); // a real one is made here
 * await useBackend("mine");
 * assertEquals(zeros([2]).backend, wasm);
 * ```
 */
export function registerBackend(name: string, start: StartBackend): void {
  if (name === "" || name === "auto") {
    throw new RangeError(
      `Cannot register a backend as its name must be its own: current ${JSON.stringify(name)}`,
    );
  }
  registered.set(name, start);
}

/** The names of the backends that are registered. */
export function backendNames(): string[] {
  return [...registered.keys()];
}

/** How the backend of a name is started; throws `BackendError` that says what to import, or what there is. */
export function startOf(name: string, where: string, available: readonly string[]): StartBackend {
  const start = registered.get(name);
  if (start !== undefined) return start;
  if (Object.hasOwn(PACKAGES, name)) {
    throw new BackendError(
      `Cannot use backend "${name}"${where} as its package must be imported before: current not ` +
        `imported. Add import "${PACKAGES[name]}"`,
      available,
    );
  }
  throw new BackendError(
    `Cannot use a backend as its name must be one of ${
      ["auto", ...registered.keys()].join(", ")
    }: ` +
      `current "${name}"${where}`,
    available,
  );
}

/** Says how the backend is started that is used where none was chosen. */
export function setDefaultBackend(start: () => Backend): void {
  choice.startDefault ??= start;
}

/** Makes new tensors on this backend from now on. */
export function setCurrentBackend(backend: Backend): void {
  choice.current = backend;
}

/**
 * The backend on which new tensors are made. Without a choice it is `NEURITE_BACKEND`, else wasm
 * on one thread, else (where WebAssembly is refused) the reference, which says so.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { currentBackend, zeros } from "@neurite/tensor";
 *
 * assertEquals(zeros([2]).backend === currentBackend(), true);
 * ```
 */
export function currentBackend(): Backend {
  if (choice.current !== undefined) return choice.current;
  if (choice.startDefault === undefined) {
    throw new BackendError(
      "Cannot make a tensor as no backend is registered: current none. Import @neurite/tensor",
    );
  }
  return choice.current = choice.startDefault();
}
