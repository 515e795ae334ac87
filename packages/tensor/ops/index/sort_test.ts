/** Orders along axes. The values are NumPy's (2.4) and PyTorch's (2.13, `topk`). */
import { assertEquals, assertThrows } from "@std/assert";
import {
  argsort,
  gather,
  grad,
  mul,
  ShapeError,
  sort,
  sum,
  takeAlongAxis,
  tensor,
  topK,
  useBackend,
} from "../../mod.ts";

const x = [[3, 1, 2, 1], [NaN, -Infinity, 0, Infinity]];

for (const name of ["reference", "wasm"] as const) {
  Deno.test(`sort and argsort as NumPy, stable, NaN last, on ${name}`, async () => {
    await useBackend(name);
    assertEquals(sort(x).array(), [[1, 1, 2, 3], [-Infinity, 0, Infinity, NaN]]);
    assertEquals(argsort(x).array(), [[1, 3, 2, 0], [1, 2, 3, 0]]);
    assertEquals(sort(x, { descending: true }).array(), [[3, 2, 1, 1], [
      NaN,
      Infinity,
      0,
      -Infinity,
    ]]);
    assertEquals(argsort(x, { descending: true }).array(), [[0, 2, 1, 3], [0, 3, 2, 1]]);
    assertEquals(sort([[3, 1], [2, 5]], 0).array(), [[2, 1], [3, 5]]);
    assertEquals(sort(Int32Array.of(3, -1, 2)).dtype, "int32");
    assertEquals(sort([]).shape, [0]);
    assertEquals(takeAlongAxis(x, argsort(x)).array(), sort(x).array());
  });

  Deno.test(`topK of the smallest and along any axis, as PyTorch, on ${name}`, async () => {
    await useBackend(name);
    const { values, indices } = topK(x, 2, { largest: false });
    assertEquals(values.array(), [[1, 1], [-Infinity, 0]]);
    assertEquals(indices.array(), [[1, 3], [1, 2]]);
    const first = topK([[5, 1], [2, 4], [7, 3]], 2, { axis: 0 });
    assertEquals(first.values.array(), [[7, 4], [5, 3]]);
    assertEquals(first.indices.array(), [[2, 1], [0, 2]]);
    assertThrows(() => topK(x, 3, { axis: 0 }), ShapeError, "the size of the axis, 2");
    assertThrows(() => topK(x, 1, { dim: 0 } as object), TypeError, 'current "dim"');
  });

  Deno.test(`negative indices count from the end, on ${name}`, async () => {
    await useBackend(name);
    assertEquals(gather([10, 20, 30], [-1, 0, -3]).array(), [30, 10, 10]);
    assertEquals(gather([10, 20, 30], tensor(Int32Array.of(-2))).array(), [20]);
    assertEquals(gather([[1, 2], [3, 4]], -1, 1).array(), [2, 4]);
    assertEquals(takeAlongAxis([[1, 2, 3]], [[-1, 0]]).array(), [[3, 1]]);
    assertThrows(() => gather([1, 2], [-3]), RangeError, "from -2, below 2: current -3");
    assertThrows(() => gather([1, 2], [2]), RangeError, "current 2 at position 0");
  });
}

Deno.test("the gradient of sort goes to where the elements were", () => {
  const weights = [1, 10, 100];
  assertEquals(grad((x) => sum(mul(sort(x), weights)))(tensor([3, 1, 2])).array(), [100, 1, 10]);
});
