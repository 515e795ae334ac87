import { assertEquals } from "@std/assert";
import { equal, notEqual, tensor } from "../../mod.ts";

const a = [1, 2, 0, NaN, NaN, Infinity, Infinity], b = [1, 3, -0, NaN, 1, Infinity, -Infinity];

Deno.test("by hand: -0 equals 0, and NaN nothing", () => {
  assertEquals(equal(a, b).array(), [1, 0, 1, 0, 0, 1, 0]);
  assertEquals(notEqual(a, b).array(), [0, 1, 0, 1, 1, 0, 1]);
  assertEquals(equal([[1], [2]], [1, 2]).array(), [[1, 0], [0, 1]]);
});

Deno.test("int32 is compared exactly, and gives float32", () => {
  const x = tensor(new Int32Array([16777217, 2147483647]));
  const y = tensor(new Int32Array([16777216, 2147483647]));
  assertEquals(equal(x, y).array(), [0, 1]);
  assertEquals(notEqual(x, y).array(), [1, 0]);
  assertEquals(equal(x, y).dtype, "float32");
  assertEquals(equal(x, 16777217).array(), [1, 0]);
});
