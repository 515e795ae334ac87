import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { ReferenceBackend } from "../../backends/reference.ts";
import {
  BackendError,
  backendInfo,
  type BackendName,
  conv2d,
  conv2dTranspose,
  type ConvolutionOptions,
  mul,
  reshape,
  Rng,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  uniform,
  useBackend,
  valueAndGrad,
  zeros,
} from "../../mod.ts";
import { conv2dFilterGradient, explainConv2d } from "../../internal.ts";
import fixture from "../fixtures/convolution.json" with { type: "json" };

/** An array as the fixture holds it. */
interface Stored {
  shape: number[];
  values: number[];
}

function load({ shape, values }: Stored): Tensor {
  return tensor(Float32Array.from(values), { shape });
}

/** Holds a result to f64 values: a float32 sum of some dozens of products of a few units. */
function close(found: Tensor, { shape, values }: Stored, what: string): void {
  assertEquals(found.shape, shape, what);
  found.dataSync().forEach((v, i) => {
    assertAlmostEquals(v, values[i], 1e-5 + 1e-6 * Math.abs(values[i]), `${what}, number ${i}`);
  });
}

const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const image = reshape(numbers(9), [1, 3, 3, 1]);

Deno.test("conv2d by hand: a window times a filter, not turned around", () => {
  const filter = reshape([1, 10, 100, 1000], [2, 2, 1, 1]);
  const y = conv2d(image, filter);
  assertEquals([...y.dataSync()], [5421, 6532, 8754, 9865]);
  assertEquals([...conv2d(image, filter, { strides: 2 }).dataSync()], [5421]);
  // Padded at the end: [1 2 3; 4 5 6; 7 8 9] grows a row and a column of zeros.
  const same = conv2d(image, filter, { padding: "same" });
  assertEquals([...same.dataSync()], [5421, 6532, 603, 8754, 9865, 906, 87, 98, 9]);
  const left = conv2d(image, filter, { padding: [[1, 0], [1, 0]], strides: 2 });
  assertEquals([...left.dataSync()], [1000, 3200, 7040, 9865]);
  assertEquals([...conv2d(image, filter, { dilations: 2 }).dataSync()], [1 + 30 + 700 + 9000]);
});

Deno.test("conv2d by hand: channels, bias, activation", () => {
  const x = reshape([1, 2, 3, 4], [1, 1, 2, 2]); // two pixels, two channels
  const filter = reshape([1, 0, 0, 0, 1, -1], [1, 1, 2, 3]);
  assertEquals(conv2d(x, filter).array(), [[[[1, 2, -2], [3, 4, -4]]]]);
  assertEquals(
    conv2d(x, filter, { bias: [10, -3, 1], activation: "relu" }).array(),
    [[[[11, 0, 0], [13, 1, 0]]]],
  );
  const s = conv2d(x, filter, { bias: [-1, -2, 2], activation: "sigmoid" }).array();
  assertEquals((s as number[][][][])[0][0][0], [0.5, 0.5, 0.5]);
});

Deno.test("conv2d by hand: groups see their own channels only", () => {
  const x = reshape([1, 2, 3, 4], [1, 1, 1, 4]);
  const filter = reshape([1, 1, 1, 1, 10, 10, 10, 10], [1, 1, 2, 4]);
  assertEquals([...conv2d(x, filter, { groups: 2 }).dataSync()], [21, 21, 43, 43]);
  const depthwise = reshape([1, 10, 100, 1000], [1, 1, 1, 4]);
  assertEquals([...conv2d(x, depthwise, { groups: 4 }).dataSync()], [1, 20, 300, 4000]);
});

