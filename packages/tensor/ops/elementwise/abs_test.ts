import { assert, assertEquals } from "@std/assert";
import { abs, grad, sum, tensor, transpose } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(abs([-2, 3, -0.5]).array(), [2, 3, 0.5]);
  assertEquals(abs([-Infinity, NaN]).array(), [Infinity, NaN]);
  assert(Object.is(abs(-0).item(), 0));
  assertEquals(abs(tensor([], { shape: [0, 2] })).shape, [0, 2]);
  assertEquals(abs(transpose([[1, -2], [-3, 4]])).array(), [[1, 3], [2, 4]]);
});

Deno.test("int32 stays int32", () => {
  const y = abs(tensor(new Int32Array([-7, 0, 7])));
  assertEquals(y.dtype, "int32");
  assertEquals(y.array(), [7, 0, 7]);
});

Deno.test("the gradient is the sign, 0 at 0", () => {
  assertEquals(grad((x) => sum(abs(x)))(tensor([-2, 0, 3])).array(), [-1, 0, 1]);
});
