import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D } from "@neurite/cnn";
import { loadTorch } from "@neurite/formats";
import { GRU, LSTM } from "@neurite/lstm-gru";
import {
  Activation,
  BatchNormalization,
  Dense,
  Flatten,
  Input,
  type Layer,
  LayerNormalization,
  type Model,
  Reshape,
  Sequential,
} from "@neurite/nn";
import { Bidirectional, Embedding, SimpleRNN, StackedRNN } from "@neurite/rnn";
import { DataError, reshape } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import { LAYER_CASES } from "../../../testing/layer_cases.ts";
import fixture from "../fixtures/torch/torch.json" with { type: "json" };

const folder = new URL("../fixtures/torch/", import.meta.url);
const file = (name: string) => new URL(name, folder);
const states = { returnSequences: true };
const norm = () => new BatchNormalization({ epsilon: 1e-5 });
const relu = { activation: "relu" as const };

/** The layers that stand for the modules of `tools/fixtures/torch_files.py`. */
const LAYERS: Readonly<Record<string, () => Layer[]>> = {
  dense: () => [new Dense(4, relu), new Dense(2, { useBias: false })],
  conv: () => [new Conv2D(4, [3, 2], relu), new Conv2D(6, 2, { groups: 2, useBias: false })],
  depthwise: () => [new DepthwiseConv2D(2, { depthMultiplier: 2 })],
  separable: () => [new SeparableConv2D(2, 2, { depthMultiplier: 2 })],
  conv_transpose: () => [new Conv2DTranspose(4, [3, 2], { strides: 2 })],
  flattened: () => [new Conv2D(4, 3), new Flatten(), norm(), new Dense(3)],
  unflattened: () => [
    new Dense(24),
    norm(),
    new Activation("relu"),
    new Reshape([3, 4, 2]),
    new Conv2DTranspose(3, 2),
  ],
  batch_norm: () => [new Conv2D(4, 1), new BatchNormalization()],
  batch_norm_plain: () => [new BatchNormalization({ center: false, scale: false })],
  layer_norm: () => [new Dense(4), new LayerNormalization({ epsilon: 1e-5 })],
  layer_norm_images: () => [new LayerNormalization({ axis: [1, 2, 3], epsilon: 1e-5 })],
  embedding: () => [new Embedding(7, 3)],
  lstm: () => [new LSTM(4, states)],
  lstm_no_bias: () => [new LSTM(4, { ...states, useBias: false })],
  gru: () => [new GRU(4, states)],
  rnn: () => [new SimpleRNN(4, relu), new Dense(2)],
  lstm_both_ways: () => [new Bidirectional(new LSTM(4, states))],
  gru_stacked: () => [new StackedRNN([new GRU(4, states), new GRU(4, states)])],
  net: () => [
    new Conv2D(4, 3, { ...relu, name: "conv1" }),
    new Conv2D(4, 3, { ...relu, name: "conv2" }),
    new Flatten(),
    new Dense(8, { ...relu, name: "fc1" }),
    new Dense(3, { activation: "logSoftmax", name: "fc2" }),
  ],
};

type Case = typeof fixture.cases[number];
const caseOf = (name: string): Case => fixture.cases.find((one) => one.name === name)!;

function modelOf({ name, x }: Case, make = LAYERS[name]): Sequential {
  return new Sequential([new Input({ shape: x.shape.slice(1) }), ...make()], { seed: 3 });
}

/** Holds the predictions of a model against PyTorch's. */
function check(model: Model, { x, y }: Case, tolerance = 1e-5): void {
  using given = reshape(x.values, x.shape);
  using predicted = model.predict(given);
  using expected = reshape(y.values, y.shape);
  assertEquals(predicted.shape, y.shape);
  assertClose(predicted, expected.array(), tolerance, "prediction");
}

for (const one of fixture.cases) {
  for (const ending of ["pt", "safetensors"]) {
    Deno.test(`loadTorch: ${one.name}.${ending} gives PyTorch's answers`, async () => {
      const model = modelOf(one), source = file(`${one.name}.${ending}`);
      const { matched, unused } = await loadTorch(model, source);
      check(model, one);
      assertEquals(unused, []);
      assertEquals(matched.map(({ weight }) => weight), model.namedWeights().map(([name]) => name));
    });
  }
}

