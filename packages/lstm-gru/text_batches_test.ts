import { assertEquals, assertThrows } from "@std/assert";
import { DataError, tensor } from "@neurite/tensor";
import {
  checkText,
  countWindows,
  type TextBatch,
  trackBatches,
  tracksOf,
  windowBatches,
} from "./text_batches.ts";

const text = Int32Array.from({ length: 12 }, (_, i) => i);
const plain = (batches: Iterable<TextBatch>) =>
  Array.from(batches, ({ x, y }) => [tensor(x).array(), tensor(y).array()]);

Deno.test("windows come in the order asked for, each with what follows it", () => {
  assertEquals(countWindows(text, 10), 2);
  assertEquals(plain(windowBatches(text, 3, 2, Int32Array.of(8, 0, 4))), [
    [[[8, 9, 10], [0, 1, 2]], [11, 3]],
    [[[4, 5, 6]], [7]],
  ]);
});

Deno.test("tracks go on from batch to batch, and every character is predicted once", () => {
  const tracks = tracksOf(text, 3, 2);
  assertEquals(tracks, { count: 2, length: 5 });
  assertEquals(plain(trackBatches(text, tracks, 3)), [
    [[[0, 1, 2], [5, 6, 7]], [[1, 2, 3], [6, 7, 8]]],
    [[[3, 4], [8, 9]], [[4, 5], [9, 10]]],
  ]);
});

Deno.test("a short text has fewer tracks than wanted, and at least one", () => {
  assertEquals(tracksOf(text, 4, 64), { count: 2, length: 5 });
  assertEquals(tracksOf(text, 11, 64), { count: 1, length: 11 });
});

Deno.test("texts that are not longer than a window are refused", () => {
  checkText("the corpus", 41, 40);
  const error = assertThrows(() => checkText("the corpus", 40, 40), DataError);
  assertEquals([error.expected, error.found], ["41 or more", 40]);
});
