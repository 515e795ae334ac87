import { assertAlmostEquals, assertEquals } from "@std/assert";
import { exp, grad, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  assertEquals(exp([0, -0, -Infinity, Infinity, NaN]).array(), [1, 1, 0, Infinity, NaN]);
  assertEquals(exp([-104, 89]).array(), [0, Infinity]);
  const [a, b] = exp([1, -1]).dataSync();
  assertAlmostEquals(a, Math.E, 3e-7);
  assertAlmostEquals(b, 1 / Math.E, 1e-7);
  assertEquals(exp(-100).item(), Math.fround(Math.exp(-100))); // denormal
  assertEquals(exp([]).shape, [0]);
});

Deno.test("gradients of every order are e^x", () => {
  const first = grad((x) => sum(exp(x))), second = grad((x) => sum(first(x)));
  assertEquals(first(tensor([0])).array(), [1]);
  assertEquals(second(tensor([0])).array(), [1]);
});
