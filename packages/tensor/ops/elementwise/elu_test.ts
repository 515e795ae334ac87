import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { elu, grad, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  const [a, b, c] = elu([-Math.LN2, 0, 3]).dataSync();
  assertAlmostEquals(a, -0.5, 1e-7);
  assertEquals([b, c], [0, 3]);
  assertAlmostEquals(elu(-Math.LN2, 3).item(), -1.5, 1e-6);
  assertEquals(elu([-Infinity, -50, Infinity, NaN]).array(), [-1, -1, Infinity, NaN]);
});

Deno.test("small arguments keep their digits", () => {
  assertEquals(elu(-1e-10).item(), Math.fround(-1e-10));
});

Deno.test("the gradient is 1 above 0, else alpha e^x", () => {
  const dx = grad((x) => sum(elu(x, 2)))(tensor([-Math.LN2, 3])).dataSync();
  assertAlmostEquals(dx[0], 1, 1e-6);
  assertEquals(dx[1], 1);
});

Deno.test("alpha must be finite", () => {
  assertThrows(() => elu(1, NaN), RangeError, "alpha must be a finite number: current NaN");
});
