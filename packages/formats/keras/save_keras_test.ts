import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { Autoencoder } from "@neurite/autoencoders";
import { PaddedShortcut, resNet } from "@neurite/classic-archs";
import { Conv2D, LocalResponseNormalization, MaxPooling2D } from "@neurite/cnn";
import { loadKeras, saveKeras, toKeras } from "@neurite/formats/keras";
import { LSTM } from "@neurite/lstm-gru";
import {
  Activation,
  Add,
  BatchNormalization,
  Concatenate,
  Dense,
  Input,
  Model,
  Sequential,
} from "@neurite/nn";
import { l2 } from "@neurite/regularization";
import { Masking } from "@neurite/rnn";
import { DataError, reshape, Rng, type Tensor, tidy, uniform } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import { LAYER_CASES, type LayerCase } from "../../../testing/layer_cases.ts";
import { findPython, runPython } from "../../../testing/python.ts";
import { openHdf5 } from "../hdf5/mod.ts";
import { readZip } from "../zip/read_zip.ts";

/** Our layers that Keras has none for. */
const OURS_ALONE = ["LocalResponseNormalization", "PaddedShortcut", "TransformInput"];
/** Options of the layers' cases that Keras has none for. */
const OPTIONS_ALONE: Readonly<Record<string, string>> = {
  RandomCrop: "there is no option padding",
};

/** A model of one layer. */
function modelOf({ make, shape, inputs = 1 }: LayerCase): Model {
  const xs = Array.from({ length: inputs }, () => new Input({ shape }));
  const model = new Model({ inputs: xs, outputs: make().apply(xs), seed: 5 });
  lively(model);
  return model;
}

/** Gives weights values that are all different from their first ones. */
function lively(model: Model): void {
  const rng = new Rng(9);
  for (const [name, { value }] of model.namedWeights()) {
    tidy(() =>
      value.assign(uniform(value.shape, name.includes("variance") ? 0.5 : -0.5, 1, { rng }))
    );
  }
}

function inputsOf(model: Model, symbols?: number): Tensor[] {
  const rng = new Rng(7);
  return model.inputs.map(({ shape }) => {
    const sizes = [2, ...shape.map((n) => n ?? 4)];
    if (symbols === undefined) return uniform(sizes, -1, 1, { rng });
    const numbers = Float32Array.from(
      { length: sizes.reduce((a, b) => a * b) },
      () => rng.integer(symbols),
    );
    return reshape(numbers, sizes);
  });
}

/** Models that are more than one layer after the other. */
const GRAPHS: Readonly<Record<string, () => Model>> = {
  shared: () => {
    const x = new Input({ shape: [4] }),
      dense = new Dense(4, { activation: "tanh", kernelRegularizer: l2(0.1) });
    const [a, wide] = [dense.apply(x), new Dense(6).apply(x)];
    const b = dense.apply(a), sum = new Add().apply([a, b, x]);
    const outputs = [new Dense(2).apply(new Concatenate().apply([sum, wide])), b];
    return new Model({ inputs: x, outputs });
  },
  branches: () => {
    // The order of the layers here is not that of Keras.
    const x = new Input({ shape: [3] }), y = new Input({ shape: [5] });
    const long = new Dense(4).apply(new Dense(3).apply(new Dense(2).apply(x)));
    const short = new Dense(4).apply(y);
    return new Model({
      inputs: [x, y],
      outputs: new Dense(1).apply(new Add().apply([short, long])),
    });
  },
  nested: () => {
    const inner = new Input({ shape: [4] });
    const block = new Model({
      inputs: inner,
      outputs: [new Dense(4).apply(inner), new Dense(2).apply(inner)],
    });
    const x = new Input({ shape: [4] }), [a, b] = block.applyAll(x), [c, d] = block.applyAll(a);
    const sequence = new Sequential([
      new Input({ shape: [2] }),
      new Dense(3),
      new BatchNormalization(),
    ]);
    return new Model({ inputs: x, outputs: [sequence.apply(b), c, d] });
  },
  states: () => {
    const x = new Input({ shape: [5, 3] });
    const [, h, c] = new LSTM(4, { returnState: true }).applyAll(x);
    return new Model({ inputs: x, outputs: new LSTM(4).apply([x, h, c]) });
  },
  masked: () => {
    const x = new Input({ shape: [5, 1] });
    const y = new LSTM(3, { returnSequences: true }).apply(new Masking({ maskValue: -1 }).apply(x));
    return new Model({ inputs: x, outputs: [new LSTM(2).apply(y), new Dense(2).apply(y)] });
  },
  frozen: () =>
    new Sequential([
      new Input({ shape: [6, 6, 2] }),
      new Conv2D(3, 3, { padding: [[1, 1], [0, 2]], strides: 2, useBias: false }),
      new BatchNormalization({ trainable: false }),
      new Activation("relu"),
      new MaxPooling2D(2, { padding: [[1, 0], [0, 1]] }),
    ]),
  autoencoder: () => {
    const half = (units: number, inputs: number) =>
      new Sequential([new Dense(units, { inputShape: [inputs] })]);
    return new Autoencoder(half(2, 5), half(5, 2));
  },
  resnet: () => resNet(18, { inputShape: [32, 32, 3], classes: 3, seed: 1 }),
};

