import { assertAlmostEquals, assertEquals } from "@std/assert";
import { cos, grad, sin, sum, tensor } from "../../mod.ts";

Deno.test("by hand: quarter turns", () => {
  const y = sin([0, 1, 2, 3].map((n) => n * Math.PI / 2)).dataSync();
  [0, 1, 0, -1].forEach((right, i) => assertAlmostEquals(y[i], right, 1e-6));
});

Deno.test("the odd ones", () => {
  assertEquals(sin([Infinity, -Infinity, NaN]).array(), [NaN, NaN, NaN]);
  assertEquals(Object.is(sin(-0).item(), Math.sin(-0)), true);
});

Deno.test("large angles keep their digits", () => {
  for (const x of [1e3, -9999.5, 12345678, 1e9, -1e20, 3e38].map(Math.fround)) {
    assertAlmostEquals(sin(x).item(), Math.sin(x), 1.2e-7, `sin(${x})`);
  }
  // Large ones beside small ones, in one vector.
  const x = [1, 1e30, 2, 1e10].map(Math.fround), y = sin(x).dataSync();
  x.forEach((v, i) => assertAlmostEquals(y[i], Math.sin(v), 1.2e-7));
});

Deno.test("the gradient, and that of the gradient", () => {
  const first = grad((x) => sum(sin(x))), second = grad((x) => sum(first(x)));
  const x = tensor([0.5, -2]);
  assertEquals(first(x).dataSync(), cos(x).dataSync());
  assertEquals(second(x).dataSync(), sin(x).dataSync().map((v) => -v));
});
