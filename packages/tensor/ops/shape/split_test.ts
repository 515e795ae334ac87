import { assertEquals, assertThrows } from "@std/assert";
import { concat, grad, mul, ShapeError, split, sum, tensor } from "../../mod.ts";

Deno.test("split cuts into equal parts, or parts of given sizes", () => {
  const x = tensor([[1, 2, 3, 4], [5, 6, 7, 8]]);
  assertEquals(split(x, 2).map((part) => part.array()), [[[1, 2, 3, 4]], [[5, 6, 7, 8]]]);
  assertEquals(split(x, 2, 1).map((part) => part.array()), [[[1, 2], [5, 6]], [[3, 4], [7, 8]]]);
  const [a, b, c] = split(x, [1, 0, 3], -1);
  assertEquals([a.array(), b.shape, c.array()], [[[1], [5]], [2, 0], [[2, 3, 4], [6, 7, 8]]]);
  assertEquals(split(x, 1)[0].array(), x.array());
  assertEquals(concat(split(x, [3, 1], 1), 1).array(), x.array());
});

Deno.test("split's gradient puts the parts together", () => {
  const f = grad((x) => {
    const [a, b] = split(x, [1, 2]);
    return sum(mul(a, sum(mul(b, [10, 100]))));
  });
  assertEquals(f(tensor([2, 3, 4])).array(), [430, 20, 200]);
});

Deno.test("split refuses a count that does not divide and sizes that do not add up", () => {
  assertThrows(
    () => split([1, 2, 3], 2),
    ShapeError,
    "Cannot split as the number of parts must divide the size of the axis (or name the parts' " +
      "sizes): current 2 parts of axis 0 of shape [3]",
  );
  assertThrows(() => split([1, 2, 3], 0), ShapeError, "0 parts");
  assertThrows(() => split([1, 2, 3], 1.5), ShapeError, "1.5 parts");
  assertThrows(
    () => split([1, 2, 3], [1, 1]),
    ShapeError,
    "must be integers that add up to 3",
  );
  assertThrows(() => split([1, 2, 3], [4, -1]), ShapeError, "sizes [4, -1]");
  assertThrows(() => split([1, 2, 3], 3, 1), ShapeError, "axis 1");
});
