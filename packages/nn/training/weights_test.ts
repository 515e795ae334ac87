import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError, ShapeError, tensor, type TensorLike } from "@neurite/tensor";
import { Activation, Dense, Reshape } from "../layers/mod.ts";
import { SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import type { Batch } from "./batches.ts";
import type { FitOptions } from "./fit.ts";

/** `y = x`, and it stays so. */
function identity(): Sequential {
  const dense = new Dense(1, { inputShape: [1], kernelInitializer: "ones" });
  const model = new Sequential([dense]);
  model.compile({ optimizer: new SGD({ learningRate: 0 }), loss: "mse", weightedMetrics: ["mae"] });
  return model;
}

async function* streamOf(...batches: Batch[]): AsyncGenerator<Batch> {
  for (const batch of batches) yield await Promise.resolve(batch);
}

const ONES = [[1], [1], [1], [1]], ZEROS = [[0], [0], [0], [0]];

Deno.test("class weights: count in training only, however the validation examples are given", async () => {
  const options = { classWeight: { 0: 10 }, verbose: 0 } as const;
  const split = await identity().fit(ONES, ZEROS, { ...options, validationSplit: 0.5 });
  const given = await identity().fit(ONES, ZEROS, {
    ...options,
    validationData: { x: ONES, y: ZEROS },
  });
  for (const { history } of [split, given]) {
    assertEquals([history.loss, history.valLoss], [[10], [1]]); // Keras's
  }
});

Deno.test("class weights: an example's own weight counts in validation, times its class's in training", async () => {
  const { history } = await identity().fit(ONES, ZEROS, {
    classWeight: { 0: 10 },
    sampleWeight: [1, 2, 3, 4],
    validationSplit: 0.5,
    verbose: 0,
  });
  assertEquals([history.loss, history.valLoss], [[15], [3.5]]);
});

Deno.test("class weights: numbers that are not whole belong to the class they round to, as in Keras", async () => {
  const classWeight = { 0: 1, 1: 10, 2: 100 };
  for (const [target, weight] of [[0.5, 1], [0.6, 10], [1.5, 100], [2, 100], [3, 1]]) {
    const { history } = await identity().fit([[target + 1]], [[target]], {
      classWeight,
      verbose: 0,
    });
    assertAlmostEquals(history.loss[0], weight, 1e-4 * weight, `${target}`);
  }
});

Deno.test("class weights: one-hot rows and class numbers", async () => {
  const X = [[0, 0, 0], [0, 0, 0]], wanted = (1 + 5) / 2 * Math.log(3);
  const cases: [loss: string, y: TensorLike][] = [
    ["categoricalCrossentropy", [[1, 0, 0], [0, 0, 1]]],
    ["sparseCategoricalCrossentropy", [0, 2]],
    ["sparseCategoricalCrossentropy", [[0], [2]]],
    ["sparseCategoricalCrossentropy", new Int32Array([0, 2])],
  ];
  for (const [loss, y] of cases) {
    const model = new Sequential([new Activation("softmax", { inputShape: [3] })]);
    model.compile({ optimizer: "sgd", loss });
    const { history } = await model.fit(X, y, { classWeight: { 2: 5 }, verbose: 0 });
    assertAlmostEquals(history.loss[0], wanted, 1e-6);
  }
});

Deno.test("class weights: refused where there is no class, or no number", async () => {
  const fit = (classWeight: Record<string, number>) =>
    identity().fit(ONES, ZEROS, { classWeight, verbose: 0 });
  await assertRejects(
    () => fit({ 0: NaN }),
    RangeError,
    "finite numbers by the numbers of classes",
  );
  await assertRejects(() => fit({ cat: 2 }), RangeError, "current 2 for cat");
  await assertRejects(
    () => fit(new Map([[0, 2]]) as object as Record<string, number>),
    TypeError,
    "current a Map",
  );

  const steps = new Sequential([
    new Reshape([2, 3], { inputShape: [6] }),
    new Activation("softmax"),
  ]);
  steps.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  const X = [[0, 0, 0, 0, 0, 0]];
  await assertRejects(
    () => steps.fit(X, [[0, 1]], { classWeight: { 1: 100 }, verbose: 0 }),
    RangeError,
    "must give one class for each example: current outputs [2, 3]. Use sampleWeight",
  );

  const classes = new Sequential([new Activation("softmax", { inputShape: [3] })]);
  classes.compile({ optimizer: "sgd", loss: "sparseCategoricalCrossentropy" });
  await assertRejects(
    () => classes.fit([[0, 0, 0]], [0], { classWeight: { 3: 2 }, verbose: 0 }),
    RangeError,
    "numbers of classes, 0 to 2: current 2 for 3",
  );
});

Deno.test("sample weights: one for each example, [n] or [n, 1], wherever they are given", async () => {
  const x = [[1], [3]], y = [[0], [0]];
  for (const sampleWeight of [[1, 0], [[1], [0]], tensor([[1], [0]])]) {
    const model = identity(), batch = { x, y, sampleWeight };
    const results = [
      await model.trainOnBatch(x, y, sampleWeight),
      await model.testOnBatch(x, y, sampleWeight),
      await model.evaluate(x, y, { sampleWeight }),
      await model.evaluate(streamOf(batch)),
    ];
    for (const stream of [true, false]) {
      const { history } = stream
        ? await model.fit(() => streamOf(batch), undefined, { verbose: 0 })
        : await model.fit(x, y, { sampleWeight, verbose: 0 });
      results.push({ loss: history.loss[0], mae: history.mae[0] });
    }
    const { history } = await model.fit(x, y, {
      validationData: { x, y, sampleWeight },
      verbose: 0,
    });
    results.push({ loss: history.valLoss[0], mae: history.valMae[0] });
    for (const result of results) assertEquals(result, { loss: 0.5, mae: 1 }); // Keras's
  }
});

Deno.test("sample weights: of another shape, or not finite, are refused", async () => {
  const x = [[1], [3]], y = [[0], [0]], model = identity();
  for (const sampleWeight of [[1], [1, 2, 3], [[1, 0]], [[1, 0], [0, 1]], 1]) {
    const message = "one weight for each of the 2 examples, [2]";
    await assertRejects(() => model.trainOnBatch(x, y, sampleWeight), ShapeError, message);
    await assertRejects(() => model.evaluate(x, y, { sampleWeight }), ShapeError, message);
    await assertRejects(
      () => model.evaluate(streamOf({ x, y, sampleWeight })),
      ShapeError,
      message,
    );
    await assertRejects(() => model.fit(x, y, { sampleWeight, verbose: 0 }), ShapeError, message);
  }
  // In a loop of one's own, over the trainer.
  const batch = { x: [tensor(x)], y: [tensor(y)], weights: tensor([[1], [0]]), count: 2 };
  assertThrows(() => model.trainer.step(batch, 0, 0), ShapeError, "[2]: current [2, 1]");
  await assertRejects(
    () => model.fit(x, y, { sampleWeight: [1, NaN], verbose: 0 }),
    DataError,
    "Cannot use sampleWeight as every number must be finite: current NaN at [1]",
  );
});

Deno.test("what a stream would ignore is refused, with what to do instead", async () => {
  const stream = () => streamOf({ x: ONES, y: ZEROS });
  const ignored: [FitOptions, string][] = [
    [{ batchSize: 2 }, "batchSize must be left out: current 2. The stream makes the batches"],
    [
      { shuffle: true },
      "shuffle must be left out: current true. Shuffle where the batches are made",
    ],
    [
      { sampleWeight: [1, 1, 1, 1] },
      "sampleWeight must be left out: current given. Give each batch",
    ],
    [{ classWeight: { 0: 2 } }, "classWeight must be left out: current given. Give each batch"],
    [{ validationSplit: 0.5 }, "validationSplit must be left out: current 0.5. Use validationData"],
  ];
  for (const [options, message] of ignored) {
    await assertRejects(
      () => identity().fit(stream, undefined, { ...options, verbose: 0 }),
      RangeError,
      `Cannot train on a stream as ${message}`,
    );
  }
  await assertRejects(() => identity().fit(stream, ZEROS), RangeError, "Give each batch its y");
  await assertRejects(() => identity().evaluate(stream(), ZEROS), RangeError, "as y must be left");
  await assertRejects(
    () => identity().evaluate(stream(), undefined, { sampleWeight: [1] }),
    RangeError,
    "Cannot evaluate a stream as sampleWeight",
  );
  await identity().fit(stream, undefined, { shuffle: false, verbose: 0 });
});

Deno.test("a batch of no examples, or of parts that are not as many, is refused as what it is", async () => {
  const none = { x: tensor([], { shape: [0, 1] }), y: tensor([], { shape: [0, 1] }) };
  const message = "Cannot take a batch as there must be at least one example";
  const model = identity();
  await assertRejects(() => model.trainOnBatch(none.x, none.y), ShapeError, message);
  await assertRejects(() => model.evaluate(streamOf(none)), ShapeError, message);
  await assertRejects(
    () => model.fit(() => streamOf(none), undefined, { verbose: 0 }),
    ShapeError,
    message,
  );
  await assertRejects(() => model.trainOnBatch(ONES, [[0]]), ShapeError, "current 4 and 1");
});
