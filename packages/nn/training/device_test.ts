/** Training on a device that has to be awaited. */
import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  add,
  checkFinite,
  DataError,
  DivergedError,
  gather,
  log,
  mean,
  mul,
  Rng,
  sqrt,
  square,
  stopGradient,
  sub,
  sum,
  type Tensor,
  tensor,
  type TensorLike,
  tidy,
  uniform,
} from "@neurite/tensor";
import { onDevice } from "../../../testing/awaited_backend.ts";
import { onReference } from "../../../testing/on_reference.ts";
import {
  Adam,
  type Batch,
  Callback,
  type CallContext,
  Constant,
  Dense,
  Huber,
  Layer,
  loadModel,
  type Logs,
  Loss,
  type MetricLike,
  type Model,
  Orthogonal,
  RMSProp,
  Sequential,
  SGD,
  type Shape,
  SparseTopKCategoricalAccuracy,
  State,
  TopKCategoricalAccuracy,
  Variable,
} from "../mod.ts";

/** 40 points and three classes of them. */
function points() {
  const X = uniform([40, 2], -1, 1, { rng: new Rng(3) });
  return X.data().then((data) => {
    X.dispose();
    const x = Array.from({ length: 40 }, (_, i) => [data[2 * i], data[2 * i + 1]]);
    return { x, y: x.map(([a, b]) => a + b > 0.5 ? 2 : a > b ? 1 : 0) };
  });
}

function classifier(metrics: MetricLike[] = ["accuracy"]): Sequential {
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [2] }),
    new Dense(3, { activation: "softmax" }),
  ], { seed: 1 });
  model.compile({
    optimizer: new Adam({ learningRate: 0.05, globalClipNorm: 1 }),
    loss: "sparseCategoricalCrossentropy",
    metrics,
  });
  return model;
}

async function values(model: Model): Promise<number[]> {
  const weights = model.getWeights(), data = await Promise.all(weights.map((w) => w.data()));
  for (const weight of weights) weight.dispose();
  return data.flatMap((list) => [...list]);
}

/** A training of which everything is told. */
async function train() {
  const { x, y } = await points(), model = classifier();
  const options = { batchSize: 8, epochs: 3, validationSplit: 0.2, verbose: 0 } as const;
  const { history } = await model.fit(x, y, options);
  const quality = await model.evaluate(x, y), prediction = model.predict(x);
  const predicted = [...await prediction.data()];
  prediction.dispose();
  return { history, quality, predicted, weights: await values(model) };
}

Deno.test("fit, evaluate and predict give on a device what they give on the reference", async () => {
  const right = await onReference(train);
  await onDevice(async (device) => {
    const before = device.reads, found = await train();
    assertEquals(found, right);
    // The points; in each epoch the steps and the validation; the evaluation, prediction, weights.
    assertEquals(device.reads - before, 1 + 3 * 2 + 1 + 1 + 4);
  });
});

Deno.test("every metric is read with the others, and gives what it gives on the reference", async () => {
  const run = async () => {
    const { x, y } = await points(), oneHot = y.map((c) => [0, 1, 2].map((k) => c === k ? 1 : 0));
    const sparse = classifier([
      "sparseCategoricalAccuracy",
      new SparseTopKCategoricalAccuracy({ k: 2 }),
    ]);
    const dense = new Sequential([new Dense(3, { activation: "softmax", inputShape: [2] })], {
      seed: 2,
    });
    dense.compile({
      optimizer: new RMSProp(),
      loss: "categoricalCrossentropy",
      metrics: ["accuracy", "binaryAccuracy", "rootMeanSquaredError", "mae", new Huber()],
      weightedMetrics: [new TopKCategoricalAccuracy({ k: 2 })],
    });
    const options = { batchSize: 16, epochs: 2, verbose: 0 } as const;
    const sampleWeight = y.map((c) => 1 + c);
    return [
      (await sparse.fit(x, y, options)).history,
      (await dense.fit(x, oneHot, { ...options, sampleWeight, classWeight: { 1: 2 } })).history,
      await dense.trainOnBatch(x, oneHot, sampleWeight),
      await dense.testOnBatch(x, oneHot),
    ];
  };
  const right = await onReference(run);
  await onDevice(async () => assertEquals(await run(), right));
});

