import { assertEquals, assertThrows } from "@std/assert";
import {
  grad,
  mul,
  normal,
  Rng,
  ShapeError,
  square,
  sum,
  takeAlongAxis,
  tensor,
  useBackend,
} from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("takeAlongAxis agrees with NumPy, its gradient with PyTorch", () => {
  for (const { x, indices, axis, y, weights, gradient } of fixture.takeAlongAxis) {
    const which = load(indices, "int32"), result = takeAlongAxis(load(x), which, axis);
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
    const df = grad((x) => sum(mul(takeAlongAxis(x, which, axis), load(weights))));
    assertEquals([...df(load(x)).dataSync()], gradient.values);
  }
});

Deno.test("takeAlongAxis keeps int32 and special values", () => {
  const y = takeAlongAxis(new Int32Array([2 ** 31 - 1, -5]), [1, 0, 1]);
  assertEquals([y.dtype, y.array()], ["int32", [-5, 2 ** 31 - 1, -5]]);
  // 1 / -0 tells -0 from 0.
  const special = takeAlongAxis([[NaN, -0]], [[1, 0]]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [-Infinity, NaN]);
  assertEquals(takeAlongAxis([[1, 2]], tensor([], { shape: [1, 0], dtype: "int32" })).shape, [
    1,
    0,
  ]);
});

Deno.test("takeAlongAxis has a gradient of its gradient", () => {
  const df = grad((x) => sum(square(takeAlongAxis(x, [[1, 1], [0, 0]]))));
  // df = 4 x at the places taken twice, else 0; the sum of its squares by x: 32 x.
  assertEquals(grad((x) => sum(square(df(x))))(tensor([[1, 2], [3, 4]])).array(), [[0, 64], [
    96,
    0,
  ]]);
});

Deno.test("takeAlongAxis and its gradient give the same on any number of threads", async () => {
  const rng = new Rng(6), indices = Int32Array.from({ length: 5000 * 4 }, () => rng.integer(9));
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    const x = normal([5000, 9], 0, 1, { rng: new Rng(8) }), values = x.dataSync();
    const which = tensor(indices, { shape: [5000, 4] });
    const y = takeAlongAxis(x, which).dataSync();
    const gradient = grad((x) => sum(square(takeAlongAxis(x, which))))(x).dataSync();
    const expected = new Float32Array(values.length);
    for (let i = 0; i < y.length; i++) {
      const at = (i >> 2) * 9 + indices[i];
      if (y[i] !== values[at]) throw new Error(`element ${i} is ${y[i]}`);
      expected[at] += 2 * y[i];
    }
    assertEquals(gradient, expected);
  }
});

Deno.test("takeAlongAxis refuses what does not fit", () => {
  assertThrows(
    () => takeAlongAxis([[1, 2], [3, 4]], [[0]]),
    ShapeError,
    "the indices must have the shape of x, except on axis 1: current [2, 2] and [1, 1]",
  );
  assertThrows(() => takeAlongAxis([1, 2], 0), ShapeError, "current [2] and []");
  assertThrows(() => takeAlongAxis([1, 2], [2]), RangeError, "below 2: current 2 at position 0");
});
