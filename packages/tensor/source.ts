/** Where a file is, or where it goes: a place, or its bytes. */
import { builtin } from "./builtin.ts";
import { DataError } from "./errors.ts";
import { type OpenFile, openFile, writeWhole } from "./file_system.ts";
import { type NamedStore, storeOf } from "./named_store.ts";

/** A handle of a file, as `showOpenFilePicker` or a page's private file system give it. */
export interface FileHandle {
  /** Its name. */
  readonly name: string;
  /** The file as it is. */
  getFile(): Promise<Blob>;
  /** A stream that replaces it when it is closed. */
  createWritable(): Promise<WritableStream>;
}

/**
 * A file that is read: a path; an address, as a `URL` or a text that begins with `https:`, `data:` or
 * `blob:`; its bytes; a `Blob`, such as the `File` that somebody chose in a page; the `Response` of a
 * server; a file handle; in a page, `opfs://folder/name` in its private file system, or
 * `indexeddb://name` in its database.
 */
export type FileSource =
  | string
  | URL
  | Uint8Array
  | ArrayBuffer
  | Blob
  | Response
  | FileHandle;

/** Bytes without a place: what a file becomes in place of being written. */
export type BytesKind =
  | typeof Uint8Array
  | typeof ArrayBuffer
  | typeof Blob
  | typeof Response;

/**
 * Where a file is written: a path; an address to which it is put (`PUT`); a file handle; in a page,
 * `opfs://folder/name` or `indexeddb://name`.
 */
export type FileTarget = string | URL | FileHandle;

/** A file that was read. */
export interface SourceBytes {
  /** What is in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it is called, for messages. */
  readonly file: string;
}

/** Addresses that are fetched; others are paths. */
const ADDRESS = /^(https?|data|blob):/;

/** What bytes are called that have no name. */
const NAMELESS = "the data";

/**
 * What a source is called in messages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nameOfSource } from "@neurite/tensor/files";
 *
 * assertEquals(nameOfSource(new File([], "a.bin")), "a.bin");
 * ```
 */
export function nameOfSource(source: FileSource): string {
  if (typeof source === "string" || source instanceof URL) {
    const place = String(source); // An address may be the data itself.
    return place.length > 200 ? `${place.slice(0, 199)}…` : place;
  }
  if (source instanceof Response) return source.url || "the response";
  const { name } = source as { name?: unknown };
  return typeof name === "string" && name !== "" ? name : NAMELESS;
}

/**
 * Opens a file wherever it is, to read it piece by piece. Deno asks for leave to read a path, or to reach
 * the host of an address.
 *
 * @throws {DataError} if there is nothing, it cannot be read, or the server refuses it.
 * @throws {TypeError} for a source of another kind.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { openSource } from "@neurite/tensor/files";
 *
 * const file = await openSource(new Response("some text"));
 * assertEquals(await file.read(0, 4), new TextEncoder().encode("some"));
 * await file.close();
 * ```
 */
export async function openSource(source: FileSource): Promise<OpenFile> {
  const name = nameOfSource(source);
  if (source instanceof Uint8Array) return held(name, ofArray(source));
  if (source instanceof ArrayBuffer) return held(name, new Uint8Array(source));
  if (source instanceof Blob) return ofBlob(name, source);
  if (source instanceof Response) return held(name, await answered(source, name));
  if (isHandle(source)) {
    return ofBlob(name, await trying("read", name, () => source.getFile()));
  }
  if (typeof source !== "string" && !(source instanceof URL)) {
    throw new TypeError(
      "Cannot read a file as its source must be a path, a URL, bytes, a Blob, a Response or a file " +
        `handle: current ${Object.prototype.toString.call(source).slice(8, -1)}`,
    );
  }
  const place = String(source), store = storeOf(place);
  if (store !== undefined) return ofBlob(name, await stored(store, name));
  if (!ADDRESS.test(place)) return await openFile(source);
  const response = await trying("read", name, () => fetch(place));
  return held(name, await answered(response, name));
}

/**
 * The bytes of a file wherever it is, and its name for messages.
 *
 * @throws what {@linkcode openSource} throws.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSource } from "@neurite/tensor/files";
 *
 * const { bytes, file } = await readSource(new File(["abc"], "a.txt"));
 * assertEquals([file, new TextDecoder().decode(bytes)], ["a.txt", "abc"]);
 * ```
 */
export async function readSource(source: FileSource): Promise<SourceBytes> {
  const opened = await openSource(source), { name: file, size } = opened;
  try {
    return { bytes: await trying("read", file, () => opened.read(0, size)), file };
  } finally {
    await opened.close();
  }
}

/**
 * Writes the parts of a file to where it goes. A path is written beside and renamed, as
 * {@linkcode writeWhole} does; what was in a page's storage stays until the new file is whole.
 *
 * @throws {DataError} if it cannot be written, or the server refuses it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { readSource, writeTarget } from "@neurite/tensor/files";
 *
 * const path = await Deno.makeTempFile();
 * await writeTarget(path, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
 * assertEquals((await readSource(path)).bytes, Uint8Array.of(1, 2, 3));
 * await Deno.remove(path);
 * ```
 */
