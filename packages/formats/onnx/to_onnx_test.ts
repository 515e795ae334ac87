import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  AdaptiveAveragePooling2D,
  AveragePooling2D,
  Conv2D,
  Conv2DTranspose,
  DepthwiseConv2D,
  GlobalAveragePooling2D,
  GlobalMaxPooling2D,
  MaxPooling2D,
  SeparableConv2D,
  UpSampling2D,
  ZeroPadding2D,
} from "@neurite/cnn";
import { PaddedShortcut, resNetCifar } from "@neurite/classic-archs";
import { RandomCrop, Rescaling } from "@neurite/images";
import { GRU, LSTM, textGenerator } from "@neurite/lstm-gru";
import {
  Activation,
  type ActivationName,
  activationNames,
  Add,
  BatchNormalization,
  Concatenate,
  Dense,
  Flatten,
  Input,
  Layer,
  LayerNormalization,
  layers,
  Model,
  RandomUniform,
  Reshape,
  Sequential,
  type Shape,
  type SymbolicTensor,
} from "@neurite/nn";
import {
  Bidirectional,
  Embedding,
  Masking,
  SimpleRNN,
  StackedRNN,
  TimeDistributed,
} from "@neurite/rnn";
import { cast, mul, Rng, type Tensor, tensor, uniform } from "@neurite/tensor";
import { LAYER_CASES, type LayerCase } from "../../../testing/layer_cases.ts";
import { EXPORTERS } from "./export/mod.ts";
import { toOnnx } from "./mod.ts";
import { decodeModel } from "./proto/schema.ts";
import { assertAgreement, assertSame } from "./testing/agreement.ts";
import { RUNTIMES, runWith } from "./testing/runtimes.ts";

const around = (low: number, high: number) => new RandomUniform({ minval: low, maxval: high });
const numbers = (...shape: number[]) => uniform(shape, -1, 1, { rng: new Rng(7) });
const symbolsOf = (count: number, ...shape: number[]) =>
  cast(uniform(shape, 0, count, { rng: new Rng(7) }), "int32");

function modelOf({ make, shape, inputs = 1, symbols }: LayerCase): [Model, Tensor[]] {
  const rng = new Rng(7), xs = Array.from({ length: inputs }, () => new Input({ shape }));
  const layer = make(), model = new Model({ inputs: xs, outputs: layer.applyAll(xs), seed: 1 });
  const values = xs.map(() =>
    symbols === undefined
      ? uniform([3, ...shape], -1, 1, { rng })
      : cast(uniform([3, ...shape], 0, symbols, { rng }), "int32")
  );
  return [model, values];
}

for (const [name, one] of Object.entries(LAYER_CASES)) {
  Deno.test(`toOnnx: ${name} is computed by onnxruntime`, async () => {
    const [model, inputs] = modelOf(one);
    await assertAgreement(model, inputs, name);
  });
}

Deno.test("toOnnx: every layer that is registered is written; models are, layer by layer", () => {
  const models = ["Autoencoder", "Model", "Sequential", "TextGenerator"];
  const own = ["RandomDrop"]; // A layer of a test, if that test has run in this process.
  const known = [...Object.keys(EXPORTERS), ...models, ...own];
  const missing = layers.names.filter((name) => !known.includes(name));
  assertEquals(missing, [], "Layers without nodes in packages/formats/onnx/export");
});

/** A model of one layer on inputs of a shape, run on a batch with the sizes that vary filled in. */
interface Case {
  layer: () => Layer | Layer[];
  shape: Shape;
  given: Tensor;
}

const image = numbers(2, 7, 8, 4), sequence = numbers(3, 5, 4);
const on =
  (given: Tensor, shape: Shape = given.shape.slice(1)) => (layer: () => Layer | Layer[]): Case => ({
    layer,
    shape,
    given,
  });
const onImage = on(image), onAny = on(image, [null, null, 4]);
const onSequence = on(sequence), onSteps = on(sequence, [null, 4]);
const biased = { biasInitializer: around(-1, 1) };
const normalized = {
  betaInitializer: around(-1, 1),
  gammaInitializer: around(0.5, 2),
  movingMeanInitializer: around(-1, 1),
  movingVarianceInitializer: around(0.5, 2),
};

