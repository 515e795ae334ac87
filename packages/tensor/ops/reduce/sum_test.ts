import { assert, assertEquals, assertThrows } from "@std/assert";
import { grad, ndarray, Rng, ShapeError, square, sum, tensor, uniform } from "../../mod.ts";

Deno.test("sums over one axis, several, all and none", () => {
  const x = tensor([[[1, 2], [3, 4], [5, 6]], [[10, 20], [30, 40], [50, 60]]]);
  assertEquals(sum(x).item(), 231);
  assertEquals(sum(x, { axis: 0 }).array(), [[11, 22], [33, 44], [55, 66]]);
  assertEquals(sum(x, { axis: -2 }).array(), [[9, 12], [90, 120]]);
  assertEquals(sum(x, { axis: [2, 0] }).array(), [33, 77, 121]);
  assertEquals(sum(x, { axis: [0, 1], keepDims: true }).array(), [[[99, 132]]]);
  assertEquals(sum(x, { axis: [] }).array(), x.array());
});

Deno.test("lengths around the vector width and the blocks, as rows and as columns", () => {
  for (const n of [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 4095, 4096, 4097, 8200]) {
    const values = Float32Array.from({ length: 3 * n }, (_, i) => i % 13 - 5);
    const expected = [0, 0, 0];
    values.forEach((v, i) => expected[Math.floor(i / n)] += v);
    assertEquals(sum(tensor(values, { shape: [3, n] }), { axis: 1 }).array(), expected);
    const columns = Float32Array.from({ length: 3 * n }, (_, i) => values[(i % 3) * n + i / 3 | 0]);
    assertEquals(sum(tensor(columns, { shape: [n, 3] }), { axis: 0 }).array(), expected);
  }
  for (const columns of [2, 4, 5, 16, 21, 63, 64, 65, 83, 130]) {
    const x = tensor(Float32Array.from({ length: 9 * columns }, (_, i) => i), {
      shape: [9, columns],
    });
    const expected = Array.from({ length: columns }, (_, j) => 36 * columns + 9 * j);
    assertEquals(sum(x, { axis: 0 }).array(), expected);
  }
});

Deno.test("empty axes, single numbers, NaN and infinity", () => {
  assertEquals(sum(tensor([], { shape: [0, 3] })).item(), 0);
  assertEquals(sum(tensor([], { shape: [0, 3] }), { axis: 0 }).array(), [0, 0, 0]);
  assertEquals(sum(tensor([], { shape: [0, 3] }), { axis: 1 }).shape, [0]);
  assertEquals(sum(5).item(), 5);
  assertEquals(sum([[1, NaN], [Infinity, 1], [Infinity, -Infinity]], { axis: 1 }).array(), [
    NaN,
    Infinity,
    NaN,
  ]);
});

Deno.test("a strided view", () => {
  const m = ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0).step(-1, 1);
  assertEquals(sum(m, { axis: 1 }).array(), [9, 7, 5]);
});

Deno.test("int32 stays exact and wraps around", () => {
  const x = tensor(new Int32Array([16777217, 1, 2 ** 31 - 1, 1]), { shape: [2, 2] });
  assertEquals(sum(x, { axis: 1 }).array(), [16777218, -(2 ** 31)]);
  assertEquals(sum(x).dtype, "int32");
});

Deno.test("ten million numbers: a relative error below 1e-6", () => {
  const rng = new Rng(5);
  for (
    const values of [new Float32Array(1e7).fill(0.1), uniform([1e7], 0, 1, { rng }).dataSync()]
  ) {
    let exact = 0;
    for (const v of values) exact += v;
    using flat = tensor(values), table = tensor(values, { shape: [1e6, 10] });
    assert(Math.abs(sum(flat).item() - exact) < 1e-6 * exact);
    let columns = 0;
    for (const column of sum(table, { axis: 0 }).dataSync()) columns += column;
    assert(Math.abs(columns - exact) < 1e-6 * exact);
  }
});

Deno.test("the result of no reduction is a tensor of its own", () => {
  const x = tensor([1, 2]), y = sum(x, { axis: [] });
  x.dispose();
  assertEquals(y.array(), [1, 2]);
});

Deno.test("the gradient is spread over the reduced axes", () => {
  const x = tensor([[1, 2], [3, 4]]);
  assertEquals(grad((x) => sum(square(sum(x, { axis: 0 }))))(x).array(), [[8, 12], [8, 12]]);
});

Deno.test("refuses axes that are not there", () => {
  assertThrows(() => sum([[1]], { axis: 2 }), ShapeError, "from -2 to 1: current axis 2");
  assertThrows(() => sum([[1]], { axis: [0, -2] }), ShapeError, "named once");
});
