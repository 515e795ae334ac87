import { assertEquals, assertThrows } from "@std/assert";
import { grad, ShapeError, sum, tensor } from "../../mod.ts";
import { scaledDifference } from "../../internal.ts";

Deno.test("by hand, with all three gradients", () => {
  const a = tensor([3, 5]), b = tensor([1, 9]), s = tensor([0.5]);
  assertEquals(scaledDifference(a, b, s).array(), [1, -2]);
  assertEquals(grad((a) => sum(scaledDifference(a, b, s)))(a).array(), [0.5, 0.5]);
  assertEquals(grad((b) => sum(scaledDifference(a, b, s)))(b).array(), [-0.5, -0.5]);
  assertEquals(grad((s) => sum(scaledDifference(a, b, s)))(s).array(), [-2]);
});

Deno.test("int32, NaN and infinity, nothing", () => {
  assertEquals(scaledDifference(new Int32Array([3, 4]), [1, 1], 2).array(), [4, 6]);
  assertEquals(scaledDifference([NaN, Infinity, 1], [0, Infinity, 1], Infinity).array(), [
    NaN,
    NaN,
    NaN,
  ]);
  assertEquals(
    scaledDifference(tensor([], { shape: [0] }), tensor([], { shape: [0] }), 1).array(),
    [],
  );
});

Deno.test("nothing is broadcast, and the factor is one number", () => {
  assertThrows(() => scaledDifference([[1], [2]], [1, 2], 1), ShapeError, "[2, 1] and [2]");
  assertThrows(() => scaledDifference([1, 2], [1, 2], [1, 2]), ShapeError, "one number");
});
