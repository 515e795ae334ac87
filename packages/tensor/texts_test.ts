import { assert, assertEquals } from "@std/assert";
import { DataError, DivergedError, DTypeError, ShapeError } from "@neurite/tensor";
import { printable, quoted } from "@neurite/tensor/internal";

/** Whether a terminal would obey something in a text: C0 but line ends and tabs, DEL, C1. */
const obeyed = (text: string) => /(?![\n\t])\p{Cc}/u.test(text);

Deno.test("printable writes what a terminal obeys, or nobody sees, as escapes", () => {
  const cases: [text: string, shown: string][] = [
    ["dense_1", "dense_1"],
    ["größe, 層, 👩‍🔬 a\u200cb", "größe, 層, 👩‍🔬 a\u200cb"],
    ["\x1b]0;title\x07", "\\u001b]0;title\\u0007"],
    ["a\nb\tc\rd\0", "a\\nb\\tc\\rd\\u0000"],
    ["\x7f\x80\x9b31m\x9f", "\\u007f\\u0080\\u009b31m\\u009f"],
    ["abc\u202edcba\u2066\u200f", "abc\\u202edcba\\u2066\\u200f"],
    ["\u2028\ufeff\ufffe\ud800 \u{e0041}", "\\u2028\\ufeff\\ufffe\\ud800 \\u{e0041}"],
  ];
  for (const [text, shown] of cases) assertEquals(printable(text), shown);
  for (let code = 0; code < 0x300; code++) assert(!obeyed(printable(String.fromCodePoint(code))));
  assertEquals(printable("a\n\tb\r\x1b", 100, true), "a\n\tb\\r\\u001b");
  assertEquals(quoted("a\x1b"), '"a\\u001b"');
});

Deno.test("printable bounds the length, of escapes too, and halves no character", () => {
  assertEquals(printable("a".repeat(100)), "a".repeat(100));
  assertEquals(printable("a".repeat(101)), "a".repeat(99) + "…");
  assertEquals(printable("\x1b".repeat(1e6)).length, 100);
  assertEquals(printable("ab🙂cd", 4), "ab…");
  assertEquals(printable("ab🙂cd", 5), "ab🙂…");
});

Deno.test("messages of errors are printable, and bounded", () => {
  const name = "layer\x1b[2J\x9b\u202e" + "x".repeat(1e6);
  const errors = [
    new DataError(`Cannot read ${name}\nas it must be there: current nothing`),
    new DTypeError(`Cannot take ${name}`),
    new DivergedError(NaN, 1, 2, `layer "${name}"`),
    new ShapeError(`run layer "${name}"`, "it takes [n, 2]", [[1, 3]]),
  ];
  for (const { message } of errors) {
    assert(message.startsWith("Cannot ") && message.includes("layer\\u001b[2J\\u009b\\u202exxx"));
    assert(!obeyed(message) && message.length <= 4000);
  }
  assertEquals(new DataError("a\nb").message, "a\nb");
});
