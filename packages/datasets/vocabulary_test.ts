import { DataError } from "@neurite/tensor";
import { assertEquals, assertNotEquals, assertStringIncludes, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { Vocabulary, type VocabularyJSON, type VocabularyLevel } from "./vocabulary.ts";

Deno.test("characters are code points, in their order", () => {
  // In UTF-16, U+FB01 would stand after the emoji.
  const v = Vocabulary.fromText("b🙂a\n\uFB01é");
  assertEquals(v.symbols, ["\n", "a", "b", "é", "\uFB01", "🙂"]);
  assertEquals([...v.encode("🙂é\n")], [5, 3, 0]);
  assertEquals(v.encode("ab") instanceof Int32Array, true);
  assertEquals(v.decode(Int32Array.of(5, 1)), "🙂a");
  assertEquals([v.size, v.level], [6, "character"]);
  assertEquals([...v.encode("")], []);
});

Deno.test("words are runs of letters and digits, all between them is a symbol for itself", () => {
  const v = Vocabulary.fromText("Don't stop, 2nd\nrock'n'roll ’tis naïve", { level: "word" });
  assertEquals(v.symbols, [
    "\n",
    " ",
    ",",
    "2nd",
    "Don't",
    "naïve",
    "rock'n'roll",
    "stop",
    "tis",
    "’",
  ]);
  assertEquals([...v.encode("stop, stop")], [7, 2, 1, 7]);
  const prefixes = Vocabulary.fromText("ab abc a b", { level: "word" });
  assertEquals(prefixes.symbols, [" ", "a", "ab", "abc", "b"]);
});

Deno.test("any text comes back from its numbers, at both levels, also by way of JSON", () => {
  for (const level of ["character", "word"] as VocabularyLevel[]) {
    fc.assert(fc.property(fc.string({ unit: "binary", minLength: 1 }), (text) => {
      fc.pre(text !== "\uFEFF");
      const v = Vocabulary.fromText(text, { level });
      assertEquals(v.decode(v.encode(text)), text.replace(/^\uFEFF/, ""));
      const again = Vocabulary.fromJSON(JSON.parse(JSON.stringify(v)));
      assertEquals([again.level, again.symbols], [v.level, v.symbols]);
      assertEquals(again.encode(text), v.encode(text));
      // The order of the text does not matter.
      const turned = Vocabulary.fromText("\uFEFF" + text + Array.from(text).reverse().join(""));
      if (level === "character") assertEquals(turned.symbols, v.symbols);
    }));
  }
});

Deno.test("a byte order mark before a text is no symbol, one within it is", () => {
  for (const level of ["character", "word"] as VocabularyLevel[]) {
    const marked = Vocabulary.fromText("\uFEFFto be", { level });
    assertEquals(marked.symbols, Vocabulary.fromText("to be", { level }).symbols);
    assertEquals(marked.decode(marked.encode("\uFEFFto be")), "to be");
    assertEquals(Vocabulary.fromText("to\uFEFF", { level }).symbols.at(-1), "\uFEFF");
    assertThrows(() => Vocabulary.fromText("\uFEFF", { level }), DataError, "one character");
    assertEquals(assertThrows(() => marked.encode("\uFEFF\n"), DataError).offset, 1);
  }
});

Deno.test("unknown symbols are shown with their places", () => {
  const v = Vocabulary.fromText("abc 🙂");
  const error = assertThrows(() => v.encode("a🙂xbéx"), DataError);
  assertEquals(
    error.message,
    'Cannot encode as every character must be in the vocabulary of 5: current "x" at 3, "é" at 5',
  );
  assertEquals([error.offset, error.found], [3, "x"]);
  assertEquals("a🙂xbéx"[3], "x"); // an index into the string
  const many = assertThrows(() => v.encode("ABCDEFGHIJKLM"), DataError);
  assertStringIncludes(many.message, '"J" at 9 and 3 more');
  const words = Vocabulary.fromText("to be", { level: "word" });
  const word = assertThrows(() => words.encode("to bee be\n"), DataError);
  assertStringIncludes(
    word.message,
    'every word must be in the vocabulary of 3: current "bee" at 3',
  );
  assertStringIncludes(word.message, '"\\n" at 9');
  assertNotEquals(v.size, words.size);
});

Deno.test("a text without characters and a level that is none are refused", () => {
  assertThrows(() => Vocabulary.fromText(""), DataError, "at least one character");
  const level = "sentence" as VocabularyLevel;
  assertThrows(
    () => Vocabulary.fromText("a", { level }),
    RangeError,
    'character, word: current "s',
  );
});

Deno.test("numbers of no symbol are refused", () => {
  const v = Vocabulary.fromText("abc");
  for (const number of [-1, 3, 0.5, NaN]) {
    const error = assertThrows(() => v.decode([0, number]), DataError, `current ${number} at 1`);
    assertEquals(error.offset, 1);
  }
});

Deno.test("JSON that is no vocabulary is refused", () => {
  const wrong: unknown[] = [
    null,
    {},
    [],
    "abc",
    { level: "character", symbols: [] },
    { level: "sentence", symbols: ["a"] },
    { level: "character", symbols: [1] },
    { symbols: ["a"] },
  ];
  for (const json of wrong) {
    assertThrows(() => Vocabulary.fromJSON(json as VocabularyJSON), DataError, "symbols: [...]");
  }
  const refuse = (level: VocabularyLevel, symbols: string[], text: string) =>
    assertThrows(() => Vocabulary.fromJSON({ level, symbols }), DataError, text);
  refuse("character", ["a", "b", "a"], '"a" at 2');
  refuse("character", ["a", "bc"], '"bc" at 1');
  refuse("character", [""], '"" at 0');
  refuse("word", ["to be"], '"to be" at 0');
});
