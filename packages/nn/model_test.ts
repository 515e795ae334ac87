import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import {
  backendInfo,
  grad,
  Rng,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  uniform,
} from "@neurite/tensor";
import { layers } from "./layer.ts";
import { Activation, Add, Concatenate, Dense, Flatten, Reshape } from "./layers/mod.ts";
import { Layer } from "./layer.ts";
import { Model } from "./model.ts";
import { Sequential } from "./sequential.ts";
import type { Shape } from "./shape.ts";
import { Input } from "./symbolic.ts";

/** Hands its input on as it is. */
class Same extends Layer {
  /** The shape of an example of the result. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  /** The result for a batch. */
  override call([x]: readonly Tensor[]): Tensor {
    return x;
  }
}

Deno.test("a skip: the input is added to what two layers make of it", () => {
  const x = new Input({ shape: [2] });
  const inner = new Dense(2, { activation: "relu" }), outer = new Dense(2, { useBias: false });
  const model = new Model({
    inputs: x,
    outputs: new Add().apply([x, outer.apply(inner.apply(x))]),
  });
  model.setWeights([tensor([[1, 0], [0, -1]]), tensor([0, 1]), tensor([[2, 0], [0, 2]])]);
  // relu(x W + b) = (3, 1 - 4 -> 0); times 2: (6, 0); plus x.
  assertEquals(model.predict([[3, 4]]).array(), [[9, 4]]);
});

Deno.test("a tensor that is handed on lives as long as anything needs it", () => {
  for (const late of [false, true]) {
    const x = new Input({ shape: [2] });
    const h = new Activation("relu").apply(x), same = new Same().apply(h);
    const first = new Activation("tanh").apply(late ? same : h);
    const out = new Add().apply([first, new Activation("relu").apply(late ? h : same), h]);
    const model = new Model({ inputs: x, outputs: out });
    const [[a]] = model.predict([[1, -1]]).array() as number[][];
    assert(Math.abs(a - (Math.tanh(1) + 2)) < 1e-6);
  }
  const x = new Input({ shape: [1] });
  assertEquals(new Model({ inputs: x, outputs: new Same().apply(x) }).predict([[5]]).array(), [[
    5,
  ]]);
});

Deno.test("predictions do not depend on the size of batches, nor keep memory", () => {
  const model = new Sequential([
    new Dense(16, { activation: "relu", inputShape: [3] }),
    new Dense(2, { activation: "softmax" }),
  ], { seed: 4 });
  const X = uniform([50, 3], -1, 1, { rng: new Rng(1) });
  const whole = model.predict(X, { batchSize: 50 }).array();
  const before = backendInfo();
  for (const batchSize of [1, 7, 49]) {
    using parts = model.predict(X, { batchSize });
    assertEquals(parts.array(), whole);
  }
  const after = backendInfo();
  assertEquals([after.liveTensors, after.memoryInUse], [before.liveTensors, before.memoryInUse]);
});

Deno.test("a gradient flows through a model that predicts", () => {
  const model = new Sequential([new Dense(1, { useBias: false, inputShape: [2] }), new Same()]);
  model.setWeights([tensor([[3], [-2]])]);
  assertEquals(grad((x) => sum(model.run([x])[0]))(tensor([[1, 1]])).array(), [[3, -2]]);
});

Deno.test("a layer used twice shares its weights", () => {
  const a = new Input({ shape: [1] }), b = new Input({ shape: [1] }), dense = new Dense(1);
  const model = new Model({
    inputs: [a, b],
    outputs: new Add().apply([dense.apply(a), dense.apply(b)]),
  });
  assertEquals(model.countParams(), 2);
  model.setWeights([tensor([[2]]), tensor([1])]);
  assertEquals(model.predict([[[1]], [[10]]]).array(), [[24]]);
});

Deno.test("models of models: names, weights and predictions", () => {
  const encode = new Sequential([new Dense(2, { inputShape: [3] })], { name: "encode", seed: 1 });
  const decode = new Sequential([new Dense(3)], { name: "decode", seed: 1 });
  const whole = new Sequential([encode, decode], { seed: 1 });
  assertEquals(whole.namedWeights().map(([name]) => name), [
    "encode/dense/kernel",
    "encode/dense/bias",
    "decode/dense/kernel",
    "decode/dense/bias",
  ]);
  const x = [[1, 2, 3]];
  assertEquals(whole.predict(x).array(), decode.predict(encode.predict(x)).array());
});

