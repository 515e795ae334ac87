import { assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Dense } from "../layers/mod.ts";
import { SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import type { CompileOptions } from "./compile.ts";
import type { EvaluateOptions } from "./evaluate.ts";
import type { FitOptions } from "./fit.ts";
import type { PredictOptions } from "./predict.ts";

const X = [[1], [2], [3], [4], [5]], y = [[0], [0], [0], [0], [0]];

/** `y = x`, and it stays so. */
function identity(options: object = {}): Sequential {
  const dense = new Dense(1, { inputShape: [1], kernelInitializer: "ones" });
  const model = new Sequential([dense]);
  const optimizer = new SGD({ learningRate: 0 });
  model.compile({ optimizer, loss: "mse", ...options } as CompileOptions);
  return model;
}

Deno.test("batches of any size give the same; sizes that are none are refused", async () => {
  const model = identity();
  for (const batchSize of [1, 2, 3, 5, 100]) {
    assertAlmostEquals((await model.evaluate(X, y, { batchSize })).loss, 11, 1e-6);
    assertEquals(model.predict(X, { batchSize }).array(), X);
  }
  assertEquals(model.predictOnBatch(X).array(), X);
  for (const batchSize of [0, -1, 2.5, NaN, Infinity, "2" as unknown as number]) {
    const current = typeof batchSize === "string" ? '"2"' : batchSize;
    const text = `batchSize must be an integer of at least 1: current ${current}`;
    await assertRejects(() => model.evaluate(X, y, { batchSize }), RangeError, text);
    await assertRejects(() => model.fit(X, y, { batchSize }), RangeError, text);
    assertThrows(() => model.predict(X, { batchSize }), RangeError, text);
    assertThrows(() => model.predictAll(X, { batchSize }), RangeError, text);
    await assertRejects(
      () => model.fit(X, y, { validationBatchSize: batchSize }),
      RangeError,
      "validationBatchSize must be an integer",
    );
  }
});

Deno.test("options that do not exist are refused, naming the nearest one that does", async () => {
  const model = identity();
  const batchSize = { batch_size: 2 } as object;
  const meant = 'current "batch_size". Did you mean "batchSize"?';
  await assertRejects(() => model.fit(X, y, batchSize as FitOptions), TypeError, meant);
  await assertRejects(() => model.evaluate(X, y, batchSize as EvaluateOptions), TypeError, meant);
  assertThrows(() => model.predict(X, batchSize as PredictOptions), TypeError, meant);
  await assertRejects(
    () => model.fit(X, y, { epoch: 2 } as object),
    TypeError,
    'Did you mean "epochs"?',
  );
  await assertRejects(
    () => model.fit(X, y, { validationData: [X, y] } as object),
    TypeError,
    "its options must be an object with x, y, sampleWeight",
  );
  assertThrows(
    () => identity({ weighted_metrics: ["mae"] }),
    TypeError,
    'Cannot compile a model as its options are optimizer, loss, metrics, weightedMetrics, lossWeights: current "weighted_metrics". Did you mean "weightedMetrics"?',
  );
});

Deno.test("compile refuses what it cannot use", async () => {
  const refuses = (options: object, error: typeof TypeError | typeof RangeError, text: string) =>
    assertThrows(() => identity(options), error, text);
  refuses({ metrics: "mae" }, TypeError, "metrics must be a list: current string");
  refuses({ lossWeights: 2 }, TypeError, "lossWeights must be a list: current number");
  refuses({ lossWeights: [NaN] }, RangeError, "finite numbers: current NaN");
  refuses({ optimizer: undefined }, TypeError, "optimizer must be an optimizer or the name of one");
  refuses({ optimizer: SGD }, TypeError, "current a class. Make it an object by new");
  refuses({ loss: undefined }, TypeError, "a name, a loss, or a function");
  await assertRejects(
    () => identity({ lossWeights: [1, 2] }).fit(X, y, { verbose: 0 }),
    RangeError,
    "lossWeights must have a number for each of its 1 outputs: current 2",
  );
});

Deno.test("validationData replaces a split, and steps are for streams", async () => {
  const validationData = { x: [[3]], y: [[0]] };
  const { history } = await identity().fit(X, y, {
    validationSplit: 0.2,
    validationData,
    verbose: 0,
  });
  assertEquals([history.loss, history.valLoss], [[11], [9]]);
  await assertRejects(
    () => identity().fit(X, y, { stepsPerEpoch: 2 }),
    RangeError,
    "stepsPerEpoch must be left out: current 2",
  );
});