const CASES: Readonly<Record<string, Case>> = {
  "conv, same, strides": onImage(() =>
    new Conv2D(3, 3, { strides: 2, padding: "same", ...biased })
  ),
  "conv, same, strides, any size": onAny(() => new Conv2D(3, 3, { strides: 2, padding: "same" })),
  "conv, same, dilated, any size": onAny(() =>
    new Conv2D(3, 3, { dilationRate: 2, padding: "same" })
  ),
  "conv, same, strides and dilated, any size": onAny(() =>
    new Conv2D(3, 3, { strides: [2, 3], dilationRate: 2, padding: "same" })
  ),
  "conv, odd padding": onImage(() => new Conv2D(5, [2, 3], { padding: [[1, 0], [2, 1]] })),
  "conv, groups, softmax": onImage(() => new Conv2D(6, 2, { groups: 2, activation: "softmax" })),
  "depthwise, same, strides": onImage(() =>
    new DepthwiseConv2D(3, { depthMultiplier: 2, strides: 2, padding: "same", ...biased })
  ),
  "separable, dilated": onImage(() => new SeparableConv2D(5, 2, { dilationRate: 2, ...biased })),
  "separable, same, strides": onImage(() =>
    new SeparableConv2D(5, 3, { strides: 2, padding: "same" })
  ),
  ...Object.fromEntries(
    (["valid", "same", [[1, 0], [0, 1]]] as const).flatMap((padding) =>
      [[3, 1], [3, 2], [2, 3], [4, 3], [1, 2]].map(([size, strides]) => [
        `transposed, ${JSON.stringify(padding)}, ${size} by ${strides}`,
        onAny(() => new Conv2DTranspose(3, size, { strides, padding, ...biased })),
      ])
    ),
  ),
  "transposed, output padding": onAny(() =>
    new Conv2DTranspose(3, 3, { strides: 2, padding: "same", outputPadding: [1, 0] })
  ),
  "transposed, output padding, valid": onImage(() =>
    new Conv2DTranspose(3, 4, { strides: 3, outputPadding: 2, activation: "relu" })
  ),
  "transposed, dilated": onImage(() =>
    new Conv2DTranspose(2, 3, { dilationRate: 2, padding: "valid" })
  ),
  "average pooling, same": onImage(() => new AveragePooling2D(3, { strides: 2, padding: "same" })),
  "average pooling, any size": onAny(() =>
    new AveragePooling2D(3, { strides: 2, padding: "same" })
  ),
  "average pooling, padding": onImage(() => new AveragePooling2D(3, { padding: [[1, 2], [0, 1]] })),
  "max pooling, same": onImage(() => new MaxPooling2D([2, 3], { padding: "same" })),
  "max pooling, any size": onAny(() => new MaxPooling2D(3, { strides: 2, padding: "same" })),
  "global pooling": onAny(() => new GlobalAveragePooling2D()),
  "global max pooling": onAny(() => new GlobalMaxPooling2D({ keepDims: true })),
  "adaptive pooling to one": onAny(() => new AdaptiveAveragePooling2D(1)),
  "adaptive pooling": onImage(() => new AdaptiveAveragePooling2D([3, 4])),
  "enlarged": onAny(() => new UpSampling2D([2, 3])),
  "enlarged, bilinear": onAny(() => new UpSampling2D(3, { interpolation: "bilinear" })),
  "zeros around": onAny(() => new ZeroPadding2D([[1, 2], [0, 3]])),
  "cropped": onAny(() => new RandomCrop(4, 5)),
  "shortcut": onAny(() => new PaddedShortcut(9, { strides: 2 })),
  "rescaled by channels": onImage(
    () => [new ZeroPadding2D(1), new Rescaling([1, 2, 3, 4], [4, 3, 2, 1])],
  ),
  "batch normalization of images": onImage(() => [
    new Conv2D(6, 3, { useBias: false }),
    new BatchNormalization(normalized),
    new Activation("relu"),
    new MaxPooling2D(2),
  ]),
  "batch normalization of rows": onImage(() => new BatchNormalization({ ...normalized, axis: 1 })),
  "batch normalization of columns after a convolution": onImage(() => [
    new Conv2D(6, 1),
    new BatchNormalization({ ...normalized, axis: 2, scale: false }),
  ]),
  "batch normalization of vectors": on(numbers(5, 4))(() => new BatchNormalization(normalized)),
  "batch normalization without scale": on(numbers(5, 4))(() =>
    new BatchNormalization({ ...normalized, scale: false, center: false })
  ),
  "batch normalization of steps": onSteps(() => new BatchNormalization(normalized)),
  "layer normalization": onImage(
    () => [new Conv2D(6, 3), new LayerNormalization(normalizedLast())],
  ),
  "layer normalization, other axes": onImage(() => new LayerNormalization({ axis: [1, 3] })),
  "layer normalization without scale": onSequence(() =>
    new LayerNormalization({ scale: false, center: false })
  ),
  "dense on images": onImage(
    () => [new Conv2D(6, 3), new Dense(3, { ...biased, activation: "gelu" })],
  ),
  "flat images": onImage(() => [new Conv2D(6, 3), new Flatten(), new Dense(2)]),
  "reshaped": onImage(() => [new Conv2D(6, 3), new Reshape([-1, 6]), new Activation("softmax")]),
  "concatenated rows": onImage(() => [new Conv2D(6, 3), new Reshape([6, 5, 6])]),

  "rnn": onSteps(() => new SimpleRNN(3, { ...biased, returnSequences: true })),
  "rnn, relu, backwards": onSteps(() =>
    new SimpleRNN(3, { activation: "relu", goBackwards: true })
  ),
  "lstm, the last state": onSteps(() => new LSTM(3, biased)),
  "lstm, without bias, backwards": onSteps(() =>
    new LSTM(3, { useBias: false, goBackwards: true, returnSequences: true })
  ),
  "lstm, states": onSteps(() => new LSTM(3, { returnState: true, returnSequences: true })),
  "gru": onSteps(() => new GRU(3, biased)),
  "gru, reset before": onSteps(() =>
    new GRU(3, { ...biased, resetAfter: false, returnState: true })
  ),
  "stateful": onSequence(() => new LSTM(3, { stateful: true })),
  "one-hot": on(symbolsOf(6, 3, 5), [null])(() => new LSTM(3, { oneHot: 6 })),
  "both directions": onSteps(() => new Bidirectional(new LSTM(3, { returnSequences: true }))),
  "both directions, apart, with states": onSteps(() =>
    new Bidirectional(new GRU(3, { returnState: true }), { mergeMode: null })
  ),
  "both directions, mean": onSteps(() => new Bidirectional(new GRU(3), { mergeMode: "ave" })),
  "both directions, product": onSteps(() =>
    new Bidirectional(new SimpleRNN(3), { mergeMode: "mul" })
  ),
  "stacked": onSteps(() =>
    new StackedRNN([
      new LSTM(3, { returnSequences: true, returnState: true }),
      new GRU(2, { returnState: true }),
    ])
  ),
  "every step": onSteps(() => new TimeDistributed(new Dense(3, { activation: "softmax" }))),
  "every step, a model of images": on(numbers(2, 3, 6, 6, 2), [null, 6, 6, 2])(() =>
    new TimeDistributed(
      new Sequential([new Conv2D(3, 3, { activation: "relu" }), new GlobalMaxPooling2D()]),
    )
  ),
  "every step, images of any size": on(numbers(2, 3, 6, 5, 2), [null, null, null, 2])(() =>
    new TimeDistributed(new Conv2D(3, 3))
  ),
};

