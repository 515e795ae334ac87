/**
 * Draws the figures of the READMEs that show how something is built, and no result of a training:
 * `deno task figures`. Those of trainings are drawn by the examples.
 *
 * @module
 */
import { leNet5 } from "@neurite/cnn";
import {
  cellDiagram,
  learningCurve,
  networkDiagram,
  neuronDiagram,
  panels,
  type Picture,
  poolingDiagram,
  stackedMaps,
  unrolledDiagram,
} from "@neurite/plot";

/** The layers of LeNet-5 in words; the shapes are its own. */
function leNet5Maps(): Picture {
  const words: Record<string, string> = {
    Conv2D: "convolution\n5 × 5",
    MaxPooling2D: "pooling\n2 × 2",
    AveragePooling2D: "pooling\n2 × 2",
    Dense: "dense",
  };
  const layers = leNet5({ seed: 1 }).describe()
    .filter(({ className }) => className in words)
    .map(({ className, outputShape }) => ({ name: words[className], outputShape }));
  const image = { name: "image", outputShape: [28, 28, 1] };
  return stackedMaps([image, ...layers], { title: "LeNet-5: small and many" });
}

/** What goes in and comes out in the four ways to use a recurrent network. */
function flavours(): Picture {
  const draw = (title: string, inputs: (string | null)[], outputs: (string | null)[]) =>
    unrolledDiagram({ title, inputs, outputs });
  return panels([
    draw("One to one", ["7"], ["9"]),
    draw("One to many", ["3", null, null], ["4", "5", "6"]),
    draw("Many to one", ["not", "a", "bad", "film"], [null, null, null, "+"]),
    draw("Many to many", ["1", "2", null, null], [null, null, "2", "1"]),
  ], { columns: 2 });
}

/** XOR by three neurons: one or the other, and not both. */
function xor(): Picture {
  return networkDiagram({
    title: "XOR: either, but not both",
    layers: [["x_1", "x_2"], ["or", "nand"], ["y"]],
    weights: [[[20, -20], [20, -20]], [[20], [20]]],
    biases: [[-10, 30], [-30]],
  });
}

/** The figures by the names of their files. */
export const FIGURES: Readonly<Record<string, () => Picture>> = {
  "packages/perceptron/pictures/neuron.svg": () =>
    neuronDiagram({ title: "A neuron: weigh, add up, step" }),
  "packages/mlp-backprop/pictures/network.svg": xor,
  "packages/plot/pictures/network.svg": xor,
  "packages/plot/pictures/learning_curve.svg": () =>
    learningCurve({
      loss: [0.62, 0.31, 0.24, 0.2, 0.17, 0.15, 0.135, 0.12, 0.112, 0.105],
      valLoss: [0.36, 0.27, 0.225, 0.2, 0.185, 0.172, 0.165, 0.16, 0.158, 0.157],
      valAccuracy: [0.9, 0.923, 0.937, 0.944, 0.948, 0.951, 0.954, 0.955, 0.957, 0.957],
    }, { title: "Handwritten digits" }),
  "packages/cnn/pictures/lenet5_maps.svg": leNet5Maps,
  "packages/cnn/pictures/pooling_numbers.svg": () =>
    poolingDiagram([[1, 5, 0, 2], [3, 3, 4, 2], [0, 8, 1, 1], [2, 2, 7, 3]], {
      title: "Pooling with windows of 2 × 2",
    }),
  "packages/rnn/pictures/unrolled.svg": () =>
    unrolledDiagram({ title: "One network, folded and unrolled over time" }),
  "packages/rnn/pictures/flavours.svg": flavours,
  "packages/lstm-gru/pictures/lstm.svg": () =>
    cellDiagram("lstm", { title: "Long short-term memory" }),
  "packages/lstm-gru/pictures/gru.svg": () => cellDiagram("gru", { title: "Gated recurrent unit" }),
};

if (import.meta.main) {
  for (const [path, draw] of Object.entries(FIGURES)) {
    await draw().save(new URL(`../${path}`, import.meta.url));
    console.log(path);
  }
}
