import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { grad, mul, ShapeError, slice, sum, tensor } from "../../mod.ts";

Deno.test("slice takes the part that begins there and is so long", () => {
  const x = tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]);
  assertEquals(slice(x, [1, 1], [2, 1]).array(), [[5], [8]]);
  assertEquals(slice(x, [1], [1]).array(), [[4, 5, 6]]);
  assertEquals(slice(x, [0, 2], [-1, -1]).array(), [[3], [6], [9]]);
  assertEquals(slice(x, [3, 0], [0, 2]).shape, [0, 2]);
  assertEquals(slice(x, [3], [-1]).shape, [0, 3]);
  assertStrictEquals(slice(x, [0, 0], [3, -1]), x);
});

Deno.test("slice's gradient is the gradient inside, zero outside", () => {
  const df = grad((x) => sum(mul(slice(x, [1, 0], [1, 2]), [[10, 20]])));
  assertEquals(df(tensor([[1, 2, 3], [4, 5, 6]])).array(), [[0, 0, 0], [10, 20, 0]]);
});

Deno.test("slice refuses a part that does not lie within the tensor", () => {
  const text = "Cannot slice as the part must lie within the tensor";
  assertThrows(() => slice([1, 2, 3], [2], [2]), ShapeError, text);
  assertThrows(
    () => slice([1, 2, 3], [4], [-1]),
    ShapeError,
    "begin [4] and size [-1] of shape [3]",
  );
  assertThrows(() => slice([1, 2, 3], [-1], [1]), ShapeError, text);
  assertThrows(() => slice([1, 2, 3], [0], [-2]), ShapeError, text);
  assertThrows(() => slice([1, 2, 3], [0.5], [1]), ShapeError, text);
  assertThrows(() => slice([1, 2, 3], [0, 0], [1, 1]), ShapeError, text);
  assertThrows(() => slice([1, 2, 3], [0], []), ShapeError, text);
});