function normalizedLast() {
  const { betaInitializer, gammaInitializer } = normalized;
  return { betaInitializer, gammaInitializer };
}

for (const [name, { layer, shape, given }] of Object.entries(CASES)) {
  Deno.test(`toOnnx: ${name}`, async () => {
    const made = layer(), list = made instanceof Array ? made : [made], x = new Input({ shape });
    const outputs = list.reduce((xs: SymbolicTensor[], one) => one.applyAll(xs), [x]);
    await assertAgreement(new Model({ inputs: x, outputs, seed: 1 }), [given], name);
  });
}

Deno.test("toOnnx: every activation there is", async () => {
  const x = uniform([4, 5], 0.05, 0.95, { rng: new Rng(1) });
  const z = new Input({ shape: [5] });
  const names = activationNames.filter((name) => name !== "clip"); // It wants bounds: no layer runs it.
  for (const name of names as ActivationName[]) {
    const outputs = new Activation(name).apply(z);
    const given = name === "acosh" ? tensor([[1, 1.5, 2, 3, 4]]) : x;
    await assertAgreement(new Model({ inputs: z, outputs }), [given], name);
  }
});

Deno.test("toOnnx: half of the values, of negative ones, too", async () => {
  const z = new Input({ shape: [6] }), x = tensor([[-2.5, -0.5, 0, 0.5, 1.5, 3]]);
  for (
    const name of ["round", "step", "leakyRelu", "selu", "elu", "sign", "floor", "ceil"] as const
  ) {
    await assertAgreement(
      new Model({ inputs: z, outputs: new Activation(name).apply(z) }),
      [x],
      name,
    );
  }
});

