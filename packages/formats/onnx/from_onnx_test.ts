import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Conv2D, MaxPooling2D } from "@neurite/cnn";
import { Adam, Dense, Flatten, Input, loadModel, type Model, Sequential, SGD } from "@neurite/nn";
import {
  backendInfo,
  cast,
  DataError,
  Rng,
  type Tensor,
  tensor,
  transpose,
  uniform,
  useBackend,
} from "@neurite/tensor";
import { onDevice } from "../../../testing/awaited_backend.ts";
import training from "./fixtures/training.json" with { type: "json" };
import { fromOnnx, OnnxGraph, toOnnx } from "./mod.ts";
import { fromBase64 } from "./proto/base64.ts";
import { ELEMENT_TYPES, type ElementName, floatBytes } from "./proto/elements.ts";
import {
  decodeModel,
  encodeModel,
  type FunctionProto,
  type ModelProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from "./proto/schema.ts";
import { assertSame } from "./testing/agreement.ts";
import { RUNTIMES, runWith } from "./testing/runtimes.ts";

const made = ({ shape, values }: { shape: number[]; values: number[] }): Tensor =>
  tensor(Float32Array.from(values), { shape });

for (const one of training.cases) {
  for (const [exporter, file] of Object.entries(one.models)) {
    Deno.test(`fromOnnx: ${one.name} of PyTorch, by ${exporter}, learns as it does there`, async () => {
      const model = fromOnnx(fromBase64(file)), x = made(one.x), targets = made(one.targets);
      assertSame([model.predict(x)], [made(one.before)], "before", 1e-5);
      model.compile({ optimizer: new SGD({ learningRate: one.rate }), loss: "meanSquaredError" });
      for (const right of one.losses) {
        const { loss } = await model.trainOnBatch(x, targets);
        assertAlmostEquals(loss, right, 1e-5 * Math.max(1, right), "loss");
      }
      // PyTorch keeps the variance of a sample, ONNX that of a population.
      const tolerance = one.name === "convolutional" ? 2e-3 : 2e-5;
      assertSame([model.predict(x)], [made(one.after)], "after", tolerance);
    });
  }

  Deno.test(`fromOnnx: a trained model goes back to ONNX, ${one.name}`, async () => {
    for (const file of Object.values(one.models)) {
      const model = fromOnnx(fromBase64(file)), x = made(one.x);
      model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: "meanSquaredError" });
      await model.fit(x, made(one.targets), { epochs: 3, verbose: 0 });
      const bytes = await toOnnx(model), right = model.run([x]);
      for (const runtime of RUNTIMES) {
        assertSame(await runWith(runtime, bytes, [x]), right, runtime);
      }
      assertSame(fromOnnx(bytes).run([x]), right, "fromOnnx");
    }
  });
}

Deno.test("fromOnnx: images may go in and come out with their channels last", async () => {
  const [one] = training.cases, bytes = fromBase64(one.models.TorchScript), x = made(one.x);
  const images = transpose(x, [0, 2, 3, 1]), plain = fromOnnx(bytes);
  const model = fromOnnx(bytes, { channelsLast: true });
  assertEquals(model.inputs[0].shape, [8, 8, 3]);
  assertEquals([...model.predict(images).dataSync()], [...plain.predict(x).dataSync()]);
  // A value in between, which is an image, too.
  const { graph } = decodeModel(bytes),
    outputs = [graph!.node!.find((n) => n.opType === "MaxPool")!.output![0]];
  const [features, maps] = [true, false].map((channelsLast) =>
    fromOnnx(bytes, { outputs, channelsLast })
  );
  assertEquals([features, maps].map((m) => m.outputs[0].shape), [[4, 4, 4], [4, 4, 4]]);
  const turned = transpose(maps.predict(x), [0, 2, 3, 1]);
  assertEquals([...features.predict(images).dataSync()], [...turned.dataSync()]);
  // The head of another network, and the way back to ONNX.
  const whole = new Sequential([new Input({ shape: [8, 8, 3] }), features, new Conv2D(2, 1)], {
    seed: 1,
  });
  const written = await toOnnx(whole), right = whole.run([images]);
  for (const runtime of RUNTIMES) {
    assertSame(await runWith(runtime, written, [images]), right, runtime);
  }
  assertSame([(await reloaded(model)).predict(images)], [model.predict(images)], "saved");
});

