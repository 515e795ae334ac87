/**
 * Keras there and back: a network learns digits, becomes a file that Keras loads, and learns on from it.
 *
 * LeNet-5 learns for an epoch and is written as `lenet5.keras`; the file is read again, gives the same
 * probabilities, and is trained for another epoch. Expect both in less than 15 s. In Python,
 * `keras.saving.load_model("out/lenet5.keras")` goes on from there; what Keras saves is read in the same way.
 *
 * `deno task example formats/keras [--full] [--check] [--epochs n] [--data dir] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=ossci-datasets.s3.amazonaws.com,storage.googleapis.com
 */
import { leNet5 } from "@neurite/cnn";
import { oneHot } from "@neurite/datasets";
import { loadKeras, saveKeras } from "@neurite/formats/keras";
import { abs, max, sub } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadDigits } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { asImages } from "../common/pixels.ts";
import { numbersOf } from "../common/read.ts";

const program = trainingLine({
  name: "deno task example formats/keras",
  description: "Trains LeNet-5, writes it for Keras, reads it and trains it further.",
  check: "fail unless the file gives the same answers, and learns on",
  full: "60,000 digits",
}, 1);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, epochs = 1 } = options;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train, test } } = await loadDigits({
  ...options,
  limit: full ? undefined : 6000,
});
const [x, xTest] = [train, test].map(asImages),
  [y, yTest] = [train, test].map((set) => oneHot(set.labels, 10));
console.log(`${train.labels.size} ${name} digits, ${test.labels.size} to test with; ${backend}`);

const compiled = { optimizer: "adam", loss: "categoricalCrossentropy" } as const;
const signal = untilInterrupted(), fit = { batchSize: 64, epochs, signal };
const model = leNet5({ seed });
model.compile({ ...compiled, metrics: ["accuracy"] });
await model.fit(x, y, fit);
const before = await model.evaluate(xTest, yTest);

const file = `${out}/lenet5.keras`;
await saveKeras(model, file);
const again = await loadKeras(file);
const [apart] = await numbersOf(max(abs(sub(again.predict(xTest), model.predict(xTest)))));
const parameters = again.countParams(), difference = apart.toExponential(1);
console.log(`${file}: ${parameters} parameters, probabilities at most ${difference} apart`);

again.compile({ ...compiled, metrics: ["accuracy"] });
await again.fit(x, y, fit);
const after = await again.evaluate(xTest, yTest);
const percent = (accuracy: number) => `${(100 * accuracy).toFixed(2)} %`;
console.log(
  `Test accuracy ${percent(before.accuracy)}, trained on ${percent(after.accuracy)}; ${elapsed()}`,
);
finish(options, [
  ["the same probabilities", apart < 1e-5],
  ["a lower loss after more training", after.loss < before.loss],
], signal.aborted);
