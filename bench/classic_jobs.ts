/**
 * The jobs of the classic networks, under the names that `torch_classic.py` prints: predictions for
 * images of 224 x 224, and steps of training on images of 32 x 32.
 */
import { alexNet, denseNet, googLeNet, resNet, resNetCifar, vgg } from "@neurite/classic-archs";
import { type Model, SGD } from "@neurite/nn";
import { Rng, tensor, uniform } from "@neurite/tensor";
import { type Job, moved } from "./job.ts";
import { someLabels } from "./training.ts";

/** A network, and what a prediction for one image costs. */
interface Network {
  readonly name: string;
  readonly make: (options: { seed: number; inputShape: [number, number, number] }) => Model;
  /** Multiply-adds, activations and parameters. */
  readonly macs: number;
  readonly activations: number;
  readonly parameters: number;
  /** The size of the images on which it is compared with the reference. */
  readonly small: number;
}

const NETWORKS: readonly Network[] = [
  {
    name: "alexnet",
    make: (options) => alexNet(options),
    ...{ macs: 714_188_480, activations: 494_000, parameters: 61_100_840, small: 64 },
  },
  {
    name: "vgg16",
    make: (options) => vgg(16, options),
    ...{ macs: 15_470_264_320, activations: 13_600_000, parameters: 138_357_544, small: 32 },
  },
  {
    name: "googlenet",
    make: (options) => googLeNet(options),
    ...{ macs: 1_498_000_000, activations: 3_300_000, parameters: 6_624_904, small: 32 },
  },
  {
    name: "resnet18",
    make: (options) => resNet(18, options),
    ...{ macs: 1_814_073_344, activations: 2_480_000, parameters: 11_689_512, small: 32 },
  },
  {
    name: "resnet50",
    make: (options) => resNet(50, options),
    ...{ macs: 4_089_184_256, activations: 11_100_000, parameters: 25_557_032, small: 32 },
  },
  {
    name: "densenet121",
    make: (options) => denseNet(121, options),
    ...{ macs: 2_834_161_664, activations: 6_900_000, parameters: 7_978_856, small: 32 },
  },
];

let last: { name: string; model: Model } | undefined;

/** The network of the job before, where it is the same: those of batch 1 and 8 are one. */
function made({ name, make }: Network): Model {
  if (last?.name === name) return last.model;
  for (const { value } of last?.model.weights ?? []) value.dispose();
  last = { name, model: make({ seed: 1, inputShape: [224, 224, 3] }) };
  return last.model;
}

const prediction = (network: Network, batch: number): Job => ({
  topic: "classic-archs",
  name: `${network.name} predict 224 b${batch}`,
  flops: 2 * batch * network.macs,
  bytes: 4 * (batch * 2 * network.activations + network.parameters),
  small() {
    const { make, small: size } = network, model = make({ seed: 1, inputShape: [size, size, 3] });
    return model.predict(uniform([1, size, size, 3], 0, 1, { rng: new Rng(1) })).data();
  },
  prepare() {
    const model = made(network), x = uniform([batch, 224, 224, 3], 0, 1, { rng: new Rng(1) });
    return { step: () => model.predictOnBatch(x).dispose(), runs: batch === 1 ? 7 : 3 };
  },
});

const step = (
  name: string,
  batch: number,
  network: () => Model,
  sizes: { macs: number; activations: number; parameters: number },
): Job => {
  const compiled = () => {
    const model = network();
    const optimizer = new SGD({ learningRate: 0.1, momentum: 0.9 });
    model.compile({ optimizer, loss: "categoricalCrossentropy" });
    return model;
  };
  return {
    topic: "classic-archs",
    name,
    flops: 2 * 3 * batch * sizes.macs,
    bytes: moved({ batch, kept: 1, inputs: 32 * 32 * 3, ...sizes }),
    async small() {
      const x = uniform([2, 32, 32, 3], 0, 1, { rng: new Rng(1) });
      const { loss } = await compiled().trainOnBatch(x, someLabels(2, 10));
      return [loss];
    },
    prepare() {
      const model = compiled(), x = uniform([batch, 32, 32, 3]);
      const one = { x: [x], y: [tensor(someLabels(batch, 10))], weights: undefined, count: batch };
      return { step: () => model.trainer.step(one, 0, 0), runs: 7 };
    },
  };
};

/** The jobs. */
export const CLASSIC_JOBS: readonly Job[] = [
  ...NETWORKS.flatMap((network) => [1, 8].map((batch) => prediction(network, batch))),
  step(
    "resnet18-cifar b32 sgd",
    32,
    () => resNet(18, { stem: "cifar", classes: 10, activation: "softmax", seed: 1 }),
    { macs: 555_422_720, activations: 1_230_000, parameters: 11_173_962 },
  ),
  step(
    "resnet20-cifar b128 sgd",
    128,
    () => resNetCifar(20, { shortcut: "projection", activation: "softmax", seed: 1 }),
    { macs: 40_813_184, activations: 376_000, parameters: 272_474 },
  ),
];
