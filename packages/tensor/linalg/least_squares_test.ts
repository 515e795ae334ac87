import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import "../backends/wasm/table.ts";
import { backendInfo } from "../backends/mod.ts";
import { tensor } from "../create.ts";
import { DataError, ShapeError } from "../errors.ts";
import fixture from "./fixtures/linalg.json" with { type: "json" };
import { leastSquares } from "./least_squares.ts";

Deno.test("leastSquares gives what NumPy's lstsq gives, with and without a ridge", () => {
  for (const { A, B, ridge, X } of fixture.fits) {
    const found = leastSquares(A, B, { ridge }), wanted = X.flat();
    assertEquals(found.shape, [A[0].length, B[0].length]);
    const largest = Math.max(...wanted.map(Math.abs));
    found.data.forEach((x, i) => assertAlmostEquals(x, wanted[i], 1e-11 * largest));
  }
});

Deno.test("leastSquares: one ridge for all columns", () => {
  // (1 + 1 + λ) x = 1 + 1: with λ = 2, x is halved.
  assertEquals([...leastSquares([[1], [1]], [1, 1], { ridge: 2 }).data], [0.5]);
  assertEquals([...leastSquares([[1, 0], [0, 2]], [1, 2], { ridge: [3, 0] }).data], [0.25, 1]);
});

Deno.test("leastSquares leaves no tensor behind and takes tensors", () => {
  const A = tensor([[1, 0], [1, 1], [1, 2]]), { liveTensors } = backendInfo();
  const line = leastSquares(A, [0, 1, 2]);
  assertAlmostEquals(line.get(0), 0, 1e-12);
  assertAlmostEquals(line.get(1), 1, 1e-12);
  assertEquals(backendInfo().liveTensors, liveTensors);
  A.dispose();
});

Deno.test("leastSquares refuses columns that depend on each other, unless there is a ridge", () => {
  const A = [[0.1, 0.3, 1], [0.7, 2.1, 1], [0.4, 1.2, 1], [0.2, 0.6, 1]];
  const error = assertThrows(() => leastSquares(A, [1, 2, 3, 4]), DataError, "ridge");
  assertEquals(error.offset, 1);
  assertThrows(() => leastSquares([[1, 0], [2, 0]], [1, 2]), DataError, "column 1");
  assertThrows(() => leastSquares([[1, 2, 3]], [1]), DataError, "column 1"); // fewer rows
  const [x, y] = leastSquares([[1, 1], [2, 2]], [1, 2], { ridge: 1e-6 }).data;
  assertAlmostEquals(x, 0.5, 1e-6);
  assertAlmostEquals(y, 0.5, 1e-6);
});

Deno.test("leastSquares refuses shapes and ridges that mean nothing", () => {
  assertThrows(() => leastSquares([1, 2], [1, 2]), ShapeError, "A must be a matrix");
  assertThrows(() => leastSquares([[1], [2]], [1]), ShapeError, "as many rows");
  assertThrows(() => leastSquares([[1], [NaN]], [1, 2]), DataError, "A[1, 0]");
  for (const ridge of [-1, NaN, Infinity, [1, 2], []]) {
    assertThrows(() => leastSquares([[1]], [1], { ridge }), RangeError, "ridge");
  }
});
