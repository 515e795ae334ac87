import { assertAlmostEquals, assertEquals } from "@std/assert";
import { cos, grad, sin, sum, tensor } from "../../mod.ts";

Deno.test("by hand: quarter turns", () => {
  const y = cos([0, 1, 2, 3].map((n) => n * Math.PI / 2)).dataSync();
  [1, 0, -1, 0].forEach((right, i) => assertAlmostEquals(y[i], right, 1e-6));
});

Deno.test("the odd ones", () => {
  assertEquals(cos([Infinity, -Infinity, NaN]).array(), [NaN, NaN, NaN]);
  assertEquals(Object.is(cos(-0).item(), Math.cos(-0)), true);
});

Deno.test("large angles keep their digits", () => {
  for (const x of [1e3, -9999.5, 12345678, 1e9, -1e20, 3e38].map(Math.fround)) {
    assertAlmostEquals(cos(x).item(), Math.cos(x), 1.2e-7, `cos(${x})`);
  }
  // Large ones beside small ones, in one vector.
  const x = [1, 1e30, 2, 1e10].map(Math.fround), y = cos(x).dataSync();
  x.forEach((v, i) => assertAlmostEquals(y[i], Math.cos(v), 1.2e-7));
});

Deno.test("the gradient, and that of the gradient", () => {
  const first = grad((x) => sum(cos(x))), second = grad((x) => sum(first(x)));
  const x = tensor([0.5, -2]);
  assertEquals(first(x).dataSync(), sin(x).dataSync().map((v) => -v));
  assertEquals(second(x).dataSync(), cos(x).dataSync().map((v) => -v));
});
