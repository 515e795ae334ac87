/**
 * Autoencoders squeeze digits into 64 numbers and back: ten inputs over ten reconstructions.
 *
 * Three networks of the book: plain (784-64-784), deep (784-512-256-128-64 and back) and
 * convolutional (a code of 4 x 4 x 8). Expect a validation loss of about 0.008 from the plain one
 * after 10 epochs, in less than 30 s; `--full` trains all three for the book's 50 epochs.
 *
 * `deno task example autoencoders/reconstruction [--network plain|deep|convolutional] [--full] [--backend b]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { autoencoder, convAutoencoder, deepAutoencoder, psnr } from "@neurite/autoencoders";
import { imageGrid, learningCurve } from "@neurite/plot";
import { Option } from "commander";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asImages, asRows, first } from "../common/pixels.ts";

const NETWORKS = {
  plain: { make: autoencoder.bind(null, 784, 64), pixels: asRows, epochs: 10 },
  deep: {
    make: deepAutoencoder.bind(null, [784, 512, 256, 128, 64]),
    pixels: asRows,
    epochs: 5,
  },
  convolutional: { make: convAutoencoder, pixels: asImages, epochs: 3 },
} as const;
type Network = keyof typeof NETWORKS;

const program = trainingLine({
  name: "deno task example autoencoders/reconstruction",
  description: "Trains an autoencoder on handwritten digits.",
  check: "a small run that fails above a validation loss of 0.03",
  full: "all three networks, 50 epochs each",
}, NETWORKS.plain.epochs).addOption(
  new Option("--network <name>", "which one").choices(Object.keys(NETWORKS)).default("plain"),
);
const options = readOptions<TrainingOptions & { network: Network }>(program);
const { out, seed, check, full } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const limit = check ? 6000 : undefined;
const { name, data: { train, test } } = await loadDigits({ ...options, limit });
console.log(`${train.labels.size} ${name} digits, the last fifth held out; ${backend}`);
const signal = untilInterrupted();

let worst = 0;
for (const network of full ? Object.keys(NETWORKS) as Network[] : [options.network]) {
  if (signal.aborted) break;
  const { make, pixels, epochs } = NETWORKS[network], x = pixels(train);
  const model = make({ seed });
  console.log(`\n${network}: ${model.countParams().toLocaleString("en")} parameters`);
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const { history } = await model.fit(x, x, {
    epochs: options.epochs ?? (full ? 50 : epochs),
    batchSize: check ? 64 : 256,
    validationSplit: 0.2,
    signal,
  });

  const shown = first(pixels(test), 10), coded = model.encode.predict(shown);
  const decoded = model.decode.predict(coded);
  await imageGrid(
    [shown, decoded.toNdarray()].flatMap((rows) =>
      Array.from({ length: 10 }, (_, i) => rows.pick(i, ...rows.shape.slice(1).map(() => null)))
    ),
    {
      title: `Ten digits of ${name}, and what comes back of them`,
      columns: 10,
      scale: 2,
      shape: [28, 28],
      range: [0, 1],
      rowLabels: ["input", `from ${coded.size / 10} numbers`],
    },
  ).save(`${out}/reconstruction_${network}.png`);
  if (history.loss !== undefined) {
    await learningCurve(history, { title: `Autoencoder, ${network}, on ${name}` })
      .save(`${out}/reconstruction_${network}.svg`);
    worst = Math.max(worst, history.valLoss[history.valLoss.length - 1]);
  }
  console.log(`${psnr(shown, decoded).toFixed(1)} dB between the ten and their reconstructions`);
}
console.log(`${elapsed()}; pictures in ${out}/: reconstruction_*.png, reconstruction_*.svg`);
finish(
  options,
  [[`a validation loss below 0.03, found ${worst.toFixed(4)}`, worst > 0 && worst < 0.03]],
  signal.aborted,
);
