import { assert, assertEquals, assertThrows } from "@std/assert";
import { upsampledConv2d } from "../../internal.ts";
import {
  conv2d,
  mul,
  type Padding,
  type Pair,
  Rng,
  ShapeError,
  sum,
  type Tensor,
  tidy,
  uniform,
  upsample2d,
  valueAndGrad,
} from "../../mod.ts";

const CASES: readonly [number[], number[], Pair, Padding][] = [
  [[2, 4, 4, 8], [3, 3, 8, 8], 2, "same"],
  [[2, 8, 8, 8], [3, 3, 8, 32], 2, "valid"],
  [[2, 14, 14, 32], [3, 3, 32, 1], 2, "same"],
  [[1, 5, 3, 2], [5, 2, 2, 3], [3, 1], "same"],
  [[1, 3, 3, 1], [1, 1, 1, 2], 2, "valid"],
  [[1, 2, 2, 2], [3, 3, 2, 2], 4, [[2, 0], [1, 2]]],
  [[1, 2, 2, 2], [2, 2, 2, 2], 2, [[3, 0], [0, 2]]],
];

for (const [image, filter, size, padding] of CASES) {
  Deno.test(`[${image}] ${size} times and [${filter}], ${padding}: as the two operations`, () => {
    const rng = new Rng(1);
    const x = uniform(image, -1, 1, { rng }), w = uniform(filter, -1, 1, { rng });
    const bias = uniform([filter[3]], -1, 1, { rng }), options = { padding, bias } as const;
    const two = (x: Tensor, w: Tensor) =>
      conv2d(upsample2d(x, { size }), w, { ...options, activation: "relu" });
    const one = (x: Tensor, w: Tensor) =>
      upsampledConv2d(x, w, { size, ...options, activation: "relu" });
    const shape = tidy(() => two(x, w).shape), weights = uniform(shape, -1, 1, { rng });
    const [expected, found] = [two, one].map((f) => {
      const { value, gradients } = valueAndGrad((x, w) => sum(mul(weights, f(x, w))))(x, w);
      return [f(x, w), value, ...gradients].map((t) => t.dataSync());
    });
    expected.forEach((values, i) => {
      const largest = Math.max(...values.map(Math.abs));
      values.forEach((v, k) => assert(Math.abs(v - found[i][k]) <= 1e-5 * largest));
    });
    assertEquals(tidy(() => one(x, w).shape), shape);
  });
}

Deno.test("a window that does not fit is refused", () => {
  assertThrows(
    () => upsampledConv2d([[[[1]]]], [[[[1]]], [[[1]]], [[[1]]]], { size: 2 }),
    ShapeError,
    "3 x 1",
  );
});
