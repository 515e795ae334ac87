import { assertEquals, assertThrows } from "@std/assert";
import { addAlongAxis, grad, mul, ShapeError, sum, tensor } from "../../mod.ts";

Deno.test("addAlongAxis adds each update up at its own index", () => {
  assertEquals(addAlongAxis([[0, 2], [1, 1]], [[1, 2], [3, 4]], 3).array(), [[1, 0, 2], [0, 7, 0]]);
  assertEquals(addAlongAxis([[1, 0], [1, 1]], [[1, 2], [3, 4]], 3, 0).array(), [[0, 2], [4, 4], [
    0,
    0,
  ]]);
  assertEquals(addAlongAxis([[]], [[]], 2).array(), [[0, 0]]);
  const integers = addAlongAxis([0, 0], new Int32Array([2 ** 30, 1]), 1);
  assertEquals([integers.dtype, integers.array()], ["int32", [2 ** 30 + 1]]);
});

Deno.test("addAlongAxis's gradient takes along the axis", () => {
  const f = grad((u) => sum(mul(addAlongAxis([[0, 2], [1, 1]], u, 3), [[1, 2, 3], [4, 5, 6]])));
  assertEquals(f(tensor([[0, 0], [0, 0]])).array(), [[1, 3], [5, 5]]);
});

Deno.test("addAlongAxis refuses what does not fit", () => {
  assertThrows(
    () => addAlongAxis([0, 1], [1], 2),
    ShapeError,
    "Cannot addAlongAxis as the updates must have the shape of the indices: current [1] and [2]",
  );
  assertThrows(() => addAlongAxis([2], [1], 2), RangeError, "below 2: current 2 at position 0");
  assertThrows(() => addAlongAxis([0], [1], 1.5), ShapeError, "every size must be an integer");
});
