import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { tensor } from "../create.ts";
import { DataError, ShapeError } from "../errors.ts";
import fixture from "./fixtures/linalg.json" with { type: "json" };
import { gramSchmidt } from "./gram_schmidt.ts";

Deno.test("gramSchmidt gives the rows that NumPy's QR gives, with a positive diagonal of R", () => {
  for (const { A, Q } of fixture.orthonormal) {
    const found = gramSchmidt(A), wanted = Q.flat();
    assertEquals(found.shape, [A.length, A[0].length]);
    found.data.forEach((q, i) => assertAlmostEquals(q, wanted[i], 1e-12));
  }
});

Deno.test("gramSchmidt takes tensors, and leaves them as they were", () => {
  using a = tensor([[3, 4], [0, 5]]);
  const q = gramSchmidt(a);
  [0.6, 0.8, -0.8, 0.6].forEach((wanted, i) => assertAlmostEquals(q.data[i], wanted, 1e-15));
  assertEquals(a.array(), [[3, 4], [0, 5]]);
});

Deno.test("gramSchmidt refuses rows that depend on each other, shapes, and what is not finite", () => {
  for (const A of [[[1, 2], [2, 4]], [[1, 0, 0], [0, 0, 0]], [[1 / 3, 0.1], [1 / 9, 0.1 / 3]]]) {
    const error = assertThrows(() => gramSchmidt(A), DataError, "row 1");
    assertEquals(error.offset, 1);
  }
  assertThrows(() => gramSchmidt([[1], [2]]), ShapeError, "no more rows than columns");
  assertThrows(() => gramSchmidt([1, 2]), ShapeError, "must be a matrix");
  assertThrows(() => gramSchmidt([[1, NaN]]), DataError, "NaN at A[0, 1]");
});
