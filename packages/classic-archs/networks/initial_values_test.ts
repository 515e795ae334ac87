/** Initial values: the distributions of torchvision's and the papers' kernels. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { Model } from "@neurite/nn";
import { abs, max, mean, sqrt, tidy, variance } from "@neurite/tensor";
import { alexNet, denseNet, googLeNet, resNet, vgg } from "./mod.ts";

const small = { stem: "cifar", classes: 300, seed: 1 } as const;

/** What torchvision's code says of a kernel: the deviation, and the bound of even numbers. */
const CASES: readonly (readonly [make: () => Model, kernels: Record<string, number[]>])[] = [
  [() => resNet(18, small), {
    "layer1.0.conv1": [Math.sqrt(2 / (9 * 64))], // He's by the fan out.
    "layer2.0.downsample.0": [Math.sqrt(2 / 128)],
    "layer4.1.conv2": [Math.sqrt(2 / (9 * 512))],
    fc: [1 / Math.sqrt(3 * 512), 1 / Math.sqrt(512)],
  }],
  [() => vgg(11, small), {
    "features.8": [Math.sqrt(2 / (9 * 256))],
    "classifier.0": [0.01],
    "classifier.6": [0.01],
  }],
  [() => denseNet(121, small), {
    "features.denseblock3.denselayer9.conv2": [Math.sqrt(2 / (9 * 128))], // He's by the fan in.
    "features.transition2.conv": [Math.sqrt(2 / 512)],
    classifier: [1 / Math.sqrt(3 * 1024), 1 / Math.sqrt(1024)],
  }],
  [() => googLeNet(small), { "inception4c.branch2.1.conv": [0.01], fc: [0.01] }],
  [() => alexNet(small), {
    "features.3": [1 / Math.sqrt(3 * 25 * 64), 1 / Math.sqrt(25 * 64)],
    "classifier.4": [1 / Math.sqrt(3 * 512), 1 / Math.sqrt(512)],
  }],
  [() => alexNet({ ...small, variant: "paper" }), { conv3: [0.01], "classifier.4": [0.01] }],
];

Deno.test("networks begin as torchvision's, or their paper's", () => {
  for (const [make, kernels] of CASES) {
    const model = make();
    for (const [name, [deviation, bound]] of Object.entries(kernels)) {
      const { value } = model.getLayer(name).weights[0];
      const [m, d] = tidy(() => [mean(value).item(), sqrt(variance(value)).item()]);
      assertAlmostEquals(m / deviation, 0, 0.02, `mean of ${name}`);
      assertAlmostEquals(d / deviation, 1, 0.02, `deviation of ${name}`);
      const largest = tidy(() => max(abs(value)).item());
      // Normal numbers have no bound; of tens of thousands some are beyond 3.5 deviations.
      if (bound === undefined) assert(largest > 3.5 * deviation, name);
      else assert(largest <= bound && largest > 0.99 * bound, name);
    }
    for (const { value } of model.weights) value.dispose();
  }
});

Deno.test("the paper's AlexNet begins with biases of 1 where ReLU is to have something", () => {
  const model = alexNet({ ...small, variant: "paper" });
  const bias = (name: string) => model.getLayer(name).weights[1].value.dataSync()[0];
  const names = ["conv1", "conv2", "conv3", "conv4", "conv5", "classifier.1", "classifier.6"];
  assertEquals(names.map(bias), [0, 1, 0, 1, 1, 1, 0]);
});
