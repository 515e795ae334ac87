/** `argmax` and `argmin`. */
import { assertEquals, assertThrows } from "@std/assert";
import { add, argmax, argmin, grad, Rng, ShapeError, sum, tensor, uniform } from "../../mod.ts";

Deno.test("positions along the last axis and along others", () => {
  const x = tensor([[[3, -2, 4], [5, 8, 8]], [[-7, 6, 0], [1, 0, 0]]]);
  assertEquals(argmax(x).array(), [[2, 1], [1, 0]]);
  assertEquals(argmin(x).array(), [[1, 0], [0, 1]]);
  assertEquals(argmax(x, { axis: 0 }).array(), [[0, 1, 0], [0, 0, 0]]);
  assertEquals(argmin(x, { axis: 1, keepDims: true }).array(), [[[0, 0, 0]], [[0, 1, 0]]]);
  assertEquals(argmax(x).dtype, "int32");
});

Deno.test("of several equal ones the first; the first NaN before all", () => {
  for (const n of [1, 2, 3, 5, 8, 33, 70]) {
    for (let at = 0; at < n; at++) {
      const ties = Array.from({ length: n }, (_, i) => i >= at ? 2 : 1);
      assertEquals(argmax(ties).item(), at);
      assertEquals(argmin(ties.map((v) => -v)).item(), at);
      assertEquals(argmax(ties.map((v) => [v, v, v, v, v]), { axis: 0 }).array(), [
        at,
        at,
        at,
        at,
        at,
      ]);
      const nan = Array.from({ length: n }, (_, i) => i === at || i === n - 1 ? NaN : Infinity);
      assertEquals([argmax(nan).item(), argmin(nan.map((v) => -v)).item()], [at, at]);
      assertEquals(argmin(nan.map((v) => [-v, 1]), { axis: 0 }).array(), [at, 0]);
    }
  }
  assertEquals(argmax([-0, 0]).item(), 0);
  assertEquals(argmax([-Infinity, -Infinity]).item(), 0);
});

Deno.test("many columns", () => {
  for (const columns of [2, 3, 4, 7, 16, 67]) {
    const x = uniform([9, columns], -1, 1, { rng: new Rng(columns) }), values = x.dataSync();
    const expected = Array.from({ length: columns }, (_, j) => {
      const column = [...values].filter((_, i) => i % columns === j);
      return column.indexOf(Math.max(...column));
    });
    assertEquals(argmax(x, { axis: 0 }).array(), expected);
  }
});

Deno.test("int32, and arithmetic with positions", () => {
  const x = tensor(new Int32Array([16777216, 16777217]));
  assertEquals(add(argmax(x), 1).item(), 2);
  assertEquals(argmin(x).item(), 0);
});

Deno.test("has no gradient", () => {
  const x = tensor([1, 3, 2]);
  assertEquals(grad((x) => sum(add(x, argmax(x))))(x).array(), [1, 1, 1]);
});

Deno.test("refuses to choose among nothing, and axes that are not there", () => {
  assertEquals(argmax(tensor([], { shape: [0, 3] })).shape, [0]);
  assertThrows(() => argmax(tensor([], { shape: [3, 0] })), ShapeError, "at least one element");
  assertThrows(() => argmin([1, 2], { axis: 1 }), ShapeError, "current axis 1");
});
