/** Writes files so that a reader sees the old one or the new one, never half of one. */
import { DataError } from "@neurite/tensor";

/** Bytes handed to the system at once. */
const MOST = 1 << 28;
/** Milliseconds after which an unfinished file must be that of a process that was killed. */
const STALE = 10 * 60 * 1000;
/** The name of an unfinished file. */
const UNFINISHED = /\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * Writes `parts` one after the other beside `path`, waits until they are on the disk, and renames;
 * makes the folder. On failure the old file stays and nothing new is left behind. What a process
 * left behind that was killed in the middle is taken away by a later writer of the same file.
 *
 * @throws {DataError} if the file cannot be written.
 */
export async function writeWhole(path: string, parts: Iterable<Uint8Array>): Promise<void> {
  const { mkdir, open, rename, unlink } = await import("node:fs/promises");
  const { basename, dirname, join } = await import("node:path");
  const folder = dirname(path), start = `.${basename(path)}`;
  const beside = join(folder, `${start}.${crypto.randomUUID()}.part`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(beside, "wx");
    try {
      for (const part of parts) {
        for (let at = 0; at < part.length;) {
          const { bytesWritten } = await file.write(part, at, Math.min(MOST, part.length - at));
          at += bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    // Where the file was never made there is nothing to take away; the first error counts.
    await unlink(beside).catch(() => {});
    const { name, message: found } = cause as Error;
    const remedy = name === "NotCapable"
      ? `. Run with --allow-read=${folder} --allow-write=${folder}`
      : "";
    throw new DataError(
      `Cannot write ${path} as its folder must be writable and the disk have room: current ` +
        `${found}${remedy}`,
      { file: path, expected: "a file that can be written", found, cause },
    );
  }
  await clean(folder, (name) => name.startsWith(start) && UNFINISHED.test(name));
}

/** Removes old files of a folder; that they are in use or gone already is no reason to complain. */
async function clean(folder: string, unwanted: (name: string) => boolean): Promise<void> {
  const { readdir, stat, unlink } = await import("node:fs/promises");
  const { join } = await import("node:path");
  for (const name of (await readdir(folder).catch(() => [])).filter(unwanted)) {
    const path = join(folder, name), info = await stat(path).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > STALE) await unlink(path).catch(() => {});
  }
}