/** Steps that are masked here and there, at the beginning and at the end. */
const HOLES = tensor([
  [1, 2, 0, 3, 0, 0],
  [0, 0, 4, 0, 2, 1],
  [5, 4, 3, 2, 1, 2],
]);

const MASKED: Readonly<Record<string, (x: SymbolicTensor) => SymbolicTensor | SymbolicTensor[]>> = {
  "the last state": (x) => new LSTM(3).apply(x),
  "all states": (x) => new GRU(3, { returnSequences: true }).apply(x),
  "backwards": (x) => new LSTM(3, { returnSequences: true, goBackwards: true }).apply(x),
  "backwards, then forwards": (x) =>
    new GRU(2).apply(new GRU(3, { returnSequences: true, goBackwards: true }).apply(x)),
  "states": (x) => new LSTM(3, { returnSequences: true, returnState: true }).applyAll(x),
  "states that go in": (x) => {
    const [, h, c] = new LSTM(3, { returnState: true, goBackwards: true }).applyAll(x);
    return new LSTM(3, { returnSequences: true, returnState: true }).applyAll([x, h, c]);
  },
  "both directions": (x) =>
    new Bidirectional(new LSTM(3, { returnSequences: true, returnState: true })).applyAll(x),
  "both directions, the last": (x) => new Bidirectional(new SimpleRNN(3)).apply(x),
  "a stack": (x) => new StackedRNN([new GRU(3, { returnSequences: true }), new LSTM(2)]).apply(x),
  "layers that hand it on": (x) => {
    const y = new LayerNormalization().apply(new TimeDistributed(new Dense(4)).apply(x));
    return new LSTM(3).apply(new Activation("tanh").apply(new BatchNormalization().apply(y)));
  },
  "sums": (x) => new GRU(3).apply(new Add().apply([x, new Dense(4).apply(x)])),
  "side by side": (x) => new GRU(3).apply(new Concatenate().apply([x, new Dense(2).apply(x)])),
  "one after the other": (x) => new GRU(3).apply(new Concatenate({ axis: 1 }).apply([x, x])),
  "lost on the way": (x) => new GRU(3).apply(new Reshape([3, 8]).apply(x)),
};

for (const [name, network] of Object.entries(MASKED)) {
  Deno.test(`toOnnx: masked steps, ${name}`, async () => {
    const x = new Input({ shape: name === "lost on the way" ? [6] : [null] });
    const embedded = new Embedding(6, 4, { maskZero: true, embeddingsInitializer: around(-1, 1) })
      .apply(x);
    const made = network(embedded), outputs = made instanceof Array ? made : [made];
    await assertAgreement(new Model({ inputs: x, outputs, seed: 2 }), [HOLES], name);
  });
}

Deno.test("toOnnx: Masking finds the steps that are not there", async () => {
  const x = new Input({ shape: [null, 2] });
  const outputs = new LSTM(3, { returnSequences: true }).apply(
    new Masking({ maskValue: -1 }).apply(x),
  );
  const steps = tensor([[[1, 2], [-1, -1], [-1, 3]], [[-1, -1], [0.5, 0], [-1, -1]]]);
  await assertAgreement(new Model({ inputs: x, outputs, seed: 2 }), [steps], "Masking");
});

