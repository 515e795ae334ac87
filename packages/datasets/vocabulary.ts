/** The symbols of a text, characters or words, and their numbers. */
import { DataError } from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";

/** What a symbol is; see {@linkcode Vocabulary}. */
export type VocabularyLevel = "character" | "word";

/** How {@linkcode Vocabulary.fromText} takes a text apart. */
export interface VocabularyOptions {
  /** What a symbol is; `character` unless given. */
  level?: VocabularyLevel;
}

/** A {@linkcode Vocabulary} as plain data, for JSON. */
export interface VocabularyJSON {
  /** What a symbol is. */
  level: VocabularyLevel;
  /** The symbols, in the order of their numbers. */
  symbols: string[];
}

/** How a text is taken apart: into code points, or into words and the code points between them. */
const PARTS: Readonly<Record<VocabularyLevel, RegExp>> = {
  character: /[^]/gu,
  word: /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^]/gu,
};

/** Where a text begins: behind a byte order mark, which editors put there and readers leave. */
const beginOf = (text: string) => text.startsWith("\uFEFF") ? 1 : 0;

/** The symbols of a text, one after the other. */
const partsOf = (text: string, level: VocabularyLevel) =>
  text.slice(beginOf(text)).match(PARTS[level]) ?? [];

/** How many unknown symbols an error lists. */
const LISTED = 10;

/**
 * The symbols of a text, numbered from 0 in the order of their code points, so that the same text
 * gives the same numbers everywhere.
 *
 * - `character`: every Unicode code point is a symbol.
 * - `word`: every run of letters and digits is one (an apostrophe may stand within: `don't`), and
 *   every code point between them: spaces, commas, line ends.
 *
 * In both, `decode(encode(text))` is the text again, without the byte order mark that it may begin
 * with. Nothing is folded: lower the case before, if you want fewer symbols.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Vocabulary } from "@neurite/datasets";
 *
 * const characters = Vocabulary.fromText("hello");
 * assertEquals(characters.symbols, ["e", "h", "l", "o"]);
 * assertEquals([...characters.encode("hole")], [1, 3, 2, 0]);
 * assertEquals(characters.decode([1, 0, 2, 2, 3]), "hello");
 *
 * const words = Vocabulary.fromText("to be or not to be", { level: "word" });
 * assertEquals(words.symbols, [" ", "be", "not", "or", "to"]);
 * ```
 */
export class Vocabulary {
  /** What a symbol is. */
  readonly level: VocabularyLevel;
  /** The symbols, in the order of their numbers. */
  readonly symbols: readonly string[];
  readonly #numbers: ReadonlyMap<string, number>;

  private constructor(level: VocabularyLevel, symbols: readonly string[]) {
    this.level = level;
    this.symbols = Object.freeze([...symbols]);
    this.#numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
  }

  /**
   * The vocabulary of a text.
   *
   * @throws {DataError} if the text is empty.
   * @throws {RangeError} if the level is none of `character` and `word`.
   */
  static fromText(text: string, { level = "character" }: VocabularyOptions = {}): Vocabulary {
    checkOneOf("make a vocabulary", "level", level, Object.keys(PARTS));
    const parts = partsOf(text, level);
    if (parts.length === 0) {
      throw new DataError(
        "Cannot make a vocabulary as the text must hold at least one character: current none",
        { expected: "1 or more", found: 0 },
      );
    }
    return new Vocabulary(level, [...new Set(parts)].sort(byCodePoint));
  }

  /**
   * The vocabulary that {@linkcode Vocabulary.toJSON} wrote.
   *
   * @throws {DataError} if it is not made of a level and different symbols.
   */
  static fromJSON(json: VocabularyJSON): Vocabulary {
    const { level, symbols } = (json ?? {}) as Partial<VocabularyJSON>;
    const fits = Object.hasOwn(PARTS, level ?? "") && Array.isArray(symbols) &&
      symbols.length > 0 && symbols.every((symbol) => typeof symbol === "string");
    if (!fits) {
      throw new DataError(
        'Cannot read a vocabulary as it must be { level: "character" or "word", symbols: [...] }: ' +
          `current ${JSON.stringify(json)?.slice(0, 60)}`,
      );
    }
    const seen = new Set<string>();
    const wrong = symbols.findIndex((symbol) =>
      seen.has(symbol) || seen.add(symbol) && symbol.match(PARTS[level!])?.[0] !== symbol
    );
    if (wrong >= 0) {
      throw new DataError(
        `Cannot read a vocabulary as every symbol must be one ${level}, and stand once: current ` +
          `${JSON.stringify(symbols[wrong])} at ${wrong}`,
        { offset: wrong, found: symbols[wrong] },
      );
    }
    return new Vocabulary(level!, symbols);
  }

  /** The number of symbols. */
  get size(): number {
    return this.symbols.length;
  }

  /**
   * The numbers of the symbols of a text.
   *
   * @throws {DataError} if it has symbols that are not in the vocabulary: lists them, each with
   * where it first stands, as an index into the string.
   */
  encode(text: string): Int32Array {
    const parts = partsOf(text, this.level);
    const numbers = Int32Array.from(parts, (part) => this.#numbers.get(part) ?? -1);
    if (numbers.includes(-1)) throw this.#unknown(parts, beginOf(text));
    return numbers;
  }

  /**
   * The text of numbers.
   *
   * @throws {DataError} if one is not the number of a symbol.
   */
  decode(numbers: Iterable<number>): string {
    return Array.from(numbers, (number, at) => {
      if (Object.hasOwn(this.symbols, number)) return this.symbols[number];
      throw new DataError(
        `Cannot decode as every number must be an integer from 0 to ${this.size - 1}: current ` +
          `${number} at ${at}`,
        { offset: at, expected: `0 to ${this.size - 1}`, found: number },
      );
    }).join("");
  }

  /** Plain data for `JSON.stringify`, which {@linkcode Vocabulary.fromJSON} reads. */
  toJSON(): VocabularyJSON {
    return { level: this.level, symbols: [...this.symbols] };
  }

  /** The error of a text with unknown symbols, whose first one stands at `begin`. */
  #unknown(parts: readonly string[], begin: number): DataError {
    const first = new Map<string, number>();
    let at = begin;
    for (const part of parts) {
      if (!this.#numbers.has(part) && !first.has(part)) first.set(part, at);
      at += part.length;
    }
    const [[symbol, offset]] = first;
    const listed = [...first].slice(0, LISTED).map(([s, i]) => `${JSON.stringify(s)} at ${i}`);
    const more = first.size > LISTED ? ` and ${first.size - LISTED} more` : "";
    return new DataError(
      `Cannot encode as every ${this.level} must be in the vocabulary of ${this.size}: current ` +
        `${listed.join(", ")}${more}`,
      { offset, expected: `one of ${this.size} symbols`, found: symbol },
    );
  }
}

/** The order of code points, which is not that of UTF-16 beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  const left = Array.from(a), right = Array.from(b);
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  if (at >= right.length) return 1;
  return left[at].codePointAt(0)! - right[at].codePointAt(0)!;
}
