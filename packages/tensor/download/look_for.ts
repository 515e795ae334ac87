/** Looking for a file that may be there or not, with an error that says what to do. */
import { builtin } from "../builtin.ts";
import { DataError } from "../errors.ts";
import { type OpenFile, openFile } from "../file_system.ts";
import { isForbidden, reasonOf } from "./environment.ts";

/**
 * Opens a file to read it; `undefined` where there is none.
 *
 * @throws {DataError} if it is there and cannot be read, is a folder, a device or a pipe, or may not be
 * looked for.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lookFor } from "@neurite/tensor/download";
 *
 * assertEquals(await lookFor("no/such/file"), undefined);
 * ```
 */
export async function lookFor(path: string): Promise<OpenFile | undefined> {
  const { dirname } = builtin<typeof import("node:path")>("path")!;
  try {
    return await openFile(path);
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
