/** Pooling: wasm against the reference for windows of any kind, and what is refused. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { ReferenceBackend } from "../../backends/reference.ts";
import {
  avgPool2d,
  type Backend,
  currentBackend,
  grad,
  maxPool2d,
  ones,
  type PoolOptions,
  reshape,
  Rng,
  ShapeError,
  sum,
  Tensor,
  tensor,
  tidy,
  upsample2d,
  useBackend,
} from "../../mod.ts";
import {
  avgPool2dGradient,
  maxPool2dGradient,
  maxPool2dPick,
  upsample2dGradient,
} from "../../internal.ts";

const near = fc.integer({ min: 1, max: 4 });
const pads = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 3 }));
const windows = fc.record({
  n: fc.integer({ min: 1, max: 9 }),
  height: fc.integer({ min: 1, max: 9 }),
  width: fc.integer({ min: 1, max: 9 }),
  channels: fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 15, 16, 17, 22),
  size: fc.tuple(near, near),
  strides: fc.tuple(near, near),
  padding: fc.oneof(
    fc.constantFrom("valid" as const, "same" as const),
    fc.tuple(pads, pads),
  ),
  seed: fc.nat(),
});

/** Whether every window meets the image, and there is one. */
function fits(height: number, width: number, { size, padding }: PoolOptions): boolean {
  const [high, wide] = size as [number, number];
  if (padding === "same") return true;
  if (padding === "valid") return high <= height && wide <= width;
  const [[top, bottom], [left, right]] = padding as [[number, number], [number, number]];
  return Math.max(top, bottom) < high && Math.max(left, right) < wide &&
    high <= height + top + bottom && wide <= width + left + right;
}

Deno.test("pooling and its backward pass on wasm are the reference's, for windows of any kind", () => {
  const wasm = currentBackend(), reference = new ReferenceBackend();
  fc.assert(
    fc.property(windows, ({ n, height, width, channels, size, strides, padding, seed }) => {
      const options: PoolOptions = { size, strides, padding };
      fc.pre(fits(height, width, options));
      const shape = [n, height, width, channels], rng = new Rng(seed);
      // Few different values, so that there are ties.
      const values = Array.from({ length: n * height * width * channels }, () => rng.integer(5));
      const [found, right] = [wasm, reference].map((backend: Backend) =>
        tidy(() => {
          const x = new Tensor(backend, backend.write(values, "float32"), shape, "float32");
          const most = maxPool2d(x, options), mean = avgPool2d(x, options);
          const results = [
            most,
            mean,
            maxPool2dGradient(most, x, options),
            avgPool2dGradient(mean, [height, width], options),
            upsample2dGradient(upsample2d(x, { size }), { size }),
            upsample2d(x, { size, interpolation: "bilinear" }),
            upsample2dGradient(upsample2d(x, { size }), { size, interpolation: "bilinear" }),
          ];
          return results.map((y) => y.dataSync());
        })
      );
      right.forEach((list, k) => {
        assertEquals(found[k].length, list.length);
        list.forEach((v, i) => {
          const difference = Math.abs(found[k][i] - v);
          assert(difference <= 2e-5 * Math.max(1, v), `result ${k}: ${found[k][i]}, not ${v}`);
        });
      });
    }),
    { numRuns: 150 },
  );
});

Deno.test("a window's gradient goes to the first of its largest numbers", () => {
  const x = tensor([0, 7, 7, 7, 3, 3, 3, 3], { shape: [1, 2, 4, 1] });
  const dx = grad((x) => sum(maxPool2d(x, { size: 2 })))(x);
  assertEquals([...dx.dataSync()], [0, 1, 1, 0, 0, 0, 0, 0]);
});

Deno.test("where windows overlap, gradients add up", () => {
  const x = tensor([1, 5, 2, 4, 3], { shape: [1, 1, 5, 1] }),
    options: PoolOptions = { size: [1, 3], strides: 1 };
  const pooled = maxPool2d(x, options);
  assertEquals([...pooled.dataSync()], [5, 5, 4]);
  const dx = grad((x) => sum(maxPool2d(x, options)))(x);
  assertEquals([...dx.dataSync()], [0, 2, 0, 1, 0]);
  const shared = grad((x) => sum(avgPool2d(x, options)))(x).dataSync();
  [1, 2, 3, 2, 1].forEach((k, i) => assert(Math.abs(shared[i] - k / 3) < 1e-6));
});

