import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
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

Deno.test("oneHot takes labels in every kind of array there is", () => {
  const kinds = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array];
  const floats = [Uint32Array, Float16Array, Float32Array, Float64Array];
  const lists = [
    ...[...kinds, ...floats].map((kind) => kind.of(1, 0)),
    BigInt64Array.of(1n, 0n),
    BigUint64Array.of(1n, 0n),
    [1, 0],
    [1n, 0n],
    [true, false],
  ];
  for (const labels of lists) assertEquals([...oneHot(labels, 2).data], [0, 1, 1, 0]);
  const views = lists.slice(0, 12).map((labels) => ndarray(labels as Int8Array).step(-1));
  for (const view of views) assertEquals([...oneHot(view, 2).data], [1, 0, 0, 1]);
  const wide = assertThrows(() => oneHot(BigInt64Array.of(0n, 2n ** 60n), 3), DataError);
  assertEquals([wide.offset, wide.found], [1, "1152921504606846976"]);
});

Deno.test("oneHot refuses more rows than there is memory for", () => {
  for (const classes of [2 ** 31, Number.MAX_SAFE_INTEGER]) {
    const error = assertThrows(() => oneHot([1, 2, 3], classes), RangeError);
    assertStringIncludes(error.message, `current 3 x ${classes}. A sparse loss takes`);
  }
});

Deno.test("oneHot names the first label that is out of range, by its index", () => {
  for (const bad of [3, -1, 0.5, NaN]) {
    const labels = ndarray(new Float32Array([0, 2, bad, 7]));
    const error = assertThrows(() => oneHot(labels, 3), DataError, `current ${bad} at index 2`);
    assertEquals([error.offset, error.expected], [2, "an integer from 0 to 2"]);
    assertEquals(error.found, bad);
  }
});

Deno.test("oneHot refuses other shapes and numbers of classes", () => {
  assertThrows(() => oneHot(ndarray(new Uint8Array(4), [2, 2]), 3), ShapeError, "[2, 2]");
  for (const classes of [0, -1, 1.5, NaN]) {
    assertThrows(() => oneHot(ndarray(new Uint8Array(1)), classes), RangeError, "classes");
  }
});
