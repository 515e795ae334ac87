import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { BatchNormalization, type Model, Sequential, SGD } from "@neurite/nn";
import { DivergedError, ShapeError } from "@neurite/tensor";

/** A network that only normalises, with learning rate 0, so that only statistics change. */
function normalizer(layer: BatchNormalization): Sequential {
  const model = new Sequential([layer]);
  model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "meanSquaredError" });
  return model;
}

const weightsOf = (model: Model) => model.getWeights().map((weight) => [...weight.dataSync()]);

Deno.test("BatchNormalization: running statistics follow those of a population", async () => {
  const model = normalizer(new BatchNormalization({ momentum: 0.75, inputShape: [1] }));
  const names = model.namedWeights().map(([name]) => name);
  assertEquals(
    names,
    ["gamma", "beta", "moving_mean", "moving_variance"].map((w) => `batch_normalization/${w}`),
  );
  // Mean 4, variance ((-2)^2 + 2^2) / 2 = 4 (of a sample it would be 8).
  await model.trainOnBatch([[2], [6]], [[0], [0]]);
  assertEquals(weightsOf(model), [[1], [0], [1], [1.75]]); // 0.25 * 4; 0.75 * 1 + 0.25 * 4
  await model.trainOnBatch([[2], [6]], [[0], [0]]);
  assertEquals(weightsOf(model), [[1], [0], [1.75], [2.3125]]);
});

Deno.test("BatchNormalization: neither prediction nor evaluation changes the statistics", async () => {
  const model = normalizer(new BatchNormalization({ inputShape: [2] }));
  const before = weightsOf(model);
  model.predict([[1, 2], [3, 4]]);
  await model.evaluate([[1, 2], [3, 4]], [[0, 0], [0, 0]]);
  assertEquals(weightsOf(model), before);
});

Deno.test("BatchNormalization: counts two trainable weights of four, none when it is frozen", () => {
  const layer = new BatchNormalization({ inputShape: [3] }), model = new Sequential([layer]);
  assertEquals(model.countParams(), 12);
  assertEquals(model.trainableWeights.map(({ name }) => name), ["gamma", "beta"]);
  layer.trainable = false;
  assertEquals(model.trainableWeights, []);
  const bare = new BatchNormalization({ center: false, scale: false, inputShape: [3] });
  assertEquals(new Sequential([bare]).countParams(), 6);
});

Deno.test("BatchNormalization: a frozen layer keeps to its running statistics in training", async () => {
  const layer = new BatchNormalization({ epsilon: 0, inputShape: [1] });
  layer.trainable = false;
  const model = normalizer(layer);
  model.setWeights([[2], [1], [10], [25]]);
  // y = 2 (x - 10) / 5 + 1 = 1 and 3; the loss is the mean of the squares.
  const { loss } = await model.trainOnBatch([[10], [15]], [[0], [0]]);
  assertAlmostEquals(loss, 5, 1e-5);
  assertEquals(weightsOf(model), [[2], [1], [10], [25]]);
});

Deno.test("BatchNormalization: a step whose loss is not finite leaves the statistics alone", async () => {
  const model = normalizer(new BatchNormalization({ inputShape: [1] }));
  await model.trainOnBatch([[2], [6]], [[0], [0]]);
  const before = weightsOf(model);
  const step = model.trainOnBatch([[1], [Infinity]], [[0], [0]]);
  await assertRejects(() => step, DivergedError, "in the inputs");
  assertEquals(weightsOf(model), before);
});

Deno.test("BatchNormalization: refuses options and axes that make no sense", () => {
  assertThrows(() => new BatchNormalization({ momentum: 1.5 }), RangeError, "momentum must be");
  assertThrows(() => new BatchNormalization({ epsilon: -1 }), RangeError, "epsilon must be");
  assertThrows(() => new BatchNormalization({ axis: 0 }), RangeError, "axis must be");
  const beyond = new BatchNormalization({ axis: 4 });
  assertThrows(() => beyond.computeOutputShape([[8, 8, 3]]), ShapeError, "along axis 4");
});
