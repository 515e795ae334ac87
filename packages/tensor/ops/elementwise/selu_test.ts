import { assertAlmostEquals, assertEquals } from "@std/assert";
import { grad, mean, normal, Rng, selu, square, sum, tensor } from "../../mod.ts";

Deno.test("by hand, and the odd ones", () => {
  const [a, b] = selu([-Math.LN2, 2]).dataSync();
  assertAlmostEquals(a, -1.7580993 / 2, 1e-6);
  assertAlmostEquals(b, 2 * 1.0507010, 1e-6);
  const limit = -Math.fround(1.7580993408473766);
  assertEquals(selu([-Infinity, 0, Infinity, NaN]).array(), [limit, 0, Infinity, NaN]);
});

Deno.test("mean 0 and variance 1 stay", () => {
  const y = selu(normal([40000], 0, 1, { rng: new Rng(4) }));
  assertAlmostEquals(mean(y).item(), 0, 0.02);
  assertAlmostEquals(mean(square(y)).item(), 1, 0.03);
});

Deno.test("the gradient is s above 0, else s a e^x", () => {
  const dx = grad((x) => sum(selu(x)))(tensor([-Math.LN2, 3])).dataSync();
  assertAlmostEquals(dx[0], 1.7580993 / 2, 1e-6);
  assertAlmostEquals(dx[1], 1.0507010, 1e-6);
});
