import { DataError, tensor } from "@neurite/tensor";
import { assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { textWindows, type TextWindowsOptions } from "./text_windows.ts";
import { Vocabulary } from "./vocabulary.ts";

const ids = Array.from({ length: 10 }, (_, i) => i);

Deno.test("windows and the symbol after each", () => {
  const { inputs, targets } = textWindows(ids, { length: 4, step: 3 });
  assertEquals(tensor(inputs).array(), [[0, 1, 2, 3], [3, 4, 5, 6]]);
  assertEquals(tensor(targets).array(), [4, 7]);
  assertEquals([tensor(inputs).dtype, tensor(targets).dtype], ["int32", "int32"]);
});

Deno.test("shifted windows: the symbol after each place", () => {
  const { inputs, targets } = textWindows(ids, { length: 4, step: 5, targets: "shifted" });
  assertEquals(tensor(inputs).array(), [[0, 1, 2, 3], [5, 6, 7, 8]]);
  assertEquals(tensor(targets).array(), [[1, 2, 3, 4], [6, 7, 8, 9]]);
});

Deno.test("windows are 40 long and begin at every symbol unless told otherwise, as in the chapter", () => {
  const { inputs, targets } = textWindows(new Int32Array(100));
  assertEquals([inputs.shape, targets.shape], [[60, 40], [60]]); // 0, 1, ..., 59; 59 + 40 < 100
});

Deno.test("a text is numbered by its vocabulary", () => {
  const vocabulary = Vocabulary.fromText("abcd");
  const { inputs, targets } = textWindows("dcba", { vocabulary, length: 2, step: 1 });
  assertEquals(tensor(inputs).array(), [[3, 2], [2, 1]]);
  assertEquals(tensor(targets).array(), [1, 0]);
  const options = { vocabulary, length: 2 };
  assertThrows(() => textWindows("abXc", options), DataError, '"X" at 2');
  assertThrows(() => textWindows("abcd", { length: 2 }), RangeError, "Vocabulary.fromText(text)");
});

Deno.test("overlapping windows take no more memory than the text", () => {
  const text = new Int32Array(100_000);
  const { inputs, targets } = textWindows(text, { length: 1000, step: 1, targets: "shifted" });
  assertEquals(inputs.shape, [99_000, 1000]);
  assertEquals([inputs.data.length, targets.data === inputs.data], [100_000, true]);
});

Deno.test("every window is a part of the text, and none is missing", () => {
  const sizes = fc.record({
    N: fc.integer({ min: 1, max: 60 }),
    length: fc.integer({ min: 1, max: 20 }),
    step: fc.integer({ min: 1, max: 9 }),
    targets: fc.constantFrom("next" as const, "shifted" as const),
  });
  fc.assert(fc.property(sizes, ({ N, ...options }) => {
    const x = Array.from({ length: N }, (_, i) => i), { length, step } = options;
    const starts = x.filter((i) => i % step === 0 && i + length < N);
    if (starts.length === 0) {
      assertThrows(() => textWindows(x, options), DataError);
      return;
    }
    const { inputs, targets } = textWindows(x, options);
    assertEquals(tensor(inputs).array(), starts.map((i) => x.slice(i, i + length)));
    const next = starts.map((i) => i + length);
    const shifted = starts.map((i) => x.slice(i + 1, i + length + 1));
    assertEquals(tensor(targets).array(), options.targets === "next" ? next : shifted);
  }));
});

Deno.test("texts that are too short and options out of range are refused", () => {
  for (const N of [0, 1, 40]) {
    const error = assertThrows(() => textWindows(new Int32Array(N)), DataError, `current ${N}`);
    assertEquals(error.expected, "41 or more");
  }
  const vocabulary = Vocabulary.fromText("a");
  assertThrows(() => textWindows("", { vocabulary }), DataError, "current 0 symbols");
  const refuse = (options: Record<string, unknown>, text: string) =>
    assertThrows(() => textWindows(ids, options as TextWindowsOptions), RangeError, text);
  for (const wrong of [0, -1, 2.5, NaN]) {
    refuse({ length: wrong }, `length must be an integer of at least 1: current ${wrong}`);
    refuse({ length: 2, step: wrong }, `step must be an integer of at least 1: current ${wrong}`);
  }
  refuse({ length: 2, targets: "all" }, 'next, shifted: current "all"');
  for (const wrong of [-1, 0.5, NaN, 2 ** 31]) {
    const error = assertThrows(() => textWindows([0, wrong, 1, 2], { length: 2 }), DataError);
    assertEquals([error.offset, String(error.found)], [1, String(wrong)]);
  }
  const symbols = () => textWindows([0, 1, 2], { length: 1, vocabulary });
  assertThrows(symbols, DataError, "integers from 0 to 0: current 1 at 1");
});
