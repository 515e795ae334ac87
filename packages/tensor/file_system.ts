/** Files of the platform's file system, read piece by piece, and written whole or not at all. */
import type { Stats } from "node:fs";
import { builtin } from "./builtin.ts";
import { DataError } from "./errors.ts";

/** Bytes handed to the system at once. */
const MOST = 1 << 28;
/** Links that are followed one after the other; a circle has more. */
const MOST_LINKS = 40;
/** The end of the name of a file that is being written. */
const UNFINISHED = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.part$/;

/** A file that is read piece by piece. */
export interface OpenFile {
  /** Its path. */
  readonly name: string;
  /** Its bytes. */
  readonly size: number;
  /** The bytes from `begin` to `end`, fewer where it ends before; in `into`, if it is given. */
  read(
    begin: number,
    end: number,
    into?: Uint8Array<ArrayBuffer>,
  ): Promise<Uint8Array<ArrayBuffer>>;
  /** Ends the reading. */
  close(): Promise<void>;
}

/**
 * Opens a file to read it. Links are followed.
 *
 * @throws {DataError} if there is none, it may not be read, or it is a folder, a device or a pipe,
 * which may never end.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { DataError } from "@neurite/tensor";
 * import { openFile } from "@neurite/tensor/files";
 *
 * const error = await assertRejects(() => openFile("."), DataError);
 * assertEquals(error.found, "a folder");
 * ```
 */
export async function openFile(path: string | URL): Promise<OpenFile> {
  const file = nameOf(path), { open, stat } = fileSystem("read", file);
  try {
    // Looked at first: to open a pipe would wait for somebody who writes into it.
    const info = await stat(file);
    if (!info.isFile()) throw notRegular("read", file, info);
    const handle = await open(file);
    return {
      name: file,
      size: info.size,
      async read(begin, end, into = new Uint8Array(end - begin)) {
        let at = 0;
        while (at < end - begin) {
          const most = Math.min(MOST, end - begin - at);
          const { bytesRead } = await handle.read(into, at, most, begin + at);
          if (bytesRead === 0) break;
          at += bytesRead;
        }
        return into.subarray(0, at);
      },
      close: () => handle.close(),
    };
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { name, message: found } = cause as Error;
    const remedy = name === "NotCapable" ? `. Run with --allow-read=${file}` : "";
    throw new DataError(
      `Cannot read ${file} as it must be a file that can be read: current ${found}${remedy}`,
      { file, expected: "a file that can be read", found, cause },
    );
  }
}

/** The last writer of each file: writers of one file take turns. */
const writers = new Map<string, Promise<void>>();

