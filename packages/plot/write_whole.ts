/**
 * Writes files so that a reader sees the old one or the new one, never half of one.
 *
 * @module
 */

/** Writes `bytes` beside `path` and renames; makes the folder. On failure nothing is left behind. */
export async function writeWhole(path: string | URL, bytes: Uint8Array): Promise<void> {
  const { mkdir, open, rename, unlink } = await import("node:fs/promises");
  const { dirname, basename, join } = await import("node:path");
  const { fileURLToPath } = await import("node:url");
  const target = path instanceof URL ? fileURLToPath(path) : path;
  const folder = dirname(target);
  await mkdir(folder, { recursive: true });
  const beside = join(folder, `.${basename(target)}.${crypto.randomUUID()}.part`);
  try {
    const file = await open(beside, "wx");
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, target);
  } catch (error) {
    // Where the file was never made there is nothing to take away; the first error counts.
    await unlink(beside).catch(() => {});
    throw error;
  }
}
