/** The chapters' jobs. Those in `SEED_JOBS` have the names that they have with other libraries. */
import { autoencoder, convAutoencoder, deepAutoencoder } from "@neurite/autoencoders";
import { leNet5 } from "@neurite/cnn";
import { RandomCrop, RandomFlip, RandomRotation } from "@neurite/images";
import { TextGenerator } from "@neurite/lstm-gru";
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { Dense, Sequential } from "@neurite/nn";
import { Perceptron } from "@neurite/perceptron";
import { RBFNet } from "@neurite/rbf";
import { Dropout } from "@neurite/regularization";
import { Characters, CharRNN } from "@neurite/rnn";
import { matmul, Rng, tensor, tidy, uniform } from "@neurite/tensor";
import { type Job, moved } from "./job.ts";
import { reading, someLabels, someText, training } from "./training.ts";

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/** Multiply-adds of dense layers, forth and back; the first has no gradient for its inputs. */
const denseMacs = (sizes: readonly number[]): number =>
  sum(sizes.slice(1).map((n, i) => (i === 0 ? 2 : 3) * n * sizes[i]));

/** What dense layers of these sizes move; `kept` numbers of the optimizer a parameter. */
const denseMoved = (sizes: readonly number[], batch: number, kept?: number): number =>
  moved({
    ...{ batch, kept, inputs: sizes[0], activations: sum(sizes.slice(1)) },
    parameters: sum(sizes.slice(1).map((n, i) => n * (sizes[i] + 1))),
  });

/** The sizes of the chapter's deep autoencoder. */
const DEEP = [784, 512, 256, 128, 64];
const DEEP_SIZES = [...DEEP, ...DEEP.slice(0, -1).reverse()];

/** Multiply-adds of LeNet-5 for an image, layer by layer. */
const LENET = [28 * 28 * 25 * 6, 10 * 10 * 150 * 16, 400 * 120, 120 * 84, 84 * 10];
const LENET_SIZES = {
  inputs: 784,
  activations: 784 * 6 + 196 * 6 + 100 * 16 + 25 * 16 + 120 + 84 + 10,
  parameters: 61_706,
};

/** Multiply-adds of the convolutional autoencoder for an image, layer by layer. */
const CONV = [
  784 * 9 * 32,
  196 * 288 * 8,
  49 * 72 * 8,
  16 * 72 * 8,
  64 * 72 * 8,
  196 * 72 * 32,
  784 * 288,
];
const CONV_SIZES = {
  inputs: 784,
  activations: 784 * (32 + 32 + 1) + 196 * (32 + 8 + 32) + 2 * 49 * 8 + 2 * 16 * 8 + 2 * 64 * 8 +
    256 * 8,
  parameters: 320 + 2312 + 3 * 584 + 2336 + 289,
};

/** A recurrent layer of 128 units of so many gates on 40 characters: multiply-adds, forth and back. */
const readingMacs = (gates: number): number => 40 * gates * 128 * (2 * 38 + 3 * 128) + 3 * 128 * 38;
const readingMoved = (gates: number): number =>
  moved({
    ...{ batch: 256, kept: 2, inputs: 40, activations: 40 * (gates + 2) * 128 + 38 },
    parameters: gates * 128 * (38 + 128 + 1) + 128 * 38 + 38,
  });

const rng = (): Rng => new Rng(1);

