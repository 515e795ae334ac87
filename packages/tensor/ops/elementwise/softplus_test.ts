import { assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, softplus, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  const [a, b] = softplus([0, Math.log(3)]).dataSync();
  assertAlmostEquals(a, Math.LN2, 1e-7);
  assertAlmostEquals(b, Math.log(4), 3e-7);
  assertEquals(softplus([-Infinity, Infinity, NaN]).array(), [0, Infinity, NaN]);
});

Deno.test("neither end overflows or loses its digits", () => {
  assertEquals(softplus([1000, -1000]).array(), [1000, 0]);
  assertAlmostEquals(softplus(-30).item() / Math.exp(-30), 1, 3e-7);
});

Deno.test("the gradient is sigmoid(x)", () => {
  const dx = grad((x) => sum(softplus(x)))(tensor([0, Math.log(3), -1000])).dataSync();
  assertEquals([dx[0], dx[2]], [0.5, 0]);
  assertAlmostEquals(dx[1], 0.75, 1e-7);
});
