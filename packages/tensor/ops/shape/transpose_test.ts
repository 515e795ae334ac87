import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  backendInfo,
  grad,
  mul,
  ndarray,
  normal,
  ShapeError,
  sum,
  tensor,
  transpose,
  useBackend,
} from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("transpose reverses the axes, or puts them in the order that is given", () => {
  assertEquals(transpose([[1, 2, 3], [4, 5, 6]]).array(), [[1, 4], [2, 5], [3, 6]]);
  assertEquals(transpose([[[1, 2]], [[3, 4]]]).array(), [[[1, 3]], [[2, 4]]]);
  assertEquals(transpose([[[1, 2]], [[3, 4]]], [1, 0, 2]).array(), [[[1, 2], [3, 4]]]);
  assertEquals(transpose([[1, 2], [3, 4]], [-1, -2]).array(), [[1, 3], [2, 4]]);
  assertEquals(transpose(7).array(), 7);
});

Deno.test("transpose agrees with NumPy for every order of three axes", () => {
  for (const { x, perm, y } of fixture.transpose) {
    const result = transpose(load(x), perm);
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
  }
});

Deno.test("transpose keeps special values, element types and empty shapes", () => {
  // 1 / -0 tells -0 from 0.
  const special = transpose([[NaN, -0], [Infinity, 1]]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [NaN, 0, -Infinity, 1]);
  const integers = transpose(
    tensor(new Int32Array([1, -2, 2 ** 31 - 1, 4, 5, 6]), { shape: [2, 3] }),
  );
  assertEquals(integers.dtype, "int32");
  assertEquals(integers.array(), [[1, 4], [-2, 5], [2 ** 31 - 1, 6]]);
  assertEquals(transpose(tensor([], { shape: [0, 3] })).shape, [3, 0]);
});

Deno.test("transpose reads a strided view", () => {
  const view = ndarray(new Float32Array([1, 2, 3, 4, 5, 6]), [2, 3]).transpose(1, 0).step(-1, 1);
  assertEquals(transpose(view).array(), [[3, 2, 1], [6, 5, 4]]);
});

Deno.test("transpose copies nothing where only axes of size 1 move", () => {
  using x = tensor([[1], [2], [3]]);
  const { memoryInUse } = backendInfo();
  using y = transpose(x);
  assertEquals(y.array(), [[1, 2, 3]]);
  assertEquals(backendInfo().memoryInUse, memoryInUse);
  assertStrictEquals(transpose(x, [0, 1]), x);
});

Deno.test("transpose's gradient is transposed back", () => {
  const f = grad((x) => sum(mul(transpose(x, [2, 0, 1]), [[[1, 2]], [[3, 4]], [[5, 6]]])));
  assertEquals(f(tensor([[[7, 7, 7], [7, 7, 7]]])).array(), [[[1, 3, 5], [2, 4, 6]]]);
});

Deno.test("transpose refuses an order that does not name every axis once", () => {
  assertThrows(
    () => transpose([[1, 2]], [0, 0]),
    ShapeError,
    "Cannot transpose as the order must name every axis once: current order [0, 0] for shape [1, 2]",
  );
  assertThrows(() => transpose([[1, 2]], [0]), ShapeError, "order [0]");
  assertThrows(() => transpose([[1, 2]], [0, 2]), ShapeError, "axis 2");
});

Deno.test("transpose moves every element of matrices of all sizes, on any number of threads", async () => {
  const check = (shape: number[], perm: number[]) => {
    const x = normal(shape), y = transpose(x, perm);
    const from = x.toNdarray().transpose(...perm), values = y.dataSync();
    let at = 0;
    const walk = (axis: number, offset: number): void => {
      if (axis < perm.length) {
        for (let i = 0; i < from.shape[axis]; i++) walk(axis + 1, offset + i * from.stride[axis]);
      } else if (values[at++] !== from.data[offset]) {
        throw new Error(`[${shape}] by [${perm}]: element ${at - 1} is wrong`);
      }
    };
    walk(0, 0);
    assertEquals(at, x.size);
    x.dispose();
    y.dispose();
  };
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    for (const rows of [2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 130]) {
      for (const columns of [2, 4, 7, 16, 31, 256, 261]) check([rows, columns], [1, 0]);
    }
    check([517, 771], [1, 0]);
    check([5, 97, 203], [0, 2, 1]);
    check([5, 97, 203], [2, 0, 1]);
    check([20, 33, 40, 3], [0, 3, 1, 2]);
    check([20, 3, 33, 40], [0, 2, 3, 1]);
    check([13, 40, 8, 17], [0, 2, 1, 3]);
    check([3, 70, 9, 60], [3, 1, 0, 2]);
    check([2, 300, 200], [1, 0, 2]);
  }
});
