import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import {
  DTypeError,
  grad,
  mul,
  normal,
  pad,
  ShapeError,
  square,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("pad agrees with NumPy", () => {
  for (const { x, paddings, y } of fixture.pad) {
    const result = pad(load(x), paddings as unknown as [number, number][], 1.5);
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
  }
});

Deno.test("pad takes any border value, and int32", () => {
  assertEquals(pad([1], [[1, 1]], NaN).array(), [NaN, 1, NaN]);
  assertEquals(pad([1], [[0, 1]], -Infinity).array(), [1, -Infinity]);
  // 1 / -0 tells -0 from 0.
  assertEquals([...pad([1], [[1, 0]], -0).dataSync().map((v) => 1 / v)], [-Infinity, 1]);
  const integers = pad(tensor(new Int32Array([5])), [[1, 2]], -(2 ** 31));
  assertEquals([integers.dtype, integers.array()], ["int32", [
    -(2 ** 31),
    5,
    -(2 ** 31),
    -(2 ** 31),
  ]]);
  assertEquals(pad(tensor([], { shape: [0] }), [[2, 1]], 4).array(), [4, 4, 4]);
  assertEquals(pad(7, []).array(), 7);
  const x = tensor([1, 2]);
  assertStrictEquals(pad(x, [[0, 0]]), x);
});

Deno.test("pad's gradient is what lies inside of the border", () => {
  const df = grad((x) => sum(mul(pad(x, [[1, 0], [0, 1]], 9), [[1, 2, 3], [4, 5, 6]])));
  assertEquals(df(tensor([[0, 0]])).array(), [[4, 5]]);
  const ddf = grad((x) => sum(square(grad((x) => sum(square(square(pad(x, [[2, 2]])))))(x))));
  assertEquals(ddf(tensor([1, 2])).array(), [96, 3072]); // (4x^3)^2 by x: 96 x^5
});

Deno.test("pad gives the same on any number of threads", async () => {
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const x = normal([9, 50, 50, 3]), values = x.dataSync();
    const y = pad(x, [[0, 0], [1, 2], [2, 1], [0, 0]], 0.25).dataSync();
    let at = 0;
    for (let n = 0; n < 9; n++) {
      for (let i = -1; i < 52; i++) {
        for (let j = -2; j < 51; j++) {
          for (let c = 0; c < 3; c++) {
            const inside = i >= 0 && i < 50 && j >= 0 && j < 50;
            const expected = inside ? values[((n * 50 + i) * 50 + j) * 3 + c] : 0.25;
            if (y[at++] !== expected) throw new Error(`element ${at - 1} is ${y[at - 1]}`);
          }
        }
      }
    }
    assertEquals(at, y.length);
  }
});

Deno.test("pad refuses borders that are negative, fractions, or not one pair an axis", () => {
  assertThrows(
    () => pad([1, 2], [[-1, 0]]),
    ShapeError,
    "Cannot pad as every axis needs [before, after], two integers of 0 or more: " +
      "current [[-1,0]] for shape [2]",
  );
  assertThrows(() => pad([1, 2], [[0.5, 0]]), ShapeError, "[[0.5,0]]");
  assertThrows(() => pad([1, 2], []), ShapeError, "current [] for shape [2]");
  assertThrows(() => pad([1, 2], [[1, 1], [1, 1]]), ShapeError, "for shape [2]");
  assertThrows(() => pad(tensor(new Int32Array(2)), [[1, 1]], 0.5), DTypeError, "current 0.5");
});