for (const { name, x, filter, bias, options, y, weights, dx, dw, db } of fixture.convolution) {
  Deno.test(`conv2d as PyTorch: ${name}`, () => {
    const f = valueAndGrad((x, w, b) =>
      sum(
        mul(conv2d(x, w, { ...options as unknown as ConvolutionOptions, bias: b }), load(weights)),
      )
    );
    const inputs = [load(x), load(filter), load(bias)];
    close(
      conv2d(inputs[0], inputs[1], {
        ...options as unknown as ConvolutionOptions,
        bias: inputs[2],
      }),
      y,
      "y",
    );
    const { gradients } = f(...inputs);
    [dx, dw, db].forEach((right, i) => close(gradients[i], right, ["dx", "dw", "db"][i]));
  });
}

for (const { name, x, filter, bias, options, y } of fixture.keras) {
  Deno.test(`conv2d as Keras: ${name}`, () => {
    const given = options as unknown as ConvolutionOptions;
    close(conv2d(load(x), load(filter), { ...given, bias: load(bias) }), y, "y");
  });
}

Deno.test("conv2d of no images, and of no channels", () => {
  assertEquals(conv2d(zeros([0, 4, 4, 2]), zeros([3, 3, 2, 5])).shape, [0, 2, 2, 5]);
  const y = conv2d(zeros([1, 2, 2, 0]), zeros([1, 1, 0, 2]), { bias: [1, -1] });
  assertEquals(y.array(), [[[[1, -1], [1, -1]], [[1, -1], [1, -1]]]]);
});

Deno.test("conv2d carries NaN and infinity to exactly the windows they are in", () => {
  const x = reshape([NaN, 0, 0, 0, 0, Infinity, 0, 0], [1, 1, 8, 1]);
  const y = conv2d(x, reshape([1, 1], [1, 2, 1, 1]), { padding: "same" });
  assertEquals([...y.dataSync()], [NaN, 0, 0, 0, Infinity, Infinity, 0, 0]);
  // A border of zeros is not there: an infinite weight outside of the image counts for nothing.
  const infinite = reshape([1, Infinity], [1, 2, 1, 1]);
  const one = conv2d(reshape([1, 2], [1, 1, 2, 1]), infinite, { padding: "same" });
  assertEquals([...one.dataSync()], [Infinity, 2]);
});

Deno.test("conv2d of integers converts them, and leaves nothing behind", () => {
  const x = tensor(new Int32Array([1, 2, 3, 4]), { shape: [1, 2, 2, 1] });
  const before = backendInfo();
  const y = conv2d(x, reshape([1, 1, 1, 1], [2, 2, 1, 1]), { bias: [0.5] });
  assertEquals([y.dtype, y.item()], ["float32", 10.5]);
  y.dispose();
  conv2d(x, [[[[1]]]], { bias: [0.5], activation: "tanh", padding: "same" }).dispose();
  const after = backendInfo();
  assert(after.memoryInUse <= before.memoryInUse + 64);
});

Deno.test("conv2d refuses what does not fit and names both shapes", () => {
  const error = assertThrows(() => conv2d(zeros([1, 4, 4, 3]), zeros([2, 2, 4, 5])), ShapeError);
  assertEquals(
    error.message,
    "Cannot convolve as the images' channels must be as many as the filters' inputs, times the " +
      "groups: current images [1, 4, 4, 3], filters [2, 2, 4, 5], groups 1",
  );
  assertEquals(error.shapes, [[1, 4, 4, 3], [2, 2, 4, 5]]);
  assertThrows(() => conv2d(zeros([4, 4, 3]), zeros([2, 2, 3, 5])), ShapeError, "images must be");
  assertThrows(() => conv2d(zeros([1, 4, 4, 3]), zeros([2, 3, 5])), ShapeError, "filters must be");
  assertThrows(() => conv2d(zeros([1, 2, 4, 3]), zeros([3, 2, 3, 5])), ShapeError, "must fit");
  const groups = (n: number) => () =>
    conv2d(zeros([1, 4, 4, 6]), zeros([2, 2, 2, 4]), { groups: n });
  assertThrows(groups(3), ShapeError, "groups must divide the channels");
  assertThrows(groups(0), RangeError, "groups must be an integer of at least 1");
  assertThrows(
    () => conv2d(zeros([1, 4, 4, 3]), zeros([2, 2, 3, 5]), { bias: [1, 2] }),
    ShapeError,
    "the bias must be a vector of 5 numbers",
  );
  const wrong = { activation: "softsign" } as unknown as ConvolutionOptions;
  assertThrows(
    () => conv2d(zeros([1, 4, 4, 3]), zeros([2, 2, 3, 5]), wrong),
    RangeError,
    "linear, relu, sigmoid, tanh",
  );
});

