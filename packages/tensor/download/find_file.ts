/** A published file: from a folder of the user's, from the cache, or downloaded. */
import { builtin } from "../builtin.ts";
import { DataError } from "../errors.ts";
import { cacheFolder, environment } from "./environment.ts";
import { fetchFile, type PublishedFile } from "./fetch_file.ts";
import { lookFor } from "./look_for.ts";
import { fetchInPage, ownInPage } from "./in_page.ts";
import type { Progress } from "./progress.ts";

/** Where published files may come from. */
export interface LoadOptions {
  /** A folder with the files, in a page its address; then nowhere else is looked. */
  dir?: string;
  /**
   * The folder that keeps downloads; `$XDG_CACHE_HOME/neurite` or the platform's own unless given. In a
   * page the name of a cache of the Cache API, `neurite` unless given.
   */
  cache?: string;
  /**
   * Addresses of folders to download from, tried in order: of servers, or in an npm package,
   * `npm:name@version/folder/`; with `[]` nothing is downloaded.
   */
  mirrors?: readonly string[];
  /** Called as a download goes on, in place of the bar or line on standard error. */
  onProgress?: (progress: Progress) => void;
  /** Gives up a download when aborted. */
  signal?: AbortSignal;
}

/** Files that are published together. */
export interface PublishedSet {
  /** Their name for messages: `MNIST`. */
  title: string;
  /** Their folder in `NEURITE_DATA` and in the cache: `mnist`. */
  folder: string;
  /** The addresses of folders that offer them. */
  mirrors: readonly string[];
}

/** Where a published file was found: its path, or where there is no file system the file itself. */
export type FoundFile = string | File;

/** Whether there is a file system, with paths. */
function hasFiles(): boolean {
  return builtin("fs/promises") !== undefined;
}

/**
 * A file from the first place that has it, its path where there is a file system: `dir` alone if it is
 * given; else the set's folder in `NEURITE_DATA`, the cache, the mirrors. In the user's own folders it may
 * have one of its other names.
 *
 * @throws {DataError} if no place has it, or what is there cannot be read.
 * @throws the signal's reason, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findFile } from "@neurite/tensor/download";
 *
 * const dir = await Deno.makeTempDir(), file = { name: "a.txt" };
 * await Deno.writeTextFile(`${dir}/a.txt`, "mine");
 * const found = await findFile(file, { title: "a", folder: "a", mirrors: [] }, { dir });
 * assertEquals(await Deno.readTextFile(found as string), "mine");
 * await Deno.remove(dir, { recursive: true });
 * ```
 */
export async function findFile(
  file: PublishedFile,
  set: PublishedSet,
  options: LoadOptions,
): Promise<FoundFile> {
  const names = [file.name, ...file.otherNames ?? []], own = await ownFile(names, set, options);
  if (own !== undefined) return own;
  const { dir } = options;
  if (dir === undefined) return await publishedFile(file, set, options);
  throw absent(dir, names, set);
}

/**
 * The first of these files that stands in a folder of the user's: `dir`, or that of the set
 * in `NEURITE_DATA`.
 *
 * @throws {DataError} if one is there and cannot be read.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ownFile } from "@neurite/tensor/download";
 *
 * const set = { title: "a", folder: "a", mirrors: [] };
 * assertEquals(await ownFile(["a.txt"], set, { dir: "/nowhere" }), undefined);
 * ```
 */
export async function ownFile(
  names: readonly string[],
  set: PublishedSet,
  { dir, signal }: LoadOptions,
): Promise<FoundFile | undefined> {
  if (!hasFiles()) return dir === undefined ? undefined : await ownInPage(names, dir, signal);
  const { join } = builtin<typeof import("node:path")>("path")!;
  const data = dir === undefined ? environment("NEURITE_DATA") : undefined;
  const folder = dir ?? (data && join(data, set.folder));
  if (folder === undefined) return undefined;
  for (const name of names) {
    const path = join(folder, name), file = await lookFor(path);
    await file?.close();
    if (file !== undefined) return path;
  }
  return undefined;
}

/**
 * A file as it is published: in the cache, or downloaded into it; see {@linkcode fetchFile}.
 *
 * @throws what {@linkcode fetchFile} throws.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { publishedFile } from "@neurite/tensor/download";
 * import { DataError } from "@neurite/tensor";
 *
 * const set = { title: "a", folder: "a", mirrors: [] }, cache = await Deno.makeTempDir();
 * await assertRejects(() => publishedFile({ name: "a.txt" }, set, { cache }), DataError);
 * await Deno.remove(cache, { recursive: true });
 * ```
 */
export async function publishedFile(
  file: PublishedFile,
  set: PublishedSet,
  { cache, mirrors = set.mirrors, onProgress, signal }: LoadOptions,
): Promise<FoundFile> {
  if (!hasFiles()) return await fetchInPage(file, { cache, mirrors, onProgress, signal });
  const { join } = builtin<typeof import("node:path")>("path")!;
  const folder = join(cache ?? await cacheFolder(), set.folder);
  return await fetchFile(file, { folder, mirrors, onProgress, signal });
}

/**
 * The error of a folder that has a file under none of its names.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { absent } from "@neurite/tensor/download";
 *
 * const error = absent("mine", ["a", "b"], { title: "it", folder: "it", mirrors: [] });
 * assertEquals(error.expected, "a or b");
 * ```
 */
export function absent(
  dir: string,
  names: readonly string[],
  { title }: PublishedSet,
): DataError {
  const expected = names.join(" or "), file = `${dir.replace(/[/\\]$/, "")}/${names[0]}`;
  return new DataError(
    `Cannot load ${title} from ${dir} as ${expected} must be there: current no such file. Leave out ` +
      "the option dir to have it downloaded",
    { file, expected, found: "no such file" },
  );
}
