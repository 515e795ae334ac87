import { assert, assertEquals } from "@std/assert";
import { Add, Input, Layer, Model, Sequential, SGD, type Shape } from "@neurite/nn";
import { Rng, type Tensor, uniform } from "@neurite/tensor";
import { Conv2D, type Conv2DOptions } from "./conv2d.ts";
import { UpSampling2D } from "./up_sampling2d.ts";

/** Hands its input on: between two layers, it keeps one from taking in the other. */
class Between extends Layer {
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  override call([x]: readonly Tensor[]): Tensor {
    return x;
  }
}

const rng = new Rng(1), x = uniform([3, 4, 5, 2], -1, 1, { rng });

function enlarged(apart: boolean, options: Conv2DOptions, up = new UpSampling2D(2)): Model {
  const layers = [up, ...(apart ? [new Between()] : []), new Conv2D(4, 3, options)];
  const model = new Sequential([new Input({ shape: [4, 5, 2] }), ...layers], { seed: 2 });
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse" });
  return model;
}

const distance = (a: Tensor, b: Tensor) => {
  const [p, q] = [a.dataSync(), b.dataSync()];
  assertEquals(a.shape, b.shape);
  return Math.max(...p.map((v, i) => Math.abs(v - q[i])));
};

const CASES: readonly [string, Conv2DOptions, UpSampling2D?][] = [
  ["same, relu", { padding: "same", activation: "relu" }],
  ["valid, softmax, no bias", { activation: "softmax", useBias: false }],
  ["stride 2: not at once", { strides: 2, padding: "same" }],
  ["groups: not at once", { groups: 2 }],
  ["bilinear: not at once", {}, new UpSampling2D(2, { interpolation: "bilinear" })],
];

for (const [name, options, up] of CASES) {
  Deno.test(`an enlargement and a convolution at once are the two: ${name}`, async () => {
    const one = enlarged(false, options, up), two = enlarged(true, options, up);
    assert(distance(one.predict(x), two.predict(x)) < 1e-5);
    const y = uniform(one.predict(x).shape, 0, 1, { rng: new Rng(3) });
    for (const model of [one, two]) await model.fit(x, y, { epochs: 5, batchSize: 3, verbose: 0 });
    one.getWeights().forEach((w, i) => assert(distance(w, two.getWeights()[i]) < 1e-5));
  });
}

Deno.test("an enlargement that is used elsewhere too is computed", () => {
  const input = new Input({ shape: [4, 5, 2] }), large = new UpSampling2D(2).apply(input);
  const sum = new Add().apply([large, new Conv2D(2, 3, { padding: "same" }).apply(large)]);
  const both = new Model({ inputs: input, outputs: [sum, large], seed: 1 });
  const [found, seen] = both.predictAll(x);
  assertEquals(seen.shape, [3, 8, 10, 2]);
  const alone = enlarged(true, { padding: "same" });
  assertEquals(alone.predict(x).shape, [3, 8, 10, 4]);
  assertEquals(found.shape, [3, 8, 10, 2]);
});