Deno.test("loadTorch: the fixture has every layer whose weights PyTorch has", () => {
  const made = Object.values(LAYERS).flatMap((make) => make()).map(({ className }) => className);
  const weighty = Object.keys(LAYER_CASES).filter((name) =>
    /Dense|Conv|Norm|Embedding|LSTM|GRU|RNN|Bidirectional/.test(name)
  );
  const without = ["LocalResponseNormalization", "Normalization"];
  assertEquals(weighty.filter((name) => !made.includes(name) && !without.includes(name)), []);
  assertEquals(Object.keys(LAYERS), fixture.cases.map(({ name }) => name));
});

for (
  const [name, tolerance] of [
    ["net_old.pth", 1e-5],
    ["net_checkpoint.pt", 1e-5],
    ["net_parallel.pt", 1e-5],
    ["net_double.pt", 1e-5],
    ["net_views.pt", 1e-5],
    ["net_half.pt", 5e-3],
    ["net_bfloat16.pt", 5e-2],
  ] as const
) {
  Deno.test(`loadTorch: ${name} has the same parameters`, async () => {
    const one = caseOf("net"), model = modelOf(one);
    await loadTorch(model, file(name));
    check(model, one, tolerance);
  });
}

Deno.test("loadTorch: the table says what became of what", async () => {
  const { matched } = await loadTorch(modelOf(caseOf("net")), file("net.pt"));
  assertEquals(matched.slice(0, 2), [
    { weight: "conv1/kernel", shape: "[3, 3, 1, 4]", from: "conv1.weight", change: "transposed" },
    { weight: "conv1/bias", shape: "[4]", from: "conv1.bias", change: "" },
  ]);
  assertEquals(matched[4].change, "transposed, channels last");
  const lstm = await loadTorch(modelOf(caseOf("lstm")), file("lstm.pt"));
  assertEquals(lstm.matched[2], {
    weight: "lstm/bias",
    shape: "[16]",
    from: "0.bias_ih_l0 + 0.bias_hh_l0",
    change: "added",
  });
});

Deno.test("loadTorch: two layers take the layers of one recurrent module, by order and by name", async () => {
  const one = caseOf("gru_stacked"), two = () => [new GRU(4, states), new GRU(4, states)];
  const model = modelOf(one, two);
  await loadTorch(model, file("gru_stacked.pt"));
  check(model, one);
  const named = modelOf(one, () => two().reverse());
  const { matched } = await loadTorch(named, file("gru_stacked.pt"), {
    names: { gru: "0", gru_1: "0_l1" },
  });
  check(named, one);
  assertEquals(matched[3].from, "0.weight_ih_l1");
});

Deno.test("loadTorch: a wrapper and a model in a model are found by their paths", async () => {
  const one = caseOf("dense");
  const inner = new Sequential([new Dense(4, relu), new Dense(2, { useBias: false })], {
    name: "body",
  });
  const model = modelOf(one, () => [inner]);
  const names = { "body.dense": "0", "body.dense_1": "2" };
  const { matched } = await loadTorch(model, file("dense.pt"), { names });
  check(model, one);
  assertEquals(matched[0].weight, "body/dense/kernel");
});

Deno.test("loadTorch: names that differ are listed with the nearest ones, and nothing is changed", async () => {
  const one = caseOf("net"), model = modelOf(one);
  model.getLayer("fc1").assignName("fc_1a");
  model.getLayer("conv2").assignName("other");
  const before = model.getWeights().map((w) => [...w.dataSync()]);
  const error = await assertRejects(() => loadTorch(model, file("net.pt")), DataError);
  assertStringIncludes(error.message, 'other: no module "other"');
  assertStringIncludes(error.message, 'fc_1a: no module "fc_1a". Did you mean "fc1"?');
  assertStringIncludes(error.message, "names");
  assertEquals(model.getWeights().map((w) => [...w.dataSync()]), before);
});

