import { Characters } from "@neurite/rnn";
import { DataError } from "@neurite/tensor";
import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";

Deno.test("characters are code points in their order, whatever text they come from", () => {
  const characters = Characters.of("bä🎈a\n\ufffda");
  assertEquals(characters.symbols, ["\n", "a", "b", "ä", "\ufffd", "🎈"]);
  assertEquals(characters.size, 6);
  assertEquals(characters.codePoints, [10, 97, 98, 0xe4, 0xfffd, 0x1f388]);
  assertEquals([...characters.encode("a🎈🎈")], [1, 5, 5]);
  assertEquals(characters.decode(characters.encode("🎈\nbä")), "🎈\nbä");
  assertEquals(characters.encode("").length, 0);
  assertEquals(Characters.fromCodePoints([98, 97]).symbols, ["a", "b"]);
});

Deno.test("unknown characters are listed with their places, the first ten of them", () => {
  const error = assertThrows(() => Characters.of("ab").encode("a🎈cabc"), DataError);
  assertStringIncludes(error.message, '"🎈" at 1, "c" at 3');
  assertEquals([error.offset, error.found], [1, "🎈"]);
  const many = assertThrows(() => Characters.of("a").encode("0123456789xyz"), DataError);
  assertStringIncludes(many.message, '"9" at 9 and 3 more');
  assert(!many.message.includes('"x"'));
});

Deno.test("what gives no characters is refused", () => {
  assertThrows(() => Characters.of(""), DataError, "at least one");
  assertThrows(() => Characters.fromCodePoints([97, 97]), DataError, "97 at 1");
  for (const wrong of [-1, 1.5, 0x110000, NaN]) {
    assertThrows(() => Characters.fromCodePoints([wrong]), DataError, "at 0");
  }
  for (const wrong of [-1, 2, 0.5, NaN]) {
    assertThrows(() => Characters.of("ab").decode([0, wrong]), DataError, "at 1");
  }
});

Deno.test("unknown characters that cannot be seen are shown with their code points", () => {
  const characters = Characters.of("abc");
  for (const [text, shown] of [["a\u00a0", '" " (U+00A0) at 1'], ["a\ufeff", "(U+FEFF) at 1"]]) {
    const { message } = assertThrows(() => characters.encode(text), DataError);
    assertStringIncludes(message.replace("\u00a0", " "), shown);
  }
  const { message } = assertThrows(() => characters.encode("aé"), DataError);
  assertStringIncludes(message, 'current "é" at 1');
});

Deno.test("a byte order mark before a text is no character, one within it is", () => {
  const characters = Characters.of("\uFEFFab");
  assertEquals(characters.symbols, ["a", "b"]);
  assertEquals([...characters.encode("\uFEFFba")], [1, 0]);
  assertEquals(assertThrows(() => characters.encode("\uFEFFc"), DataError).offset, 1);
  assertEquals(Characters.of("a\uFEFF").symbols, ["a", "\uFEFF"]);
  assertThrows(() => Characters.of("\uFEFF"), DataError, "current none");
});
