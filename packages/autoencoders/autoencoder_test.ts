import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Dense, Input, loadModel, Model, Sequential } from "@neurite/nn";
import { Rng, tidy, uniform } from "@neurite/tensor";
import { Autoencoder } from "./autoencoder.ts";
import { deepAutoencoder } from "./dense.ts";
import { convAutoencoder } from "./convolutional.ts";

const x = uniform([6, 8], 0, 1, { rng: new Rng(1) });

/** A small one that has learnt a little. */
async function trained(epochs = 2): Promise<Autoencoder> {
  const model = deepAutoencoder([8, 6, 3], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  await model.fit(x, x, { epochs, batchSize: 2, verbose: 0 });
  return model;
}

Deno.test("the whole is the decoder behind the encoder, in its predictions too", async () => {
  const model = await trained();
  const [whole, halves] = tidy(() => [
    model.predict(x).array(),
    model.decode.predict(model.encode.predict(x)).array(),
  ]);
  assertEquals(whole, halves);
  assertEquals(model.encode.predict(x).shape, [6, 3]);
});

Deno.test("encoder, decoder and whole have the same weights, not copies", async () => {
  const model = deepAutoencoder([8, 6, 3], { seed: 1 });
  assertEquals(model.weights, [...model.encode.weights, ...model.decode.weights]);
  const before = model.encode.predict(x).array();
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  await model.trainOnBatch(x, x);
  assert(JSON.stringify(model.encode.predict(x).array()) !== JSON.stringify(before));
  model.decode.setWeights(model.decode.getWeights().map(({ shape }) => uniform(shape, 0, 0)));
  assertEquals(Math.max(...model.predict(x).dataSync()), 0);
});

Deno.test("names tell the halves apart", () => {
  const names = deepAutoencoder([8, 6, 3]).namedWeights().map(([name]) => name);
  assertEquals(names.length, 8);
  assertEquals(new Set(names).size, 8);
  assertEquals(names.map((name) => name.split("/")[0]), [
    ...Array(4).fill("encode"),
    ...Array(4).fill("decode"),
  ]);
});

Deno.test("a saved one comes back whole, with its halves, and goes on learning", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/autoencoder.safetensors`;
  try {
    const model = await trained();
    await model.save(path);
    const again = await loadModel(path);
    assertInstanceOf(again, Autoencoder);
    assertEquals(again.predict(x).array(), model.predict(x).array());
    assertEquals(again.encode.predict(x).array(), model.encode.predict(x).array());
    const code = model.encode.predict(x);
    assertEquals(again.decode.predict(code).array(), model.decode.predict(code).array());

    await again.fit(x, x, { epochs: 5, batchSize: 2, verbose: 0, resume: true });
    assertEquals(again.predict(x).array(), (await trained(5)).predict(x).array());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a convolutional one is saved and loaded, too", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/conv.safetensors`;
  try {
    const model = convAutoencoder({ seed: 3 }), images = uniform([2, 28, 28, 1], 0, 1);
    await model.save(path);
    const again = await loadModel(path) as Autoencoder;
    assertEquals(again.encode.predict(images).array(), model.encode.predict(images).array());
    assertEquals(again.predict(images).array(), model.predict(images).array());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("any two models that fit make an autoencoder", () => {
  const model = new Autoencoder(
    new Sequential([new Dense(2, { inputShape: [8] })], { seed: 1 }),
    new Sequential([new Dense(5, { activation: "tanh" }), new Dense(8)], { seed: 2 }),
    { name: "mine" },
  );
  assertEquals([model.name, model.inputs[0].shape, model.outputs[0].shape], ["mine", [8], [8]]);
  assertEquals(model.countParams(), (8 * 2 + 2) + (2 * 5 + 5) + (5 * 8 + 8));
});

Deno.test("a frozen encoder is saved, loaded and trained on as it was, a functional one too", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/frozen.safetensors`;
  try {
    const input = new Input({ shape: [8] });
    const functional = new Model({ inputs: input, outputs: new Dense(3).apply(input), seed: 1 });
    const decode = new Sequential([new Dense(8, { inputShape: [3] })], { seed: 2 });
    for (const model of [await trained(0), new Autoencoder(functional, decode)]) {
      model.encode.trainable = false;
      model.compile({ optimizer: "adam", loss: "meanSquaredError" });
      const before = model.encode.predict(x).array();
      await model.fit(x, x, { epochs: 2, verbose: 0 });
      assertEquals(model.encode.predict(x).array(), before);
      await model.save(path);
      const again = await loadModel(path) as Autoencoder;
      assertEquals([again.encode.trainable, again.decode.trainable], [false, true]);
      for (const one of [model, again]) {
        await one.fit(x, x, { epochs: 4, verbose: 0, resume: true });
      }
      assertEquals(again.predict(x).array(), model.predict(x).array());
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