export async function writeTarget(
  target: FileTarget,
  parts: readonly Uint8Array[],
): Promise<void> {
  if (isHandle(target)) {
    return await trying("write", target.name, async () => {
      const stream = await target.createWritable(), writer = stream.getWriter();
      await writer.write(asBlob(parts));
      await writer.close();
    });
  }
  if (typeof target !== "string" && !(target instanceof URL)) {
    throw new TypeError(
      "Cannot write a file as its target must be a path, a URL, a file handle, or Uint8Array, " +
        `ArrayBuffer, Blob or Response: current ${
          Object.prototype.toString.call(target).slice(8, -1)
        }`,
    );
  }
  const place = String(target), name = nameOfSource(target), store = storeOf(place);
  if (store !== undefined) {
    return await trying("write", name, () => store.write(asBlob(parts)));
  }
  if (!ADDRESS.test(place)) return await writeWhole(target, parts);
  const body = asBlob(parts);
  const response = await trying("write", name, () => fetch(place, { method: "PUT", body }));
  await response.body?.cancel();
  if (!response.ok) throw refused("write", name, response);
}

/**
 * The parts of a file as one of the classes that hold bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { bytesAs } from "@neurite/tensor/files";
 *
 * const blob = await bytesAs(Blob, [Uint8Array.of(1, 2), Uint8Array.of(3)]);
 * assertEquals(blob.size, 3);
 * ```
 */
export async function bytesAs<K extends BytesKind>(
  kind: K,
  parts: readonly Uint8Array[],
): Promise<InstanceType<K>> {
  const blob = asBlob(parts);
  const made = async () => {
    if (kind === Blob) return blob;
    if (kind === Response) return new Response(blob);
    const buffer = await blob.arrayBuffer();
    return kind === ArrayBuffer ? buffer : new Uint8Array(buffer);
  };
  return await made() as InstanceType<K>;
}

/**
 * Whether a target is one of the classes that hold bytes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isBytesKind } from "@neurite/tensor/files";
 *
 * assertEquals([isBytesKind(Blob), isBytesKind("a path")], [true, false]);
 * ```
 */
export function isBytesKind(target: unknown): target is BytesKind {
  return target === Uint8Array || target === ArrayBuffer || target === Blob ||
    target === Response;
}

function isHandle(value: unknown): value is FileHandle {
  const { getFile, createWritable } = (value ?? {}) as Partial<FileHandle>;
  return typeof getFile === "function" && typeof createWritable === "function";
}

function asBlob(parts: readonly Uint8Array[]): Blob {
  return new Blob(parts as Uint8Array<ArrayBuffer>[], { type: "application/octet-stream" });
}

/** Bytes in memory of their own kind: what is shared is copied. */
function ofArray(source: Uint8Array): Uint8Array<ArrayBuffer> {
  const { buffer, byteOffset, byteLength } = source;
  return buffer instanceof ArrayBuffer
    ? new Uint8Array(buffer, byteOffset, byteLength)
    : new Uint8Array(source);
}

/** Bytes that are there, as a file. */
function held(name: string, bytes: Uint8Array<ArrayBuffer>): OpenFile {
  return {
    name,
    size: bytes.length,
    read(begin, end, into) {
      const part = bytes.subarray(begin, end);
      into?.set(part);
      return Promise.resolve(into?.subarray(0, part.length) ?? part);
    },
    close: () => Promise.resolve(),
  };
}

function ofBlob(name: string, blob: Blob): OpenFile {
  return {
    name,
    size: blob.size,
    async read(begin, end, into) {
      const part = new Uint8Array(await blob.slice(begin, end).arrayBuffer());
      into?.set(part);
      return into?.subarray(0, part.length) ?? part;
    },
    close: () => Promise.resolve(),
  };
}

/** What a page keeps under a name. */
async function stored(store: NamedStore, name: string): Promise<Blob> {
  const blob = await trying("read", name, () => store.read());
  if (blob !== undefined) return blob;
  const found = "nothing of that name";
  throw new DataError(
    `Cannot read ${name} as it must have been saved on this page's origin: current ${found}`,
    { file: name, expected: "a file of that name", found },
  );
}

/** What a server answered. */
async function answered(response: Response, file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!response.ok) {
    await response.body?.cancel();
    throw refused("read", file, response);
  }
  return await trying("read", file, async () => new Uint8Array(await response.arrayBuffer()));
}

function refused(operation: string, file: string, { status, statusText }: Response): DataError {
  const found = `the answer ${status} ${statusText}`.trim();
  const rule = operation === "read" ? "have it" : "take it";
  return new DataError(
    `Cannot ${operation} ${file} as the server must ${rule}: current ${found}`,
    { file, expected: "the answer 200", found },
  );
}

/** What went wrong becomes a `DataError`. */
async function trying<T>(operation: string, file: string, f: () => Promise<T>): Promise<T> {
  try {
    return await f();
  } catch (cause) {
    if (cause instanceof DataError) throw cause;
    const { message: found, name } = cause as Error;
    // A page is told no more than this of a server that another origin may not read.
    const remedy = name === "TypeError" && builtin("fs/promises") === undefined
      ? ". Does its server allow this origin (Access-Control-Allow-Origin), and the page's policy the " +
        "server (connect-src)?"
      : "";
    const expected = operation === "read" ? "a file that can be read" : "a place to write to";
    throw new DataError(
      `Cannot ${operation} ${file} as it must be ${expected}: current ${found}${remedy}`,
      { file, expected, found, cause },
    );
  }
}
