import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DataError, ShapeError } from "../errors.ts";
import fixture from "./fixtures/linalg.json" with { type: "json" };
import { inverseCholesky } from "./inverse_cholesky.ts";

const product = (a: number[][], b: number[][]) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, v, k) => sum + v * b[k][j], 0)));

Deno.test("inverseCholesky makes the rows that NumPy's QR gives, with a positive diagonal of R", () => {
  for (const { A, Q } of fixture.orthonormal) {
    const G = A.map((row) => A.map((other) => row.reduce((sum, v, k) => sum + v * other[k], 0)));
    const { data, shape: [n] } = inverseCholesky(G)!;
    const C = A.map((_, i) => Array.from(data.subarray(i * n, (i + 1) * n)));
    product(C, A).forEach((row, i) => row.forEach((q, j) => assertAlmostEquals(q, Q[i][j], 1e-11)));
  }
});

Deno.test("inverseCholesky gives nothing where rows depend on each other, or nearly as told", () => {
  assertEquals(inverseCholesky([[1, 2], [2, 1]]), undefined);
  assertEquals(inverseCholesky([[0]]), undefined);
  const near = [[1, 0.999], [0.999, 1]]; // 1 - 0.999^2 = 0.002 of the second row is left
  assertEquals(inverseCholesky(near)!.shape, [2, 2]);
  assertEquals(inverseCholesky(near, 0.0019)!.shape, [2, 2]);
  assertEquals(inverseCholesky(near, 0.0021), undefined);
});

Deno.test("inverseCholesky refuses shapes that do not fit, and what is not finite", () => {
  assertThrows(() => inverseCholesky([[1, 2]]), ShapeError, "square");
  assertThrows(() => inverseCholesky([1]), ShapeError, "square");
  assertThrows(() => inverseCholesky([[NaN]]), DataError, "NaN at G[0, 0]");
});
