import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { loadModel, Model, SGD } from "@neurite/nn";
import { backendInfo, type Tensor, tensor, uniform } from "@neurite/tensor";
import { Rng } from "@neurite/tensor";
import {
  alexNet,
  denseNet,
  denseNetCifar,
  googLeNet,
  plainCifar,
  resNet,
  resNetCifar,
  vgg,
} from "./mod.ts";

const common = { classes: 3, activation: "softmax", seed: 1 } as const;
const small = { ...common, stem: "cifar" } as const;
const images = [16, 16, 3] as const;
/** Every network, as small as it gets, and how fast it learns. */
const NETWORKS: Record<string, readonly [make: () => Model, learningRate: number]> = {
  "alexNet, torchvision": [() => alexNet(small), 0.05],
  "alexNet, paper": [() => alexNet({ ...small, variant: "paper" }), 0.01],
  "alexNet, chapter": [() => alexNet({ ...small, variant: "chapter" }), 0.01],
  "vgg": [() => vgg(11, small), 0.05],
  "vgg, batchNormalization": [() => vgg(11, { ...small, batchNormalization: true }), 0.02],
  "googLeNet, auxiliary": [
    () => googLeNet({ ...small, inputShape: images, auxiliary: true }),
    0.02,
  ],
  resNet: [() => resNet(18, { ...small, inputShape: images }), 0.01],
  denseNet: [() => denseNet(121, { ...small, inputShape: images }), 0.01],
  resNetCifar: [() => resNetCifar(8, { ...common, inputShape: images }), 0.01],
  plainCifar: [() => plainCifar(8, { ...common, inputShape: images }), 0.01],
  denseNetCifar: [() => denseNetCifar(10, 4, { ...common, inputShape: images }), 0.01],
};

for (const [name, [make, learningRate]] of Object.entries(NETWORKS)) {
  Deno.test(`${name} learns a few images, leaves nothing behind, and is saved`, async () => {
    const model = make(), { outputs } = model, weights = outputs.length;
    const x = uniform([3, ...model.inputShape as number[]], 0, 1, { rng: new Rng(3) });
    const labels = tensor(Int32Array.of(0, 1, 2));
    const y = weights === 1 ? labels : outputs.map(() => labels);
    model.compile({
      optimizer: new SGD({ learningRate, momentum: 0.9 }),
      loss: outputs.map(() => "sparseCategoricalCrossentropy"),
      ...(weights > 1 && { lossWeights: [1, 0.3, 0.3] }),
    });
    const step = async () => (await model.trainOnBatch(x, y)).loss;
    const first = await step(), before = backendInfo().liveTensors;
    let last = first;
    for (let n = 0; n < 5; n++) last = Math.min(last, await step()); // Dropout is left to chance.
    assertEquals(backendInfo().liveTensors, before);
    assert(last < first, `${name}: ${first} to ${last}`);

    const folder = await Deno.makeTempDir();
    try {
      await model.save(`${folder}/model.safetensors`, { weightsOnly: false });
      const again = await loadModel(`${folder}/model.safetensors`);
      const values = (model: Model) => model.predictAll(x).map((y: Tensor) => [...y.dataSync()]);
      assertEquals(values(again), values(model));
      for (const { value } of [...again.weights, ...model.weights]) value.dispose();
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("a network of a seed is the same again, and another one with another", () => {
  const weights = (seed: number) => {
    const model = resNetCifar(8, { seed });
    return model.weights.map(({ value }) => value.dataSync().slice(0, 4).join());
  };
  assertEquals(weights(1), weights(1));
  assert(weights(1)[0] !== weights(2)[0]);
});

Deno.test("the auxiliary classifiers count 0.3 each, and the first output predicts alone", async () => {
  const model = googLeNet({ ...small, inputShape: images, auxiliary: true });
  const x = uniform([2, 16, 16, 3], 0, 1, { rng: new Rng(4) }), y = tensor(Int32Array.of(2, 0));
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer: "sgd", loss, lossWeights: [1, 0.3, 0.3] });
  const logs = await model.testOnBatch(x, [y, y, y]);
  const each = Object.entries(logs).filter(([name]) => name.endsWith("Loss")).map(([, l]) => l);
  assertEquals(each.length, 3);
  assertAlmostEquals(logs.loss, each[0] + 0.3 * each[1] + 0.3 * each[2], 1e-5);

  const classifier = new Model({ inputs: model.inputs, outputs: model.outputs[0] });
  assertEquals(classifier.predict(x).array(), model.predictAll(x)[0].array());
  assert(classifier.layers.every(({ name }) => !name.startsWith("aux")));
});

Deno.test("softmax gives the probabilities of the logits", () => {
  const x = uniform([2, 32, 32, 3], 0, 1, { rng: new Rng(4) });
  const [logits, probabilities] = (["linear", "softmax"] as const).map((activation) =>
    resNetCifar(8, { activation, seed: 1 }).predict(x).array() as number[][]
  );
  logits.forEach((row, i) => {
    const powers = row.map(Math.exp), sum = powers.reduce((a, b) => a + b);
    powers.forEach((power, j) => assertAlmostEquals(probabilities[i][j], power / sum, 1e-5));
  });
});

Deno.test("images of any size go through a network that was made for any", () => {
  const model = resNet(18, { inputShape: [null, null, 3], classes: 4, seed: 1 });
  for (const [height, width] of [[32, 32], [47, 64], [1, 1]]) {
    assertEquals(model.predict(uniform([1, height, width, 3])).shape, [1, 4]);
  }
  const pooled = alexNet({ inputShape: [80, 95, 3], classes: 2, seed: 1 });
  assertEquals(pooled.predict(uniform([1, 80, 95, 3])).shape, [1, 2]);
  for (const { value } of [...model.weights, ...pooled.weights]) value.dispose();
});