/** y_nijo in f64, from the values that the backend was given. */
function exact(x: Tensor, w: Tensor, y: Tensor, { strides, pads, groups }: Layout): Float64Array {
  const [n, height, width, channels] = x.shape, [down, across, inputs, outputs] = w.shape;
  const a = x.dataSync(), b = w.dataSync(), c = new Float64Array(y.size);
  const [, rows, columns] = y.shape, share = outputs / groups;
  for (let at = 0; at < y.size; at++) {
    const o = at % outputs, j = Math.floor(at / outputs) % columns;
    const i = Math.floor(at / outputs / columns) % rows;
    const image = Math.floor(at / outputs / columns / rows);
    assert(image < n);
    for (let p = 0; p < down; p++) {
      for (let q = 0; q < across; q++) {
        const r = i * strides - pads + p, s = j * strides - pads + q;
        if (r < 0 || r >= height || s < 0 || s >= width) continue;
        for (let k = 0; k < inputs; k++) {
          c[at] +=
            a[((image * height + r) * width + s) * channels + Math.floor(o / share) * inputs + k] *
            b[((p * across + q) * inputs + k) * outputs + o];
        }
      }
    }
  }
  return c;
}

/** A setting that {@linkcode exact} understands. */
interface Layout {
  readonly strides: number;
  readonly pads: number;
  readonly groups: number;
}

/** Images, filters and a setting that cross the borders of tiles, panels, plans and threads. */
const LARGE: readonly [number[], number[], Layout][] = [
  [[7, 28, 28, 1], [5, 5, 1, 6], { strides: 1, pads: 2, groups: 1 }],
  [[13, 14, 14, 6], [5, 5, 6, 16], { strides: 1, pads: 0, groups: 1 }],
  [[3, 15, 17, 32], [3, 3, 32, 1], { strides: 1, pads: 1, groups: 1 }],
  [[2, 12, 11, 33], [3, 3, 33, 65], { strides: 2, pads: 1, groups: 1 }],
  [[1, 5, 4, 130], [3, 3, 130, 90], { strides: 1, pads: 1, groups: 1 }],
  [[2, 19, 18, 24], [3, 3, 1, 24], { strides: 1, pads: 1, groups: 24 }],
  [[2, 9, 9, 64], [1, 1, 64, 48], { strides: 1, pads: 0, groups: 1 }],
  [[1, 5, 4, 4100], [3, 3, 4100, 9], { strides: 1, pads: 0, groups: 1 }],
  [[1, 3, 4, 4100], [3, 3, 4100, 2], { strides: 1, pads: 0, groups: 1 }],
  [[3, 29, 30, 40], [5, 5, 40, 32], { strides: 1, pads: 2, groups: 1 }],
  // By minimal filtering: sizes that tiles of 4 do not divide, one tile, many, and one pixel.
  [[2, 9, 10, 32], [3, 3, 32, 36], { strides: 1, pads: 1, groups: 1 }],
  [[1, 7, 7, 260], [3, 3, 260, 64], { strides: 1, pads: 1, groups: 1 }],
  [[5, 23, 18, 16], [3, 3, 16, 12], { strides: 1, pads: 1, groups: 1 }],
  [[1, 6, 6, 64], [3, 3, 64, 64], { strides: 1, pads: 0, groups: 1 }],
  [[9, 31, 5, 64], [3, 3, 64, 64], { strides: 1, pads: 2, groups: 1 }],
  [[1, 1, 1, 64], [3, 3, 64, 64], { strides: 1, pads: 1, groups: 1 }],
  // As products: strides, many terms, few pixels.
  [[2, 13, 14, 24], [1, 1, 24, 52], { strides: 2, pads: 0, groups: 1 }],
  [[1, 9, 7, 132], [5, 5, 132, 20], { strides: 2, pads: 3, groups: 1 }],
  [[1, 3, 3, 516], [1, 1, 516, 2052], { strides: 1, pads: 0, groups: 1 }],
  [[3, 11, 14, 36], [3, 3, 36, 40], { strides: 1, pads: 1, groups: 1 }],
  [[1, 13, 12, 320], [3, 3, 320, 32], { strides: 1, pads: 0, groups: 1 }],
];

