/**
 * A denoising autoencoder cleans digits up: noisy over cleaned over clean, and what it gains in dB.
 *
 * Noise with a standard deviation of 0.25 is a PSNR of 12 dB; with pixels clipped to [0, 1] it is
 * 14.8. Expect about 17.4 dB after three epochs of 20,000 digits in small batches, in about half a
 * minute; `--full` has the book's settings: all digits, 50 epochs, batches of 256.
 *
 * `deno task example autoencoders/denoising [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { addNoise, denoisingAutoencoder, psnr } from "@neurite/autoencoders";
import { Adam } from "@neurite/nn";
import { imageGrid, learningCurve } from "@neurite/plot";
import { ndarray, Rng } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asImages, first } from "../common/pixels.ts";

const program = trainingLine({
  name: "deno task example autoencoders/denoising",
  description: "Trains a convolutional autoencoder to take noise out of digits.",
  check: "a small run that fails below a gain of 1 dB over the clipped images",
  full: "all digits and 50 epochs, as in the book",
}, 3);
const options = readOptions<TrainingOptions>(program);
const { out, seed, check, full } = options;
const STDDEV = 0.25; // Of the noise, as in the book.
// Short runs take more and larger steps than the book.
const { limit, batchSize, learningRate, ...settings } = check
  ? { limit: 3000, batchSize: 16, learningRate: 0.005, epochs: 8 }
  : full
  ? { limit: undefined, batchSize: 256, learningRate: 0.001, epochs: 50 }
  : { limit: 20_000, batchSize: 32, learningRate: 0.003, epochs: 3 };
const epochs = options.epochs ?? settings.epochs;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train, test } } = await loadDigits({ ...options, limit });
console.log(`${train.labels.size} ${name} digits, the last fifth held out; ${backend}`);

// X + STDDEV N(0, 1), clipped to [0, 1]; on the host, as the clean ones are.
const rng = new Rng(seed);
const spoil = async (x: ReturnType<typeof asImages>) => {
  using noisy = addNoise(x, { stddev: STDDEV, rng });
  return ndarray(await noisy.data(), x.shape);
};
const clean = asImages(train), noisy = await spoil(clean);
const testClean = asImages(test), testNoisy = await spoil(testClean);

const model = denoisingAutoencoder({ seed });
model.compile({ optimizer: new Adam({ learningRate }), loss: "meanSquaredError" });
const signal = untilInterrupted();
const { history } = await model.fit(noisy, clean, {
  epochs,
  batchSize,
  validationSplit: 0.2,
  signal,
});

using cleaned = model.predict(testNoisy);
const noise = -20 * Math.log10(STDDEV);
const before = psnr(testClean, testNoisy), after = psnr(testClean, cleaned);
console.log(
  `PSNR of ${test.labels.size} test digits: ${noise.toFixed(2)} dB of noise, clipped to [0, 1] ` +
    `${before.toFixed(2)} dB, cleaned ${after.toFixed(2)} dB: a gain of ` +
    `${(after - noise).toFixed(2)} dB over the noise, ${(after - before).toFixed(2)} dB over the ` +
    "clipped images",
);
const rows = [testNoisy, cleaned.toNdarray(), testClean].map((set) => first(set, 10));
await imageGrid(
  rows.flatMap((set) => Array.from({ length: 10 }, (_, i) => set.pick(i, null, null, 0))),
  {
    title: `Denoising digits of ${name}: noise with a standard deviation of ${STDDEV}`,
    columns: 10,
    scale: 2,
    range: [0, 1],
    rowLabels: ["noisy", "cleaned", "clean"],
  },
).save(`${out}/denoising.png`);
if (history.loss !== undefined) {
  await learningCurve(history, { title: `Denoising autoencoder on ${name}` })
    .save(`${out}/denoising.svg`);
}
console.log(`${elapsed()}; pictures in ${out}/: denoising.png, denoising.svg`);
const gain = after - before;
finish(options, [[`a gain of 1 dB, found ${gain.toFixed(2)}`, gain >= 1]], signal.aborted);
