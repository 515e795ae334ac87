/**
 * Writes files so that a reader sees the old one or the new one, never half of one.
 *
 * @module
 */

/** Links that are followed one after the other; a circle has more. */
const MOST_LINKS = 40;

/** The end of the name of a file that is being written. */
const UNFINISHED = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/**
 * Writes `bytes` beside `path` and renames; makes the folder. On failure nothing is left behind. As with
 * an editor, a link stays a link and what it leads to is written, and a file that was there hands on its
 * mode. What a process left behind that was killed in the middle is taken away.
 *
 * @throws {TypeError} where something is there that is not a file.
 */
export async function writeWhole(path: string | URL, bytes: Uint8Array): Promise<void> {
  const { chmod, lstat, mkdir, open, readdir, readlink, rename, unlink } = await import(
    "node:fs/promises"
  );
  const { dirname, basename, join, resolve } = await import("node:path");
  const { fileURLToPath } = await import("node:url");
  const there = (place: string) =>
    lstat(place).catch((error: { code?: string }) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
  let target = path instanceof URL ? fileURLToPath(path) : path;
  let old = await there(target);
  for (let links = 0; old?.isSymbolicLink() && links < MOST_LINKS; links++) {
    target = resolve(dirname(target), await readlink(target));
    old = await there(target);
  }
  if (old !== undefined && !old.isFile()) {
    const found = old.isDirectory() ? "a folder" : old.isSymbolicLink() ? "links" : "no file";
    throw new TypeError(
      `Cannot save a picture as ${target} must be a file or not be there: current ${found}`,
    );
  }
  const folder = dirname(target), start = `.${basename(target)}`;
  await mkdir(folder, { recursive: true });
  const beside = join(folder, `${start}.${crypto.randomUUID()}.part`);
  try {
    const file = await open(beside, "wx", old && old.mode & 0o777);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    if (old !== undefined) await chmod(beside, old.mode & 0o7777);
    await rename(beside, target);
  } catch (error) {
    // Where the file was never made there is nothing to take away; the first error counts.
    await unlink(beside).catch(() => {});
    throw error;
  }
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.startsWith(start) || !UNFINISHED.test(name.slice(start.length))) continue;
    await unlink(join(folder, name)).catch(() => {}); // It may be gone, or in use.
  }
}
