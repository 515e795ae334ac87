/** Environment variables for one test, while other files are tested in the same process. */
import process from "node:process";

/**
 * Runs `body` where `variables` are set, those given as `undefined` unset and all others as they are.
 * Only code that reads `process.env` sees them: `Deno.env` belongs to the whole process, in which
 * `deno task test` runs several files side by side.
 */
export async function withEnvironment<T>(
  variables: Record<string, string | undefined>,
  body: () => T | Promise<T>,
): Promise<T> {
  const before = process.env;
  const all = Object.entries({ ...before, ...variables });
  process.env = Object.fromEntries(all.filter(([, value]) => value !== undefined));
  try {
    return await body();
  } finally {
    process.env = before;
  }
}

/**
 * Runs `body` in an empty folder whose `cache` is the cache. `NEURITE_DATA` names the part `data` of
 * it, and is unset without one.
 */
export async function inEmptyFolder(
  body: (folder: string) => Promise<void>,
  data?: string,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const NEURITE_DATA = data === undefined ? undefined : `${folder}/${data}`;
  try {
    await withEnvironment({ NEURITE_DATA, XDG_CACHE_HOME: `${folder}/cache` }, () => body(folder));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
