/**
 * The losses of the book's four autoencoders side by side.
 *
 * Plain, deep, convolutional and denoising, on 6,000 digits in less than 30 s. With `--full` each
 * learns 48,000 digits for 10 epochs, in twenty minutes on two busy cores, and is compared with what
 * Keras reaches with the same settings: `packages/autoencoders/fixtures/keras.json`.
 *
 * `deno task example autoencoders/compare [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import {
  addNoise,
  autoencoder,
  convAutoencoder,
  deepAutoencoder,
  denoisingAutoencoder,
} from "@neurite/autoencoders";
import { lineChart, panels } from "@neurite/plot";
import { ndarray, Rng } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asImages, asRows } from "../common/pixels.ts";

const program = trainingLine({
  name: "deno task example autoencoders/compare",
  description: "Trains four autoencoders on handwritten digits and compares their losses.",
  check: "fail unless each ends with a validation loss below 0.04",
  full: "48,000 digits and 12,000 held out, 10 epochs; compares with Keras",
}, 5);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, epochs = full ? 10 : 5 } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train } } = await loadDigits({ ...options, limit: full ? undefined : 6000 });
console.log(`${train.labels.size} ${name} digits, the last fifth held out; ${backend}`);

const rows = asRows(train), images = asImages(train);
using spoilt = addNoise(images, { rng: new Rng(seed) });
const noisy = ndarray(await spoilt.data(), images.shape);
/** Each under the name that Keras's figures have, with its inputs and targets. */
const NETWORKS = {
  dense: { title: "plain", make: () => autoencoder(784, 64, { seed }), x: rows, y: rows },
  deep: {
    title: "deep",
    make: () => deepAutoencoder([784, 512, 256, 128, 64], { seed }),
    x: rows,
    y: rows,
  },
  conv: { title: "convolutional", make: () => convAutoencoder({ seed }), x: images, y: images },
  denoising: {
    title: "denoising",
    make: () => denoisingAutoencoder({ seed }),
    x: noisy,
    y: images,
  },
};
type Network = keyof typeof NETWORKS;

const signal = untilInterrupted();
const losses = new Map<Network, { loss: number[]; valLoss: number[] }>();
for (const [network, { title, make, x, y }] of Object.entries(NETWORKS)) {
  const model = make();
  console.log(`\n${title}: ${model.countParams().toLocaleString("en")} parameters`);
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const { history: { loss, valLoss } } = await model.fit(x, y, {
    epochs,
    batchSize: full ? 256 : 32,
    validationSplit: 0.2,
    signal,
  });
  if (signal.aborted) break;
  losses.set(network as Network, { loss, valLoss });
}

const all = [...losses.values()].flatMap(({ loss, valLoss }) => [...loss, ...valLoss]);
const count = Array.from({ length: epochs }, (_, i) => i + 1);
const charts = Array.from(losses, ([network, { loss, valLoss }]) =>
  lineChart({
    title: NETWORKS[network].title,
    width: 360,
    height: 250,
    x: { label: "epoch" },
    // Some room above the largest, so that no point lies on the edge.
    y: { label: "loss", min: 0, max: 1.08 * Math.max(...all) },
    series: [
      { name: "training", x: count, y: loss },
      { name: "validation", x: count, y: valLoss, dashed: true },
    ],
  }));
if (charts.length > 0) {
  await panels(charts, { columns: 2, title: `Four autoencoders on ${name}` })
    .save(`${out}/autoencoders.svg`);
}

/** The validation losses that Keras ends with, one for each of its seeds. */
async function readKeras(): Promise<Record<Network, number[]>> {
  const path = new URL("../../packages/autoencoders/fixtures/keras.json", import.meta.url);
  const { valLoss }: { valLoss: Record<Network, number[][]> } = JSON.parse(
    await Deno.readTextFile(path),
  );
  const last = Object.entries(valLoss).map(([name, runs]) => [name, runs.map((run) => run[9])]);
  return Object.fromEntries(last);
}

const comparable = full && epochs === 10 && name === "MNIST" ? await readKeras() : undefined;
console.log("\nvalidation loss");
for (const [network, { valLoss }] of losses) {
  const mine = valLoss[epochs - 1], theirs = comparable?.[network];
  const { title } = NETWORKS[network], line = `${title.padEnd(13)}  ${mine.toFixed(5)}`;
  if (theirs === undefined) {
    console.log(line);
  } else {
    const mean = theirs.reduce((sum, v) => sum + v) / theirs.length, off = 100 * (mine / mean - 1);
    console.log(
      `${line}, Keras ${mean.toFixed(5)} (${Math.min(...theirs)} to ${Math.max(...theirs)}): ` +
        `${Math.abs(off).toFixed(1)} % ${off < 0 ? "below" : "above"}`,
    );
  }
}
console.log(`${elapsed()}; picture in ${out}/: autoencoders.svg`);
finish(
  options,
  Array.from(losses, ([network, { valLoss }]) => {
    const last = valLoss[epochs - 1];
    return [
      `a validation loss below 0.04 of ${NETWORKS[network].title}, found ${last.toFixed(4)}`,
      last < 0.04,
    ];
  }),
  signal.aborted,
);
