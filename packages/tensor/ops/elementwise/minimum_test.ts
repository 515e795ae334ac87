import { assertEquals } from "@std/assert";
import { grad, minimum, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(minimum([1, 5, 4], [3, 2, 4]).array(), [1, 2, 4]);
  assertEquals(minimum([NaN, 1, NaN], [1, NaN, NaN]).array(), [NaN, NaN, NaN]);
  assertEquals(minimum([Infinity, -Infinity], 1).array(), [1, -Infinity]);
  assertEquals(minimum([[1], [9]], [1, 9]).shape, [2, 2]);
});

Deno.test("int32 stays int32", () => {
  const y = minimum(tensor(new Int32Array([7, -3])), tensor(new Int32Array([-1, 7])));
  assertEquals(y.dtype, "int32");
  assertEquals(y.array(), [-1, -3]);
});

Deno.test("gradients go to the chosen operand, and half to each of equal ones", () => {
  const a = tensor([1, 5, 4]), b = tensor([3, 2, 4]);
  assertEquals(grad((a, b) => sum(minimum(a, b)), 0)(a, b).array(), [1, 0, 0.5]);
  assertEquals(grad((a, b) => sum(minimum(a, b)), 1)(a, b).array(), [0, 1, 0.5]);
});
