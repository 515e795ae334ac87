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
  /** Addresses to download from, tried in order; with `[]` nothing is downloaded. */
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
  { dir, cache, mirrors = set.mirrors, onProgress, signal }: LoadOptions,
): Promise<{ bytes: Uint8Array; file: string }> {
  const { join } = await import("node:path");
  const data = dir === undefined ? await environment("NEURITE_DATA") : undefined;
  const folder = dir ?? (data && join(data, set.folder));
  const names = new Set([file.name, file.name.replace(/\.gz$/, "")]);
  if (folder !== undefined) {
    for (const name of names) {
      const path = join(folder, name), bytes = await readFile(path);
      if (bytes) return { bytes, file: path };
    }
  }
  if (dir !== undefined) {
    const which = names.size > 1 ? `${file.name}, gzipped or not,` : file.name;
    throw new DataError(
      `Cannot load ${set.title} from ${dir} as ${which} must be there: ` +
        `current no such file. Leave out the option dir to have it downloaded`,
      { file: join(dir, file.name), expected: file.name, found: "no such file" },
    );
  }
  const kept = join(cache ?? await cacheFolder(), set.folder);
  const bytes = await fetchFile(file, { folder: kept, mirrors, onProgress, signal });
  return { bytes, file: join(kept, file.name) };
}
