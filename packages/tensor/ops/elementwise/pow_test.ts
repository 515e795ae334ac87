import { assertEquals } from "@std/assert";
import { grad, pow, sum, tensor, useBackend } from "../../mod.ts";

/** [a, b, a^b] as in NumPy. */
const CASES: readonly [a: number, b: number, y: number][] = [
  [2, 3, 8],
  [4, 0.5, 2],
  [0.5, -2, 4],
  // A negative base takes whole exponents, and keeps its sign with odd ones.
  [-2, 3, -8],
  [-2, 2, 4],
  [-2, -1, -0.5],
  [-1, 1e30, 1],
  [-1, 2 ** 24 - 1, -1],
  [-2, 0.5, NaN],
  [-Infinity, 3, -Infinity],
  [-Infinity, 0.5, Infinity],
  // Whatever to the power of 0, and 1 to whatever power.
  [0, 0, 1],
  [NaN, 0, 1],
  [Infinity, -0, 1],
  [1, NaN, 1],
  [1, Infinity, 1],
  [-1, Infinity, 1],
  [-1, -Infinity, 1],
  // Zeros and infinities.
  [0, 2, 0],
  [0, -1, Infinity],
  [-0, -1, -Infinity],
  [-0, -2, Infinity],
  [-0, 3, -0],
  [Infinity, 0.001, Infinity],
  [Infinity, -1, 0],
  [2, Infinity, Infinity],
  [0.5, Infinity, 0],
  [0.5, -Infinity, Infinity],
  // NaN where it counts, overflow and underflow.
  [NaN, 1, NaN],
  [2, NaN, NaN],
  [-1, NaN, NaN],
  [10, 39, Infinity],
  [10, -46, 0],
  [2, -149, 2 ** -149],
];

Deno.test("by hand, and the odd ones, on every backend", async () => {
  for (const backend of ["reference", "wasm"] as const) {
    await useBackend(backend, { threads: 1 });
    const [a, b, y] = [0, 1, 2].map((k) => CASES.map((row) => row[k]));
    assertEquals([...pow(a, b).dataSync()], y);
  }
});

Deno.test("broadcast, and int32 to float32", () => {
  assertEquals(pow([[2], [3]], [1, 2]).array(), [[2, 4], [3, 9]]);
  const y = pow(tensor(new Int32Array([2, 3])), 2);
  assertEquals(y.dtype, "float32");
  assertEquals(y.array(), [4, 9]);
});

Deno.test("the gradient by the base: b a^(b - 1), 0 where b is 0", () => {
  const by = (b: number[]) => grad((a) => sum(pow(a, b)));
  assertEquals(by([2, 3, 1, 0.5])(tensor([-3, -2, 0, 4])).array(), [-6, 12, 1, 0.25]);
  assertEquals(by([0, 0])(tensor([0, 5])).array(), [0, 0]);
});

Deno.test("the gradient by the exponent: a^b log a, 0 where a is 0", () => {
  const db = grad((b) => sum(pow([1, Math.fround(Math.E), 0, 0], b)))(tensor([5, 1, 2, 0]));
  const [one, e, zero, alsoZero] = db.dataSync();
  assertEquals([one, zero, alsoZero], [0, 0, 0]);
  assertEquals(Math.abs(e - Math.E) < 1e-6, true);
});
