import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import {
  Dense,
  Input,
  type Layer,
  layers,
  loadModel,
  losses,
  type LossName,
  lossOf,
  type MetricName,
  Model,
  namedMetrics,
  namedOptimizers,
  type OptimizerName,
  optimizers,
  Sequential,
} from "@neurite/nn";
import {
  backendInfo,
  cast,
  mul,
  normal,
  oneHot,
  ones,
  Rng,
  sum,
  type Tensor,
  tensor,
  type TensorLike,
  tidy,
  uniform,
  valueAndGrad,
} from "@neurite/tensor";
import { onDevice } from "./awaited_backend.ts";
import { LAYER_CASES, type LayerCase } from "./layer_cases.ts";
import { onReference } from "./on_reference.ts";

const BATCH = 3;

/** Inputs for a case: numbers from -1 to 1, or symbols. */
function inputsOf({ shape, inputs = 1, symbols }: LayerCase): Tensor[] {
  const rng = new Rng(7), sizes = [BATCH, ...shape];
  return Array.from(
    { length: inputs },
    () =>
      symbols === undefined
        ? uniform(sizes, -1, 1, { rng })
        : cast(uniform(sizes, 0, symbols, { rng }), "int32"),
  );
}

/** A model of the one layer. */
function modelOf({ make, shape, inputs = 1 }: LayerCase): { layer: Layer; model: Model } {
  const layer = make(), xs = Array.from({ length: inputs }, () => new Input({ shape }));
  return { layer, model: new Model({ inputs: xs, outputs: layer.apply(xs), seed: 1 }) };
}

const values = (x: Tensor | readonly Tensor[]) => [...(x as Tensor).dataSync()];

