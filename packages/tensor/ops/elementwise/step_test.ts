import { assertEquals } from "@std/assert";
import { grad, mul, step, sum, tensor } from "../../mod.ts";

Deno.test("by hand: 1 at 0, and NaN for NaN", () => {
  assertEquals(step([-1, 0, -0, 2]).array(), [0, 1, 1, 1]);
  assertEquals(step([-Infinity, Infinity, NaN, -(2 ** -149)]).array(), [0, 1, NaN, 0]);
  assertEquals(step(tensor(new Int32Array([-1, 0, 1]))).array(), [0, 1, 1]);
});

Deno.test("it is a constant to gradients", () => {
  assertEquals(grad((x) => sum(mul(x, step(x))))(tensor([-2, 3])).array(), [0, 1]);
});
