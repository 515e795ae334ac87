/** Where a file of another program is: a place, or its bytes. */
import { DataError } from "@neurite/tensor";
import { openFile } from "@neurite/tensor/files";

/**
 * A file: a path; an address, as a `URL` or a text that begins with `https://`; its bytes; a `Blob`,
 * such as the `File` that somebody chose in a page; the `Response` of a server.
 */
export type ModelSource = string | URL | Uint8Array | ArrayBuffer | Blob | Response;

/** A file that was read. */
export interface SourceBytes {
  /** What is in it. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** What it is called, for messages. */
  readonly file: string;
}

/** Addresses that are fetched; others are paths. */
const ADDRESS = /^(https?|data|blob):/;

/**
 * The bytes of a file, and its name for messages. Deno asks for leave to read the path, or to reach the
 * host.
 *
 * @throws {DataError} if there is nothing, it cannot be read, or the server refuses it.
 * @throws {TypeError} for a source of another kind.
 */
export async function readSource(source: ModelSource): Promise<SourceBytes> {
  if (source instanceof Uint8Array) {
    const { buffer, byteOffset, byteLength } = source;
    const shared = typeof SharedArrayBuffer !== "undefined" && buffer instanceof SharedArrayBuffer;
    const bytes = shared
      ? new Uint8Array(source)
      : new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength);
    return { bytes, file: "the data" };
  }
  if (source instanceof ArrayBuffer) return { bytes: new Uint8Array(source), file: "the data" };
  if (source instanceof Blob) {
    const file = source instanceof File ? source.name : "the data";
    return { bytes: await whole(file, source), file };
  }
  if (source instanceof Response) return await answered(source, source.url || "the response");
  if (typeof source !== "string" && !(source instanceof URL)) {
    throw new TypeError(
      "Cannot read a file as its source must be a path, a URL, bytes, a Blob or a Response: current " +
        (Object.prototype.toString.call(source).slice(8, -1)),
    );
  }
  const file = String(source);
  return ADDRESS.test(file) ? await fetched(file) : await ofPath(source);
}

/** A file on this machine. */
async function ofPath(path: string | URL): Promise<SourceBytes> {
  const opened = await openFile(path), { name: file, size } = opened;
  try {
    return { bytes: await opened.read(0, size), file };
  } catch (cause) {
    throw cause instanceof DataError ? cause : unreadable(file, cause);
  } finally {
    await opened.close();
  }
}

/** What a server has. */
async function fetched(address: string): Promise<SourceBytes> {
  // An address may be the data itself.
  const file = address.length > 200 ? `${address.slice(0, 199)}…` : address;
  let response: Response;
  try {
    response = await fetch(address);
  } catch (cause) {
    throw unreadable(file, cause);
  }
  return await answered(response, file);
}

/** What a server answered. */
async function answered(response: Response, file: string): Promise<SourceBytes> {
  if (!response.ok) {
    const found = `the answer ${response.status} ${response.statusText}`.trim();
    await response.body?.cancel();
    throw new DataError(`Cannot read ${file} as the server must have it: current ${found}`, {
      file,
      expected: "the answer 200",
      found,
    });
  }
  return { bytes: await whole(file, response), file };
}

/** All bytes of a body. */
async function whole(file: string, body: Blob | Response): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await body.arrayBuffer());
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

/** The error of bytes that do not come. */
function unreadable(file: string, cause: unknown): DataError {
  const found = (cause as Error).message;
  return new DataError(
    `Cannot read ${file} as it must be a file that can be read: current ${found}`,
    { file, expected: "a file that can be read", found, cause },
  );
}
