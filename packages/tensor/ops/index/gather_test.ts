import { assertEquals, assertThrows } from "@std/assert";
import {
  backendInfo,
  DTypeError,
  gather,
  grad,
  mul,
  ndarray,
  normal,
  permutation,
  Rng,
  square,
  sum,
  tensor,
  useBackend,
} from "../../mod.ts";
import { fixture, load } from "../fixtures/movement.ts";

Deno.test("gather agrees with NumPy's take, its gradient with PyTorch", () => {
  for (const { x, indices, axis, y, weights, gradient } of fixture.gather) {
    const which = load(indices, "int32"), result = gather(load(x), which, axis);
    assertEquals(result.shape, y.shape);
    assertEquals([...result.dataSync()], y.values);
    const df = grad((x) => sum(mul(gather(x, which, axis), load(weights))));
    assertEquals([...df(load(x)).dataSync()], gradient.values);
  }
});

Deno.test("gather takes indices as numbers, nested or typed arrays, and views", () => {
  const x = tensor([[1, 2], [3, 4], [5, 6]]);
  assertEquals(gather(x, 2).array(), [5, 6]);
  assertEquals(gather(x, [[2], [0]]).array(), [[[5, 6]], [[1, 2]]]);
  assertEquals(gather(x, new Uint8Array([1, 1])).array(), [[3, 4], [3, 4]]);
  assertEquals(gather(x, new Float64Array([1])).array(), [[3, 4]]);
  assertEquals(gather(x, ndarray(new Int32Array([0, 1, 2]), [2], [-2], 2)).array(), [[5, 6], [
    1,
    2,
  ]]);
  assertEquals(gather(x, []).shape, [0, 2]);
  assertEquals(gather([[1, 2]], permutation(1)).array(), [[1, 2]]);
});

Deno.test("gather keeps int32 and special values", () => {
  const y = gather(new Int32Array([2 ** 31 - 1, -5]), [1, 0]);
  assertEquals([y.dtype, y.array()], ["int32", [-5, 2 ** 31 - 1]]);
  // 1 / -0 tells -0 from 0.
  const special = gather([NaN, -0, Infinity], [2, 1, 0]).dataSync();
  assertEquals([...special.map((v) => 1 / v)], [0, -Infinity, NaN]);
});

Deno.test("gather has a gradient of its gradient", () => {
  const cubes = grad((x) => {
    const y = gather(x, [1, 1, 0]);
    return sum(mul(y, square(y)));
  });
  // f = 2 b^3 + a^3; df = [3 a^2, 6 b^2]; the sum of its squares by x: [36 a^3, 144 b^3].
  assertEquals(grad((x) => sum(square(cubes(x))))(tensor([2, 3])).array(), [288, 3888]);
});

Deno.test("gather refuses indices out of range before anything is computed", () => {
  using x = tensor([[1, 2], [3, 4], [5, 6]]), bad = tensor(new Int32Array([0, 2, 3]));
  const before = backendInfo();
  assertThrows(
    () => gather(x, bad),
    RangeError,
    "Cannot gather as every index must be an integer from -3, below 3: current 3 at position 2",
  );
  assertThrows(() => gather(x, [0, -4]), RangeError, "current -4 at position 1");
  assertThrows(() => gather(x, [2], 1), RangeError, "below 2: current 2 at position 0");
  assertThrows(() => gather(x, [0.5]), RangeError, "current 0.5");
  assertThrows(() => gather(x, [NaN]), RangeError, "current NaN");
  assertThrows(() => gather(x, 2 ** 32), RangeError, "current 4294967296");
  using floats = tensor([0, 1]);
  assertThrows(
    () => gather(x, floats),
    DTypeError,
    'indices must be int32: current float32. Use cast(x, "int32")',
  );
  floats.dispose();
  const { liveTensors, memoryInUse } = backendInfo();
  assertEquals([liveTensors, memoryInUse], [before.liveTensors, before.memoryInUse]);
});

Deno.test("gather gives the indices' tensor back that it made", () => {
  using x = tensor([1, 2, 3]);
  const { liveTensors } = backendInfo();
  using _y = gather(x, [2, 0]);
  assertEquals(backendInfo().liveTensors, liveTensors + 1);
});

Deno.test("gather gives the same on any number of threads", async () => {
  const rng = new Rng(3);
  const indices = Int32Array.from({ length: 500 }, () => rng.integer(60));
  for (const threads of [1, 2]) {
    await useBackend("wasm", { threads });
    for (const [outer, inner] of [[1, 785], [1, 130], [7, 33], [300, 1], [9, 3]]) {
      const x = normal([outer, 60, inner]), values = x.dataSync();
      const y = gather(x, indices, 1).dataSync();
      for (let i = 0; i < y.length; i++) {
        const o = Math.floor(i / (500 * inner)), j = Math.floor(i / inner) % 500;
        const expected = values[(o * 60 + indices[j]) * inner + i % inner];
        if (y[i] !== expected) throw new Error(`[${outer}, 60, ${inner}]: element ${i} is ${y[i]}`);
      }
      assertEquals(y.length, outer * 500 * inner);
    }
  }
});
