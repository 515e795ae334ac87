/**
 * Files: read where they are files, and written so that a reader sees the old one or the new one, never
 * half of one; and other places that bytes come from and go to. For packages of ours; what stands here may
 * change with any version. It loads nothing of the engine.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openFile, writeWhole } from "@neurite/tensor/files";
 *
 * const folder = await Deno.makeTempDir(), path = `${folder}/a/b.bin`;
 * await writeWhole(path, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
 * const file = await openFile(path);
 * assertEquals([file.size, await file.read(0, 3)], [3, Uint8Array.of(1, 2, 3)]);
 * await file.close();
 * await Deno.remove(folder, { recursive: true });
 * ```
 *
 * @module
 */
export { builtin } from "./builtin.ts";
export { type OpenFile, openFile, writeWhole } from "./file_system.ts";
export {
  bytesAs,
  type BytesKind,
  type FileHandle,
  type FileSource,
  type FileTarget,
  isBytesKind,
  nameOfSource,
  openSource,
  readSource,
  type SourceBytes,
  writeTarget,
} from "./source.ts";
