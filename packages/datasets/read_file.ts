/** Reading a file of a data set, with an error that says what to do. */
import { DataError } from "@neurite/tensor";
import { openFile } from "@neurite/tensor/files";
import { isForbidden, reasonOf } from "./environment.ts";

/**
 * The bytes of a file, `undefined` where there is none.
 *
 * @throws {DataError} if it is there and cannot be read, is a folder, a device or a pipe, or may not be
 * looked for.
 */
export async function readFile(path: string): Promise<Uint8Array | undefined> {
  const { dirname } = await import("node:path");
  try {
    const file = await openFile(path);
    return await file.read(0, file.size).finally(() => file.close());
  } catch (error) {
    const { cause } = error as DataError;
    if (cause === undefined) throw error; // It is there, and no file.
    const { code } = cause as { code?: string };
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    const remedy = isForbidden(cause)
      ? `run with --allow-read=${dirname(path)}`
      : "make it readable";
    const found = reasonOf(cause);
    throw new DataError(
      `Cannot read ${path} as a data file must be readable: current ${found}. ` +
        `Name another folder with the option dir, or ${remedy}`,
      { file: path, expected: "a readable file", found, cause },
    );
  }
}
