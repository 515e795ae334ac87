import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, log1p, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(log1p([0, -1, -2, Infinity, NaN]).array(), [0, -Infinity, NaN, Infinity, NaN]);
  assertAlmostEquals(log1p(1).item(), Math.LN2, 1e-7);
  assert(Object.is(log1p(-0).item(), -0));
});

Deno.test("small arguments keep their digits, large ones do not overflow", () => {
  for (const x of [1e-10, -1e-10, 2 ** -149].map(Math.fround)) assertEquals(log1p(x).item(), x);
  assertAlmostEquals(log1p(3e38).item(), 88.59685, 1e-5);
});

Deno.test("the gradient is 1 / (1 + x)", () => {
  assertEquals(grad((x) => sum(log1p(x)))(tensor([1, 3, -0.5])).array(), [0.5, 0.25, 2]);
});
