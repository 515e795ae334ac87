/** Convolutions of the book's networks and awkward ones, on the backend of `NEURITE_BACKEND`. */
import { assertAlmostEquals } from "@std/assert";
import { conv2d, conv2dTranspose, type ConvolutionOptions, ones, useBackend } from "../../mod.ts";
import { conv2dFilterGradient } from "../../internal.ts";

const { name, threads } = await useBackend();

type Quad = readonly [number, number, number, number];

const SAME = { padding: "same" } as const;
const SHAPES: readonly [string, Quad, Quad, ConvolutionOptions][] = [
  ["LeNet-5, C1", [128, 28, 28, 1], [5, 5, 1, 6], SAME],
  ["LeNet-5, C3", [128, 14, 14, 6], [5, 5, 6, 16], {}],
  ["LeNet-5, C5", [128, 5, 5, 16], [5, 5, 16, 120], {}],
  ["autoencoder, first", [256, 28, 28, 1], [3, 3, 1, 32], SAME],
  ["autoencoder, second", [256, 14, 14, 32], [3, 3, 32, 8], SAME],
  ["autoencoder, last but one", [256, 16, 16, 8], [3, 3, 8, 32], {}],
  ["autoencoder, last", [256, 28, 28, 32], [3, 3, 32, 1], SAME],
  ["residual 64", [1, 56, 56, 64], [3, 3, 64, 64], SAME],
  ["residual 512", [1, 7, 7, 512], [3, 3, 512, 512], SAME],
  ["residual 64 to 128, strides 2", [2, 56, 56, 64], [3, 3, 64, 128], { ...SAME, strides: 2 }],
  ["1 x 1", [2, 28, 28, 128], [1, 1, 128, 256], {}],
  ["depthwise", [2, 56, 56, 64], [3, 3, 1, 64], { ...SAME, groups: 64 }],
  ["dilated", [2, 28, 28, 32], [3, 3, 32, 32], { ...SAME, dilations: 2 }],
  ["4 groups", [2, 28, 28, 64], [3, 3, 16, 64], { ...SAME, groups: 4 }],
  ["awkward", [3, 17, 19, 7], [3, 5, 7, 11], { strides: [2, 1], padding: [[1, 0], [3, 2]] }],
];

for (const [label, xShape, wShape, options] of SHAPES) {
  const x = ones(xShape), w = ones(wShape), y = conv2d(x, w, options);
  const [, height, width] = xShape, [down, across, inputs] = wShape;
  const outputSize = [height, width] as const, kernelSize = [down, across] as const;
  const dx = () => conv2dTranspose(y, w, { ...options, outputSize });
  const dw = () => conv2dFilterGradient(x, y, { ...options, kernelSize });
  // A window in the middle of the image is full; y, x dx and w dw all have the same sum of squares.
  const [, rows, columns, outputs] = y.shape, values = y.dataSync();
  const middle = ((rows >> 1) * columns + (columns >> 1)) * outputs;
  assertAlmostEquals(values[middle], down * across * inputs, 1e-2);
  let squares = 0;
  for (const v of values) squares += v * v;
  for (const gradient of [dx(), dw()]) {
    let sum = 0;
    for (const v of gradient.dataSync()) sum += v;
    assertAlmostEquals(sum / squares, 1, 1e-5);
  }
  const work = `${(2e-6 * y.size * down * across * inputs).toFixed(1)} MFLOP`;
  const group = `${label} [${xShape}] [${wShape}], ${work}, ${name} ${threads}`;
  Deno.bench(`conv2d ${label}`, { group }, () => conv2d(x, w, options).dispose());
  Deno.bench(`conv2dTranspose ${label}`, { group }, () => dx().dispose());
  Deno.bench(`conv2dFilterGradient ${label}`, { group }, () => dw().dispose());
}
