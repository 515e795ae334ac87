/** Safetensors files. */
import { DataError } from "@neurite/tensor";
import {
  bytesAs,
  type BytesKind,
  type FileSource,
  type FileTarget,
  isBytesKind,
  openSource,
  writeTarget,
} from "@neurite/tensor/files";
import {
  dataBegin,
  decodeTensors,
  PEEK,
  readHead,
  type Safetensors,
  safetensorsParts,
  type SavedTensor,
} from "./format.ts";
import { unreadable } from "./stream.ts";

/**
 * Writes a safetensors file. To a path, it is written beside its place, in a folder that is made, and
 * renamed when it is whole and on the disk: a crash or a full disk leaves the file that was there. A
 * link stays a link, and a file that was there hands on its mode. Deno asks for leave to read and write
 * the folder. In a page, `opfs://folder/name` and `indexeddb://name` are names in its storage; a file
 * handle is written to, an address is sent the file by `PUT`; and with `Uint8Array`, `ArrayBuffer`, `Blob`
 * or `Response` one of these is made.
 *
 * @throws {DataError} if the file cannot be written, or is none: a folder, a device, a pipe.
 * @throws what {@linkcode encodeSafetensors} throws, before anything is written.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSafetensors, writeSafetensors } from "@neurite/nn";
 *
 * const folder = await Deno.makeTempDir();
 * const bias = { dtype: "float32" as const, shape: [2], data: new Float32Array([1, 2]) };
 * await writeSafetensors(`${folder}/layer.safetensors`, new Map([["bias", bias]]));
 * const { tensors } = await readSafetensors(`${folder}/layer.safetensors`);
 * assertEquals(tensors.get("bias"), bias);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function writeSafetensors<K extends BytesKind>(
  target: K,
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata?: Readonly<Record<string, string>>,
): Promise<InstanceType<K>>;
/** Writes a safetensors file to its place. */
export function writeSafetensors(
  target: FileTarget,
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata?: Readonly<Record<string, string>>,
): Promise<void>;
export async function writeSafetensors(
  target: FileTarget | BytesKind,
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<unknown> {
  const parts = safetensorsParts(tensors, metadata);
  return await (isBytesKind(target) ? bytesAs(target, parts) : writeTarget(target, parts));
}

/**
 * Reads a safetensors file whole; see {@linkcode decodeSafetensors}. Tensor by tensor it is read by
 * {@linkcode openSafetensors}. Deno asks for leave to read a path, or to reach the host of an address.
 *
 * @throws {DataError} if it cannot be read, or anything is wrong with it; where it is a file of another
 * known kind, such as Keras's, PyTorch's or ONNX's, says which.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { readSafetensors } from "@neurite/nn";
 * import { DataError } from "@neurite/tensor";
 *
 * const error = await assertRejects(() => readSafetensors("no/such/file"), DataError);
 * assertEquals(error.file, "no/such/file");
 * ```
 */
export async function readSafetensors(from: FileSource): Promise<Safetensors> {
  const source = await openSource(from), { size, name: file } = source;
  try {
    // Nothing is read of what is something else, and no more than the head of what is damaged there.
    const start = dataBegin(await source.read(0, Math.min(size, PEEK)), size, file);
    const head = readHead(await source.read(0, start), size, file);
    return decodeTensors(head, await source.read(start, size), file);
  } catch (cause) {
    throw cause instanceof DataError ? cause : unreadable(file, cause);
  } finally {
    await source.close();
  }
}
