/**
 * Five families on the same photographs: how many parameters each has, and how many it reads correctly.
 *
 * Each is made narrow of its own blocks: AlexNet of a few large filters and dense layers, VGG of pairs of
 * small filters, GoogLeNet of inception modules, ResNet of residual blocks, DenseNet of dense blocks. From
 * one to the next there is less to learn for the same accuracy: the dense layers go first. `--full` takes
 * the networks of the package in their forms for 32x32.
 *
 * `deno task example classic-archs/families [--full] [--check] [--epochs n] [--data dir] [--backend b]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=www.cs.toronto.edu
 */
import {
  alexNet,
  convNormRelu,
  countMultiplications,
  denseBlock,
  denseNetCifar,
  googLeNet,
  inceptionModule,
  residualBlock,
  resNetCifar,
  transition,
  vgg,
} from "@neurite/classic-archs";
import { GlobalAveragePooling2D, MaxPooling2D } from "@neurite/cnn";
import {
  Activation,
  BatchNormalization,
  CosineDecay,
  Dense,
  Flatten,
  Input,
  Model,
  SGD,
  SparseCategoricalCrossentropy,
  type SymbolicTensor,
} from "@neurite/nn";
import { scatter } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { loadPhotographs } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { forPhotographs } from "../common/photographs.ts";
import { first } from "../common/pixels.ts";

const program = trainingLine({
  name: "deno task example classic-archs/families",
  description: "Trains a network of each of five families; compares parameters and accuracy.",
  check: "fail below 20 % of any, or unless DenseNet has the fewest parameters",
  full: "the networks of the package, 10,000 photographs in place of 2000, 15 epochs",
}, 2);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full } = options;
const epochs = options.epochs ?? (full ? 15 : 2), batchSize = full ? 64 : 32;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train, test } } = await loadPhotographs(options);
const count = full ? train.labels.size : 2000;
const images = first(train.images, count), labels = first(train.labels, count);
console.log(`${count} images of ${name}, ${test.labels.size} to test with; ${backend}`);

const halve = (x: SymbolicTensor) => new MaxPooling2D(2).apply(x);
const dense = (x: SymbolicTensor, units: number) =>
  new Dense(units, { activation: "relu" }).apply(x);

/** A first convolution that leaves 16x16, for all but the first two. */
const stem = (x: SymbolicTensor) => halve(convNormRelu(x, 16, 3));

/** A narrow network of each family: from the image to what the classifier sees. */
const NARROW: Record<string, (x: SymbolicTensor) => SymbolicTensor> = {
  AlexNet(x) {
    x = halve(convNormRelu(x, 16, 5, { strides: 2 }));
    x = halve(convNormRelu(convNormRelu(x, 32, 5), 32, 3));
    return dense(dense(new Flatten().apply(x), 256), 128);
  },
  VGG(x) {
    for (const filters of [8, 16, 32]) {
      x = halve(convNormRelu(convNormRelu(x, filters, 3), filters, 3));
    }
    return dense(new Flatten().apply(x), 128);
  },
  GoogLeNet(x) {
    x = inceptionModule(stem(x), {
      conv1: 8,
      reduce3: 8,
      conv3: 16,
      reduce5: 4,
      conv5: 4,
      pool: 4,
    });
    const filters = { conv1: 24, reduce3: 16, conv3: 48, reduce5: 8, conv5: 12, pool: 12 };
    return inceptionModule(inceptionModule(halve(x), filters), filters);
  },
  ResNet(x) {
    x = residualBlock(stem(x), 16, { shortcut: "padding" });
    x = residualBlock(x, 32, { strides: 2, shortcut: "padding" });
    return residualBlock(x, 32, { shortcut: "padding" });
  },
  DenseNet(x) {
    x = transition(denseBlock(stem(x), 2, 8));
    x = denseBlock(x, 4, 8);
    return new Activation("relu").apply(new BatchNormalization().apply(x));
  },
};

/** The form for 32x32 of a network of each family. */
const WHOLE: Record<string, () => Model> = {
  AlexNet: () => alexNet({ stem: "cifar", seed }),
  VGG: () => vgg(11, { stem: "cifar", batchNormalization: true, seed }),
  GoogLeNet: () => googLeNet({ stem: "cifar", seed }),
  ResNet: () => resNetCifar(20, { seed }),
  DenseNet: () => denseNetCifar(40, 12, { seed }),
};

/** A narrow network with a classifier; maps are averaged before it. */
function narrow(connect: (x: SymbolicTensor) => SymbolicTensor): Model {
  const input = new Input({ shape: [32, 32, 3] });
  let x = connect(input);
  if (x.shape.length === 3) x = new GlobalAveragePooling2D().apply(x);
  return new Model({ inputs: input, outputs: new Dense(10).apply(x), seed });
}

/** What came out of a family. */
interface Result {
  family: string;
  parameters: number;
  /** Multiplications for one image, in millions. */
  multiplications: number;
  accuracy: number;
  seconds: number;
}

const steps = epochs * Math.ceil(count / batchSize), warmupSteps = Math.ceil(steps / 8);
const signal = untilInterrupted(), results: Result[] = [];
for (const family of Object.keys(WHOLE)) {
  const network = full ? WHOLE[family]() : narrow(NARROW[family]);
  const parameters = network.trainableWeights.reduce((sum, { value }) => sum + value.size, 0);
  console.log(`\n${family}: ${parameters.toLocaleString("en")} parameters`);
  const model = forPhotographs(network, seed), start = performance.now();
  const learningRate = new CosineDecay({
    initialLearningRate: 0,
    warmupTarget: 0.05,
    warmupSteps,
    decaySteps: steps - warmupSteps,
  });
  model.compile({
    optimizer: new SGD({ learningRate, momentum: 0.9, nesterov: true, weightDecay: 5e-3 }),
    loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
    metrics: ["accuracy"],
  });
  await model.fit(images, labels, { batchSize, epochs, signal });
  if (signal.aborted) break;
  const seconds = (performance.now() - start) / 1000;
  const { accuracy } = await model.evaluate(test.images, test.labels);
  const multiplications = countMultiplications(network).total / 1e6;
  results.push({ family, parameters, multiplications, accuracy, seconds });
}

console.log("\nfamily     parameters  multiplications  test accuracy  training");
for (const { family, parameters, multiplications, accuracy, seconds } of results) {
  console.log([
    family.padEnd(9),
    parameters.toLocaleString("en").padStart(12),
    `${multiplications.toFixed(1)} M`.padStart(17),
    `${(100 * accuracy).toFixed(1)} %`.padStart(15),
    `${seconds.toFixed(0)} s`.padStart(10),
  ].join(""));
}
if (results.length > 0) {
  await scatter({
    title: `Five families on ${name}, ${epochs} epochs`,
    x: { label: "parameters", scale: "log" },
    y: { label: "test accuracy, %", min: 0 },
    groups: results.map(({ family, parameters, accuracy }) => ({
      name: family,
      x: [parameters],
      y: [100 * accuracy],
    })),
  }).save(`${out}/families.svg`);
}
console.log(`${elapsed()}; picture in ${out}/: families.svg`);

const fewest = results.toSorted((a, b) => a.parameters - b.parameters)[0];
finish(options, [
  ...results.map(({ family, accuracy }): [string, boolean] => [
    `an accuracy of at least 0.2 of ${family}, found ${accuracy.toFixed(3)}`,
    accuracy >= 0.2,
  ]),
  [
    `DenseNet to have the fewest parameters, found ${fewest?.family}`,
    fewest?.family === "DenseNet",
  ],
], signal.aborted);
