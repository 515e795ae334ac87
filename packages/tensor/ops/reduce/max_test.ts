/** `max` and `min`. */
import { assertEquals, assertThrows } from "@std/assert";
import { grad, max, min, Rng, ShapeError, sum, type Tensor, tensor, uniform } from "../../mod.ts";

Deno.test("largest and smallest over one axis, several and all", () => {
  const x = tensor([[[3, -2], [5, 8]], [[-7, 6], [1, 0]]]);
  assertEquals([max(x).item(), min(x).item()], [8, -7]);
  assertEquals(max(x, { axis: 0 }).array(), [[3, 6], [5, 8]]);
  assertEquals(min(x, { axis: [0, 2] }).array(), [-7, 0]);
  assertEquals(max(x, { axis: -1, keepDims: true }).array(), [[[3], [8]], [[6], [1]]]);
});

Deno.test("rows and columns of lengths around the vector width and the blocks", () => {
  for (const [n, m] of [[1, 7], [3, 5], [4, 4], [5, 33], [33, 66], [9, 4099], [2100, 9]]) {
    const x = uniform([n, m], -1, 1, { rng: new Rng(n) }), values = x.dataSync();
    const row = (i: number) => values.subarray(i * m, (i + 1) * m);
    const column = (j: number) => Array.from({ length: n }, (_, i) => values[i * m + j]);
    const rows = Array.from({ length: n }, (_, i) => i),
      columns = Array.from({ length: m }, (_, j) => j);
    assertEquals(max(x, { axis: 1 }).array(), rows.map((i) => Math.max(...row(i))));
    assertEquals(min(x, { axis: 1 }).array(), rows.map((i) => Math.min(...row(i))));
    assertEquals(max(x, { axis: 0 }).array(), columns.map((j) => Math.max(...column(j))));
    assertEquals(min(x, { axis: 0 }).array(), columns.map((j) => Math.min(...column(j))));
  }
});

Deno.test("NaN is the result, wherever it is; infinities and zeros", () => {
  for (const n of [1, 4, 6, 35]) {
    for (let at = 0; at < n; at++) {
      const row = Array.from({ length: n }, (_, i) => i === at ? NaN : -i);
      assertEquals([max(row).item(), min(row).item()], [NaN, NaN]);
      const columns = row.map((v) => [v, 1]);
      assertEquals(max(columns, { axis: 0 }).array(), [NaN, 1]);
    }
  }
  assertEquals([max([-Infinity, -Infinity]).item(), min([Infinity]).item()], [-Infinity, Infinity]);
  assertEquals(max([-0, 0]).item(), 0);
  assertEquals(min([0, -0]).item(), -0);
});

Deno.test("ties share the gradient", () => {
  const x = tensor([[1, 4, 4, 4.5, 4.5], [2, 2, 2, 2, 2]]);
  const by = (f: typeof max) => grad((x: Tensor) => sum(f(x, { axis: 1 })))(x).array();
  const shared = new Array<number>(5).fill(Math.fround(0.2));
  assertEquals(by(max), [[0, 0, 0, 0.5, 0.5], shared]);
  assertEquals(by(min), [[1, 0, 0, 0, 0], shared]);
});

Deno.test("int32 stays exact, at its limits too", () => {
  const x = tensor(new Int32Array([16777217, 16777216, -(2 ** 31), 2 ** 31 - 1]), {
    shape: [2, 2],
  });
  assertEquals(max(x, { axis: 1 }).array(), [16777217, 2 ** 31 - 1]);
  assertEquals(min(x, { axis: 1 }).array(), [16777216, -(2 ** 31)]);
  assertEquals(max(tensor(new Int32Array([-(2 ** 31)]))).item(), -(2 ** 31));
});

Deno.test("refuses to choose among nothing", () => {
  const x = tensor([], { shape: [0, 3] });
  assertEquals(max(x, { axis: 1 }).shape, [0]);
  assertThrows(() => max(x, { axis: 0 }), ShapeError, "at least one element: current axes [0]");
  assertThrows(() => min(x), ShapeError, "Cannot take the min as the reduced axes must have");
});