Deno.test("a device is asked only when somebody looks", async () => {
  await onDevice(async (device) => {
    const { x, y } = await points(), model = classifier(), seen: number[] = [];
    const options = { batchSize: 4, epochs: 2, verbose: 0 } as const;
    let before = device.reads;
    await model.fit(x, y, options);
    assertEquals(device.reads - before, 2); // an epoch each
    class Look extends Callback {
      override wantsLogs(batch: number) {
        return batch === 4;
      }
      override onTrainBatchEnd(_batch: number, { loss }: Logs) {
        if (loss !== undefined) seen.push(loss);
      }
    }
    before = device.reads;
    await model.fit(x, y, { ...options, callbacks: [new Look()] });
    assertEquals([device.reads - before, seen.length], [4, 2]);
    // Neither is it let run away.
    before = device.reads;
    await model.fit(x, y, { ...options, batchSize: 1, epochs: 4 });
    assertEquals(device.reads - before, 4);
    await model.fit(
      x.flatMap((row) => [row, row]),
      y.flatMap((c) => [c, c]),
      { ...options, batchSize: 1, epochs: 1 },
    );
    assertEquals(device.reads - before, 4 + 2);
  });
});

/** `sqrt(sum_i (t_i - y_i)^2)`, whose slope is none at an exact hit. */
class Distance extends Loss {
  readonly name = "distance";
  call(yTrue: Tensor, yPred: Tensor): Tensor {
    const offset = mul(0, log(add(yTrue, 100))); // NaN for targets below -100
    return sqrt(sum(square(sub(yTrue, add(yPred, offset))), { axis: -1 }));
  }
}

/** A layer with a running mean, a state and a random number in every step. */
class Remembering extends Layer {
  readonly state = new State([null, 1]);
  #mean: Variable | undefined;
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  protected override build(_: readonly Shape[], rng: Rng): void {
    this.#mean = this.addWeight("mean", [], new Constant(), rng, { trainable: false });
  }
  override namedStates(): [string, State][] {
    return [[`${this.name}/state`, this.state]];
  }
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (training) {
      rng.uniform(0, 1);
      this.#mean!.value.assign(mean(stopGradient(x)));
      this.state.set(stopGradient(x));
    }
    return x;
  }
}

/** Trains with a second epoch whose third step is refused; tells all that there is then. */
async function diverge(bad: "loss" | "gradient") {
  const layer = new Remembering(),
    dense = new Dense(1, { inputShape: [1], useBias: false });
  const model = new Sequential([dense, layer], { seed: 3 }), optimizer = new Adam();
  model.compile({ optimizer, loss: new Distance() });
  const all = async () => ({
    weights: await values(model),
    moments: await Promise.all(
      [...optimizer.state(dense.weights, ["kernel"]).values()].map((m) => m.data()),
    ),
    state: await layer.state.value?.data(),
    iterations: optimizer.iterations,
    rng: model.rng.state,
    progress: { epoch: model.progress.epoch, step: model.progress.step },
  });
  let before: Awaited<ReturnType<typeof all>> | undefined;
  const stream = async function* (): AsyncGenerator<Batch> {
    const { epoch } = model.progress;
    for (let step = 0; step < 6; step++) {
      let t = 7 + step, x = step;
      if (epoch === 1 && step === 2) {
        before = await all();
        // An input of 0 gives 0: the slope of the root at an exact hit is NaN.
        [x, t] = [0, bad === "loss" ? -200 : 0];
      }
      yield { x: [[x]], y: [[t]] };
    }
  };
  const error = await assertRejects(
    () => model.fit(stream, undefined, { epochs: 3, verbose: 0 }),
    DivergedError,
  );
  assertEquals([error.epoch, error.step], [2, 3]);
  assertEquals(await all(), before);
  // A smaller rate, other data: it goes on from there.
  await model.fit(() => good(), undefined, { epochs: 2, resume: true, verbose: 0 });
  assertEquals(model.progress, { epoch: 2, step: 0 });
  return { message: error.message, weights: await values(model), history: model.history!.history };
}

