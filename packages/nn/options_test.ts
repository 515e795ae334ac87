import { assertRejects, assertThrows } from "@std/assert";
import {
  Accuracy,
  Adam,
  BatchNormalization,
  BinaryAccuracy,
  BinaryCrossentropy,
  CategoricalAccuracy,
  CosineDecay,
  Dense,
  EarlyStopping,
  GlorotUniform,
  Input,
  LayerNormalization,
  loadModel,
  Model,
  ModelCheckpoint,
  ProgressBar,
  RandomNormal,
  ReduceLROnPlateau,
  Sequential,
  TopKCategoricalAccuracy,
} from "@neurite/nn";

/** Options as programs without types give them. */
// deno-lint-ignore no-explicit-any
const odd = (options: Record<string, unknown>): any => options;

const model = () => {
  const made = new Sequential([new Dense(1, { inputShape: [1] })]);
  made.compile({ optimizer: "sgd", loss: "mse" });
  return made;
};

Deno.test("options: one that a class does not have is refused, and the nearest is named", () => {
  const made: readonly [make: () => unknown, text: string][] = [
    [() => new Dense(1, odd({ input_shape: [2] })), "make a Dense as its options are name, "],
    [() => new Dense(1, odd({ input_shape: [2] })), 'Did you mean "inputShape"?'],
    [() => new Dense(1, odd({ kernelRegulariser: 1 })), 'Did you mean "kernelRegularizer"?'],
    [() => new Dense(1, "relu" as unknown as undefined), "its options must be an object"],
    [() => new BatchNormalization(odd({ eps: 1 })), "make a BatchNormalization"],
    [() => new LayerNormalization(odd({ axes: 1 })), 'Did you mean "axis"?'],
    [() => new Sequential([], odd({ seeds: 1 })), 'Did you mean "seed"?'],
    [() => new Model(odd({ inputs: [], outputs: [], nam: "" })), 'Did you mean "name"?'],
    [() => new Input(odd({ shape: [1], batchSize: 2 })), "make an Input"],
    [() => new Adam(odd({ learning_rate: 1 })), 'Did you mean "learningRate"?'],
    [() => new Adam(odd({ beta_1: 1 })), 'Did you mean "beta1"?'],
    [
      () => new CosineDecay(odd({ initialLearningRate: 1, decaySteps: 1, warmup: 1 })),
      "CosineDecay",
    ],
    [() => new BinaryCrossentropy(odd({ from_logits: true })), 'Did you mean "fromLogits"?'],
    [() => new RandomNormal(odd({ std: 1 })), "make a RandomNormal"],
    [() => new GlorotUniform(...[odd({ seed: 1 })] as unknown as []), "options are none"],
    [() => new EarlyStopping(odd({ restore_best_weights: true })), '"restoreBestWeights"?'],
    [() => new ModelCheckpoint(odd({ filepath: "x", save_freq: 1 })), '"saveFreq"?'],
    [() => new ReduceLROnPlateau(odd({ min_lr: 1 })), "make a ReduceLROnPlateau"],
    [() => new ProgressBar(odd({ line: true })), 'Did you mean "lines"?'],
    [() => model().compile(odd({ optimizer: "sgd", loss: "mse", metric: [] })), '"metrics"?'],
    [() => model().predict([[1]], odd({ batch_size: 1 })), 'Did you mean "batchSize"?'],
    [() => model().summary(odd({ prints: 1 })), 'Did you mean "print"?'],
  ];
  for (const [make, text] of made) assertThrows(make, TypeError, text);
});

Deno.test("options: promises are rejected for one that does not exist", async () => {
  const one = model(), x = [[1]];
  await assertRejects(() => one.fit(x, x, odd({ epoch: 3 })), TypeError, '"epochs"?');
  await assertRejects(() => one.fit(x, x, odd({ batch_size: 3 })), TypeError, '"batchSize"?');
  await assertRejects(() => one.evaluate(x, x, odd({ batchsize: 1 })), TypeError, '"batchSize"?');
  await assertRejects(
    () => one.save("x", odd({ weights_only: true })),
    TypeError,
    '"weightsOnly"?',
  );
  await assertRejects(() => one.loadWeights("x", odd({ renames: 1 })), TypeError, '"rename"?');
  await assertRejects(() => loadModel("x", odd({ compiled: false })), TypeError, '"compile"?');
});

Deno.test("options: metrics refuse those that they do not have", () => {
  const wrong: [make: () => unknown, meant: string][] = [
    [() => new BinaryAccuracy({ treshold: 1 } as object), '"treshold". Did you mean "threshold"?'],
    [() => new Accuracy({ tresholds: 1 } as object), 'Did you mean "threshold"?'],
    [() => new CategoricalAccuracy({ threshold: 1 } as object), 'current "threshold"'],
    [() => new TopKCategoricalAccuracy({ K: 3 } as object), 'Did you mean "k"?'],
  ];
  for (const [make, text] of wrong) assertThrows(make, TypeError, text);
});
