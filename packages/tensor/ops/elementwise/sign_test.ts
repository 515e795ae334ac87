import { assert, assertEquals } from "@std/assert";
import { grad, mul, sign, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(sign([-3, 0, 0.5, 2 ** -149]).array(), [-1, 0, 1, 1]);
  assertEquals(sign([-Infinity, Infinity, NaN]).array(), [-1, 1, NaN]);
  assert(Object.is(sign(-0).item(), -0));
});

Deno.test("int32 stays int32", () => {
  const y = sign(tensor(new Int32Array([-7, 0, 7])));
  assertEquals(y.dtype, "int32");
  assertEquals(y.array(), [-1, 0, 1]);
});

Deno.test("it is a constant to gradients", () => {
  assertEquals(grad((x) => sum(mul(x, sign(x))))(tensor([-2, 3])).array(), [-1, 1]);
});
