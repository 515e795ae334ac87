/**
 * Files that are published: looked for in the user's folders, in the cache, and downloaded into it with
 * a progress bar, checked by length and SHA-256. For packages of ours; what stands here may change with
 * any version. It loads nothing of the engine.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { fetchFile } from "@neurite/tensor/download";
 * import { DataError } from "@neurite/tensor";
 *
 * const folder = await Deno.makeTempDir(), file = { name: "set.bin", bytes: 3, sha256: "..." };
 * await assertRejects(() => fetchFile(file, { folder, mirrors: [] }), DataError, "no mirrors");
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { fetchFile, type FetchFileOptions, type PublishedFile } from "./fetch_file.ts";
export {
  absent,
  findFile,
  type FoundFile,
  type LoadOptions,
  ownFile,
  publishedFile,
  type PublishedSet,
} from "./find_file.ts";
export { lookFor } from "./look_for.ts";
export type { Progress } from "./progress.ts";
