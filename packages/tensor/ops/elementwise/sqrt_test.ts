import { assert, assertEquals } from "@std/assert";
import { grad, sqrt, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(sqrt([0, 1, 2.25, 9]).array(), [0, 1, 1.5, 3]);
  assertEquals(sqrt([-1, Infinity, NaN, -Infinity]).array(), [NaN, Infinity, NaN, NaN]);
  assert(Object.is(sqrt(-0).item(), -0));
  assertEquals(sqrt(2 ** -148).item(), 2 ** -74);
});

Deno.test("the gradient is 1 / (2 sqrt(x)), infinite at 0", () => {
  assertEquals(grad((x) => sum(sqrt(x)))(tensor([4, 0.25, 0])).array(), [0.25, 1, Infinity]);
});
