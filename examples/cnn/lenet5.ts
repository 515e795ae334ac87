/**
 * LeNet-5 learns handwritten digits: the book's convolutional network, 98.9 % of MNIST's test digits.
 *
 * Expect 98.7 % after 6 epochs in less than half a minute on two cores; with `--full`, the book's
 * settings (54,000 + 6,000 digits, batches of 128, Adam, 20 epochs), 98.9 % in a minute or two.
 *
 * `deno task start [--full] [--epochs n] [--backend b] [--threads n] [--data dir] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { leNet5 } from "@neurite/cnn";
import { oneHot } from "@neurite/datasets";
import { confusionMatrix, countConfusions, imageGrid, learningCurve } from "@neurite/plot";
import { argmax } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asImages } from "../common/pixels.ts";
import { numbersOf } from "../common/read.ts";

const program = trainingLine({
  name: "deno task start",
  description: "Trains LeNet-5, a convolutional network, on handwritten digits.",
  check: "a small run that fails below 90 % accuracy",
  full: "20 epochs, as in the book",
}, 6);
const options = readOptions<TrainingOptions>(program);
const epochs = options.epochs ?? (options.check ? 4 : options.full ? 20 : 6);
const { out, seed } = options;

await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const limit = options.check ? 6000 : undefined;
const { name, data: { train, test } } = await loadDigits({ ...options, limit });
console.log(`${train.labels.size} ${name} digits, ${test.labels.size} to test with; ${backend}`);

const model = leNet5({ seed });
model.summary();
model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
const signal = untilInterrupted();
const { history, epoch } = await model.fit(asImages(train), oneHot(train.labels, 10), {
  batchSize: 128,
  epochs,
  validationSplit: 0.1,
  signal,
});

const x = asImages(test), truth = Array.from(test.labels.data);
const score = await model.evaluate(x, oneHot(test.labels, 10));
const predictions = await numbersOf(argmax(model.predict(x), { axis: 1 }));
console.log(confusionMatrix(countConfusions(truth, predictions, 10)).toTerminal());

if (epoch.length > 0) {
  await learningCurve(history, { title: `LeNet-5 on ${name}` }).save(`${out}/lenet5_curve.svg`);
}
const wrong = truth.flatMap((label, i) => label === predictions[i] ? [] : [i]).slice(0, 40);
if (wrong.length > 0) {
  await imageGrid(wrong.map((i) => test.images.pick(i, null, null)), {
    title: `Misclassified digits of ${name}`,
    columns: 8,
    captions: wrong.map((i) => `${truth[i]}, read ${predictions[i]}`),
  }).save(`${out}/lenet5_misclassified.png`);
}
console.log(
  `Test accuracy ${(100 * score.accuracy).toFixed(2)} % after ${epoch.length} epochs, ${elapsed()}`,
);
console.log(`Pictures in ${out}/: lenet5_curve.svg, lenet5_misclassified.png`);
finish(
  options,
  [["an accuracy of at least 0.9", score.accuracy >= 0.9]],
  signal.aborted,
);