const SETTINGS: readonly [BackendName, number][] = [["wasm", 1], ["wasm", 3], ["blas", 2]];

for (const [backend, threads] of SETTINGS) {
  Deno.test(`conv2d and its gradients, larger: ${backend}, ${threads} threads`, async () => {
    try {
      await useBackend(backend, { threads });
    } catch (error) {
      if (!(error instanceof BackendError) || backend !== "blas") throw error;
      console.warn(`NOT TESTED: blas. ${error.message}`);
      return;
    }
    try {
      const rng = new Rng(3);
      for (const [xShape, wShape, layout] of LARGE) {
        const { strides, pads, groups } = layout;
        const options: ConvolutionOptions = {
          strides,
          groups,
          padding: [[pads, pads], [pads, pads]],
        };
        const x = uniform(xShape, -1, 1, { rng }), w = uniform(wShape, -1, 1, { rng });
        const y = conv2d(x, w, options), right = exact(x, w, y, layout);
        const terms = wShape[0] * wShape[1] * wShape[2];
        // Minimal filtering rounds what it has transformed.
        const base = explainConv2d(xShape, wShape, options).way.startsWith("winograd")
          ? 1e-5
          : 1e-6;
        y.dataSync().forEach((v, i) => assertAlmostEquals(v, right[i], 1e-7 * terms + base));
        // <v, conv(x, w)> = <x, transposed(v, w)> = <w, filterGradient(x, v)>, for whatever v.
        const v = uniform(y.shape, -1, 1, { rng });
        const dx = conv2dTranspose(v, w, { ...options, outputSize: [xShape[1], xShape[2]] });
        const dw = conv2dFilterGradient(x, v, { ...options, kernelSize: [wShape[0], wShape[1]] });
        const values = v.dataSync(), expected = right.reduce((s, r, i) => s + r * values[i], 0);
        const scale = Math.sqrt(right.reduce((s, r) => s + r * r, 0));
        assertAlmostEquals(dot(x, dx), expected, 1e-5 * scale, `${xShape}`);
        assertAlmostEquals(dot(w, dw), expected, 1e-5 * scale, `${xShape}`);
      }
    } finally {
      await useBackend("wasm", { threads: 1 });
    }
  });
}

