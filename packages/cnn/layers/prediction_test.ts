/** Where chains of layers are done by one operation, a model gives what the layers give one by one. */
import { assert, assertEquals } from "@std/assert";
import {
  Activation,
  Add,
  BatchNormalization,
  type BatchNormalizationOptions,
  Concatenate,
  Input,
  Layer,
  Model,
  RandomUniform,
  type Shape,
  type SymbolicTensor,
} from "@neurite/nn";
import { backendInfo, grad, Rng, square, sum, type Tensor, uniform, zeros } from "@neurite/tensor";
import { Conv2D, type Conv2DOptions } from "./conv2d.ts";

/** Hands its input on: between two layers, it keeps one from taking in the other. */
class Between extends Layer {
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  override call([x]: readonly Tensor[]): Tensor {
    return x;
  }
}

type Apply = (layer: Layer, ...x: SymbolicTensor[]) => SymbolicTensor;
type Network = (apply: Apply, x: SymbolicTensor) => SymbolicTensor[];

const around = (low: number, high: number) => new RandomUniform({ minval: low, maxval: high });
const normalization = (options: BatchNormalizationOptions = {}) =>
  new BatchNormalization({
    betaInitializer: around(-1, 1),
    gammaInitializer: around(0.5, 2),
    movingMeanInitializer: around(-1, 1),
    movingVarianceInitializer: around(0.5, 2),
    ...options,
  });
const conv = (filters: number, size: number, options: Conv2DOptions = {}) =>
  new Conv2D(filters, size, { padding: "same", biasInitializer: around(-1, 1), ...options });
const relu = () => new Activation("relu");

const NETWORKS: Record<string, Network> = {
  "convolution, normalization, activation": (apply, x) => [
    apply(relu(), apply(normalization(), apply(conv(8, 3), x))),
  ],
  "without a bias, a factor, a shift": (apply, x) => [
    apply(normalization({ scale: false }), apply(conv(8, 3, { useBias: false }), x)),
    apply(normalization({ center: false }), apply(conv(4, 1), x)),
  ],
  "a residual block": (apply, x) => {
    const main = apply(normalization(), apply(conv(8, 3), x));
    return [apply(relu(), apply(new Add(), apply(normalization(), apply(conv(8, 3), main)), x))];
  },
  "a projected residual block, the sum in the other order": (apply, x) => {
    const main = apply(normalization(), apply(conv(16, 3, { strides: 2 }), x));
    const side = apply(normalization(), apply(conv(16, 1, { strides: 2, useBias: false }), x));
    return [apply(relu(), apply(new Add(), side, main))];
  },
  "a sum without a normalization": (apply, x) => [
    apply(new Activation("tanh"), apply(new Add(), x, apply(conv(8, 5), x))),
  ],
  "a sum of three, and of one with itself": (apply, x) => {
    const y = apply(conv(8, 3), x);
    return [apply(new Add(), apply(conv(8, 1), x), x, x), apply(relu(), apply(new Add(), y, y))];
  },
  "a result that is used elsewhere too": (apply, x) => {
    const y = apply(normalization(), apply(conv(8, 3), x));
    return [apply(relu(), y), apply(conv(4, 1), y)];
  },
  "an activation before the normalization": (apply, x) => [
    apply(normalization(), apply(conv(8, 3, { activation: "relu" }), x)),
    apply(normalization(), apply(relu(), apply(conv(8, 3), x))),
  ],
  "activations that are not done on the way": (apply, x) => [
    apply(new Activation("softmax"), apply(normalization(), apply(conv(8, 3), x))),
    apply(new Activation("elu"), apply(conv(8, 3), x)),
  ],
  "normalization before the convolution": (apply, x) => {
    const y = apply(conv(4, 3), apply(relu(), apply(normalization(), x)));
    return [apply(relu(), apply(normalization(), apply(new Concatenate(), x, y)))];
  },
  "a normalization of rows": (apply, x) => [
    apply(relu(), apply(normalization({ axis: 1 }), apply(conv(8, 3), x))),
    apply(relu(), apply(normalization({ axis: 3 }), apply(conv(8, 3), x))),
  ],
  "two normalizations, two activations": (apply, x) => {
    const y = apply(normalization(), apply(normalization(), apply(conv(8, 3), x)));
    return [apply(new Activation("sigmoid"), apply(relu(), y))];
  },
};

/** The network, and the same with a layer between every two. */
function both(network: Network): [Model, Model] {
  return [false, true].map((apart) => {
    const inputs = new Input({ shape: [10, 9, 8] });
    const apply: Apply = (layer, ...x) => {
      const y = layer.apply(x.length === 1 ? x[0] : x);
      return apart ? new Between().apply(y) : y;
    };
    return new Model({ inputs, outputs: network(apply, inputs), seed: 5 });
  }) as [Model, Model];
}

/** The largest difference, of the largest number. */
const difference = (a: Tensor, b: Tensor) => {
  assertEquals(a.shape, b.shape);
  const [p, q] = [a.dataSync(), b.dataSync()];
  const scale = Math.max(1, ...q.map(Math.abs));
  return Math.max(...Array.from(p, (v, i) => Math.abs(v - q[i]))) / scale;
};

for (const [name, network] of Object.entries(NETWORKS)) {
  Deno.test(`a prediction is what the layers give one by one: ${name}`, () => {
    const [fused, apart] = both(network), rng = new Rng(1);
    const x = uniform([2, 10, 9, 8], -1, 1, { rng });
    const before = backendInfo().liveTensors;
    const found = fused.predictAll(x), right = apart.predictAll(x);
    found.forEach((y, i) => assert(difference(y, right[i]) < 3e-6, `output ${i}`));
    for (const y of [...found, ...right]) y.dispose();
    assertEquals(backendInfo().liveTensors, before);
    // Gradients through a prediction.
    const gradient = (model: Model) => grad((x: Tensor) => sum(square(model.run([x])[0])))(x);
    assert(difference(gradient(fused), gradient(apart)) < 1e-5);
  });

  Deno.test(`a training step is that of the layers one by one: ${name}`, async () => {
    const [fused, apart] = both(network), weights: Tensor[][] = [];
    for (const model of [fused, apart]) {
      const x = uniform([4, 10, 9, 8], -1, 1, { rng: new Rng(1) });
      const targets = model.outputs.map(({ shape }) => zeros([4, ...shape as number[]]));
      model.compile({ optimizer: "sgd", loss: model.outputs.map(() => "meanSquaredError") });
      for (let i = 0; i < 3; i++) {
        await model.trainOnBatch(x, targets.length === 1 ? targets[0] : targets);
      }
      weights.push(model.weights.map(({ value }) => value));
    }
    weights[0].forEach((w, i) => assert(difference(w, weights[1][i]) < 1e-5, `weight ${i}`));
  });
}
