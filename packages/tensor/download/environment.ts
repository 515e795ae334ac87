/** What differs between platforms: permissions, the environment, folders. */
import { builtin } from "../builtin.ts";
import { DataError } from "../errors.ts";

/** The part of `Deno` that is used here; other platforms have none. */
interface DenoLike {
  permissions: { querySync(descriptor: { name: "env"; variable: string }): { state: string } };
  mkdir(path: string, options: { recursive: boolean }): Promise<void>;
}

const deno = (globalThis as { Deno?: DenoLike }).Deno;

/** An environment variable; `undefined` where it is unset, empty, or not permitted: never asks. */
export function environment(name: string): string | undefined {
  if (deno && deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") {
    return undefined;
  }
  return builtin<typeof import("node:process")>("process")?.env[name] || undefined;
}

/** Makes a folder and those above it. Deno's way asks for leave to write there and no more. */
export async function makeFolder(path: string): Promise<void> {
  if (deno) return await deno.mkdir(path, { recursive: true });
  await builtin<typeof import("node:fs/promises")>("fs/promises")!.mkdir(path, { recursive: true });
}

/** Whether an error is Deno's refusal to do what no flag permits. */
export function isForbidden(error: unknown): boolean {
  return (error as Error | undefined)?.name === "NotCapable";
}

/** Why something failed, in the words of the error underneath. */
export function reasonOf(error: unknown): string {
  if (isForbidden(error)) return "no permission";
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}

/**
 * Where downloads are kept: `$XDG_CACHE_HOME/neurite`, else the platform's own place:
 * `~/.cache/neurite` on Linux, `~/Library/Caches/neurite` on macOS, `%LOCALAPPDATA%\neurite` on
 * Windows. An `XDG_CACHE_HOME` that is not an absolute path is ignored, as its standard says.
 *
 * @throws {DataError} if no variable that says so can be read.
 */
export async function cacheFolder(
  platform?: string,
  variable: (name: string) => string | undefined | Promise<string | undefined> = environment,
): Promise<string> {
  platform ??= builtin<typeof import("node:process")>("process")!.platform;
  const { posix, win32 } = builtin<typeof import("node:path")>("path")!;
  const path = platform === "win32" ? win32 : posix;
  const wished = await variable("XDG_CACHE_HOME");
  if (wished && path.isAbsolute(wished)) return path.join(wished, "neurite");
  const name = platform === "win32" ? "LOCALAPPDATA" : "HOME";
  const home = await variable(name);
  if (home === undefined) {
    throw new DataError(
      `Cannot find the cache folder as ${name} must tell where it is: current ${name} unset or ` +
        `not allowed to be read. Set the option dir or cache, or run with ` +
        `--allow-env=NEURITE_DATA,XDG_CACHE_HOME,${name}`,
    );
  }
  if (platform === "win32") return path.join(home, "neurite");
  if (platform === "darwin") return path.join(home, "Library", "Caches", "neurite");
  return path.join(home, ".cache", "neurite");
}