/** A model as it is after it was saved. */
async function reloaded(model: Model): Promise<Model> {
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
  try {
    await model.save(path);
    return await loadModel(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A small network, its file, and data. */
async function network(): Promise<
  { bytes: Uint8Array<ArrayBuffer>; x: Tensor; y: Tensor; model: Model }
> {
  const model = new Sequential([
    new Conv2D(3, 3, { activation: "relu", inputShape: [6, 6, 2], padding: "same" }),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(2, { name: "end" }),
  ], { seed: 1 });
  const rng = new Rng(3),
    x = uniform([8, 6, 6, 2], -1, 1, { rng }),
    y = uniform([8, 2], 0, 1, { rng });
  return { bytes: await toOnnx(model), x, y, model };
}

Deno.test("fromOnnx: filters are kept as our layers keep them, and learn the same", async () => {
  const { bytes, x, y, model } = await network(), again = fromOnnx(bytes);
  assertEquals(again.weights.map(({ value }) => value.shape), [[3], [3, 3, 2, 3], [27, 2], [2]]);
  assertEquals(again.inputs.map(({ name, shape }) => [name, shape]), [["input", [6, 6, 2]]]);
  assertEquals(again.outputs.map(({ shape }) => shape), [[2]]);
  const losses = await Promise.all([model, again].map(async (m) => {
    m.compile({ optimizer: new SGD({ learningRate: 0.1 }), loss: "meanSquaredError" });
    const { history } = await m.fit(x, y, { epochs: 4, shuffle: false, batchSize: 4, verbose: 0 });
    return history.loss;
  }));
  losses[0].forEach((loss, i) => assertAlmostEquals(losses[1][i], loss, 1e-6));
});

Deno.test("fromOnnx: a model is saved, loaded and trained on to the bit", async () => {
  const { bytes, x, y } = await network(),
    folder = await Deno.makeTempDir(),
    path = `${folder}/m.safetensors`;
  const options = { batchSize: 4, verbose: 0 } as const;
  try {
    const model = fromOnnx(bytes, { seed: 5 });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    await model.fit(x, y, { ...options, epochs: 2 });
    await model.save(path);
    await model.fit(x, y, { ...options, epochs: 4, initialEpoch: 2 });

    const again = await loadModel(path);
    assert(again.layers[0] instanceof OnnxGraph);
    await again.fit(x, y, { ...options, epochs: 4, initialEpoch: 2 });
    assertEquals([...again.predict(x).dataSync()], [...model.predict(x).dataSync()]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("fromOnnx: neither predictions nor training leave tensors behind", async () => {
  const { bytes, x, y } = await network(), model = fromOnnx(bytes);
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const round = async () => {
    model.predict(x).dispose();
    await model.trainOnBatch(x, y);
  };
  await round();
  const { liveTensors, memoryInUse } = backendInfo();
  for (let i = 0; i < 20; i++) await round();
  assertEquals([backendInfo().liveTensors, backendInfo().memoryInUse], [liveTensors, memoryInUse]);
});

Deno.test("fromOnnx and toOnnx: on a device that has to be awaited", async () => {
  for (const one of training.cases) {
    await onDevice(async () => {
      const model = fromOnnx(fromBase64(one.models.TorchScript)), y = model.predict(made(one.x));
      const values = tensor(await y.data(), { shape: y.shape }), right = made(one.before);
      const [a, b] = [await values.data(), await right.data()];
      a.forEach((value, i) => assertAlmostEquals(value, b[i], 1e-4, one.name));
      assertEquals((await toOnnx(model)).length > 1000, true);
    });
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("fromOnnx: other values of the graph come out, without what is behind them", async () => {
  const { bytes, x, model } = await network(), { graph } = decodeModel(bytes);
  const features = graph!.node!.find(({ opType }) => opType === "Flatten")!.output![0];
  const whole = fromOnnx(bytes, { outputs: [features] });
  assertEquals([whole.outputs[0].shape, whole.weights.length], [[27], 2]);
  const right = new Sequential(model.layers.slice(0, 3)).predict(x);
  assertSame([whole.predict(x)], [right], "features");
  const error = assertThrows(
    () => fromOnnx(bytes, { outputs: ["nothing"] }),
    RangeError,
    '"nothing"',
  );
  assert(error.message.includes("end"), error.message);
});

Deno.test("fromOnnx: a frozen model keeps its statistics, drops nothing and is given a head", async () => {
  const [one] = training.cases, x = made(one.x);
  const base = fromOnnx(fromBase64(one.models.TorchScript), { trainable: false });
  assertEquals([base.trainableWeights.length, base.weights.length > 8], [0, true]);
  const input = new Input({ shape: [3, 8, 8] }), before = [...base.predict(x).dataSync()];
  const model = new Sequential([input, base, new Dense(1)], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  await model.fit(x, [[1], [2], [3], [4]], { epochs: 2, verbose: 0 });
  assertEquals([...base.predict(x).dataSync()], before);
  assertEquals(model.trainableWeights.length, 2);
});

const text = (s: string) => new TextEncoder().encode(s);
const floats = (name: string, dims: number[], values: number[]): TensorProto => ({
  name,
  dims,
  dataType: 1,
  rawData: new Uint8Array(Float32Array.from(values).buffer),
});
const port = (
  name: string,
  sizes: (number | null)[] | undefined,
  type: ElementName = "float",
): ValueInfoProto => ({
  name,
  type: {
    tensorType: {
      elemType: ELEMENT_TYPES[type].number,
      ...sizes &&
        { shape: { dim: sizes.map((n) => n === null ? { dimParam: "n" } : { dimValue: n }) } },
    },
  },
});

/** A file of some nodes. */
function file(
  node: NodeProto[],
  {
    input = [port("x", [null, 2])],
    output = [port("y", [null, 2])],
    initializer = [],
    version = 17,
    functions = [],
    ...rest
  }:
    & {
      input?: ValueInfoProto[];
      output?: ValueInfoProto[];
      initializer?: TensorProto[];
      version?: number;
      functions?: FunctionProto[];
    }
    & Partial<ModelProto> = {},
): Uint8Array<ArrayBuffer> {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: "", version }],
    graph: { node, input, output, initializer },
    functions,
    ...rest,
  });
}

Deno.test("fromOnnx: the shapes of values in between are found where they come out", () => {
  const nodes = [
    {
      opType: "Concat",
      input: ["x", "x"],
      output: ["z"],
      attribute: [{ name: "axis", type: 2, i: 1 }],
    },
    { opType: "Unsqueeze", input: ["z", "axes"], output: ["y"] },
  ];
  const axes = { name: "axes", dims: [1], dataType: 7, int64Data: [Uint8Array.of(1)] };
  const bytes = file(nodes, { initializer: [axes], output: [port("y", undefined)] });
  const model = fromOnnx(bytes, { outputs: ["y"] });
  assertEquals(model.outputs[0].shape, [1, 4]);
  assertEquals(model.predict([[1, 2], [3, 4]]).array(), [[[1, 2, 1, 2]], [[3, 4, 3, 4]]]);
  assertThrows(() => fromOnnx(bytes), DataError, 'output "y" of any shape');
});

Deno.test("fromOnnx: operators that the file defines are replaced by what they are made of", () => {
  const twice: FunctionProto = {
    name: "Scaled",
    domain: "own",
    input: ["a"],
    output: ["b"],
    attribute: ["factor"],
    node: [
      {
        opType: "Constant",
        output: ["f"],
        attribute: [{ name: "value_float", refAttrName: "factor", type: 1 }],
      },
      { opType: "Mul", input: ["a", "f"], output: ["b"] },
    ],
  };
  const use = (input: string, output: string, f: number): NodeProto => ({
    opType: "Scaled",
    domain: "own",
    input: [input],
    output: [output],
    attribute: [{ name: "factor", type: 1, f }],
  });
  const model = fromOnnx(file([use("x", "z", 3), use("z", "y", 0.5)], { functions: [twice] }));
  assertEquals(model.predict([[1, 2]]).array(), [[1.5, 3]]);
  const endless = { ...twice, node: [use("a", "b", 1)] };
  assertThrows(
    () => fromOnnx(file([use("x", "y", 1)], { functions: [endless] })),
    DataError,
    "deep in each other",
  );
});

Deno.test("fromOnnx: numbers may stand in another file", () => {
  const w: TensorProto = {
    name: "w",
    dims: [2],
    dataType: 1,
    dataLocation: 1,
    externalData: [{ key: "location", value: "weights.bin" }, { key: "offset", value: "4" }],
  };
  const bytes = file([{ opType: "Mul", input: ["x", "w"], output: ["y"] }], { initializer: [w] });
  const data = new Uint8Array(Float32Array.of(0, 10, 100).buffer);
  const model = fromOnnx(bytes, { externalData: { "weights.bin": data } });
  assertEquals(model.predict([[1, 2]]).array(), [[10, 200]]);
  assertThrows(() => fromOnnx(bytes), DataError, 'in another file, "weights.bin"');
  const short = { "weights.bin": data.subarray(0, 8) };
  assertThrows(
    () => fromOnnx(bytes, { externalData: short }),
    DataError,
    "needs 2 numbers: current 1",
  );
});

Deno.test("fromOnnx: what is a weight, and what is a constant", () => {
  const initializer = [
    floats("w", [2], [1, 2]),
    floats("half", [], [0.5]),
    floats("mean", [2], [0, 0]),
    floats("variance", [2], [1, 1]),
    floats("scales", [2], [1, 2]),
  ];
  const nodes: NodeProto[] = [
    { opType: "Mul", input: ["x", "w"], output: ["a"] },
    { opType: "Mul", input: ["a", "half"], output: ["b"] },
    { opType: "BatchNormalization", input: ["b", "w", "w", "mean", "variance"], output: ["c"] },
    { opType: "Resize", input: ["c", "", "scales"], output: ["y"] },
  ];
  const model = fromOnnx(file(nodes, { initializer }));
  assertEquals(
    model.weights.map(({ name, trainable }) => [name, trainable]),
    [["w", true], ["mean", false], ["variance", false]],
  );
});

Deno.test("fromOnnx: parameters that a file has once, as they were equal, are weights of their own", () => {
  const initializer = [floats("w", [2], [1, 1])];
  const nodes: NodeProto[] = [
    { opType: "Identity", input: ["w"], output: ["copy"] },
    { opType: "Mul", input: ["x", "copy"], output: ["a"] },
    { opType: "BatchNormalization", input: ["a", "w", "copy", "w", "w"], output: ["b"] },
    {
      opType: "Constant",
      output: ["c"],
      attribute: [{ name: "value", type: 4, t: floats("", [2, 2], [1, 0, 0, 1]) }],
    },
    { opType: "MatMul", input: ["b", "c"], output: ["y"] },
  ];
  const model = fromOnnx(file(nodes, { initializer }));
  assertEquals(model.weights.map(({ name, trainable }) => [name, trainable]), [
    ["w", true],
    ["copy", true],
    ["c", true],
    ["w/statistics_1_3", false],
    ["w/statistics_1_4", false],
  ]);
  assertSame([model.predict([[2, 3]])], [tensor([[2, 3]])], "the same numbers");
});

Deno.test("toOnnx: weights of 16 and 64 bits go back as they came", async () => {
  // 1, -2, 65504, the least number, the least that is whole, infinity, a third; then half as wide fractions.
  const bits = [0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x7c00, 0x3555, 0x8000];
  for (const type of ["float16", "bfloat16", "double"] as const) {
    const rawData = type === "double"
      ? new Uint8Array(Float64Array.from(bits, (n) => n / 8).buffer)
      : new Uint8Array(Uint16Array.from(bits).buffer);
    const w = { name: "w", dims: [8], dataType: ELEMENT_TYPES[type].number, rawData };
    const model = fromOnnx(file([{ opType: "Mul", input: ["x", "w"], output: ["y"] }], {
      initializer: [w],
      input: [port("x", [null, 8], type)],
      output: [port("y", [null, 8], type)],
    }));
    const { graph } = decodeModel(await toOnnx(model));
    const [{ dataType, rawData: written }] = graph!.initializer!;
    assertEquals([dataType, [...written!]], [w.dataType, [...rawData]], type);
  }
  // Between two numbers the nearest, of two the even one.
  const between = Float32Array.of(
    1 + 2 ** -11,
    1 + 3 * 2 ** -11,
    65519,
    65520,
    2 ** -25,
    -1e9,
    NaN,
  );
  const halves = new Uint16Array(floatBytes("float16", between).slice().buffer);
  assertEquals([...halves], [0x3c00, 0x3c02, 0x7bff, 0x7c00, 0, 0xfc00, 0x7e00]);
});

Deno.test("fromOnnx: inputs of other types and without axes", () => {
  const input = [port("x", [null, 2], "int64"), port("factor", [])];
  const nodes: NodeProto[] = [
    { opType: "Cast", input: ["x"], output: ["a"], attribute: [{ name: "to", type: 2, i: 1 }] },
    { opType: "Mul", input: ["a", "factor"], output: ["y"] },
  ];
  const model = fromOnnx(file(nodes, { input }));
  const [y] = model.run([cast(tensor([[1, 2]]), "int32"), tensor([2.5])]);
  assertEquals(y.array(), [[2.5, 5]]);
  assertEquals(model.run([tensor([[1, 2]]), tensor([2])])[0].array(), [[2, 4]]);
});

Deno.test("fromOnnx: everything that is missing is named at once", () => {
  const nodes: NodeProto[] = [
    { opType: "NonMaxSuppression", input: ["x"], output: ["a"] },
    { opType: "FancyOp", domain: "com.example", input: ["a"], output: ["b"] },
    { opType: "Relu", input: ["b"], output: ["y"], attribute: [{ name: "slope", type: 1, f: 1 }] },
  ];
  const { message } = assertThrows(() => fromOnnx(file(nodes)), RangeError);
  for (const part of ["NonMaxSuppression", "com.example.FancyOp", "attribute slope of Relu"]) {
    assert(message.includes(part), message);
  }
  assertThrows(
    () =>
      fromOnnx(
        file([], {
          output: [port("x", [null, 2])],
          input: [port("x", [1], "float"), { name: "s", type: { sequenceType: {} } }],
        }),
      ),
    RangeError,
    "sequences",
  );
  assertThrows(() => fromOnnx(file(nodes, { version: 5 })), RangeError, "version 5");
});

Deno.test("fromOnnx: graphs that are none are refused", () => {
  const relu = (input: string, output: string): NodeProto => ({
    opType: "Relu",
    input: [input],
    output: [output],
  });
  const cases: [Uint8Array, string][] = [
    [file([relu("z", "y"), relu("x", "z")]), 'which is given "z"'],
    [file([relu("x", "z")]), 'none makes "y"'],
    [
      file([{ opType: "Add", input: ["x", "w"], output: ["y"] }], {
        initializer: [floats("w", [3], [1])],
      }),
      "needs 3 numbers",
    ],
    [file([relu("x", "y")], { input: [port("x", undefined)] }), "must be known"],
    [
      file([{ opType: "Add", input: ["x", "w"], output: ["y"] }], {
        initializer: [floats("w", [1e9, 1e9], [1])],
      }),
      "numbers: current 1",
    ],
  ];
  for (const [bytes, part] of cases) assertThrows(() => fromOnnx(bytes), DataError, part);
});

Deno.test("fromOnnx: an error names the node, and what it was given", () => {
  const w = floats("w", [3, 2], [1, 2, 3, 4, 5, 6]);
  const bytes = file([{ name: "product", opType: "MatMul", input: ["x", "w"], output: ["y"] }], {
    initializer: [w],
  });
  const error = assertThrows(() => fromOnnx(bytes).predict([[1, 2]]), Error);
  assert(/node "product" \(MatMul\).*\[1, 2\] and \[3, 2\]/s.test(error.message), error.message);
  assertThrows(() => fromOnnx(bytes).predict([[1, 2, 3]]), Error, '"x"');
});

Deno.test("fromOnnx: other files are told by their name", () => {
  const cases: [Uint8Array, string][] = [
    [text("GGUF\x03\0\0\0"), "GGUF"],
    [Uint8Array.of(0x80, 2, 0x7d), "pickle"],
    [text("PK\x03\x04" + "\0".repeat(22) + "\x01\0\0\0a"), "zip"],
    [text('{"format": "layers-model"}'), "JSON"],
    [new Uint8Array(), "empty"],
    [Uint8Array.of(8, 7, 18, 200), "a damaged file"],
    [Uint8Array.of(8, 7), "none of it"],
  ];
  for (const [bytes, part] of cases) assertThrows(() => fromOnnx(bytes), DataError, part);
  assertThrows(() => fromOnnx("model.onnx" as never), TypeError, "bytes");
  assertThrows(() => fromOnnx(new Uint8Array(), { output: [] } as never), TypeError, "output");
});