/**
 * Writes `parts` one after the other beside a file, waits until they are on the disk, and renames; makes
 * the folder. Parts may come in time, as those of a download do. On failure, of the disk or of what gives
 * the parts, the old file stays and nothing new is left behind. As with an editor, a link
 * stays a link and what it leads to is written, and a file that was there hands on its mode (and, where
 * that is allowed, its owner). What a process left behind that was killed in the middle is taken away.
 *
 * Two that write one file at once: within a process in the order of the calls; of two processes, the
 * last one that ends has written it.
 *
 * @throws {DataError} if the file cannot be written, or what is there is not a file: a folder, a device,
 * a pipe.
 * @throws what `parts` throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { writeWhole } from "@neurite/tensor/files";
 *
 * const folder = await Deno.makeTempDir();
 * await writeWhole(`${folder}/new/file`, [new TextEncoder().encode("whole")]);
 * assertEquals(await Deno.readTextFile(`${folder}/new/file`), "whole");
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeWhole(
  path: string | URL,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const name = nameOf(path);
  const before = writers.get(name),
    write = async () => {
      await before?.catch(() => {}); // The one who called has been told.
      await replace(name, parts);
    };
  const written = write();
  writers.set(name, written);
  try {
    await written;
  } finally {
    if (writers.get(name) === written) writers.delete(name);
  }
}

async function replace(
  path: string,
  parts: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<void> {
  const { chmod, chown, mkdir, open, readdir, rename, stat, unlink } = fileSystem("write", path);
  const { basename, dirname, join } = builtin<typeof import("node:path")>("path")!;
  let folder = dirname(path), beside: string | undefined, failed: { cause: unknown } | undefined;
  const given = async function* () {
    try {
      yield* parts;
    } catch (cause) {
      failed = { cause };
      throw cause;
    }
  };
  try {
    const { target, info } = await followed(path, (link) => folder = dirname(link));
    if (info !== undefined && !info.isFile()) throw notRegular("write", path, info);
    const start = `.${basename(target)}`;
    const unfinished = (name: string) =>
      name.startsWith(start) && UNFINISHED.test(name.slice(start.length));
    await mkdir(folder, { recursive: true });
    beside = join(folder, `${start}.${crypto.randomUUID()}.part`);
    const file = await open(beside, "wx", info && info.mode & 0o777);
    try {
      for await (const part of given()) {
        for (let at = 0; at < part.length;) {
          const { bytesWritten } = await file.write(part, at, Math.min(MOST, part.length - at));
          at += bytesWritten;
        }
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (info !== undefined) {
      const own = await stat(beside);
      if (own.uid !== info.uid || own.gid !== info.gid) {
        await chown(beside, info.uid, info.gid).catch(() => {}); // Only root may give files away.
      }
      if (own.mode !== info.mode) await chmod(beside, info.mode & 0o7777);
    }
    try {
      await rename(beside, target);
    } catch (error) {
      // Another process that wrote the same file has ended and taken ours away, as if it was left
      // behind: the same as if it had written a moment later.
      const gone = (error as { code?: string }).code === "ENOENT";
      if (!gone || !(await stat(target).then((now) => now.isFile(), () => false))) throw error;
    }
    for (const name of (await readdir(folder).catch(() => [])).filter(unfinished)) {
      await unlink(join(folder, name)).catch(() => {}); // It may be gone, or in use.
    }
  } catch (cause) {
    // Where the file was never made there is nothing to take away; the first error counts.
    if (beside !== undefined) await unlink(beside).catch(() => {});
    if (failed !== undefined) throw failed.cause;
    if (cause instanceof DataError) throw cause;
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
}

/** Where links lead to, and what is there, if anything; `step` is told each place before it is asked. */
async function followed(
  path: string,
  step: (place: string) => void,
): Promise<{ target: string; info: Stats | undefined }> {
  const { lstat, readlink } = fileSystem("write", path);
  const { dirname, resolve } = builtin<typeof import("node:path")>("path")!;
  let target = path;
  for (let links = 0; links < MOST_LINKS; links++) {
    step(target);
    let info: Stats | undefined;
    try {
      info = await lstat(target);
    } catch (error) {
      const { code } = error as { code?: string };
      if (code !== "ENOENT") throw error;
    }
    if (info === undefined || !info.isSymbolicLink()) return { target, info };
    target = resolve(dirname(target), await readlink(target));
  }
  throw new Error(`more than ${MOST_LINKS} links, one after the other`);
}

/** The error of what is not a file. */
function notRegular(operation: string, file: string, info: Stats): DataError {
  const found = info.isDirectory()
    ? "a folder"
    : info.isFIFO()
    ? "a pipe"
    : info.isSocket()
    ? "a socket"
    : "a device";
  return new DataError(
    `Cannot ${operation} ${file} as it must be a regular file: current ${found}`,
    { file, expected: "a regular file", found },
  );
}

/** The path of a file that is named by a path or a `file:` address. */
function nameOf(file: string | URL): string {
  if (!(file instanceof URL)) return file;
  return builtin<typeof import("node:url")>("url")?.fileURLToPath(file) ?? file.href;
}

/** The file system; throws `DataError` where there is none. */
function fileSystem(operation: string, file: string): typeof import("node:fs/promises") {
  const system = builtin<typeof import("node:fs/promises")>("fs/promises");
  if (system !== undefined) return system;
  throw new DataError(
    `Cannot ${operation} ${file} as a path must lead into a file system: current platform without one, ` +
      `such as a page. Use "opfs://name" or "indexeddb://name", a file handle, a Blob, or bytes`,
    { file, expected: "a file system", found: "none" },
  );
}