Deno.test("toOnnx: states that go in without a mask", async () => {
  const x = new Input({ shape: [null, 4] }), y = new Input({ shape: [null, 2] });
  const [, h, c] = new LSTM(3, { returnState: true }).applyAll(x);
  const outputs = new LSTM(3, { returnSequences: true }).applyAll([y, h, c]);
  const model = new Model({ inputs: [x, y], outputs, seed: 2 });
  await assertAgreement(model, [sequence, numbers(3, 2, 2)], "an encoder and a decoder");
});

Deno.test("toOnnx: layers used twice, models in models, several outputs", async () => {
  const a = new Input({ shape: [4] }), b = new Input({ shape: [4] });
  const shared = new Sequential([new Dense(3, { activation: "tanh" })]);
  const [p, q] = [shared.apply(a), shared.apply(b)];
  const sum = new Add().apply([p, q]), inner = new Model({ inputs: [a, b], outputs: [sum, p] });
  const ends = inner.applyAll([b, a]);
  const outputs = [...ends, new Concatenate().apply([q, ...ends]), p, a];
  const model = new Model({ inputs: [a, b], outputs, seed: 1 });
  await assertAgreement(model, [numbers(3, 4), mul(numbers(3, 4), 2)], "a graph");
  const { graph } = decodeModel(await toOnnx(model));
  const kernels = graph!.initializer!.filter(({ dims }) => dims?.join() === "4,3");
  assertEquals(kernels.length, 1); // A weight that is used twice stands there once.
});

Deno.test("toOnnx: a residual network, with few transpositions", async () => {
  const model = resNetCifar(8, { inputShape: [16, 16, 3], seed: 1 });
  const x = numbers(2, 16, 16, 3);
  await assertAgreement(model, [x], "ResNet-8");
  const { graph } = decodeModel(await toOnnx(model));
  assertEquals(graph!.node!.filter(({ opType }) => opType === "Transpose").length, 1);
});

Deno.test("toOnnx: a generator of texts, whatever length it reads", async () => {
  const generator = textGenerator("to be or not to be ", { hiddenSize: 8, seqLength: 5, seed: 1 });
  const given = symbolsOf(generator.symbols, 2, 9);
  await assertAgreement(generator, [given], "a text generator");
});

Deno.test("toOnnx: any batch, and names of inputs and outputs", async () => {
  const x = new Input({ shape: [null, 3], name: "steps" });
  const model = new Model({
    inputs: x,
    outputs: new LSTM(2, { name: "memory" }).apply(x),
    seed: 1,
  });
  const bytes = await toOnnx(model), { graph, opsetImport, irVersion } = decodeModel(bytes);
  assertEquals([irVersion, opsetImport?.[0].version], [8, 17]);
  const [input] = graph!.input!, [output] = graph!.output!;
  assertEquals([input.name, output.name], ["steps", "memory"]);
  const dims = [{ dimParam: "batch" }, { dimParam: "steps_1" }, { dimValue: 3 }];
  assertEquals(input.type?.tensorType?.shape?.dim, dims);
  for (const [batch, time] of [[1, 1], [7, 2], [2, 9]]) {
    const given = numbers(batch, time, 3);
    for (const runtime of RUNTIMES) {
      assertSame(await runWith(runtime, bytes, [given]), model.run([given]), `${batch} of ${time}`);
    }
  }
});

class Double extends Layer {
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  override call([x]: readonly Tensor[]): Tensor {
    return mul(x, 2);
  }
}

Deno.test("toOnnx: layers of one's own and functions are refused, all at once", async () => {
  const model = new Sequential([
    new Dense(2, { inputShape: [2], activation: (z) => mul(z, 2), name: "strange" }),
    new Double({ name: "twice" }),
  ]);
  const error = await assertRejects(() => toOnnx(model), RangeError, 'layer "twice" (Double)');
  assert(error.message.includes('of layer "strange"'), error.message);
  const open = new Sequential([new Dense(2)]);
  await assertRejects(() => toOnnx(open), Error, "it must be built");
});
