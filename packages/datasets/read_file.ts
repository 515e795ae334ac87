/** Reading a file of a data set, with an error that says what to do. */
import { DataError } from "@neurite/tensor";
import { isForbidden, reasonOf } from "./environment.ts";

/**
 * The bytes of a file, `undefined` where there is none.
 *
 * @throws {DataError} if it is there and cannot be read, or may not be looked for.
 */
export async function readFile(path: string): Promise<Uint8Array | undefined> {
  const [fs, { dirname }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  try {
    return new Uint8Array(await fs.readFile(path));
  } catch (cause) {
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
