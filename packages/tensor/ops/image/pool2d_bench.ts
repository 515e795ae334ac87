/**
 * Operations on images that move much and compute little: pooling, enlargement, normalisation,
 * dropout and sums of channels, on shapes of the book's networks, on the backend of
 * `NEURITE_BACKEND`.
 */
import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  avgPool2d,
  batchNormTraining,
  dropout,
  localResponseNormalization,
  maxPool2d,
  mean,
  mul,
  ones,
  Rng,
  sum,
  tidy,
  uniform,
  upsample2d,
  useBackend,
  valueAndGrad,
  zeros,
} from "../../mod.ts";
import { avgPool2dGradient, maxPool2dGradient, upsample2dGradient } from "../../internal.ts";

const { name, threads } = await useBackend();
const group = `${name} ${threads}`, rng = new Rng(1);

/** Times a function whose result is freed. */
function bench(label: string, f: () => unknown): void {
  Deno.bench(label, { group }, () => tidy(() => void f()));
}

const SHAPES: readonly [string, readonly number[], number, number][] = [
  ["convolutional autoencoder", [256, 28, 28, 32], 2, 2],
  ["LeNet-5, first", [128, 28, 28, 6], 2, 2],
  ["AlexNet, first", [8, 55, 55, 96], 3, 2],
  ["awkward", [31, 13, 17, 7], 3, 2],
];

for (const [label, shape, size, strides] of SHAPES) {
  const x = uniform(shape, -1, 1, { rng }), options = { size, strides };
  const y = maxPool2d(x, options), image = [shape[1], shape[2]] as const;
  const total = sum(y).item();
  assertAlmostEquals(
    sum(mul(maxPool2dGradient(y, x, options), x)).item(),
    sum(mul(y, y)).item(),
    1,
  );
  assertAlmostEquals(sum(maxPool2dGradient(y, x, options)).item(), total, 1e-3 * Math.abs(total));
  const text = `${label} [${shape}], ${size} by ${strides}`;
  bench(`maxPool2d ${text}`, () => maxPool2d(x, options));
  bench(`maxPool2dGradient ${text}`, () => maxPool2dGradient(y, x, options));
  bench(`avgPool2d ${text}`, () => avgPool2d(x, options));
  bench(`avgPool2dGradient ${text}`, () => avgPool2dGradient(y, image, options));
}

const small = uniform([256, 14, 14, 32], -1, 1, { rng }), large = ones([256, 28, 28, 32]);
for (const interpolation of ["nearest", "bilinear"] as const) {
  const options = { size: 2, interpolation };
  assertEquals(upsample2dGradient(large, options).dataSync()[0], 4);
  bench(`upsample2d ${interpolation} [${small.shape}]`, () => upsample2d(small, options));
  bench(`upsample2dGradient ${interpolation}`, () => upsample2dGradient(large, options));
}

for (const shape of [[256, 28, 28, 32], [128, 28, 28, 6], [16, 55, 55, 96]]) {
  const x = uniform(shape, 0, 1, { rng }), c = shape[3], gamma = ones([c]), beta = zeros([c]);
  const places = x.size / c;
  assertAlmostEquals(sum(x, { axis: [0, 1, 2] }).dataSync()[0], places / 2, places / 20);
  bench(`sum of channels [${shape}]`, () => sum(x, { axis: [0, 1, 2] }));
  bench(`global mean [${shape}]`, () => mean(x, { axis: [1, 2] }));
  bench(`batchNormTraining [${shape}]`, () => batchNormTraining(x, gamma, beta));
  const step = valueAndGrad((x, gamma, beta) => sum(batchNormTraining(x, gamma, beta).y));
  bench(`batchNormTraining, there and back [${shape}]`, () => step(x, gamma, beta));
}

const responses = uniform([16, 55, 55, 96], 0, 1, { rng });
const krizhevsky = { depthRadius: 2, bias: 2, alpha: 1e-4, beta: 0.75 };
assertAlmostEquals(
  localResponseNormalization(ones([1, 1, 1, 96]), krizhevsky).dataSync()[0],
  (2 + 3e-4) ** -0.75,
  1e-6,
);
bench(`localResponseNormalization [${responses.shape}]`, () => {
  localResponseNormalization(responses, krizhevsky);
});

const units = ones([128, 512]);
assertAlmostEquals(mean(dropout(units, 0.5, { rng })).item(), 1, 0.05);
bench("dropout [128, 512]", () => dropout(units, 0.5, { rng }));
bench("dropout [256, 28, 28, 32]", () => dropout(large, 0.3, { rng }));
