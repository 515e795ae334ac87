import { assertEquals, assertThrows } from "@std/assert";
import { DataError, ndarray, ShapeError } from "@neurite/tensor";
import { oneHot } from "./one_hot.ts";

Deno.test("oneHot sets one column in each row", () => {
  const rows = oneHot(ndarray(new Uint8Array([1, 0, 2])), 4);
  assertEquals(rows.shape, [3, 4]);
  assertEquals(rows.data, new Float32Array([0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0]));
});

Deno.test("oneHot takes any number type, views, and no labels at all", () => {
  assertEquals([...oneHot(ndarray(new Float32Array([1, 0])), 2).data], [0, 1, 1, 0]);
  const everyOther = ndarray(new Int32Array([0, 9, 1, 9])).step(2);
  assertEquals([...oneHot(everyOther, 2).data], [1, 0, 0, 1]);
  assertEquals([...oneHot(ndarray(new Int32Array([0, 1])).step(-1), 2).data], [0, 1, 1, 0]);
  assertEquals(oneHot(ndarray(new Uint8Array(0)), 3).shape, [0, 3]);
});

Deno.test("oneHot names the first label that is out of range, by its index", () => {
  for (const bad of [3, -1, 0.5, NaN]) {
    const labels = ndarray(new Float32Array([0, 2, bad, 7]));
    const error = assertThrows(() => oneHot(labels, 3), DataError, `current ${bad} at index 2`);
    assertEquals([error.offset, error.expected], [2, "a whole number from 0 to 2"]);
    assertEquals(error.found, bad);
  }
});

Deno.test("oneHot refuses other shapes and numbers of classes", () => {
  assertThrows(() => oneHot(ndarray(new Uint8Array(4), [2, 2]), 3), ShapeError, "[2, 2]");
  for (const classes of [0, -1, 1.5, NaN]) {
    assertThrows(() => oneHot(ndarray(new Uint8Array(1)), classes), RangeError, "classes");
  }
});
