/** The characters of a text and their numbers. */
import { DataError } from "@neurite/tensor";

/** Where a text begins: behind a byte order mark, which editors put there and readers leave. */
const beginOf = (text: string) => text.startsWith("\uFEFF") ? 1 : 0;

/** How many code points Unicode has. */
const CODE_POINTS = 0x110000;
/** How many unknown characters an error lists. */
const LISTED = 10;

/**
 * The characters that a network knows, numbered from 0 in the order of their code points. A character
 * is a Unicode code point: an emoji beyond the basic plane is one, not two. A byte order mark at the
 * beginning of a text is none.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Characters } from "@neurite/rnn";
 *
 * const characters = Characters.of("hello");
 * assertEquals(characters.symbols, ["e", "h", "l", "o"]);
 * assertEquals([...characters.encode("hole")], [1, 3, 2, 0]);
 * assertEquals(characters.decode([1, 0, 2, 2, 3]), "hello");
 * ```
 */
export class Characters {
  /** In their order. */
  readonly #codePoints: Int32Array;
  #symbols: readonly string[] | undefined;
  #numbers: ReadonlyMap<number, number> | undefined;

  private constructor(codePoints: readonly number[]) {
    this.#codePoints = Int32Array.from(codePoints).sort();
  }

  /** The characters, in the order of their numbers. */
  get symbols(): readonly string[] {
    return this.#symbols ??= Object.freeze(
      this.codePoints.map((codePoint) => String.fromCodePoint(codePoint)),
    );
  }

  /** The number of each code point. */
  get #numberOf(): ReadonlyMap<number, number> {
    return this.#numbers ??= new Map(this.codePoints.map((codePoint, n) => [codePoint, n]));
  }

  /**
   * The characters of a text.
   *
   * @throws {DataError} if it is empty.
   */
  static of(text: string): Characters {
    const found = new Set<number>();
    for (const character of text.slice(beginOf(text))) found.add(character.codePointAt(0)!);
    return Characters.fromCodePoints([...found]);
  }

  /**
   * The characters with these code points.
   *
   * @throws {DataError} if there is none, one stands twice, or one is no code point.
   */
  static fromCodePoints(codePoints: readonly number[]): Characters {
    const seen = new Uint8Array(CODE_POINTS);
    const wrong = codePoints.findIndex((c) =>
      !(Number.isInteger(c) && c >= 0 && c < CODE_POINTS) || seen[c]++ > 0
    );
    if (codePoints.length > 0 && wrong < 0) return new Characters(codePoints);
    throw new DataError(
      "Cannot number characters as there must be at least one, all different code points: current " +
        (wrong < 0 ? "none" : `${codePoints[wrong]} at ${wrong}`),
      { offset: Math.max(wrong, 0), expected: "a code point", found: codePoints[wrong] },
    );
  }

  /** How many there are. */
  get size(): number {
    return this.#codePoints.length;
  }

  /** The code points, in the order of the numbers. */
  get codePoints(): number[] {
    return [...this.#codePoints];
  }

  /**
   * The numbers of the characters of a text.
   *
   * @throws {DataError} if it has others: lists them, each with where it first stands, as an index
   * into the string.
   */
  encode(text: string): Int32Array {
    const numbers = new Int32Array(text.length), numberOf = this.#numberOf;
    let length = 0, known = true;
    for (const character of text.slice(beginOf(text))) {
      const number = numberOf.get(character.codePointAt(0)!) ?? -1;
      known &&= number >= 0;
      numbers[length++] = number;
    }
    if (!known) throw this.#unknown(text);
    return numbers.slice(0, length);
  }

  /**
   * The text of numbers.
   *
   * @throws {DataError} if one is not the number of a character.
   */
  decode(numbers: Iterable<number>): string {
    let text = "", at = 0;
    for (const number of numbers) {
      if (!Object.hasOwn(this.symbols, number)) {
        throw new DataError(
          `Cannot decode as every number must be an integer from 0 to ${this.size - 1}: current ` +
            `${number} at ${at}`,
          { offset: at, expected: `0 to ${this.size - 1}`, found: number },
        );
      }
      text += this.symbols[number];
      at++;
    }
    return text;
  }

  /** The error of a text with unknown characters. */
  #unknown(text: string): DataError {
    const first = new Map<string, number>();
    let at = beginOf(text);
    for (const character of text.slice(at)) {
      const known = this.#numberOf.has(character.codePointAt(0)!);
      if (!known && !first.has(character)) first.set(character, at);
      at += character.length;
    }
    const [[symbol, offset]] = first;
    const listed = [...first].slice(0, LISTED).map(([s, i]) => `${shown(s)} at ${i}`);
    const more = first.size > LISTED ? ` and ${first.size - LISTED} more` : "";
    return new DataError(
      `Cannot encode a text as every character must be one of the ${this.size} that the network ` +
        `knows: current ${listed.join(", ")}${more}`,
      { offset, expected: `one of ${this.size} characters`, found: symbol },
    );
  }
}

/** A character for a message, with its code point where it cannot be seen. */
function shown(symbol: string): string {
  const text = JSON.stringify(symbol);
  if (/^[\p{L}\p{N}\p{P}\p{S}]$/u.test(symbol)) return text;
  return `${text} (U+${symbol.codePointAt(0)!.toString(16).toUpperCase().padStart(4, "0")})`;
}
