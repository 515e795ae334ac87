/**
 * What a LeNet-5 sees: its filters before and after one epoch, and its feature maps of a digit.
 *
 * Filters begin as noise. An epoch moves them by about their own length, and weights beside each
 * other begin to agree: patches and edges. The first maps are still the digit, drawn in six ways;
 * the later ones are coarse and say where a feature was found. About ten seconds; 97 % of MNIST's
 * test digits come out right.
 *
 * `deno task example cnn/filters_and_features [--digit n] [--full] [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { leNet5 } from "@neurite/cnn";
import { oneHot } from "@neurite/datasets";
import { Input, Model, type SymbolicTensor } from "@neurite/nn";
import { featureMaps, filters, layerGraph, panels } from "@neurite/plot";
import { argmax, div, mul, type NdArray, norm, slice, sub, sum } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions, whole } from "../common/options.ts";
import { asImages, first } from "../common/pixels.ts";
import { arrayOf, numberOf } from "../common/read.ts";

const program = trainingLine({
  name: "deno task example cnn/filters_and_features",
  description: "Draws the filters and the feature maps of a LeNet-5.",
  check: "a small run that fails unless the filters have learnt something",
  full: "10 epochs instead of one",
}, 1).option("--digit <n>", "which digit is shown to the network", whole(0), 5);
const options = readOptions<TrainingOptions & { digit: number }>(program);
const { digit, full, out, seed } = options;
if (digit > 9) program.error(`error: --digit must be one of 0 to 9: current ${digit}`);

const backend = await startBackend(program, options);
const limit = options.check ? 3000 : undefined;
const { name, data: { train, test } } = await loadDigits({ ...options, limit });
console.log(`${train.labels.size} ${name} digits; ${backend}`);

const model = leNet5({ seed });
const kernels = () => model.weights.filter(({ name }) => name === "kernel").slice(0, 3);
const copies = () => Promise.all(kernels().map(({ value }) => arrayOf(value)));
const before = await copies();

model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
const signal = untilInterrupted();
const { epoch } = await model.fit(asImages(train), oneHot(train.labels, 10), {
  batchSize: options.check ? 32 : 128,
  epochs: options.epochs ?? (full ? 10 : options.check ? 3 : 1),
  signal,
});
const { accuracy } = await model.evaluate(asImages(test), oneHot(test.labels, 10));

// The same layers, with the same weights, in a model that gives the result of each of them.
const image = new Input({ shape: [28, 28, 1] });
let last: SymbolicTensor = image;
const outputs = model.layers.map((layer) => last = layer.apply(last));
const watched = new Model({ inputs: image, outputs });

const shown = Array.from(test.labels.data).indexOf(digit);
const chosen = first(asImages(test).lo(shown, 0, 0, 0), 1);
const results = watched.predictAll(chosen);
const maps = results.slice(0, 4); // two convolutions, each with its pooling

const learnt = await copies();
const changes = await Promise.all(
  learnt.map((after, i) => numberOf(div(norm(sub(after, before[i])), norm(before[i])))),
);
/** How much weights agree with those to the right of them, from -1 to 1; 0 for noise. */
const agreement = (kernel: NdArray) => {
  const left = slice(kernel, [0, 0, 0, 0], [-1, 4, -1, -1]),
    right = slice(kernel, [0, 1, 0, 0], [-1, 4, -1, -1]);
  return numberOf(div(sum(mul(left, right)), mul(norm(left), norm(right))));
};
const [from, to] = await Promise.all(
  [before, learnt].map((kernels) => Promise.all(kernels.map(agreement))),
);
learnt.forEach((after, i) => {
  const percent = (100 * changes[i]).toFixed(0), filters = `${after.shape[3]} filters`.padEnd(11);
  console.log(
    `${filters} moved by ${percent} % of their length, agreement ` +
      `${from[i].toFixed(2)} to ${to[i].toFixed(2)}`,
  );
});
const answers = await results[results.length - 1].data();
const answer = answers.indexOf(Math.max(...answers));
console.log(`the ${digit} is read as ${answer}, ${(100 * answers[answer]).toFixed(1)} % sure`);

const ran = epoch.length === 1 ? "1 epoch" : `${epoch.length} epochs`;
// Filters of the second layer have six input channels each: a column of images.
const draw = (weights: typeof before, layer: number, when: string) =>
  filters(weights[layer], {
    title: `${
      layer ? "Second layer: 16 filters for 6 maps each" : "First layer: 6 filters"
    }, ${when}`,
    colours: "diverging",
    across: "filters",
    columns: layer ? undefined : 6,
    scale: layer ? 8 : 18,
    gap: layer ? 5 : 12,
    key: true,
  });
await panels([
  draw(before, 0, "initial values"),
  draw(learnt, 0, `after ${ran}`),
  draw(before, 1, "initial values"),
  draw(learnt, 1, `after ${ran}`),
], { columns: 1, title: `Filters of LeNet-5, each from its lowest to its highest weight; ${name}` })
  .save(`${out}/lenet5_filters.png`);
const input = chosen.pick(0, null, null, null);
const stages = ["First convolution", "First pooling", "Second convolution", "Second pooling"];
const arrays = [
  input,
  ...(await Promise.all(maps.map(arrayOf))).map((map) => map.pick(0, null, null, null)),
];
await panels(
  arrays.map((map, i) => {
    const [height, width, channels] = map.shape, count = channels === 1 ? "" : `${channels} × `;
    return featureMaps(map, {
      title: `${["Input", ...stages][i]}: ${count}${height} × ${width}`,
      columns: channels === 16 ? 8 : 6,
      scale: channels === 16 ? Math.floor(72 / height) : Math.floor(84 / height),
      gap: 6,
    });
  }),
  { columns: 1, title: `A ${digit} on its way through LeNet-5` },
).save(`${out}/lenet5_feature_maps.png`);
await layerGraph(model.describe(), { title: "LeNet-5" }).save(`${out}/lenet5_layers.svg`);

console.log(`Test accuracy ${(100 * accuracy).toFixed(2)} %, ${elapsed()}`);
console.log(
  `Pictures in ${out}/: lenet5_filters.png, lenet5_feature_maps.png, lenet5_layers.svg`,
);
finish(options, [
  ["an accuracy of at least 0.85", accuracy >= 0.85],
  ["filters that moved by at least 10 %", changes.every((change) => change >= 0.1)],
  ["neighbours that agree more", [0, 1].every((i) => to[i] > from[i])],
  ["the answer of the model itself", await numberOf(argmax(model.predict(chosen))) === answer],
], signal.aborted);