Deno.test("loadTorch: shapes, missing and superfluous parameters are listed together", async () => {
  const one = caseOf("net");
  const model = modelOf(one, () => [
    new Conv2D(5, 3, { name: "conv1" }),
    new Conv2D(4, 3, { name: "conv2", useBias: false }),
    new Flatten(),
    new BatchNormalization({ name: "fc1" }),
    new Dense(3, { name: "fc2" }),
  ]);
  const error = await assertRejects(() => loadTorch(model, file("net.pt")), DataError);
  for (
    const line of [
      "conv1: conv1.weight must be [5, 1, 3, 3], and is [4, 1, 3, 3]",
      "conv2: conv2.bias has no place in the layer",
      "fc1: no fc1.running_mean in the file",
      "fc2: fc2.weight must be [3, 16], and is [3, 8]",
    ]
  ) assertStringIncludes(error.message, line);
  const fewer = modelOf(one, () => [new Conv2D(4, 3), new Conv2D(4, 3)]);
  const count = await assertRejects(() => loadTorch(fewer, file("net.pt")), DataError);
  assertStringIncludes(count.message, "4 modules in the file: conv1, conv2, fc1, fc2");
});

Deno.test("loadTorch: modules that no layer is for are told", async () => {
  const model = modelOf(caseOf("net"), () => [new Conv2D(4, 3, { name: "conv1" })]);
  const { unused } = await loadTorch(model, file("net.pt"));
  assertEquals(unused, ["conv2", "fc1", "fc2"]);
});

Deno.test("loadTorch: files that are no state dictionaries are called by their names", async () => {
  const cases: [name: string, message: string][] = [
    ["net_object.pt", "a pickled object of class __main__.Net"],
    ["net_script.pt", "a TorchScript program"],
    ["net_two.pt", "a, b. Name one of them by the option key"],
  ];
  for (const [name, message] of cases) {
    const error = await assertRejects(
      () => loadTorch(modelOf(caseOf("net")), file(name)),
      DataError,
    );
    assertStringIncludes(error.message, message);
    assert(error.file!.endsWith(name));
  }
  const model = modelOf(caseOf("net"));
  await loadTorch(model, file("net_two.pt"), { key: "b" });
  check(model, caseOf("net"));
  const net = () => modelOf(caseOf("net"));
  await assertRejects(() => loadTorch(net(), file("net_two.pt"), { key: "c" }), RangeError, "a, b");
  const gguf = new TextEncoder().encode("GGUF....");
  await assertRejects(
    () => loadTorch(net(), gguf),
    DataError,
    "safetensors files that it was made of",
  );
});

Deno.test("loadTorch: bytes, a blob and a response are read like a path", async () => {
  const one = caseOf("dense"), bytes = await Deno.readFile(file("dense.pt"));
  const sources = [
    bytes,
    bytes.buffer,
    new Blob([bytes]),
    new File([bytes], "d.pt"),
    new Response(bytes),
    `data:application/octet-stream;base64,${btoa(String.fromCharCode(...bytes))}`,
  ];
  for (const source of sources) {
    const model = modelOf(one);
    await loadTorch(model, source);
    check(model, one);
  }
  const missing = new Response("none", { status: 404 });
  await assertRejects(() => loadTorch(modelOf(one), missing), DataError, "the answer 404");
  await assertRejects(() => loadTorch(modelOf(one), 3 as never), TypeError, "current Number");
  await assertRejects(
    () => loadTorch(modelOf(one), "no/such/file.pt"),
    DataError,
    "no/such/file.pt",
  );
});

Deno.test("loadTorch: options and layers that there are not are refused", async () => {
  const net = modelOf(caseOf("net"));
  await assertRejects(() => loadTorch(net, "x", { byName: true } as never), TypeError, "by");
  await assertRejects(() => loadTorch(net, "x", { by: "shape" as never }), RangeError, "order");
  await assertRejects(() => loadTorch(net, "x", { names: { fc9: "fc1" } }), RangeError, "fc1");
  const before = modelOf(caseOf("gru"), () => [new GRU(4, { resetAfter: false })]);
  await assertRejects(() => loadTorch(before, "x"), DataError, "resetAfter: false");
});
