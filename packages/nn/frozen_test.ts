import { assertEquals } from "@std/assert";
import {
  BatchNormalization,
  Dense,
  Input,
  type Layer,
  loadModel,
  Model,
  Sequential,
} from "@neurite/nn";
import { inFolder } from "./testing/small_network.ts";

const norm = () => new BatchNormalization({ momentum: 0.5 });

/** Whether each layer of a model is trainable, the model first. */
function flags(layer: Layer): unknown[] {
  const { name, trainable, sublayers } = layer;
  return [name, trainable, ...sublayers.map(flags)];
}

/** A model around `inner`. */
const around = (inner: Layer) =>
  new Sequential([new Input({ shape: [2] }), inner, new Dense(1, { name: "head" })], { seed: 1 });

const sequential = () =>
  new Sequential([new Input({ shape: [2] }), new Dense(2, { name: "a" }), norm()], {
    name: "base",
  });

function functional(): Model {
  const x = new Input({ shape: [2] });
  const outputs = norm().apply(new Dense(2, { name: "a" }).apply(x));
  return new Model({ inputs: x, outputs, name: "base" });
}

const X = [[1, 2], [3, 5]], Y = [[0], [1]];

for (const make of [sequential, functional]) {
  Deno.test(`frozen: a ${make.name} model is saved, loaded and trained on as it was`, () =>
    inFolder(async (path) => {
      const base = make(), model = around(base);
      base.trainable = false;
      assertEquals(flags(base), ["base", false, ["a", false], ["batch_normalization", false]]);
      model.compile({ optimizer: "adam", loss: "mse" });
      const weights = () => base.getWeights().map((w) => [...w.dataSync()]), before = weights();
      await model.fit(X, Y, { epochs: 2, verbose: 0 });
      assertEquals(weights(), before); // the moving mean of [0, 0], too
      await model.save(path);

      const again = await loadModel(path);
      assertEquals(flags(again), flags(model));
      assertEquals(again.trainableWeights.length, 2);
      for (const one of [model, again]) {
        await one.fit(X, Y, { epochs: 4, verbose: 0, resume: true });
      }
      assertEquals(again.predict(X).array(), model.predict(X).array());
    }));

  Deno.test(`frozen: a layer in a frozen ${make.name} model that is not frozen stays so`, () =>
    inFolder(async (path) => {
      const base = make(), model = around(base);
      base.trainable = false;
      base.layers[0].trainable = true;
      assertEquals(model.trainableWeights.map(({ name }) => name), [
        "kernel",
        "bias",
        "kernel",
        "bias",
      ]);
      assertEquals(base.trainableWeights, []); // as in Keras, by itself it trains nothing
      await model.save(path);
      const again = await loadModel(path);
      assertEquals(flags(again), flags(model));
      assertEquals(again.trainableWeights.length, 4);
      model.trainable = true;
      assertEquals(flags(base), ["base", true, ["a", true], ["batch_normalization", true]]);
    }));
}

Deno.test("frozen: what a constructor is told holds for the layers in it, too", () => {
  const layers = [new Dense(2, { name: "a" })];
  const model = new Sequential([new Input({ shape: [1] }), ...layers], { trainable: false });
  assertEquals([model.trainable, layers[0].trainable], [false, false]);
  const later = new Dense(1);
  model.add(later);
  assertEquals([later.trainable, model.trainableWeights], [true, []]); // as in Keras
});

Deno.test("a layer in two models is counted, trained and named once", async () => {
  const shared = new Dense(2, { name: "shared" });
  const half = (name: string) => new Sequential([new Input({ shape: [2] }), shared], { name });
  const model = new Sequential([half("first"), half("second")], { seed: 1 });
  assertEquals(model.countParams(), 6);
  assertEquals(model.namedWeights().map(([name]) => name), [
    "first/shared/kernel",
    "first/shared/bias",
  ]);
  model.compile({ optimizer: "sgd", loss: "mse" });
  const [w] = model.getWeights().map((w) => w.array()) as number[][][];
  const [[a, b], [c, d]] = w, [[y]] = model.predict([[1, 0]]).array() as number[][];
  assertEquals(Math.abs(y - (a * a + b * c)) < 1e-6, true);
  await model.trainOnBatch([[1, 0]], [[0, 0]]);
  const rate = 0.01, outputs = [a * a + b * c, a * b + b * d]; // dC/dy = y, as d = 2
  // y = (x W) W: dC/da over both uses of W.
  const gradient = outputs[0] * 2 * a + outputs[1] * b;
  const after = (model.getWeights()[0].array() as number[][])[0][0];
  assertEquals(Math.abs(after - (a - rate * gradient)) < 1e-6, true);
});