Deno.test("padding never wins and does not count", () => {
  const x = tensor([-1, -2, -3, -4, -5, -6, -7, -8, -9], { shape: [1, 3, 3, 1] });
  const same = { size: 2, padding: "same" } as const;
  assertEquals([...maxPool2d(x, same).dataSync()], [-1, -3, -7, -9]);
  assertEquals([...avgPool2d(x, same).dataSync()], [-3, -4.5, -7.5, -9]);
});

Deno.test("NaN and infinity come through", () => {
  for (const channels of [1, 4, 5]) {
    for (const size of [2, 3]) {
      for (let at = 0; at < size * size; at++) {
        const values = new Float32Array(size * size * channels).fill(-Infinity);
        values[at * channels] = NaN;
        const x = tensor(values, { shape: [1, size, size, channels] });
        const [first, ...others] = maxPool2d(x, { size }).dataSync();
        assert(Number.isNaN(first), `${channels} channels, NaN at ${at} of ${size} x ${size}`);
        assert(others.every((v) => v === -Infinity));
        // Its gradient goes to the last place of the window.
        const dx = maxPool2dGradient(ones([1, 1, 1, channels]), x, { size }).dataSync();
        assertEquals(dx[(size * size - 1) * channels], 1);
      }
    }
  }
});

Deno.test("maxPool2dPick gives values from where x is largest", () => {
  const x = tensor([1, 9, 4, 2], { shape: [1, 2, 2, 1] });
  const values = tensor([10, 20, 30, 40], { shape: [1, 2, 2, 1] });
  assertEquals(maxPool2dPick(values, x, { size: 2 }).item(), 20);
});

Deno.test("results are the same to the bit for any number of threads", async () => {
  const results = () =>
    [[64, 28, 28, 6], [16, 27, 27, 17], [12, 28, 28, 1]].flatMap((shape) =>
      [{ size: 2 }, { size: 3, strides: 2 }].flatMap((options) =>
        tidy(() => {
          const rng = new Rng(5), size = shape.reduce((a, b) => a * b);
          const x = tensor(Float32Array.from({ length: size }, () => rng.uniform(-1, 1)), {
            shape,
          });
          const y = maxPool2d(x, options), z = avgPool2d(x, options);
          return [
            y,
            z,
            maxPool2dGradient(y, x, options),
            avgPool2dGradient(z, [shape[1], shape[2]], options),
          ].map((t) => t.dataSync());
        })
      )
    );
  try {
    await useBackend("wasm", { threads: 1 });
    const one = results();
    for (const threads of [2, 3]) {
      await useBackend("wasm", { threads });
      assertEquals(results(), one);
    }
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});

Deno.test("what makes no sense is refused", () => {
  const x = ones([1, 4, 4, 2]);
  assertThrows(
    () => maxPool2d(ones([4, 4]), { size: 2 }),
    ShapeError,
    "[n, height, width, channels]",
  );
  assertThrows(() => maxPool2d(x, { size: 5 }), ShapeError, "must fit");
  assertThrows(() => maxPool2d(x, { size: 0 }), RangeError, "the window");
  assertThrows(() => avgPool2d(x, { size: 2, strides: 1.5 }), RangeError, "strides");
  assertThrows(
    () => avgPool2d(x, { size: 2, padding: [[2, 0], [0, 0]] }),
    RangeError,
    "padding must be smaller than the window",
  );
  assertThrows(() => maxPool2dGradient(x, x, { size: 2 }), ShapeError, "[1, 2, 2, 2]");
  assertThrows(() => maxPool2dPick(ones([1, 2, 2, 2]), x, { size: 2 }), ShapeError, "the values");
  assertThrows(() => avgPool2dGradient(x, 4, { size: 2 }), ShapeError, "the gradient");
});

Deno.test("integers are pooled as float32", () => {
  const x = tensor(Int32Array.of(1, 2, 3, 5), { shape: [1, 2, 2, 1] });
  const y = avgPool2d(x, { size: 2 });
  assertEquals([y.dtype, y.item()], ["float32", 2.75]);
  assertEquals(reshape(maxPool2d(x, { size: 2 }), []).item(), 5);
});
