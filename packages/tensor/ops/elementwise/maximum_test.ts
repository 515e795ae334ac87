import { assertEquals } from "@std/assert";
import { grad, maximum, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(maximum([1, 5, 4], [3, 2, 4]).array(), [3, 5, 4]);
  assertEquals(maximum([NaN, 1, NaN], [1, NaN, NaN]).array(), [NaN, NaN, NaN]);
  assertEquals(maximum([Infinity, -Infinity], 1).array(), [Infinity, 1]);
  assertEquals(maximum([[1], [9]], [1, 9]).shape, [2, 2]);
});

Deno.test("int32 stays int32", () => {
  const y = maximum(tensor(new Int32Array([7, -3])), tensor(new Int32Array([-1, 7])));
  assertEquals(y.dtype, "int32");
  assertEquals(y.array(), [7, 7]);
});

Deno.test("gradients go to the chosen operand, and half to each of equal ones", () => {
  const a = tensor([1, 5, 4]), b = tensor([3, 2, 4]);
  assertEquals(grad((a, b) => sum(maximum(a, b)), 0)(a, b).array(), [0, 1, 0.5]);
  assertEquals(grad((a, b) => sum(maximum(a, b)), 1)(a, b).array(), [1, 0, 0.5]);
});
