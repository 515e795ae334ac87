/**
 * A residual network learns photographs: ten kinds of things, from CIFAR-10.
 *
 * The images are mirrored and moved at random, so that the network hardly sees one twice; the learning
 * rate rises along a line and falls along a cosine (He et al., 2015, section 4.2, take steps of it).
 *
 * `deno task example classic-archs/residual_cifar [--full] [--check] [--epochs n] [--data dir] [--backend b]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=www.cs.toronto.edu
 */
import { resNetCifar } from "@neurite/classic-archs";
import { CosineDecay, SGD, SparseCategoricalCrossentropy } from "@neurite/nn";
import {
  confusionMatrix,
  countConfusions,
  imageGrid,
  learningCurve,
  lineChart,
  panels,
} from "@neurite/plot";
import { argmax } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { loadPhotographs } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { LossOverSteps } from "../common/loss_over_steps.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { forPhotographs } from "../common/photographs.ts";
import { numbersOf } from "../common/read.ts";

const program = trainingLine({
  name: "deno task example classic-archs/residual_cifar",
  description: "Trains a residual network of 8 or 20 layers on photographs.",
  check: "2000 photographs; fails below 27 % of the others",
  full: "20 layers, 10,000 photographs, 24 epochs",
}, 2);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full, check } = options;
const epochs = options.epochs ?? (full ? 24 : check ? 4 : 2), batchSize = 64;
const depth = full ? 20 : 8, least = full ? 0.72 : 0.27;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train, test } } = await loadPhotographs({
  ...options,
  limit: full ? undefined : check ? 2000 : 4000,
});
const { classes } = train;
console.log(`${train.labels.size} images of ${name}, ${test.labels.size} to test with; ${backend}`);

const model = forPhotographs(resNetCifar(depth, { seed }), seed);
model.summary();
const steps = epochs * Math.ceil(train.labels.size / batchSize), warmupSteps = Math.ceil(steps / 8);
model.compile({
  optimizer: new SGD({
    learningRate: new CosineDecay({
      initialLearningRate: 0,
      warmupTarget: 0.08,
      warmupSteps,
      decaySteps: steps - warmupSteps,
    }),
    momentum: 0.9,
    nesterov: true,
    weightDecay: 5e-3,
  }),
  loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
  metrics: ["accuracy"],
});

const signal = untilInterrupted(), watch = new LossOverSteps();
const { history, epoch } = await model.fit(train.images, train.labels, {
  batchSize,
  epochs,
  validationData: { x: test.images, y: test.labels },
  callbacks: [watch],
  signal,
});

const truth = Array.from(test.labels.data);
const { accuracy } = await model.evaluate(test.images, test.labels);
const predictions = await numbersOf(argmax(model.predict(test.images), { axis: 1 }));
const counts = countConfusions(truth, predictions, classes.length);
console.log(confusionMatrix(counts, { labels: classes }).toTerminal());
await confusionMatrix(counts, { labels: classes, title: "What was seen, and what it was" })
  .save(`${out}/residual_cifar_confusions.svg`);

if (watch.steps.length > 0) {
  const size = { width: 360, height: 300 }, x = { label: "step" };
  const steps = panels([
    lineChart({
      ...size,
      x,
      y: { label: "training loss", min: 0 },
      series: [{ x: watch.steps, y: watch.losses }],
    }),
    lineChart({
      ...size,
      x,
      y: { label: "learning rate", min: 0 },
      series: [{ x: watch.steps, y: watch.rates }],
    }),
  ]);
  const curve = epoch.length > 1
    ? [learningCurve(history, { title: `ResNet-${depth} on ${name}` })]
    : [];
  await panels([...curve, steps], { columns: 1 }).save(`${out}/residual_cifar_curve.svg`);
}
const wrong = truth.flatMap((label, i) => label === predictions[i] ? [] : [i]).slice(0, 40);
if (wrong.length > 0) {
  await imageGrid(wrong.map((i) => test.images.pick(i, null, null, null)), {
    title: `Misclassified: what it is, and what ResNet-${depth} took it for`,
    columns: 8,
    captions: wrong.map((i) => `${classes[truth[i]]},\nread ${classes[predictions[i]]}`),
  }).save(`${out}/residual_cifar_misclassified.png`);
}
console.log(
  `Test accuracy ${(100 * accuracy).toFixed(1)} % after ${epoch.length} epochs, ${elapsed()}`,
);
console.log(
  `Pictures in ${out}/: residual_cifar_curve.svg, residual_cifar_confusions.svg, ` +
    "residual_cifar_misclassified.png",
);
finish(
  options,
  [[`an accuracy of at least ${least}, found ${accuracy.toFixed(3)}`, accuracy >= least]],
  signal.aborted,
);
