import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { abs, mean, mul, ShapeError, square, sub, sum, type Tensor, tensor } from "@neurite/tensor";
import type { ActivationLike } from "../activations.ts";
import { saveModel } from "../checkpoint.ts";
import { Activation, Dense } from "../layers/mod.ts";
import { type LossFunction, lossOf, MeanAbsoluteError } from "../losses/mod.ts";
import { Accuracy, metricOf } from "../metrics/mod.ts";
import { Model } from "../model.ts";
import { SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import { Input } from "../symbolic.ts";
import type { CompileOptions } from "./compile.ts";

const X = [[1], [3], [2]], y = [[0], [1], [4]];

/** `y = x`, trained by a function of the errors 1, 2, -2. */
function identity(options: Partial<CompileOptions> = {}): Sequential {
  const dense = new Dense(1, { inputShape: [1], kernelInitializer: "ones" });
  const model = new Sequential([dense]);
  model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "mse", ...options });
  return model;
}

const squares: LossFunction = (t, y) => mean(square(sub(y, t)), { axis: -1 });
const each: LossFunction = (t, y) => square(sub(y, t));
const total: LossFunction = (t, y) => sum(square(sub(y, t)));

Deno.test("a function of target and prediction is a loss: of each number, example or batch", async () => {
  const weights = (model: Model) => model.getWeights().map((w) => w.array());
  const reference = identity();
  const { loss } = await reference.trainOnBatch(X, y);
  for (const f of [squares, each]) {
    const model = identity({ loss: f });
    assertEquals((await model.trainOnBatch(X, y)).loss, loss);
    assertEquals(weights(model), weights(reference));
  }
  assertEquals((await identity({ loss: total }).trainOnBatch(X, y)).loss, 9);
});

Deno.test("a function as a loss is weighted as Keras weights it", async () => {
  for (const [f, expected] of [[squares, 13 / 3], [each, 13 / 3], [total, 9 * 4 / 3]] as const) {
    const { loss } = await identity({ loss: f }).evaluate(X, y, { sampleWeight: [1, 3, 0] });
    assertAlmostEquals(loss, expected, 1e-6);
  }
});

Deno.test("a function is a metric under its name: a mean over examples, or over batches", async () => {
  const largest = (t: Tensor, y: Tensor) => abs(sub(t, y));
  const model = identity({ metrics: [largest, total], weightedMetrics: [each] });
  const logs = await model.evaluate(X, y, { batchSize: 2, sampleWeight: [1, 3, 0] });
  // Two batches: errors 1 and 2, then -2. Keras's means: of 5 and 4, and of weighted squares.
  assertAlmostEquals(logs.largest, 5 / 3, 1e-6);
  assertEquals(logs.total, 4.5);
  assertAlmostEquals(logs.each, 13 / 4, 1e-6);
  assertThrows(
    () => metricOf(total).update(tensor(y), tensor(X), tensor([1, 3, 0])),
    ShapeError,
    "what is one number for the batch cannot be weighted",
  );
});

Deno.test("a function is given targets in the shape of the predictions, not to be broadcast", async () => {
  const model = identity({ loss: squares, metrics: [each] });
  const flat = [0, 1, 4];
  assertEquals(await model.testOnBatch(X, flat), await model.testOnBatch(X, y));
});

Deno.test("what is no function of targets and predictions is refused", async () => {
  assertThrows(
    () => lossOf(MeanAbsoluteError as unknown as LossFunction),
    TypeError,
    "Cannot use MeanAbsoluteError as a loss as it must be an object: current a class. Use new " +
      "MeanAbsoluteError()",
  );
  assertThrows(
    () => metricOf(Accuracy as unknown as LossFunction),
    TypeError,
    "Use new Accuracy()",
  );
  for (const nothing of [undefined, null, 7, {}]) {
    assertThrows(() => lossOf(nothing as unknown as string), TypeError, "a function of targets");
    assertThrows(() => metricOf(nothing as unknown as string), TypeError, "a function of targets");
  }
  const none = (() => undefined) as unknown as LossFunction;
  await assertRejects(
    () => identity({ loss: none }).trainOnBatch(X, y),
    TypeError,
    "Cannot compute none as the function must give a tensor: current undefined",
  );
  const other: LossFunction = () => tensor([1, 2]);
  await assertRejects(
    () => identity({ loss: other }).trainOnBatch(X, y),
    ShapeError,
    "a number for each example, or one for the batch: current [2] and [3, 1]",
  );
});

