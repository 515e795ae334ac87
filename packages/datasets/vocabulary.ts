/** The symbols of a text, characters or words, and their numbers. */
import { DataError } from "@neurite/tensor";
import { checkCount, checkOneOf, checkOptions } from "@neurite/tensor/internal";
import { byCodePoint } from "./code_points.ts";

/** What a symbol is; see {@linkcode Vocabulary}. */
export type VocabularyLevel = "character" | "word";

/** How {@linkcode Vocabulary.fromText} takes a text apart. */
export interface VocabularyOptions {
  /** What a symbol is; `character` unless given. */
  level?: VocabularyLevel;
  /**
   * Whether what stands between words, spaces, commas and line ends, are symbols, too (unless given);
   * `false` leaves it out, and `decode` puts a space between two words.
   */
  spaces?: boolean;
  /** A symbol for all that the vocabulary lacks, such as `[UNK]`; without it they are refused. */
  unknown?: string;
  /** A symbol with the number 0 that fills up short sequences, such as `[PAD]`; none unless given. */
  padding?: string;
  /** At most this many symbols: those that are most often there; all unless given. */
  maxSize?: number;
}

const OPTIONS: Readonly<Record<keyof VocabularyOptions, true>> = {
  level: true,
  spaces: true,
  unknown: true,
  padding: true,
  maxSize: true,
};

/** A {@linkcode Vocabulary} as plain data, for JSON. */
export interface VocabularyJSON {
  /** What a symbol is. */
  level: VocabularyLevel;
  /** The symbols, in the order of their numbers. */
  symbols: string[];
  /** `false` for words alone. */
  spaces?: boolean;
  /** The symbol of what the vocabulary lacks. */
  unknown?: string;
  /** The symbol that fills up. */
  padding?: string;
}

/** What a vocabulary is besides its symbols. */
interface Kind {
  readonly level: VocabularyLevel;
  readonly spaces: boolean;
  readonly unknown: string | undefined;
  readonly padding: string | undefined;
}

