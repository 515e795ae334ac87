/**
 * The backend on which new tensors are made. Which ones there are is not known here: they register
 * themselves, from above.
 */
import type { Backend } from "./backend.ts";
import { BackendError } from "./errors.ts";
import { shared } from "./shared.ts";

const choice = shared<{ current?: Backend; startDefault?: () => Backend }>("backend", () => ({}));

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
