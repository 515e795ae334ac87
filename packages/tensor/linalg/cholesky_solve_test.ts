import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { choleskySolve, DataError, ndarray, ShapeError, tensor } from "../mod.ts";
import fixture from "./fixtures/linalg.json" with { type: "json" };

Deno.test("choleskySolve gives what NumPy's solve gives", () => {
  for (const { A, B, X } of fixture.solve) {
    const found = choleskySolve(A, B), wanted = X.flat();
    assertEquals(found.shape, [B.length, B[0].length]);
    const largest = Math.max(...wanted.map(Math.abs));
    found.data.forEach((x, i) => assertAlmostEquals(x, wanted[i], 1e-11 * largest));
  }
});

Deno.test("choleskySolve reads the lower triangle only, and takes views, tensors and vectors", () => {
  // [[4, 2], [2, 10]] [2, 1] = [10, 14]
  assertEquals([...choleskySolve([[4, 77], [2, 10]], [10, 14]).data], [2, 1]);
  const view = ndarray(new Float64Array([4, 2, 77, 10]), [2, 2]).transpose(1, 0);
  assertEquals([...choleskySolve(view, tensor([[10], [14]])).data], [2, 1]);
  assertEquals(choleskySolve([[2]], [1]).shape, [1]);
  assertAlmostEquals(choleskySolve([[3]], [1]).get(0), 1 / 3, 1e-15); // in f64
});

Deno.test("choleskySolve refuses matrices that are not positive definite", () => {
  const matrices = [[[1, 2], [2, 1]], [[1, 1], [1, 1]], [[1, 0], [0, 0]], [[1, 0], [0, -3]]];
  for (const A of matrices) {
    const error = assertThrows(() => choleskySolve(A, [1, 1]), DataError, "positive definite");
    assertEquals(error.offset, 1);
  }
  // Singular but for rounding: (1/3)^2 + ... leaves a pivot of some 1e-17.
  const third = [1 / 3, 0.1, 0.7], singular = third.map((a) => third.map((b) => a * b));
  assertThrows(() => choleskySolve(singular, [1, 1, 1]), DataError, "positive definite");
});

Deno.test("choleskySolve refuses shapes that do not fit, and what is not finite", () => {
  assertThrows(() => choleskySolve([[1, 0]], [1]), ShapeError, "square");
  assertThrows(() => choleskySolve([1], [1]), ShapeError, "square");
  assertThrows(() => choleskySolve([[1]], [1, 2]), ShapeError, "as many rows");
  assertThrows(() => choleskySolve([[[1]]], [1]), ShapeError, "matrix or a vector");
  assertThrows(() => choleskySolve([[1, 0], [NaN, 1]], [1, 1]), DataError, "A[1, 0]");
  assertThrows(() => choleskySolve([[1]], [Infinity]), DataError, "B[0]");
});