/** The jobs that other libraries are compared by. */
export const SEED_JOBS: readonly Job[] = [
  {
    // The book's network and cost, by backpropagation written out.
    topic: "mlp-backprop",
    name: "mlp-784-512-10 b128 sgd",
    flops: 2 * 128 * (2 * 784 * 512 + 3 * 512 * 10),
    bytes: denseMoved([784, 512, 10], 128),
    small() {
      const mlp = new MultilayerPerceptron([784, 512, 10], { seed: 1 });
      const x = uniform([3, 784], 0, 1, { rng: rng() });
      for (let i = 0; i < 2; i++) mlp.updateParameters(x, someLabels(3, 10), 0.5);
      return tidy(() => mlp.predict(x).dataSync());
    },
    prepare() {
      const mlp = new MultilayerPerceptron([784, 512, 10], { seed: 1 });
      const x = uniform([128, 784]), y = tensor(someLabels(128, 10));
      return { step: () => mlp.updateParameters(x, y, 0.5), runs: 200 };
    },
  },
  {
    topic: "cnn",
    name: "lenet5 b128 adam",
    flops: 2 * 128 * (3 * sum(LENET) - LENET[0]),
    bytes: moved({ batch: 128, kept: 2, ...LENET_SIZES }),
    ...training(() => leNet5({ seed: 1 }), {
      shape: [28, 28, 1],
      batchSize: 128,
      steps: 60,
      classes: 10,
    }),
  },
  {
    topic: "cnn",
    name: "lenet5 predict b1000",
    flops: 2 * 1000 * sum(LENET),
    bytes: 4 * (1000 * (LENET_SIZES.inputs + 2 * LENET_SIZES.activations) + LENET_SIZES.parameters),
    small() {
      const x = uniform([3, 28, 28, 1], 0, 1, { rng: rng() });
      return leNet5({ seed: 1 }).predictOnBatch(x).data();
    },
    prepare() {
      const model = leNet5({ seed: 1 }), x = uniform([1000, 28, 28, 1]);
      return { step: () => model.predictOnBatch(x).dispose(), runs: 40 };
    },
  },
  {
    topic: "autoencoders",
    name: "autoencoder-64 b256 adam",
    flops: 2 * 256 * denseMacs([784, 64, 784]),
    bytes: denseMoved([784, 64, 784], 256, 2),
    ...training(() => autoencoder(784, 64, { seed: 1 }), {
      shape: [784],
      batchSize: 256,
      steps: 100,
    }),
  },
  {
    topic: "autoencoders",
    name: "deep-autoencoder b256 adam",
    flops: 2 * 256 * denseMacs(DEEP_SIZES),
    bytes: denseMoved(DEEP_SIZES, 256, 2),
    ...training(() => deepAutoencoder(DEEP, { seed: 1 }), {
      shape: [784],
      batchSize: 256,
      steps: 40,
    }),
  },
  {
    topic: "autoencoders",
    name: "conv-autoencoder b256 adam",
    flops: 2 * 256 * (3 * sum(CONV) - CONV[0]),
    bytes: moved({ batch: 256, kept: 2, ...CONV_SIZES }),
    ...training(() => convAutoencoder({ seed: 1 }), {
      shape: [28, 28, 1],
      batchSize: 256,
      steps: 12,
    }),
  },
  {
    // The book's network, by backpropagation through time written out.
    topic: "rnn",
    name: "char-rnn-128 seq25 b1 sgd",
    per: 200,
    flops: 2 * 25 * 128 * (2 * 65 + 3 * 128 + 3 * 65),
    bytes: moved({
      ...{ batch: 1, inputs: 25, activations: 25 * (128 + 65) },
      parameters: 128 * (65 + 128 + 1) + 65 * 129,
    }),
    async small() {
      const rnn = new CharRNN(someText(25 * 4 + 1, 65), { seed: 1 });
      return (await rnn.fit({ epochs: 2 })).loss;
    },
    prepare() {
      const rnn = new CharRNN(someText(25 * 200 + 1, 65), { seed: 1 });
      return { step: () => rnn.fit({ epochs: 1 }), runs: 6 };
    },
  },
  {
    topic: "lstm-gru",
    name: "lstm-128 seq40 b256 adam",
    flops: 2 * 256 * readingMacs(4),
    bytes: readingMoved(4),
    ...reading("lstm"),
  },
  {
    topic: "lstm-gru",
    name: "gru-128 seq40 b256 adam",
    flops: 2 * 256 * readingMacs(3),
    bytes: readingMoved(3),
    ...reading("gru"),
  },
  {
    topic: "lstm-gru",
    name: "lstm-128 sample one char",
    per: 400,
    flops: 2 * 128 * (4 * (38 + 128) + 38),
    bytes: 4 * (4 * 128 * (38 + 128 + 1) + 128 * 38 + 38),
    small() {
      const network = new TextGenerator(Characters.of(someText(38, 38)), { seed: 1 });
      return Array.from(network.sample("A", 40), (character) => character.codePointAt(0)!);
    },
    prepare() {
      const network = new TextGenerator(Characters.of(someText(38, 38)), { seed: 1 });
      return { step: () => network.sample("A", 400), runs: 12 };
    },
  },
  {
    topic: "tensor",
    name: "gemm 1024",
    flops: 2 * 1024 ** 3,
    bytes: 4 * 3 * 1024 ** 2,
    small() {
      const draw = (shape: number[]) => uniform(shape, -1, 1, { rng: rng() });
      return tidy(() => matmul(draw([3, 1024]), draw([1024, 1024])).dataSync());
    },
    prepare() {
      const a = uniform([1024, 1024]), b = uniform([1024, 1024]);
      return { step: () => matmul(a, b).dispose(), runs: 15 };
    },
  },
];