/** Runs `f` in a folder of its own. */
async function withFile<T>(f: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await f(`${folder}/model.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Holds the gradient of `sum(c f(...))` against the difference between `f` a little this way and a little
 * that way along a random direction, in f64.
 */
function checkGradient(at: readonly Tensor[], f: (...at: Tensor[]) => Tensor): void {
  tidy(() => {
    const rng = new Rng(3), step = 1e-5;
    const directions = at.map(({ shape }) => normal(shape, 0, 1, { rng }));
    const cotangent = normal(f(...at).shape, 0, 1, { rng });
    const total = (...at: Tensor[]) => sum(mul(f(...at), cotangent));
    const { gradients } = valueAndGrad(total)(...at);
    const expected = gradients.reduce((all, g, i) => all + sum(mul(g, directions[i])).item(), 0);
    const beside = (sign: number) => {
      const before = at.map((x) => [...x.dataSync()]);
      at.forEach((x, i) => {
        const d = directions[i].dataSync(), moved = before[i].map((v, k) => v + sign * step * d[k]);
        x.assign(tensor(Float64Array.from(moved), { shape: x.shape }));
      });
      const value = total(...at).item();
      at.forEach((x, i) => x.assign(tensor(Float64Array.from(before[i]), { shape: x.shape })));
      return value;
    };
    const difference = (beside(1) - beside(-1)) / (2 * step);
    const off = Math.abs(difference - expected), scale = Math.max(1, Math.abs(expected));
    assert(off < 1e-5 * scale, `gradient ${expected}, difference ${difference}`);
  });
}

for (const [name, one] of Object.entries(LAYER_CASES)) {
  Deno.test(`every layer: ${name} is made again of its configuration, and of a file`, () =>
    withFile(async (path) => {
      const { layer, model } = modelOf(one), config = layer.toConfig();
      const again = layers.make(JSON.parse(JSON.stringify(config)));
      assertEquals([again.toConfig(), again.className], [config, name]);
      layer.trainable = false;
      await model.save(path);
      const loaded = await loadModel(path), x = inputsOf(one);
      assertEquals(loaded.layers[0].trainable, false);
      assertEquals(values(loaded.run(x)[0]), values(model.run(x)[0]));
      assertEquals(
        loaded.namedWeights().map(([name]) => name),
        model.namedWeights().map(([n]) => n),
      );
    }));

  Deno.test(`every layer: ${name} has the gradient that differences show`, () =>
    onReference(() => {
      const { layer, model } = modelOf(one), x = inputsOf(one);
      const weights = model.trainableWeights.map(({ value }) => value);
      const at = one.symbols === undefined ? [...x, ...weights] : weights;
      for (const training of [false, true]) {
        checkGradient(at, () => layer.call(x, { training, rng: new Rng(5) }) as Tensor);
      }
    }));

  Deno.test(`every layer: ${name} trains as it predicts, but for chance and statistics`, () => {
    const { layer } = modelOf(one), x = inputsOf(one);
    const [prediction, training] = [false, true].map((training) =>
      values(layer.call(x, { training, rng: new Rng(2) }))
    );
    if (one.training === undefined) assertEquals(training, prediction);
    else assertNotEquals(training, prediction);
  });

  Deno.test(`every layer: ${name} leaves no tensor behind`, async () => {
    const { model } = modelOf(one), all = inputsOf(one), x = all.length === 1 ? all[0] : all;
    model.compile({ optimizer: "adam", loss: "mse" });
    using y = model.predict(x);
    const round = async () => {
      model.predict(x).dispose();
      await model.trainOnBatch(x, y);
    };
    await round();
    const before = backendInfo().liveTensors;
    for (let time = 0; time < 3; time++) await round();
    assertEquals(backendInfo().liveTensors, before);
  });

  Deno.test(`every layer: ${name} predicts and trains on a device that has to be awaited`, async () => {
    const here = modelOf(one).model, all = inputsOf(one).map((x) => x.array());
    const x = all.length === 1 ? all[0] : all;
    using right = here.predict(x as TensorLike);
    const wanted = right.dataSync(), target = right.array() as TensorLike;
    const weights = here.getWeights().map((w) => w.array() as TensorLike);
    await onDevice(async () => {
      const { model } = modelOf(one);
      model.setWeights(weights);
      using y = model.predict(x as TensorLike);
      (await y.data()).forEach((value, i) => assertAlmostEquals(value, wanted[i], 1e-4));
      model.compile({ optimizer: "adam", loss: "mse" });
      const { history } = await model.fit(x as TensorLike, target, { epochs: 2, verbose: 0 });
      assert(history.loss.every(Number.isFinite));
    });
  });

  if (one.mask === undefined) continue;
  Deno.test(`every layer: ${name} knows what becomes of a mask`, () => {
    const { model } = modelOf(one), x = inputsOf(one), masks = new Map<Tensor, Tensor>();
    const mask = tensor([[1, 1, 0], [1, 0, 0], [1, 1, 1]]);
    for (const input of x) masks.set(input, mask);
    const y = model.call(x, { training: false, rng: new Rng(1), masks }) as Tensor;
    const found = masks.get(y)?.array();
    if (one.mask === "kept") assertEquals(found, mask.array());
    else if (one.mask === "dropped") assertEquals(found, undefined);
    else assert(found !== undefined);
  });
}

Deno.test("every layer that is registered has a case, models and generators apart", () => {
  const apart = ["Model", "Sequential", "TextGenerator"];
  assertEquals(
    layers.names.filter((name) => !apart.includes(name)),
    Object.keys(LAYER_CASES).sort(),
  );
});

/** Targets and predictions that each loss takes; one without them is found by the type check. */
const numbers = () => {
  const rng = new Rng(11);
  return {
    target: uniform([3, 4], 0, 1, { rng }),
    prediction: uniform([3, 4], 0.1, 0.9, { rng }),
  };
};
const rows = (x: Tensor) => tidy(() => mul(x, 1));
const LOSS_CASES: Readonly<Record<LossName, () => { target: Tensor; prediction: Tensor }>> = {
  binaryCrossentropy: numbers,
  categoricalCrossentropy: () => {
    const { prediction } = numbers();
    return { target: tensor([[0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 1]]), prediction };
  },
  huber: numbers,
  klDivergence: numbers,
  mae: numbers,
  meanAbsoluteError: numbers,
  meanSquaredError: numbers,
  mse: numbers,
  poisson: numbers,
  sparseCategoricalCrossentropy: () => {
    const { prediction } = numbers();
    return { target: tensor(Int32Array.of(1, 0, 3)), prediction };
  },
};

for (const [name, make] of Object.entries(LOSS_CASES)) {
  Deno.test(`every loss: ${name} is made again, and has the gradient that differences show`, () =>
    onReference(() => {
      const loss = lossOf(name), config = loss.toConfig(), { target, prediction } = make();
      assertEquals(losses.make(JSON.parse(JSON.stringify(config))).toConfig(), config);
      const y = rows(prediction);
      checkGradient([y], () => loss.call(loss.prepare(target, y), y));
    }));

  Deno.test(`every loss: ${name} is what a saved model is trained with`, () =>
    withFile(async (path) => {
      const { target } = make(), x = ones([3, 2]), units = 4;
      const model = new Sequential([new Dense(units, { activation: "softmax", inputShape: [2] })]);
      model.compile({ optimizer: "sgd", loss: name, metrics: [name] });
      const logs = await model.testOnBatch(x, target);
      assert(Math.abs(logs[name] - logs.loss) < 1e-6 * Math.max(1, Math.abs(logs.loss)));
      await model.save(path);
      assertEquals(await (await loadModel(path)).testOnBatch(x, target), logs);
    }));
}

/** Targets that each metric takes, for rows of four probabilities; one without is found by the type check. */
const classes = () => tensor(Int32Array.of(1, 0, 3, 2, 1, 1));
const oneHots = () => cast(oneHot(classes(), 4), "float32");
const METRIC_CASES: Readonly<Record<keyof typeof namedMetrics, () => Tensor>> = {
  acc: classes,
  accuracy: oneHots,
  binaryAccuracy: oneHots,
  categoricalAccuracy: oneHots,
  rootMeanSquaredError: oneHots,
  sparseCategoricalAccuracy: classes,
  sparseTopKCategoricalAccuracy: classes,
  topKCategoricalAccuracy: oneHots,
};

for (const [name, targets] of Object.entries(METRIC_CASES)) {
  Deno.test(`every metric: ${name} is the same in batches of any size, and of a file`, () =>
    withFile(async (path) => {
      const y = targets(), x = uniform([6, 3], -1, 1, { rng: new Rng(4) });
      const metric = name.includes("TopK") || name.includes("topK")
        ? new namedMetrics[name as "topKCategoricalAccuracy"]({ k: 2, name })
        : name as MetricName;
      const model = new Sequential([
        new Dense(4, { activation: "softmax", inputShape: [3] }),
      ], { seed: 2 });
      const loss = y.rank === 1 ? "sparseCategoricalCrossentropy" : "categoricalCrossentropy";
      model.compile({ optimizer: "sgd", loss, metrics: [metric] });
      const whole = await model.evaluate(x, y, { batchSize: 6 });
      assert(Number.isFinite(whole[name]));
      for (const batchSize of [1, 4]) {
        const logs = await model.evaluate(x, y, { batchSize });
        assertAlmostEquals(logs[name], whole[name], 1e-6);
      }
      await model.save(path);
      const again = await loadModel(path, { metrics: [metric] });
      assertEquals(await again.evaluate(x, y, { batchSize: 6 }), whole);
    }));
}

for (const name of Object.keys(namedOptimizers) as OptimizerName[]) {
  Deno.test(`every optimizer: ${name} is made again, goes downhill and on from a file`, () =>
    withFile(async (path) => {
      const x = [[1, 2], [3, -1], [0, 1]], y = [[1], [2], [-1]];
      const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 });
      const optimizer = new namedOptimizers[name]({ learningRate: 0.05, clipNorm: 5 });
      const config = optimizer.toConfig();
      assertEquals(optimizers.make(JSON.parse(JSON.stringify(config))).toConfig(), config);
      assertEquals(optimizer.name, name);
      model.compile({ optimizer, loss: "mse" });
      const { history } = await model.fit(x, y, { epochs: 5, verbose: 0 });
      assert(history.loss[4] < history.loss[0]);
      await model.save(path);
      const again = await loadModel(path);
      for (const one of [model, again]) {
        await one.fit(x, y, { epochs: 8, verbose: 0, resume: true });
      }
      assertEquals(again.getWeights().map(values), model.getWeights().map(values));
    }));
}
