import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { loadKeras } from "@neurite/formats/keras";
import type { Layer, Model } from "@neurite/nn";
import { DataError, reshape } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import { LAYER_CASES } from "../../../testing/layer_cases.ts";
import fixture from "../fixtures/keras/keras.json" with { type: "json" };
import keras2 from "../fixtures/keras2.json" with { type: "json" };

const folder = new URL("../fixtures/keras/", import.meta.url);
const file = (name: string) => new URL(name, folder);

/** What a model gives for the inputs of a case, held against Keras's. */
function check(model: Model, { inputs, outputs }: typeof fixture.cases[number], tolerance: number) {
  const xs = inputs.map(({ shape, values }) => reshape(values, shape));
  const ys = model.predictAll(xs.length === 1 ? xs[0] : xs);
  assertEquals(ys.length, outputs.length);
  ys.forEach((y, i) => {
    const { shape, values } = outputs[i];
    assertClose(y, reshape(values, shape).array(), tolerance, `output ${i}`);
  });
  for (const tensor of [...xs, ...ys]) tensor.dispose();
}

for (const one of fixture.cases) {
  for (const ending of ["keras", "h5"]) {
    Deno.test(`loadKeras: ${one.name}.${ending} gives Keras's answers`, async () => {
      const model = await loadKeras(file(`${one.name}.${ending}`));
      check(model, one, one.name === "half" ? 2e-3 : 1e-5);
    });
  }
}

for (const name of ["chunks.h5", "newest.h5"]) {
  Deno.test(`loadKeras: ${name}, as other programs write HDF5`, async () => {
    check(await loadKeras(new URL(`../${name}`, folder)), fixture.chunks, 1e-5);
  });
}

Deno.test("loadKeras: an .h5 file in the form of Keras 2", async () => {
  check(await loadKeras(new URL("../keras2.h5", folder)), keras2.case, 1e-5);
});

/** Every layer that a model is made of, inner ones too. */
function kindsIn(layer: Layer): string[] {
  return [layer.className, ...layer.sublayers.flatMap(kindsIn)];
}

/** Our layers that Keras has none for. */
const OURS_ALONE = [
  "Autoencoder", // It is read as the Model that it is.
  "LocalResponseNormalization",
  "PaddedShortcut",
  "TransformInput",
];

Deno.test("loadKeras: the files have every layer that there is, but for those that Keras has not", async () => {
  const made = new Set<string>();
  for (const { name } of fixture.cases) {
    for (const kind of kindsIn(await loadKeras(file(`${name}.keras`)))) made.add(kind);
  }
  const missing = Object.keys(LAYER_CASES).filter((name) => !made.has(name)).sort();
  assertEquals(missing, OURS_ALONE);
});

Deno.test("loadKeras: what Neurite does not have is listed, all at once", async () => {
  const error = await assertRejects(() => loadKeras(file("unknown.keras")), DataError);
  for (
    const line of [
      "one (Conv1D): there is no such layer",
      "two (MultiHeadAttention): there is no such layer",
      'three (LSTM): recurrent_activation must be "sigmoid", and is "hard_sigmoid"',
      "four (Dense): its kernel_regularizer must be L1, L2 or L1L2",
      "four (Dense): activity_regularizer must be null",
      "five (LeakyReLU): it must have negative_slope 0.2",
      'six (Dense): there is no activation "sparsemax"',
      "six (Dense): its kernel_constraint must be MaxNorm",
    ]
  ) assertStringIncludes(error.message, line);
  const first = await assertRejects(() => loadKeras(file("channels_first.h5")), DataError);
  assertStringIncludes(first.message, 'data_format must be "channels_last"');
});

Deno.test("loadKeras: regularizers, constraints, initial values and what is frozen are read", async () => {
  for (const ending of ["keras", "h5"]) {
    const model = await loadKeras(file(`network.${ending}`));
    const config = (name: string) => model.getLayer(name).getConfig() as Record<string, unknown>;
    assertEquals(model.name, "network");
    assertEquals(model.getLayer("frozen").trainable, false);
    const dense = model.layers.filter(({ className }) => className === "Dense")
      .map(({ name }) => config(name));
    assertEquals(dense[0].kernelRegularizer, { className: "L1L2", config: { l1: 0.1, l2: 0.2 } });
    assertEquals(dense[0].kernelConstraint, {
      className: "MaxNorm",
      config: { maxValue: 2, axis: 0 },
    });
    assertEquals(dense[0].biasInitializer, { className: "Constant", config: { value: 0.5 } });
    assertEquals(dense[1].kernelInitializer, { className: "Orthogonal", config: { gain: 2 } });
    const conv = model.layers.find(({ className }) => className === "Conv2D")!;
    assertEquals(config(conv.name).kernelRegularizer, {
      className: "L1L2",
      config: { l1: 0, l2: 0.01 },
    });
  }
});

Deno.test("loadKeras: a model that was read is trained further, saved and loaded", async () => {
  const model = await loadKeras(file("network.keras"));
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  const { inputs: [{ shape, values }] } = fixture.cases.find(({ name }) => name === "network")!;
  const x = reshape(values, shape);
  const { history } = await model.fit(x, [[1, 0, 0], [0, 1, 0]], { epochs: 20, verbose: 0 });
  assert(history.loss.at(-1)! < history.loss[0]);
});

Deno.test("loadKeras: other files are called by their names", async () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const cases: [source: Parameters<typeof loadKeras>[0], message: string][] = [
    [bytes("GGUF..."), "current a GGUF file of llama.cpp. Its weights are quantized"],
    [bytes(""), "current an empty file"],
    [bytes("what is this"), "current something else"],
    [
      new URL("../torch/net.pt", folder),
      "current a PyTorch file (.pt). Read its parameters by loadTorch",
    ],
    [file("small.weights.h5"), "current weights alone. Write it by model.save"],
    [new URL("keras.json", folder), "current JSON. If it is the model.json of TensorFlow.js"],
    ["no/such/file.keras", "no/such/file.keras"],
  ];
  for (const [source, message] of cases) {
    const error = await assertRejects(() => loadKeras(source), DataError);
    assertStringIncludes(error.message, message);
  }
});
