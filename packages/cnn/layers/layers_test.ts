import { assertEquals } from "@std/assert";
import { loadModel, type Model, saveModel, Sequential } from "@neurite/nn";
import "@neurite/cnn";
import { checkCase, readKeras, sequentialOf } from "../../../testing/keras_cases.ts";

const { cases, steps } = await readKeras(new URL("../fixtures/layers.json", import.meta.url));

for (const one of cases) {
  Deno.test(`layers: ${one.name} as Keras, its gradients, and 20 steps`, async () => {
    await checkCase(sequentialOf(one), one, steps);
  });
}

Deno.test("layers: a configuration makes the same layer again", () => {
  for (const one of cases) {
    const model = sequentialOf(one), config = model.toConfig();
    const again = Sequential.fromConfig(JSON.parse(JSON.stringify(config.config)));
    assertEquals(again.toConfig(), config, one.name);
    for (const each of [model, again]) each.setWeights(one.weights);
    assertEquals(again.predict(one.x).array(), model.predict(one.x).array(), one.name);
  }
});

Deno.test("layers: a saved network predicts and learns on as before, to the bit", async () => {
  const one = cases.find(({ name }) => name === "a small network")!, model = sequentialOf(one);
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  await model.trainOnBatch(one.x, one.target);
  const path = await Deno.makeTempFile({ suffix: ".safetensors" });
  await saveModel(model, path);
  const again = await loadModel(path);
  await Deno.remove(path);
  for (const each of [model, again]) await each.trainOnBatch(one.x, one.target);
  const weightsOf = (model: Model) => model.getWeights().map((weight) => weight.array());
  assertEquals(weightsOf(again), weightsOf(model));
  assertEquals(again.predict(one.x).array(), model.predict(one.x).array());
});

Deno.test("layers: the fixture has 20 steps of every layer", () => {
  assertEquals(steps, 20);
  const names = new Set(cases.flatMap(({ layers }) => layers.map(({ className }) => className)));
  assertEquals([...names].filter((name) => name.includes("2D")).length, 10);
});
