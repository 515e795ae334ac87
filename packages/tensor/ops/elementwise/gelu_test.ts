import { assertAlmostEquals, assertEquals } from "@std/assert";
import { gelu, grad, sum, tensor, useBackend } from "../../mod.ts";

Deno.test("by hand, and the odd ones, on every backend", async () => {
  for (const backend of ["reference", "wasm"] as const) {
    await useBackend(backend, { threads: 1 });
    // x Phi(x), with Phi from a table of the normal distribution.
    const y = gelu([1, -1, 2, 0]).dataSync();
    [0.84134475, -0.15865525, 1.95449974, 0].forEach((right, i) =>
      assertAlmostEquals(y[i], right, 3e-7)
    );
    assertEquals(gelu([100, Infinity, NaN]).array(), [100, Infinity, NaN]);
    assertEquals(gelu([-100, -Infinity]).dataSync().map(Math.abs), new Float32Array(2));
  }
});

Deno.test("far below 0 it keeps its digits", () => {
  // -x Phi(x) is about phi(x) (1 - 1 / x^2 + 3 / x^4 - 15 / x^6 + 105 / x^8).
  const x = -12, phi = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  const right = -phi * (1 - x ** -2 + 3 * x ** -4 - 15 * x ** -6 + 105 * x ** -8);
  assertAlmostEquals(gelu(x).item() / right, 1, 1e-6);
});

Deno.test("the gradient is Phi(x) + x phi(x)", () => {
  const dx = grad((x) => sum(gelu(x)))(tensor([0, 1, -1])).dataSync();
  [0.5, 1.0833155, -0.0833155].forEach((right, i) => assertAlmostEquals(dx[i], right, 3e-7));
});

Deno.test("the approximation is another function, near the exact one", () => {
  const x = Array.from({ length: 101 }, (_, i) => (i - 50) / 10), approximate = true;
  const exact = gelu(x).dataSync(), near = gelu(x, { approximate }).dataSync();
  const most = Math.max(...exact.map((v, i) => Math.abs(v - near[i])));
  assertAlmostEquals(most, 4.7e-4, 1e-4);
  assertEquals(gelu([0, 100, -100], { approximate }).array(), [0, 100, -0]);
  assertEquals(gelu(x, { approximate: false }).dataSync(), exact);
});
