import { assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, log, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(log([1, 0, -0, -1, Infinity]).array(), [0, -Infinity, -Infinity, NaN, Infinity]);
  assertEquals(log([NaN, -Infinity]).array(), [NaN, NaN]);
  assertAlmostEquals(log(Math.E).item(), 1, 1e-7);
  assertAlmostEquals(log(0.5).item(), -Math.LN2, 1e-7);
  // The smallest number there is.
  assertEquals(log(2 ** -149).item(), Math.fround(-149 * Math.LN2));
});

Deno.test("the gradient is 1 / x", () => {
  assertEquals(grad((x) => sum(log(x)))(tensor([0.5, 4])).array(), [2, 0.25]);
});
