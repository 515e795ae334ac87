import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, sum, tanh, tensor } from "../../mod.ts";
import { tanhGradient } from "../../internal.ts";

Deno.test("by hand, and the odd ones", () => {
  assertAlmostEquals(tanh(Math.log(3) / 2).item(), 0.5, 1e-7); // (3 - 1/3) / (3 + 1/3) at log(3)
  assertAlmostEquals(tanh(-Math.log(3)).item(), -0.8, 1e-7);
  assertEquals(tanh([0, 10, -10, Infinity, -Infinity, NaN]).array(), [0, 1, -1, 1, -1, NaN]);
  assert(Object.is(tanh(-0).item(), -0));
});

Deno.test("small arguments keep their digits", () => {
  for (const x of [1e-5, -1e-30, 2 ** -149].map(Math.fround)) assertEquals(tanh(x).item(), x);
});

Deno.test("the gradient is 1 - y^2, that of it -2 y (1 - y^2)", () => {
  const first = grad((x) => sum(tanh(x))), second = grad((x) => sum(first(x)));
  const x = tensor([0, Math.log(3)]); // y = 0 and 0.8
  first(x).dataSync().forEach((v, i) => assertAlmostEquals(v, [1, 0.36][i], 1e-6));
  second(x).dataSync().forEach((v, i) => assertAlmostEquals(v, [0, -0.576][i], 1e-6));
});

Deno.test("tanhGradient by hand, with its own gradients", () => {
  assertEquals(tanhGradient([2, 3], [0.5, -1]).array(), [1.5, 0]);
  const both = [tensor([2]), tensor([0.5])] as const;
  assertEquals(grad((dy, y) => sum(tanhGradient(dy, y)), 0)(...both).array(), [0.75]);
  assertEquals(grad((dy, y) => sum(tanhGradient(dy, y)), 1)(...both).array(), [-2]);
});