const written = Object.entries(LAYER_CASES).filter(([name]) =>
  !OURS_ALONE.includes(name) && !(name in OPTIONS_ALONE)
);
/** Everything that is written: a model, and how many symbols its inputs are of. */
const MODELS: readonly (readonly [name: string, make: () => Model, symbols?: number])[] = [
  ...written.map(([name, one]) => [name, () => modelOf(one), one.symbols] as const),
  ...Object.entries(GRAPHS).map(([name, make]) => {
    return [name, () => {
      const model = make();
      lively(model);
      return model;
    }] as const;
  }),
];

const values = (tensors: readonly Tensor[]) => tensors.map((x) => [...x.dataSync()]);

for (const [name, make, symbols] of MODELS) {
  Deno.test(`saveKeras: ${name} is read again the same`, async () => {
    const model = make(),
      again = await loadKeras(await toKeras(model)),
      x = inputsOf(model, symbols);
    assertEquals(values(again.run(x)), values(model.run(x)));
    assertEquals(again.trainableWeights.length, model.trainableWeights.length);
  });
}

Deno.test("saveKeras: the archive has the parts that Keras's has, and its names", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/deep/model.keras`, model = GRAPHS.shared();
    await saveKeras(model, path);
    const entries = readZip(await Deno.readFile(path), path), text = new TextDecoder();
    assertEquals([...entries.keys()], ["metadata.json", "config.json", "model.weights.h5"]);
    const config = JSON.parse(text.decode(await entries.get("config.json")!.read()));
    assertEquals([config.registered_name, config.class_name], ["Functional", "Functional"]);
    assertEquals(config.config.layers[0].config.batch_shape, [null, 4]);
    const shared = config.config.layers.find(({ name }: { name: string }) => name === "dense");
    assertEquals(shared.inbound_nodes.length, 2);
    assertEquals(shared.config.kernel_regularizer, {
      module: "keras.regularizers",
      class_name: "L1L2",
      config: { l1: 0, l2: 0.1 },
      registered_name: null,
    });
    const root = openHdf5(await entries.get("model.weights.h5")!.read(), path);
    assertEquals(root.group("layers")!.names, ["dense", "dense_1", "dense_2"]);
    assertEquals(root.dataset("layers/dense/vars/0")!.shape, [4, 4]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("saveKeras: what Keras does not have is listed, all at once", async () => {
  const model = new Sequential([
    new Input({ shape: [4, 4, 2] }),
    new LocalResponseNormalization({ name: "one" }),
    new PaddedShortcut(3, { name: "two" }),
    new Conv2D(2, 1, { activation: "cos", name: "three" }),
    new MaxPooling2D(2, { padding: [[1, 1], [1, 1]], name: "four" }),
    new Activation((z) => z, { name: "five" }),
  ]);
  const error = await assertRejects(() => toKeras(model), DataError);
  for (
    const line of [
      "one (LocalResponseNormalization): Keras has no such layer",
      "two (PaddedShortcut): Keras has no such layer",
      "three (Conv2D): Keras has no activation cos",
      'four (MaxPooling2D): padding must be "valid" or "same" in Keras, unless a relu comes before it',
      "five (Activation): ",
    ]
  ) assertStringIncludes(error.message, line);
  for (const name of OURS_ALONE) {
    const one = LAYER_CASES[name as keyof typeof LAYER_CASES];
    await assertRejects(() => toKeras(modelOf(one)), DataError, "Keras has no such layer");
  }
  const symbols = new Sequential([new Input({ shape: [3] }), new LSTM(2, { oneHot: 4 })]);
  await assertRejects(() => toKeras(symbols), DataError, "Keras has no option oneHot, which is 4");
  const crop = modelOf(LAYER_CASES.RandomCrop);
  await assertRejects(() => toKeras(crop), DataError, "Keras has no option padding");
});

const python = findPython(
  "import keras; assert keras.__version__ >= '3'",
  "models that were written, in Keras itself",
);

Deno.test("saveKeras: Keras loads every layer and gives the same answers", {
  ignore: python === undefined,
}, async () => {
  const folder = await Deno.makeTempDir();
  try {
    const expected = new Map<string, number[][]>(), models = new Map<string, Model>();
    for (const [name, make, symbols] of MODELS) {
      const model = make(), x = inputsOf(model, symbols);
      await saveKeras(model, `${folder}/${name}.keras`);
      const inputs = x.map((one) => ({ shape: one.shape, values: [...one.dataSync()] }));
      await Deno.writeTextFile(`${folder}/${name}.json`, JSON.stringify(inputs));
      expected.set(name, values(model.run(x)));
      models.set(name, model);
    }
    await runPython(python!, "keras_check.py", [folder]);
    for (const [name, model] of models) {
      const out = JSON.parse(await Deno.readTextFile(`${folder}/${name}.out.json`));
      assert(out.error === undefined, `${name}: ${out.error}`);
      for (const which of ["outputs", "again"]) {
        expected.get(name)!.forEach((ours, i) => {
          const { shape, values } = out[which][i];
          assertClose(
            reshape(Float32Array.from(ours), shape),
            reshape(values, shape).array(),
            1e-4,
            `${name}, ${which} ${i}`,
          );
        });
      }
      assertEquals(out.trainable, model.trainableWeights.length, name);
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
