import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, sigmoid, sum, tensor } from "../../mod.ts";
import { sigmoidGradient } from "../../internal.ts";

Deno.test("by hand, and the odd ones", () => {
  const y = sigmoid([0, Math.log(3), -Math.log(3)]).dataSync();
  [0.5, 0.75, 0.25].forEach((right, i) => assertAlmostEquals(y[i], right, 1e-7));
  assertEquals(sigmoid([Infinity, -Infinity, NaN]).array(), [1, 0, NaN]);
  assertEquals(sigmoid([200, -200]).array(), [1, 0]);
});

Deno.test("far below 0 it is e^x, to the last denormal number", () => {
  for (const x of [-20, -60, -88, -100, -103.5]) {
    const y = sigmoid(x).item(), right = Math.exp(x);
    assert(Math.abs(y - right) <= Math.max(2e-7 * right, 2 ** -149), `${y} at ${x}`);
  }
});

Deno.test("the gradient is y (1 - y), that of it y (1 - y) (1 - 2 y)", () => {
  const first = grad((x) => sum(sigmoid(x))), second = grad((x) => sum(first(x)));
  const x = tensor([0, Math.log(3)]); // y = 1/2 and 3/4
  first(x).dataSync().forEach((v, i) => assertAlmostEquals(v, [0.25, 0.1875][i], 1e-7));
  second(x).dataSync().forEach((v, i) => assertAlmostEquals(v, [0, -0.09375][i], 1e-7));
});

Deno.test("sigmoidGradient by hand, with its own gradients", () => {
  assertEquals(sigmoidGradient([2, 4], [0.5, 0.25]).array(), [0.5, 0.75]);
  const both = [tensor([2]), tensor([0.25])] as const;
  assertEquals(grad((dy, y) => sum(sigmoidGradient(dy, y)), 0)(...both).array(), [0.1875]);
  assertEquals(grad((dy, y) => sum(sigmoidGradient(dy, y)), 1)(...both).array(), [1]);
});