Deno.test("a function is an activation, with its gradient; saving says what to do", async () => {
  const own = (z: Tensor) => square(z), path = await Deno.makeTempFile();
  const dense = (activation: ActivationLike) =>
    new Dense(1, { inputShape: [1], kernelInitializer: "ones", activation });
  // a = z^2 = 9, dL/dz = 2 (a - t) 2 z = 2 (9 - 5) 6 = 48.
  for (const layers of [[dense(own)], [dense("linear"), new Activation(own)]]) {
    const model = new Sequential(layers);
    model.compile({ optimizer: new SGD({ learningRate: 0.01 }), loss: "mse" });
    assertEquals((await model.trainOnBatch([[3]], [[5]])).loss, 16);
    const [w, b] = model.getWeights().map((weight) => weight.item());
    assertAlmostEquals(w, 1 - 0.01 * 48 * 3, 1e-6);
    assertAlmostEquals(b, -0.01 * 48, 1e-6);
    await assertRejects(
      () => saveModel(model, path),
      TypeError,
      'Cannot save activation "function own"',
    );
  }
  await Deno.remove(path);
});

Deno.test("saving a model says that a function cannot be recreated, and what to do", async () => {
  const path = await Deno.makeTempFile();
  try {
    await assertRejects(
      () => saveModel(identity({ loss: squares }), path),
      TypeError,
      'Cannot save loss "squares" as it must be recreated when the model is loaded: current a ' +
        "function. Make it a class that extends Loss and is registered",
    );
    await saveModel(identity({ loss: squares }), path, { weightsOnly: true });
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("what is measured twice is told apart in the logs, by Keras's names", async () => {
  const loss: LossFunction = (t, y) => mean(mul(2, abs(sub(t, y))), { axis: -1 });
  const model = identity({ metrics: ["mae", loss, "mae"], weightedMetrics: ["mae", "mse", "mae"] });
  const logs = await model.evaluate(X, y, { sampleWeight: [1, 3, 0] });
  assertEquals(Object.keys(logs), [
    ...["loss", "mae", "loss_1", "mae_1"],
    ...["weightedMae", "mse", "weightedMae_1"],
  ]);
  assertAlmostEquals(logs.mae, 5 / 3, 1e-6);
  assertAlmostEquals(logs.loss_1, 10 / 3, 1e-6);
  assertEquals([logs.weightedMae, logs.mse], [7 / 4, 13 / 4]);
});

Deno.test("a metric object measures in one place only", async () => {
  const x = new Input({ shape: [1] }), accuracy = new Accuracy();
  const outputs = [new Dense(1, { name: "a" }).apply(x), new Dense(1, { name: "b" }).apply(x)];
  const model = new Model({ inputs: x, outputs });
  model.compile({ optimizer: "sgd", loss: "mse", metrics: [accuracy] });
  await assertRejects(
    () => model.evaluate(X, [y, y]),
    RangeError,
    "Cannot measure accuracy as each output, with weights and without, needs a metric of its own",
  );
  model.compile({ optimizer: "sgd", loss: "mse", metrics: ["mae", squares] });
  const logs = await model.evaluate(X, [y, y]);
  assertEquals(Object.keys(logs), [
    ...["loss", "aLoss", "aMae", "aSquares", "bLoss", "bMae", "bSquares"],
  ]);
});
