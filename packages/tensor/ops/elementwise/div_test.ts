import { assertEquals } from "@std/assert";
import { div, grad, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(div([1, 2, 3, 5], [2, 4, -8, 4]).array(), [0.5, 0.5, -0.375, 1.25]);
  assertEquals(div([1, -1, 0, 1], [0, 0, 0, Infinity]).array(), [Infinity, -Infinity, NaN, 0]);
  assertEquals(div(1, -0).item(), -Infinity);
  assertEquals(div([[2], [3]], [1, 2]).array(), [[2, 1], [3, 1.5]]);
});

Deno.test("int32 operands become float32", () => {
  const y = div(tensor(new Int32Array([7, -7])), 2);
  assertEquals(y.dtype, "float32");
  assertEquals(y.array(), [3.5, -3.5]);
});

Deno.test("gradients: 1 / b and -a / b^2, summed where an operand was stretched", () => {
  const f = (a = tensor([3, 6]), b = tensor(2)) => [a, b] as const;
  const quotient = (...[a, b]: Parameters<typeof div>) => sum(div(a, b));
  assertEquals(grad((a, b) => quotient(a, b), 0)(...f()).array(), [0.5, 0.5]);
  assertEquals(grad((a, b) => quotient(a, b), 1)(...f()).array(), -9 / 4);
});