/** A hill and a valley, `z = 2 x exp(-x² - y²)`, at random places. */
function surface(count: number): { X: number[][]; z: number[] } {
  const random = rng();
  const X = Array.from({ length: count }, () => [random.uniform(-2, 2), random.uniform(-2, 2)]);
  return { X, z: X.map(([x, y]) => 2 * x * Math.exp(-x * x - y * y)) };
}

/** The chapter's network with dropout. */
const dropped = () =>
  new Sequential([
    new Dropout(0.2, { inputShape: [784] }),
    new Dense(512, { activation: "relu" }),
    new Dropout(0.5),
    new Dense(512, { activation: "relu" }),
    new Dropout(0.5),
    new Dense(10, { activation: "softmax" }),
  ], { seed: 1 });

const GATE = [[0, 0], [0, 1], [1, 0], [1, 1]];

/** Images as ResNet-20 sees them of CIFAR-10, and turned a little besides. */
const augmented = (count: number, generator: Rng) => {
  const x = uniform([count, 32, 32, 3], 0, 1, { rng: generator });
  const layers = [
    new RandomCrop(32, 32, { padding: 4 }),
    new RandomFlip("horizontal"),
    new RandomRotation(0.05),
  ];
  const context = { training: true, rng: generator };
  return () => layers.reduce((images, layer) => layer.call([images], context), x);
};

/** Jobs of chapters that others have no counterpart of. */
const OWN_JOBS: readonly Job[] = [
  {
    topic: "perceptron",
    name: "perceptron, the AND gate",
    flops: 2 * 24 * 3,
    bytes: 4 * 24 * 3,
    small() {
      const and = new Perceptron(2);
      and.fit(GATE, [0, 0, 0, 1]);
      return and.weights;
    },
    prepare: () => ({ step: () => new Perceptron(2).fit(GATE, [0, 0, 0, 1]), runs: 50 }),
  },
  {
    topic: "regularization",
    name: "dropout-784-512-512-10 b100 adam",
    flops: 2 * 100 * denseMacs([784, 512, 512, 10]),
    bytes: denseMoved([784, 512, 512, 10], 100, 2),
    ...training(dropped, { shape: [784], batchSize: 100, steps: 20, classes: 10 }),
  },
  {
    topic: "images",
    name: "augmentation of cifar b128: crop, flip, rotation",
    // A mean of four pixels for each number of the rotation.
    flops: 128 * 32 * 32 * 3 * 9,
    bytes: 3 * 2 * 4 * 128 * 32 * 32 * 3,
    small: () => tidy(() => augmented(4, rng())().dataSync()),
    prepare() {
      const step = augmented(128, rng());
      return { step: () => tidy(() => void step()), runs: 50 };
    },
  },
  {
    topic: "rbf",
    name: "rbf-25 n400, k-means and least squares",
    flops: 2 * 400 * 25 * (2 + 26),
    bytes: 4 * 400 * (2 + 2 * 26 + 1),
    small() {
      const { X, z } = surface(60), net = new RBFNet({ k: 5, inferSpreads: false, seed: 1 });
      net.fit(X, z, { solve: "least-squares" });
      return tidy(() => net.predict(X).dataSync());
    },
    prepare() {
      const { X, z } = surface(400), x = tensor(X), y = tensor(z);
      const net = new RBFNet({ k: 25, inferSpreads: false, seed: 1 });
      return { step: () => net.fit(x, y, { solve: "least-squares" }), runs: 20 };
    },
  },
  {
    topic: "rbf",
    name: "rbf-4 n100, one epoch online",
    flops: 2 * 100 * 4 * 4,
    bytes: 4 * 100 * 6,
    small() {
      const { X, z } = surface(30), net = new RBFNet({ k: 4, epochs: 2, seed: 1 });
      net.fit(X, z);
      return tidy(() => net.predict(X).dataSync());
    },
    prepare() {
      const { X, z } = surface(100), x = tensor(X), y = tensor(z);
      const net = new RBFNet({ k: 4, epochs: 1, seed: 1 });
      return { step: () => net.fit(x, y), runs: 20 };
    },
  },
];

/** The jobs of a chapter. */
export const jobsOf = (topic: string): Job[] =>
  [...SEED_JOBS, ...OWN_JOBS].filter((job) => job.topic === topic);