async function* good(): AsyncGenerator<Batch> {
  await Promise.resolve();
  for (let step = 0; step < 6; step++) yield { x: [[step]], y: [[7 + step]] };
}

for (const bad of ["loss", "gradient"] as const) {
  Deno.test(`a ${bad} that is not finite: the device refuses the step, and all is as before it`, async () => {
    const right = await onReference(() => diverge(bad));
    await onDevice(async () => {
      const found = await diverge(bad);
      const what = bad === "loss" ? "the loss" : "every gradient";
      assert(found.message.includes(`as ${what} must be finite`), found.message);
      assertEquals([found.weights, found.history], [right.weights, right.history]);
    });
  });
}

Deno.test("loops of one's own learn of a refused step when they ask", async () => {
  await onDevice(async () => {
    const w = new Variable("w", tensor([1, 2])),
      optimizer = new SGD({ learningRate: 1, momentum: 0.5 });
    for (const g of [[1, 1], [1, 1], [NaN, 1], [1, 1]]) {
      tidy(() => optimizer.apply([tensor(g)], [w]));
    }
    await assertRejects(() => optimizer.settle(), DivergedError, "in step 3");
    assertEquals([[...await w.value.data()], optimizer.iterations], [[-1.5, -0.5], 2]);
    tidy(() => optimizer.apply([tensor([0, 0])], [w]));
    await optimizer.settle();
    assertEquals([...await w.value.data()], [-2.25, -1.25]);
  });
});

Deno.test("values are checked on the host, whatever the device", async () => {
  await onDevice(async () => {
    const { x, y } = await points(), model = classifier();
    const wrong: number[] = [...y];
    wrong[7] = 3;
    const fit = (t: TensorLike, options = {}) => () => model.fit(x, t, { verbose: 0, ...options });
    await assertRejects(fit(wrong), RangeError, "current 3 at [7]");
    await assertRejects(fit(tensor(wrong)), RangeError, "current 3 at [7]");
    await assertRejects(() => model.trainOnBatch(x, wrong), RangeError, "current 3 at [7]");
    await assertRejects(() => model.evaluate(x, wrong), RangeError, "current 3 at [7]");
    const stream = async function* (): AsyncGenerator<Batch> {
      await Promise.resolve();
      yield { x, y: wrong };
    };
    await assertRejects(() => model.fit(stream, undefined, { verbose: 0 }), RangeError, "at [7]");
    await assertRejects(fit(y, { sampleWeight: y.map(() => NaN) }), DataError, "sampleWeight");
    assertThrows(
      () => gather([[1], [2]], tensor([0, 2], { dtype: "int32" })),
      RangeError,
      "current 2",
    );
    assertThrows(() => checkFinite(tensor([[1, NaN]]), "the inputs"), DataError, "[0, 1]");
  });
});

Deno.test("a training on a device is saved and resumed, in the middle of an epoch, too", async () => {
  await onDevice(async () => {
    const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
    try {
      const { x, y } = await points(), whole = classifier(), parts = classifier();
      const options = { batchSize: 8, epochs: 3, verbose: 0 } as const;
      const { history } = await whole.fit(x, y, options);
      class Stop extends Callback {
        #steps = 0;
        override wantsLogs() {
          return false;
        }
        override async onTrainBatchEnd() {
          if (++this.#steps !== 8) return;
          await this.model.save(path);
          this.model.stopTraining = true;
        }
      }
      await parts.fit(x, y, { ...options, callbacks: [new Stop()] });
      const again = await loadModel(path);
      await again.fit(x, y, { ...options, resume: true });
      // The reference keeps float32 in f64, of which a file has the first half.
      const [found, right] = [await values(again), await values(whole)];
      found.forEach((v, i) => assertAlmostEquals(v, right[i], 1e-6));
      again.history!.history.loss.forEach((v, i) => assertAlmostEquals(v, history.loss[i], 1e-6));
      assertEquals(again.history!.history.accuracy, history.accuracy);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
});

Deno.test("orthogonal initial values are the same on a device", async () => {
  const make = () => new Orthogonal().make([5, 3], new Rng(1)), right = make();
  await onDevice(async (device) => {
    const found = make();
    assertEquals(found.backend, device);
    assertEquals(await found.data(), await right.data());
  });
});
