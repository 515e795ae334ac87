import { assertEquals, assertNotEquals } from "@std/assert";
import {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Dense,
  Flatten,
  Input,
  type Layer,
  LayerNormalization,
  Model,
  Reshape,
  Sequential,
  SGD,
  type SymbolicTensor,
} from "@neurite/nn";
import { Dropout, l2 } from "@neurite/regularization";
import { Bidirectional, Masking, SimpleRNN, TimeDistributed } from "@neurite/rnn";
import { asTensor, Rng, type Tensor, type TensorLike, tidy } from "@neurite/tensor";
import { assertClose } from "./close.ts";

/** A model of sequences, and what Keras makes of it; see `tools/fixtures/masks.py`. */
interface Case {
  readonly name: string;
  readonly x: readonly TensorLike[];
  readonly weights: readonly TensorLike[];
  readonly prediction: TensorLike;
  readonly y: TensorLike;
  readonly target: TensorLike;
  readonly losses: readonly number[];
  readonly trained: readonly TensorLike[];
}

const { cases }: { cases: readonly Case[] } = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/masks.json", import.meta.url)),
);

type X = SymbolicTensor;
const rnn = (returnSequences = false) => new SimpleRNN(3, { returnSequences });
const masked = (x: X) => new Masking().apply(x);
const norm = () => new BatchNormalization({ momentum: 0.5 });
const join = (axis: number) => (x: X, y: X) => rnn().apply(new Concatenate({ axis }).apply([x, y]));
const sum = (x: X, y: X) => new Add().apply([x, y]);

/** A layer that is frozen after it is made, as users do. */
function frozen<T extends Layer>(layer: T): T {
  layer.trainable = false;
  return layer;
}

const block = () => new Sequential([new Input({ shape: [4, 2] }), new Dense(2), norm()]);

function functional(): Model {
  const x = new Input({ shape: [4, 2] });
  return new Model({ inputs: x, outputs: norm().apply(new Dense(2).apply(x)) });
}

/** The models of the cases, by name. */
const MAKE: Readonly<Record<string, (x: X, y: X) => X>> = {
  "Add, both masked": (x, y) => rnn().apply(sum(masked(x), masked(y))),
  "Add, one masked": (x, y) => rnn().apply(sum(masked(x), y)),
  "Add, both masked, the loss over steps": (x, y) => new Dense(2).apply(sum(masked(x), masked(y))),
  "Add, one masked, the loss over steps": (x, y) => new Dense(2).apply(sum(masked(x), y)),
  "Reshape drops the mask": (x) => rnn().apply(new Reshape([4, 2]).apply(masked(x))),
  "Flatten drops the mask": (x) => new Dense(2).apply(new Flatten().apply(masked(x))),
  "layers that work step by step hand it on": (x) =>
    [new Dense(4), new Dropout(0), new Activation("tanh"), new LayerNormalization(), rnn()]
      .reduce((x: X, layer: Layer) => layer.apply(x), masked(x)),
  "the last state has none": (x) => new Dense(2).apply(rnn().apply(masked(x))),
  "states after all steps have it": (x) => rnn().apply(rnn(true).apply(masked(x))),
  "both directions hand it on": (x) => rnn().apply(new Bidirectional(rnn(true)).apply(masked(x))),
  "TimeDistributed hands it on": (x) =>
    rnn().apply(new TimeDistributed(new Dense(3)).apply(masked(x))),
  "BatchNormalization counts what is there": (x) => norm().apply(masked(x)),
  "BatchNormalization, then a recurrent layer": (x) =>
    rnn().apply(norm().apply(new Dense(3).apply(masked(x)))),
  "TimeDistributed, statistics step by step": (x) => new TimeDistributed(norm()).apply(x),
  "TimeDistributed, masked statistics step by step": (x) =>
    new TimeDistributed(norm()).apply(masked(x)),
  "a frozen Sequential": (x) => new Dense(1).apply(frozen(block()).apply(x)),
  "a frozen functional model": (x) => new Dense(1).apply(frozen(functional()).apply(x)),
  "a frozen TimeDistributed": (x) =>
    new Dense(1).apply(frozen(new TimeDistributed(norm())).apply(x)),
  "a frozen model with a layer that is not": (x) => {
    const thawed = frozen(block());
    thawed.layers[1].trainable = true;
    return new Dense(1).apply(thawed.apply(x));
  },
  "a frozen layer is not penalized": (x) =>
    new Dense(1).apply(frozen(new Dense(2, { kernelRegularizer: l2(0.5) })).apply(x)),
};
for (const axis of [-1, 1]) {
  Object.assign(MAKE, {
    [`Concatenate, axis ${axis}, both masked`]: (x: X, y: X) => join(axis)(masked(x), masked(y)),
    [`Concatenate, axis ${axis}, the first masked`]: (x: X, y: X) => join(axis)(masked(x), y),
    [`Concatenate, axis ${axis}, the second masked`]: (x: X, y: X) => join(axis)(x, masked(y)),
  });
}

for (const one of cases) {
  Deno.test(`masks and frozen layers as in Keras: ${one.name}`, async () => {
    const shapes = tidy(() => one.x.map((x) => asTensor(x).shape.slice(1)));
    const inputs = shapes.map((shape) => new Input({ shape }));
    const outputs = MAKE[one.name](inputs[0], inputs[1]), model = new Model({ inputs, outputs });
    const x = inputs.length === 1 ? one.x[0] : one.x;
    model.setWeights(one.weights);
    using prediction = model.predict(x as TensorLike);
    assertClose(prediction, one.prediction, 1e-5, "prediction");
    tidy(() => {
      const context = { training: true, rng: new Rng(1), masks: new Map<Tensor, Tensor>() };
      const y = model.call(one.x.map((x) => asTensor(x)), context) as Tensor;
      assertClose(y, one.y, 1e-5, "result in training");
    });
    model.setWeights(one.weights);
    model.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "meanSquaredError" });
    for (const loss of one.losses) {
      const logs = await model.trainOnBatch(x as TensorLike, one.target);
      assertClose(asTensor(logs.loss), loss, 1e-4, "loss");
    }
    model.namedWeights().forEach(([name, { value }], i) =>
      assertClose(value, one.trained[i], 1e-4, `${name} after training`)
    );
  });
}

Deno.test("masks go into models and out again, through layers that change nothing", () => {
  const x = [[[1], [0], [2]], [[3], [0], [0]]],
    layers = (within: readonly Layer[]) =>
      new Sequential([new Input({ shape: [3, 1] }), new Masking(), ...within, rnn()], { seed: 1 });
  const plain = layers([]).predict(x).array();
  const inner = new Sequential([new Input({ shape: [3, 1] }), new Dropout(0.5)]);
  assertEquals(layers([inner]).predict(x).array(), plain);
  assertEquals(layers([new Dropout(0.5)]).predict(x).array(), plain);
  assertNotEquals(layers([new Reshape([3, 1])]).predict(x).array(), plain);
});

Deno.test("masks and frozen layers: there is a case for each model, and a model for each case", () => {
  assertEquals(cases.map(({ name }) => name).sort(), Object.keys(MAKE).sort());
});