Deno.test("names are made as Keras makes them, and must differ", () => {
  const model = new Sequential([
    new Dense(2, { inputShape: [2] }),
    new Activation("relu"),
    new Dense(2),
  ]);
  void model.weights;
  assertEquals(model.layers.map(({ name }) => name), ["dense", "activation", "dense_1"]);
  assertEquals(model.getLayer("dense_1"), model.layers[2]);
  assertThrows(() => model.getLayer("dense_2"), RangeError, "dense, activation, dense_1");
  assertThrows(
    () =>
      new Sequential([
        new Dense(2, { inputShape: [2], name: "a" }),
        new Dense(2, { name: "a" }),
      ]).weights,
    RangeError,
    'two "a"',
  );
});

Deno.test("the summary has Keras's columns and counts", () => {
  const model = new Sequential([
    new Dense(512, { activation: "relu", inputShape: [784] }),
    new Dense(10, { activation: "softmax" }),
  ], { name: "mlp" });
  model.layers[0].trainable = false;
  let text = "";
  model.summary({ print: (t) => text = t });
  for (
    const part of [
      'Model: "mlp"',
      "│ dense (Dense)   │ (None, 512)  │ 401,920 │",
      "│ dense_1 (Dense) │ (None, 10)   │   5,130 │",
      "Total params: 407,050 (1.55 MB)",
      "Trainable params: 5,130 (20.04 KB)",
      "Non-trainable params: 401,920 (1.53 MB)",
    ]
  ) assertStringIncludes(text, part);
});

Deno.test("the summary keeps to a width, and obeys no name", () => {
  const input = new Input({ shape: [28, 28, 1], name: "the_first_input_of_several" });
  const branches = ["left\x1b[2J", "right"].map((name) => new Flatten({ name }).apply(input));
  const model = new Model({ inputs: input, outputs: new Add({ name: "sum" }).apply(branches) });
  for (const width of [40, 60, 80]) {
    let text = "";
    model.summary({ print: (t) => text = t, width });
    const lines = text.split("\n");
    assert(Math.max(...lines.map((line) => line.length)) <= width, text);
    const cells = lines.filter((line) => line.startsWith("│")).map((line) => line.split("│"));
    const column = (i: number) => cells.map((cell) => cell[i].trim()).join("");
    assertStringIncludes(column(1), "the_first_input_of_several");
    assertStringIncludes(column(4).replaceAll(" ", ""), "left\\u001b[2J,right");
    assert(!text.includes("\x1b"));
  }
});

Deno.test("layers that do not fit each other: the error names both and their shapes", () => {
  const flat = new Sequential([
    new Dense(4, { inputShape: [2], name: "first" }),
    new Reshape([3, 3], { name: "second" }),
  ]);
  const error = assertThrows(() => flat.weights, ShapeError);
  for (const part of ['"second"', '"first" gives [4]', "[3, 3]"]) {
    assertStringIncludes(error.message, part);
  }
  const a = new Input({ shape: [2], name: "a" }), b = new Input({ shape: [3], name: "b" });
  assertThrows(() => new Add().apply([a, b]), ShapeError, '"a" gives [2] and "b" gives [3]');
  assertThrows(() => new Concatenate({ axis: 2 }).apply([a, b]), ShapeError, "axis 2");
  assertThrows(() => new Dense(2).apply([a, b]), ShapeError, "one input");
});

Deno.test("a model that is not built says what to do", () => {
  const model = new Sequential([new Dense(2)]);
  for (const use of [() => model.weights, () => model.summary(), () => model.countParams()]) {
    assertThrows(use, ShapeError, "Give the first layer an inputShape");
  }
  assertEquals(model.predict([[1, 2, 3]]).shape, [1, 2]);
  assertEquals(model.countParams(), 8);
  assertThrows(() => model.predict([[1, 2]]), ShapeError, "[3]");
  assertThrows(() => new Sequential([]).weights, ShapeError, "not built");
});