Deno.test("conv2d by a library's products, more tiles than are transformed at once", async () => {
  const results: Float32Array[][] = [];
  try {
    for (const backend of ["wasm", "blas"] as const) {
      await useBackend(backend, { threads: 2 });
      const rng = new Rng(4), same = { padding: "same" } as const;
      const x = uniform([10, 56, 56, 32], -1, 1, { rng }),
        w = uniform([3, 3, 32, 32], -1, 1, { rng });
      const dw = conv2dFilterGradient(x, conv2d(x, w, same), { ...same, kernelSize: 3 });
      results.push([conv2d(x, w, same), dw].map((t) => t.dataSync() as Float32Array));
    }
  } catch (error) {
    if (!(error instanceof BackendError)) throw error;
    console.warn(`NOT TESTED: blas. ${error.message}`);
    return;
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
  const [right, found] = results;
  assertEquals(
    explainConv2d([10, 56, 56, 32], [3, 3, 32, 32], { padding: "same" }, true).way,
    "winograd library",
  );
  for (const [i, tolerance] of [[0, 3e-5], [1, 0.5]] as const) {
    found[i].forEach((v, k) => assertAlmostEquals(v, right[i][k], tolerance));
  }
});

function dot(a: Tensor, b: Tensor): number {
  const p = a.dataSync(), q = b.dataSync();
  let sum = 0;
  for (let i = 0; i < p.length; i++) sum += p[i] * q[i];
  return sum;
}

Deno.test("convolutions give the same bits on any number of threads", async () => {
  const run = async (threads: number) => {
    await useBackend("wasm", { threads });
    const rng = new Rng(1);
    return LARGE.map(([xShape, wShape, { strides, pads, groups }]) => {
      const options: ConvolutionOptions = {
        strides,
        groups,
        padding: [[pads, pads], [pads, pads]],
      };
      const x = uniform(xShape, -1, 1, { rng }), w = uniform(wShape, -1, 1, { rng });
      const y = conv2d(x, w, { ...options, activation: "tanh" });
      const dx = conv2dTranspose(y, w, { ...options, outputSize: [xShape[1], xShape[2]] });
      const dw = conv2dFilterGradient(x, y, { ...options, kernelSize: [wShape[0], wShape[1]] });
      return [y, dx, dw].map((t) => t.dataSync());
    });
  };
  try {
    const one = await run(1);
    for (const threads of [2, 3, 8]) assertEquals(await run(threads), one);
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});

/** Any convolution: sizes around those of vectors and tiles, all kinds of windows. */
const anyConvolution = fc.record({
  x: fc.tuple(
    fc.integer({ min: 1, max: 7 }),
    fc.integer({ min: 1, max: 17 }),
    fc.integer({ min: 1, max: 17 }),
  ),
  kernel: fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })),
  inputs: fc.constantFrom(1, 2, 3, 4, 5, 8, 12),
  outputs: fc.constantFrom(1, 2, 3, 4, 6, 8, 9, 17),
  groups: fc.constantFrom(1, 1, 1, 2, 5),
  strides: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
  dilations: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
  pads: fc.tuple(fc.nat(6), fc.nat(6), fc.nat(6), fc.nat(6)),
  seed: fc.nat(),
});

Deno.test("any convolution and its gradients agree with the reference", async () => {
  await useBackend("wasm", { threads: 2 });
  const reference = new ReferenceBackend();
  const property = fc.asyncProperty(anyConvolution, async (setting) => {
    const { x: [n, height, width], kernel, inputs, outputs, groups, seed } = setting;
    const [top, bottom, left, right] = setting.pads, { strides, dilations } = setting;
    fc.pre(height + top + bottom > dilations[0] * (kernel[0] - 1));
    fc.pre(width + left + right > dilations[1] * (kernel[1] - 1));
    const padding = [[top, bottom], [left, right]] as const, rng = new Rng(seed);
    const options = { groups, strides, dilations, padding };
    const x = uniform([n, height, width, inputs * groups], -1, 1, { rng });
    const w = uniform([...kernel, inputs, outputs * groups], -1, 1, { rng });
    const v = uniform(conv2d(x, w, options).shape, -1, 1, { rng });
    const all = ([x, w, v]: Tensor[]) => [
      conv2d(x, w, options),
      conv2dTranspose(v, w, { ...options, outputSize: [height, width] }),
      conv2dFilterGradient(x, v, { ...options, kernelSize: kernel }),
    ];
    const expected = all(await Promise.all([x, w, v].map((t) => t.to(reference))));
    all([x, w, v]).forEach((found, i) => {
      const right = expected[i].dataSync();
      found.dataSync().forEach((value, k) => {
        const tolerance = 2e-5 * (1 + Math.abs(right[k]));
        assertAlmostEquals(value, right[k], tolerance, ["y", "dx", "dw"][i]);
      });
    });
  });
  try {
    await fc.assert(property, { numRuns: 80, seed: 1998 });
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});
