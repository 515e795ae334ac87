/** Texts to learn to write from: Tiny Shakespeare and the sonnets. */
import { DataError } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import type { LoadOptions, PublishedFile, PublishedSet } from "@neurite/tensor/download";
import { findFile } from "./find_file.ts";

/** What a text loader loads, and from where. */
export interface LoadTextOptions extends LoadOptions {
  /** At most this many characters, from the first on; all unless given. */
  limit?: number;
}

/** A text as it is published: one file. */
interface PublishedText extends PublishedSet {
  file: PublishedFile;
}

// The hash that others who use char-rnn's file publish for it.
const TINY_SHAKESPEARE: PublishedText = {
  title: "Tiny Shakespeare",
  folder: "tinyshakespeare",
  mirrors: [
    "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/",
  ],
  file: {
    name: "input.txt",
    bytes: 1_115_394,
    sha256: "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
  },
};

// The hash is that of a local copy. The file at the address has the same length and the same end;
// should it differ elsewhere, the download is refused.
const SONNETS: PublishedText = {
  title: "the sonnets",
  folder: "sonnets",
  mirrors: [
    "https://raw.githubusercontent.com/enerrio/Generate-Shakespeare-Sonnets/" +
    "17398f0d878f13c20f7b93fb9201470d29888908/",
  ],
  file: {
    name: "sonnets.txt",
    bytes: 94_082,
    sha256: "4e5e5812959a59e06ebd719641be487c64b7496ace51a9e2594b8c0dca485562",
  },
};

/**
 * Loads Tiny Shakespeare: 1,115,394 characters, 65 different ones, of Shakespeare's plays, put
 * together by Karpathy for char-rnn ("The unreasonable effectiveness of recurrent neural networks",
 * 2015).
 *
 * The file `input.txt` is looked for in `dir`; without it in the folder `tinyshakespeare` of the
 * folder that the environment variable `NEURITE_DATA` names, then in the cache, and at last it is
 * downloaded into the cache (1.1 MB). The file in the cache and the download are checked by SHA-256;
 * a file of your own must be a text in UTF-8.
 *
 * It never substitutes another text. Flags: as for `loadMnist`, with
 * `--allow-net=raw.githubusercontent.com` for a download.
 *
 * @throws {DataError} if the file is absent, empty, not UTF-8, has another SHA-256, cannot be read,
 * kept or downloaded; it says which, and what to do.
 * @throws {RangeError} if `limit` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTinyShakespeare, selfCorpus } from "@neurite/datasets";
 *
 * // mirrors: [] because this example is not to download anything
 * const text = await loadTinyShakespeare({ limit: 1000, mirrors: [] }).catch((error) => {
 *   console.warn(`${error.message}\nGoing on with ANOTHER text.`);
 *   return selfCorpus().slice(0, 1000);
 * });
 * assertEquals(text.length, 1000);
 * ```
 */
export function loadTinyShakespeare(options: LoadTextOptions = {}): Promise<string> {
  return loadText(TINY_SHAKESPEARE, options);
}

/**
 * Loads Shakespeare's sonnets, 154 of them: 94,082 characters, 61 different ones, a line for each
 * verse, an empty line between two sonnets, no numbers.
 *
 * The file `sonnets.txt` is looked for as {@linkcode loadTinyShakespeare} does, in the folder
 * `sonnets`; the download has 94 KB. Editions differ in spelling and layout: a download must be this
 * one to the byte, a file of your own may be any text in UTF-8.
 *
 * @throws {DataError} if the file is absent, empty, not UTF-8, has another SHA-256, cannot be read,
 * kept or downloaded; it says which, and what to do.
 * @throws {RangeError} if `limit` is not an integer of at least 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadSonnets, selfCorpus } from "@neurite/datasets";
 *
 * const text = await loadSonnets({ mirrors: [] }).catch(() => selfCorpus());
 * assertEquals(text.endsWith("\n"), true);
 * ```
 */
export function loadSonnets(options: LoadTextOptions = {}): Promise<string> {
  return loadText(SONNETS, options);
}

async function loadText(set: PublishedText, options: LoadTextOptions): Promise<string> {
  const { limit = Infinity } = options;
  if (limit !== Infinity) checkCount(`load ${set.title}`, "limit", limit);
  const { bytes, file } = await findFile(set.file, set, options);
  const text = decode(bytes, file);
  return limit === Infinity ? text : Array.from(text).slice(0, limit).join("");
}

/** The text of a file in UTF-8; a byte order mark at its beginning is no part of it. */
function decode(bytes: Uint8Array, file: string): string {
  const refuse = (rule: string, found: string, offset?: number, cause?: unknown) =>
    new DataError(`Cannot use ${file} as ${rule}: current ${found}`, {
      file,
      expected: "a text in UTF-8",
      found,
      offset,
      cause,
    });
  const rule = "it must be a text in UTF-8";
  const utf16 = bytes[0] + bytes[1] === 0xff + 0xfe && Math.abs(bytes[0] - bytes[1]) === 1;
  if (utf16) throw refuse(rule, "the byte order mark of UTF-16", 0);
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw refuse(rule, `a zero byte at ${zero}, as in UTF-16 or no text at all`, zero);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refuse(rule, "bytes that are not", undefined, cause);
  }
  if (text !== "") return text;
  const found = bytes.length > 0 ? "only a byte order mark" : "none";
  throw refuse("a text must hold at least one character", found);
}
