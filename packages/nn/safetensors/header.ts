/**
 * The header of a safetensors file: JSON of one fixed form,
 * `{ "__metadata__": { name: text, ... }, name: { "dtype", "shape", "data_offsets" }, ... }`.
 *
 * It is read by hand rather than by `JSON.parse`, which hides names that come twice and treats
 * `__proto__` as a name like no other, and so that every complaint can name the place.
 */

/** What the header says of a tensor. */
export interface Entry {
  /** The element type's name. */
  dtype: string;
  /** The sizes. */
  shape: number[];
  /** The first byte, counted from the end of the header. */
  begin: number;
  /** The byte after the last. */
  end: number;
  /** Where in the header the entry stands. */
  at: number;
}

/** What a header says. */
export interface Header {
  /** The tensors by name. */
  readonly tensors: Map<string, Entry>;
  /** The texts by name. */
  readonly metadata: Map<string, string>;
}

/** Says what was expected at a character of the header, and what is there. */
export type Complaint = (at: number, expected: string, found: string) => never;

/** Names in a header: a hundred times as many as the largest models have. */
const MOST_NAMES = 100_000;

/** The name under which a header keeps its texts. */
export const METADATA = "__metadata__";

/** Reads a header; calls `complain` at the first thing that is not as it should be. */
export function readHeader(text: string, complain: Complaint): Header {
  const reader = new Reader(text, complain);
  const tensors = new Map<string, Entry>(), metadata = new Map<string, string>();
  reader.object((name, at) => {
    if (name === METADATA) reader.object((key) => metadata.set(key, reader.string()));
    else tensors.set(name, { ...reader.entry(), at });
  });
  reader.end();
  return { tensors, metadata };
}

/** A piece of a text for a message. */
export function excerpt(text: string): string {
  return JSON.stringify(text.length > 40 ? `${text.slice(0, 40)}...` : text);
}

/** Goes through a text. */
class Reader {
  readonly #text: string;
  readonly #complain: Complaint;
  #at = 0;

  constructor(text: string, complain: Complaint) {
    this.#text = text;
    this.#complain = complain;
  }

  /** `{ "key": value, ... }`, where `member` reads the value; each key may come once. */
  object(member: (key: string, at: number) => void): void {
    this.#take("{");
    if (this.#skip("}")) return;
    const keys = new Set<string>();
    do {
      this.#space();
      const at = this.#at, key = this.string();
      if (keys.size === MOST_NAMES) this.#complain(at, `at most ${MOST_NAMES} names`, "more");
      if (keys.has(key)) this.#complain(at, "a name that did not come before", excerpt(key));
      keys.add(key);
      this.#take(":");
      this.#space();
      member(key, at);
    } while (this.#skip(","));
    this.#take("}");
  }

  /** What is said of a tensor. */
  entry(): Omit<Entry, "at"> {
    let dtype: string | undefined, shape: number[] | undefined, offsets: number[] | undefined;
    const at = this.#at;
    this.object((key, at) => {
      if (key === "dtype") dtype = this.string();
      else if (key === "shape") shape = this.#integers();
      else if (key === "data_offsets") offsets = this.#integers();
      else this.#complain(at, '"dtype", "shape" or "data_offsets"', excerpt(key));
    });
    if (dtype === undefined || shape === undefined || offsets?.length !== 2) {
      this.#complain(
        at,
        'a "dtype", a "shape" and two "data_offsets"',
        excerpt(this.#text.slice(at, this.#at)),
      );
    }
    return { dtype, shape, begin: offsets[0], end: offsets[1] };
  }

  /** A string, without halves of surrogate pairs. */
  string(): string {
    this.#space();
    const text = this.#text, begin = this.#at;
    if (text[begin] !== '"') this.#fail("a string");
    let end = begin + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
    this.#at = end + 1;
    try {
      const value: string = JSON.parse(text.slice(begin, end + 1));
      if (value.isWellFormed()) return value;
    } catch { /* it is no string of JSON: said below */ }
    return this.#complain(begin, "a string of JSON", excerpt(text.slice(begin, end + 1)));
  }

  /** Nothing but space until the end. */
  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail("the end of the header");
  }

  /** `[n, ...]` of integers from 0 to 2^53 - 1. */
  #integers(): number[] {
    const list: number[] = [];
    this.#take("[");
    if (this.#skip("]")) return list;
    do {
      this.#space();
      const [digits] = this.#text.slice(this.#at, this.#at + 32).match(/^[^\s,\]]*/)!;
      const n = /^(0|[1-9]\d*)$/.test(digits) ? Number(digits) : NaN;
      if (!Number.isSafeInteger(n)) this.#fail("an integer from 0 to 2^53 - 1");
      this.#at += digits.length;
      list.push(n);
    } while (this.#skip(","));
    this.#take("]");
    return list;
  }

  #space(): void {
    while (" \t\n\r".includes(this.#text[this.#at] ?? "end")) this.#at++;
  }

  /** Goes over `sign` if it comes next. */
  #skip(sign: string): boolean {
    this.#space();
    const there = this.#text[this.#at] === sign;
    if (there) this.#at++;
    return there;
  }

  #take(sign: string): void {
    if (!this.#skip(sign)) this.#fail(JSON.stringify(sign));
  }

  #fail(expected: string): never {
    const rest = this.#text.slice(this.#at, this.#at + 60).split("\n", 1)[0];
    return this.#complain(
      this.#at,
      expected,
      this.#at < this.#text.length ? excerpt(rest) : "the end of the header",
    );
  }
}
