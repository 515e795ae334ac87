/** The networks of `tools/fixtures/classic_thin.py`: the classic ones with few filters, of our blocks. */
import {
  AdaptiveAveragePooling2D,
  Conv2D,
  GlobalAveragePooling2D,
  MaxPooling2D,
} from "@neurite/cnn";
import { Activation, BatchNormalization, Dense, Flatten, Input, Model } from "@neurite/nn";
import type { SymbolicTensor } from "@neurite/nn";
import { bottleneckBlock } from "../blocks/bottleneck_block.ts";
import { convNormRelu } from "../blocks/conv_norm_relu.ts";
import { denseBlock } from "../blocks/dense_block.ts";
import { inceptionModule } from "../blocks/inception_module.ts";
import { residualBlock } from "../blocks/residual_block.ts";
import { transition } from "../blocks/transition.ts";

/** The classes of each. */
export const CLASSES = 5;

/** `seed` and shape as the test wants them, the rest as `connect` says. */
function network(
  name: string,
  size: number,
  connect: (x: SymbolicTensor) => SymbolicTensor | SymbolicTensor[],
): () => Model {
  return () => {
    const inputs = new Input({ shape: [size, size, 3] });
    return new Model({ inputs, outputs: connect(inputs), name, seed: 1 });
  };
}

const dense = (units: number, name: string) => new Dense(units, { activation: "relu", name });
const last = (name: string, classes = CLASSES) => new Dense(classes, { name });
const ceil = [[0, 1], [0, 1]] as const;
const halve = () => new MaxPooling2D(3, { strides: 2, padding: [[...ceil[0]], [...ceil[1]]] });

function alexNet(x: SymbolicTensor): SymbolicTensor {
  const conv = (filters: number, size: number, place: number, groups = 1) =>
    new Conv2D(filters, size, {
      padding: "same",
      groups,
      activation: "relu",
      ...(place === 0 && { strides: 4, padding: [[2, 2], [2, 2]] }),
      name: `features.${place}`,
    });
  x = new MaxPooling2D(3, { strides: 2 }).apply(conv(8, 11, 0).apply(x));
  x = new MaxPooling2D(3, { strides: 2 }).apply(conv(12, 5, 3, 2).apply(x));
  x = conv(6, 3, 10).apply(conv(6, 3, 8).apply(conv(8, 3, 6).apply(x)));
  x = dense(12, "classifier.1").apply(new Flatten().apply(x));
  return last("classifier.6").apply(dense(10, "classifier.4").apply(x));
}

function vgg(x: SymbolicTensor): SymbolicTensor {
  let place = 0;
  for (const filters of [[6], [8, 8], [6]]) {
    for (const n of filters) {
      const [conv, norm, relu] = [0, 1, 2].map((k) => `features.${place + k}`);
      x = convNormRelu(x, n, 3, { useBias: true, name: { conv, norm, relu } });
      place += 3;
    }
    x = new MaxPooling2D(2, { name: `features.${place++}` }).apply(x);
  }
  x = dense(12, "classifier.0").apply(new Flatten().apply(x));
  return last("classifier.6").apply(dense(10, "classifier.3").apply(x));
}

function googLeNet(x: SymbolicTensor): SymbolicTensor[] {
  const conv = (x: SymbolicTensor, filters: number, size: number, name: string, strides = 1) =>
    convNormRelu(x, filters, size, { strides, epsilon: 1e-3, name });
  x = halve().apply(conv(x, 6, 7, "conv1", 2));
  x = halve().apply(conv(conv(x, 6, 1, "conv2"), 8, 3, "conv3"));
  const a = { conv1: 4, reduce3: 3, conv3: 6, reduce5: 2, conv5: 4, pool: 4 };
  x = inceptionModule(x, a, { largest: 3, name: "inception3a" });
  let y = new AdaptiveAveragePooling2D(4).apply(x);
  y = new Flatten().apply(conv(y, 2, 1, "aux1.conv"));
  y = last("aux1.fc2").apply(dense(8, "aux1.fc1").apply(y));
  const b = { conv1: 6, reduce3: 4, conv3: 8, reduce5: 2, conv5: 4, pool: 4 };
  x = inceptionModule(halve().apply(x), b, { largest: 3, name: "inception3b" });
  return [last("fc").apply(new GlobalAveragePooling2D().apply(x)), y];
}

function resNet(x: SymbolicTensor): SymbolicTensor {
  x = convNormRelu(x, 6, 7, { strides: 2, name: { conv: "conv1", norm: "bn1" } });
  x = new MaxPooling2D(3, { strides: 2, padding: [[1, 1], [1, 1]] }).apply(x);
  x = residualBlock(x, 6, { name: "layer1.0" });
  x = residualBlock(x, 8, { strides: 2, name: "layer2.0" });
  x = bottleneckBlock(x, 3, { strides: 2, name: "layer3.0" });
  x = bottleneckBlock(x, 3, { name: "layer3.1" });
  return last("fc").apply(new GlobalAveragePooling2D().apply(x));
}

function denseNet(x: SymbolicTensor): SymbolicTensor {
  x = convNormRelu(x, 6, 7, {
    strides: 2,
    name: { conv: "features.conv0", norm: "features.norm0" },
  });
  x = new MaxPooling2D(3, { strides: 2, padding: [[1, 1], [1, 1]] }).apply(x);
  x = denseBlock(x, 2, 4, { name: "features.denseblock1" });
  x = transition(x, { name: "features.transition1" });
  x = denseBlock(x, 2, 4, { name: "features.denseblock2" });
  x = new BatchNormalization({ epsilon: 1e-5, momentum: 0.9, name: "features.norm5" }).apply(x);
  x = new GlobalAveragePooling2D().apply(new Activation("relu").apply(x));
  return last("classifier").apply(x);
}

/** The networks by name. */
export const thinNetworks = {
  alexnet: network("thin_alexnet", 48, alexNet),
  vgg: network("thin_vgg", 32, vgg),
  googlenet: network("thin_googlenet", 32, googLeNet),
  resnet: network("thin_resnet", 32, resNet),
  densenet: network("thin_densenet", 32, denseNet),
};
