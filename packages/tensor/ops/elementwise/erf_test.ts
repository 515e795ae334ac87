import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { erf, grad, sum, tensor } from "../../mod.ts";

// Abramowitz and Stegun, table 7.1.
const TABLE = [[0.1, 0.1124629160], [0.5, 0.5204998778], [1, 0.8427007929], [2, 0.9953222650]];

Deno.test("a table's values, and the odd ones", () => {
  for (const [x, y] of TABLE) {
    assertAlmostEquals(erf(x).item(), y, 1.2e-7);
    assertAlmostEquals(erf(-x).item(), -y, 1.2e-7);
  }
  assertEquals(erf([0, 4, -4, Infinity, -Infinity, NaN]).array(), [0, 1, -1, 1, -1, NaN]);
  assert(Object.is(erf(-0).item(), -0));
});

Deno.test("the gradient is 2 / sqrt(pi) e^-x^2", () => {
  const dx = grad((x) => sum(erf(x)))(tensor([0, 1])).dataSync();
  assertAlmostEquals(dx[0], 2 / Math.sqrt(Math.PI), 2e-7);
  assertAlmostEquals(dx[1], 2 / Math.sqrt(Math.PI) / Math.E, 2e-7);
});
