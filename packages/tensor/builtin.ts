/** Node's own modules, which Deno and Bun have, too, without an import that a bundler would follow. */

/** The part of `process` that is used here; a page has none. */
interface ProcessLike {
  getBuiltinModule?(name: string): unknown;
}

/**
 * A module of Node's by its name without `node:`; `undefined` where the platform has none, as in pages,
 * their workers and `workerd`. What an import would name, bundlers for pages would look for, and stop.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { builtin } from "@neurite/tensor/files";
 *
 * const path = builtin<typeof import("node:path")>("path");
 * assertEquals(path?.posix.join("a", "b"), "a/b");
 * ```
 */
export function builtin<T>(name: string): T | undefined {
  const { process } = globalThis as { process?: ProcessLike };
  // Bundlers may put an empty object, or a stand-in for it, in the place of `process`.
  return process?.getBuiltinModule?.(`node:${name}`) as T | undefined;
}
