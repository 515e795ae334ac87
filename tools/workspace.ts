/** The workspace as its `deno.json` files describe it, and how tools start Deno in it. */
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** The folder that holds the workspace's `deno.json`. */
export const ROOT: string = resolve(import.meta.dirname ?? ".", "..");

/** One package of the workspace. */
export interface Member {
  /** As imported: `@neurite/tensor`. */
  name: string;
  /** Its version. */
  version: string;
  /** Its folder, absolute. */
  dir: string;
  /** Its entry points, absolute paths by export name (`"."`). */
  exports: Record<string, string>;
}

/** The parts of a `deno.json` that the tools read. */
export interface Config {
  /** Package name. */
  name?: string;
  /** Package version. */
  version?: string;
  /** One entry point, or one for each export name. */
  exports?: string | Record<string, string>;
  /** Import map entries. */
  imports?: Record<string, string>;
}

/** Reads the `deno.json` of a folder. */
export function readConfig(dir: string): Config {
  return JSON.parse(Deno.readTextFileSync(join(dir, "deno.json")));
}

function readMember(dir: string): Member {
  const { name, version, exports } = readConfig(dir);
  if (!name || !version || !exports) {
    throw new Error(`Cannot publish ${dir} as deno.json needs a name, a version and exports`);
  }
  const entries = Object.entries(typeof exports === "string" ? { ".": exports } : exports);
  return {
    name,
    version,
    dir,
    exports: Object.fromEntries(entries.map(([key, path]) => [key, resolve(dir, path)])),
  };
}

/** The packages of the workspace, by name. */
export function readMembers(root: string = ROOT): Member[] {
  return [...Deno.readDirSync(join(root, "packages"))]
    .map((entry) => join(root, "packages", entry.name))
    .filter((dir) => existsSync(join(dir, "deno.json")))
    .map(readMember)
    .sort((a, b) => a.name < b.name ? -1 : 1);
}

/** The files below `dir` whose path passes `keep`, sorted; nothing if there is no such folder. */
export function listFiles(dir: string, keep: (path: string) => boolean): string[] {
  if (!existsSync(dir)) return [];
  return [...Deno.readDirSync(dir)].flatMap((entry) => {
    const path = join(dir, entry.name);
    if (entry.name === "node_modules" || entry.name.startsWith(".")) return [];
    if (entry.isDirectory) return listFiles(path, keep);
    return keep(path) ? [path] : [];
  }).sort();
}

/** How a command ended. */
export interface Outcome {
  /** Whether it exited with 0. */
  ok: boolean;
  /** What it wrote to standard output. */
  stdout: string;
  /** What it wrote to standard error. */
  stderr: string;
}

/** How to start Deno. */
export interface RunOptions {
  /** The working folder, by default the root. */
  cwd?: string;
  /** Environment variables beside the inherited ones. */
  env?: Record<string, string>;
  /** Milliseconds after which it is stopped, which counts as a failure. */
  timeout?: number;
}

/** Runs this same Deno and waits for it; output is plain text without colours. */
export async function runDeno(args: string[], options: RunOptions = {}): Promise<Outcome> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args,
    cwd: options.cwd ?? ROOT,
    env: { NO_COLOR: "1", ...options.env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    signal: options.timeout === undefined ? undefined : AbortSignal.timeout(options.timeout),
  }).output();
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { ok: success, stdout: decode(stdout), stderr: decode(stderr) };
}