Deno.test("weights go in and out in Keras's order, and only as a whole", () => {
  const model = new Sequential([new Dense(2, { inputShape: [1] }), new Dense(1)], { seed: 1 });
  const saved = model.getWeights(), values = saved.map((w) => w.array());
  assertEquals(saved.map(({ shape }) => shape), [[1, 2], [2], [2, 1], [1]]);
  assertThrows(
    () => model.setWeights([[[1, 2]], [0, 0], [[1], [1], [1]], [0]]),
    ShapeError,
    '"dense_1/kernel"',
  );
  assertThrows(() => model.setWeights([[[1, 2]]]), RangeError, "must be 4");
  assertEquals(model.getWeights().map((w) => w.array()), values);
  model.setWeights([[[1, 2]], [0, 0], [[1], [1]], [0]]);
  assertEquals(model.predict([[2]]).array(), [[6]]);
  assertEquals(saved.map((w) => w.array()), values);
});

Deno.test("inputs must lead to the outputs", () => {
  const a = new Input({ shape: [2], name: "a" }), b = new Input({ shape: [2], name: "b" });
  const y = new Add().apply([a, b]);
  assertThrows(() => new Model({ inputs: a, outputs: y }), RangeError, '"b"');
  for (const shape of [[0], [-1], [1.5]]) assertThrows(() => new Input({ shape }), RangeError);
});

Deno.test("a model is recreated from its configuration", () => {
  const a = new Input({ shape: [4], name: "a" }), b = new Input({ shape: [2, 2] });
  const h = new Dense(3, { activation: "gelu", kernelInitializer: "heNormal" }).apply(a);
  const y = new Concatenate().apply([h, new Flatten().apply(b)]);
  const model = new Model({ inputs: [a, b], outputs: [y, h], seed: 2, name: "both" });
  const again = layers.make(JSON.parse(JSON.stringify(model.toConfig()))) as Model;
  assertEquals(again.describe(), model.describe());
  again.setWeights(model.getWeights());
  const x = [[[1, 2, 3, 4]], [[[1, 2], [3, 4]]]];
  assertEquals(
    again.predictAll(x).map((t) => t.array()),
    model.predictAll(x).map((t) => t.array()),
  );
  const sequential = new Sequential([
    new Input({ shape: [2] }),
    new Dense(2),
    new Reshape([2, -1]),
  ]);
  const copy = layers.make(JSON.parse(JSON.stringify(sequential.toConfig()))) as Model;
  void sequential.weights;
  assertEquals(copy.describe(), sequential.describe());
  assertThrows(() => layers.make({ className: "Dence", config: {} }), RangeError, "Dense");
});

Deno.test("layers can be added one by one; those before keep their weights", () => {
  const model = new Sequential([], { seed: 1 });
  model.add(new Dense(2, { inputShape: [2] }));
  const [kernel] = model.getWeights().map((w) => w.array());
  model.add(new Dense(1));
  assertEquals(model.getWeights()[0].array(), kernel);
  assertEquals(model.countParams(), 6 + 3);
  assertThrows(() => model.add(new Input({ shape: [2] })), RangeError, "must come first");
  assertThrows(() => new Dense(0), RangeError, "at least 1");
  assertThrows(
    () => new Dense(1, { activation: "rellu" as "relu" }),
    RangeError,
    "softmax",
  );
});

Deno.test("the same seed gives the same weights, another one others", () => {
  const make = (seed: number) => new Sequential([new Dense(3, { inputShape: [3] })], { seed });
  assertEquals(make(1).getWeights()[0].array(), make(1).getWeights()[0].array());
  assert(String(make(1).getWeights()[0].array()) !== String(make(2).getWeights()[0].array()));
});

Deno.test("errors show names as escapes, bounded in length", async () => {
  const a = new Input({ shape: [2] });
  const name = "layer\x1b[2J\x9b" + "x".repeat(1e5),
    model = new Sequential([new Dense(2)], { name });
  const two = () =>
    new Model({ inputs: a, outputs: [a, a].map((x) => new Flatten({ name }).apply(x)) });
  const messages: string[] = [];
  for (const act of [() => model.fit([[1]], [[1]]), two, () => model.weights]) {
    try {
      await act();
    } catch (error) {
      messages.push((error as Error).message);
    }
  }
  assertEquals(messages.length, 3);
  for (const message of messages) {
    assert(message.includes("layer\\u001b[2J\\u009bxxx") && message.length < 400, message);
  }
});
