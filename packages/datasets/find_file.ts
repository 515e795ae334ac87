/** The bytes of a file of a data set: from a folder of the user's, from the cache, or downloaded. */
import {
  findFile as find,
  type LoadOptions,
  ownFile as findOwn,
  type PublishedFile,
  publishedFile as findPublished,
  type PublishedSet,
} from "@neurite/tensor/download";
import { readSource, type SourceBytes } from "@neurite/tensor/files";

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
): Promise<SourceBytes> {
  const otherNames = file.name.endsWith(".gz") ? [file.name.slice(0, -3)] : [];
  return await readSource(await find({ ...file, otherNames }, set, options));
}

/** The first of these files that stands in a folder of the user's: `dir`, or that of the set in `NEURITE_DATA`. */
export async function ownFile(
  names: readonly string[],
  set: PublishedSet,
  options: LoadOptions,
): Promise<SourceBytes | undefined> {
  const found = await findOwn(names, set, options);
  return found === undefined ? undefined : await readSource(found);
}

/** A file as it is published, from the cache or downloaded into it. */
export async function publishedFile(
  file: PublishedFile,
  set: PublishedSet,
  options: LoadOptions,
): Promise<SourceBytes> {
  return await readSource(await findPublished(file, set, options));
}