/** How a text is taken apart: into code points, or into words and the code points between them. */
const PARTS: Readonly<Record<VocabularyLevel, RegExp>> = {
  character: /[^]/gu,
  word: /[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*|[^]/gu,
};

/** Where a text begins: behind a byte order mark, which editors put there and readers leave. */
const beginOf = (text: string) => text.startsWith("\uFEFF") ? 1 : 0;

/** What a word begins with. */
const WORD = /^[\p{L}\p{M}\p{N}]/u;

/** The symbols of a text, one after the other. */
function partsOf(text: string, { level, spaces }: Kind): string[] {
  const parts = text.slice(beginOf(text)).match(PARTS[level]) ?? [];
  return spaces ? parts : parts.filter((part) => WORD.test(part));
}

/** The symbols that stand for others, in the order of their numbers. */
const ownSymbols = ({ padding, unknown }: Pick<Kind, "padding" | "unknown">): string[] =>
  [padding, unknown].filter((symbol) => symbol !== undefined);

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
 * For sentences that are told apart, rather than written, take words alone: `spaces: false`, the most
 * frequent ones by `maxSize`, and symbols for others and for what fills up, `unknown` and `padding`,
 * whose numbers are the first ones.
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
 *
 * const options = { level: "word", spaces: false, padding: "[PAD]", unknown: "[UNK]" } as const;
 * const reviews = Vocabulary.fromTexts(["a good film", "a film, a bad one"], options);
 * assertEquals(reviews.symbols, ["[PAD]", "[UNK]", "a", "bad", "film", "good", "one"]);
 * assertEquals([...reviews.encode("a great film!")], [2, 1, 4]);
 * assertEquals(reviews.decode([0, 2, 1, 4]), "a [UNK] film");
 * ```
 */
export class Vocabulary {
  /** What a symbol is. */
  readonly level: VocabularyLevel;
  /** The symbols, in the order of their numbers. */
  readonly symbols: readonly string[];
  /** Whether what stands between words are symbols, too. */
  readonly spaces: boolean;
  /** The symbol of all that the vocabulary lacks, where there is one. */
  readonly unknown: string | undefined;
  /** The symbol that fills up, where there is one. */
  readonly padding: string | undefined;
  readonly #numbers: ReadonlyMap<string, number>;

  private constructor(kind: Kind, symbols: readonly string[]) {
    this.level = kind.level;
    this.spaces = kind.spaces;
    this.unknown = kind.unknown;
    this.padding = kind.padding;
    this.symbols = Object.freeze([...symbols]);
    this.#numbers = new Map(symbols.map((symbol, number) => [symbol, number]));
  }

  /**
   * The vocabulary of a text.
   *
   * @throws {DataError} if the text has no symbol.
   * @throws {RangeError} if an option is out of its range.
   */
  static fromText(text: string, options: VocabularyOptions = {}): Vocabulary {
    return Vocabulary.fromTexts([text], options);
  }

  /**
   * The vocabulary of several texts, such as the sentences that are learnt from.
   *
   * @throws {DataError} if they have no symbol.
   * @throws {RangeError} if an option is out of its range.
   */
  static fromTexts(texts: Iterable<string>, options: VocabularyOptions = {}): Vocabulary {
    const action = "make a vocabulary";
    checkOptions(action, options, OPTIONS);
    const { level = "character", spaces = true, unknown, padding, maxSize = Infinity } = options;
    checkOneOf(action, "level", level, Object.keys(PARTS));
    const kind = { level, spaces, unknown, padding }, own = ownSymbols(kind);
    if (!spaces && level === "character") {
      throw new RangeError(
        `Cannot ${action} as words alone need their level: current level character, spaces false. ` +
          'Give level: "word"',
      );
    }
    if (new Set(own).size < own.length) {
      throw new RangeError(
        `Cannot ${action} as unknown and padding must differ: current "${unknown}"`,
      );
    }
    if (maxSize !== Infinity) checkCount(action, "maxSize", maxSize, own.length + 1);
    const counts = new Map<string, number>();
    for (const text of texts) {
      for (const part of partsOf(text, kind)) counts.set(part, (counts.get(part) ?? 0) + 1);
    }
    for (const symbol of own) counts.delete(symbol);
    if (counts.size === 0) {
      throw new DataError(
        `Cannot ${action} as the text must hold at least one ${
          spaces ? "character" : "word"
        }: current none`,
        { expected: "1 or more", found: 0 },
      );
    }
    const found = [...counts.keys()].sort(byCodePoint);
    // The sort is stable: of those that are equally frequent, the first ones stay.
    const kept = found.length + own.length <= maxSize
      ? found
      : found.toSorted((a, b) => counts.get(b)! - counts.get(a)!)
        .slice(0, maxSize - own.length).sort(byCodePoint);
    return new Vocabulary(kind, [...own, ...kept]);
  }

  /**
   * The vocabulary that {@linkcode Vocabulary.toJSON} wrote.
   *
   * @throws {DataError} if it is not made of a level and different symbols.
   */
  static fromJSON(json: VocabularyJSON): Vocabulary {
    const { level, symbols, spaces = true, unknown, padding } = (json ?? {}) as Partial<
      VocabularyJSON
    >;
    const isText = (value: unknown) => value === undefined || typeof value === "string";
    const fits = Object.hasOwn(PARTS, level ?? "") && Array.isArray(symbols) &&
      symbols.length > 0 && symbols.every((symbol) => typeof symbol === "string") &&
      typeof spaces === "boolean" && isText(unknown) && isText(padding);
    if (!fits) {
      throw new DataError(
        'Cannot read a vocabulary as it must be { level: "character" or "word", symbols: [...] }: ' +
          `current ${JSON.stringify(json)?.slice(0, 60)}`,
      );
    }
    const kind = { level: level!, spaces, unknown, padding }, own = ownSymbols(kind);
    const seen = new Set<string>();
    const wrong = symbols.findIndex((symbol, i) =>
      seen.has(symbol) || seen.add(symbol) &&
        (i < own.length ? symbol !== own[i] : symbol.match(PARTS[level!])?.[0] !== symbol)
    );
    if (wrong >= 0) {
      throw new DataError(
        `Cannot read a vocabulary as every symbol must be one ${level}, and stand once: current ` +
          `${JSON.stringify(symbols[wrong])} at ${wrong}`,
        { offset: wrong, found: symbols[wrong] },
      );
    }
    return new Vocabulary(kind, symbols);
  }

  /** The number of symbols. */
  get size(): number {
    return this.symbols.length;
  }

  /**
   * The numbers of the symbols of a text.
   *
   * @throws {DataError} if it has symbols that are not in the vocabulary, and that has none for them:
   * lists them, each with where it first stands, as an index into the string.
   */
  encode(text: string): Int32Array {
    const parts = partsOf(text, this);
    const instead = this.unknown === undefined ? -1 : this.#numbers.get(this.unknown)!;
    const numbers = Int32Array.from(parts, (part) => this.#numbers.get(part) ?? instead);
    if (numbers.includes(-1)) throw this.#lacking(text);
    return numbers;
  }

  /**
   * The text of numbers, without what fills up.
   *
   * @throws {DataError} if one is not the number of a symbol.
   */
  decode(numbers: Iterable<number>): string {
    const symbols = Array.from(numbers, (number, at) => {
      if (Object.hasOwn(this.symbols, number)) return this.symbols[number];
      throw new DataError(
        `Cannot decode as every number must be an integer from 0 to ${this.size - 1}: current ` +
          `${number} at ${at}`,
        { offset: at, expected: `0 to ${this.size - 1}`, found: number },
      );
    });
    return symbols.filter((symbol) => symbol !== this.padding).join(this.spaces ? "" : " ");
  }

  /** Plain data for `JSON.stringify`, which {@linkcode Vocabulary.fromJSON} reads. */
  toJSON(): VocabularyJSON {
    const { level, symbols, spaces, unknown, padding } = this;
    return {
      level,
      symbols: [...symbols],
      ...(!spaces && { spaces }),
      ...(unknown !== undefined && { unknown }),
      ...(padding !== undefined && { padding }),
    };
  }

  /** The error of a text with symbols that are not in the vocabulary. */
  #lacking(text: string): DataError {
    const first = new Map<string, number>();
    let at = beginOf(text);
    for (const part of partsOf(text, { ...this, spaces: true })) {
      const counts = this.spaces || WORD.test(part);
      if (counts && !this.#numbers.has(part) && !first.has(part)) first.set(part, at);
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
