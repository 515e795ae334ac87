/** Safetensors files. */
import { DataError } from "@neurite/tensor";
import {
  decodeSafetensors,
  type Safetensors,
  safetensorsParts,
  type SavedTensor,
} from "./format.ts";
import { writeWhole } from "./write_whole.ts";

/** The path of a file that is named by a path or a `file:` address. */
async function pathOf(file: string | URL): Promise<string> {
  return file instanceof URL ? (await import("node:url")).fileURLToPath(file) : file;
}

/**
 * Writes a safetensors file and makes the folder it is in. It is written beside its place and
 * renamed when it is whole and on the disk: a crash or a full disk leaves the file that was there.
 * Deno asks for leave to read and write the folder.
 *
 * @throws {DataError} if the file cannot be written.
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
export async function writeSafetensors(
  path: string | URL,
  tensors: ReadonlyMap<string, SavedTensor>,
  metadata: Readonly<Record<string, string>> = {},
): Promise<void> {
  await writeWhole(await pathOf(path), safetensorsParts(tensors, metadata));
}

/**
 * Reads a safetensors file; see {@linkcode decodeSafetensors}. Deno asks for leave to read it.
 *
 * @throws {DataError} if it cannot be read, or anything is wrong with it.
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
export async function readSafetensors(path: string | URL): Promise<Safetensors> {
  const { readFile } = await import("node:fs/promises");
  const file = await pathOf(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    const { name, message: found } = cause as Error;
    const remedy = name === "NotCapable" ? `. Run with --allow-read=${file}` : "";
    throw new DataError(
      `Cannot read ${file} as it must be a file that can be read: current ${found}${remedy}`,
      { file, expected: "a file that can be read", found, cause },
    );
  }
  return decodeSafetensors(bytes, { file });
}
