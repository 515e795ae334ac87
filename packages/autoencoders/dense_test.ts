import { assert, assertEquals, assertThrows } from "@std/assert";
import { scale, syntheticDigits } from "@neurite/datasets";
import type { Autoencoder } from "./autoencoder.ts";
import { autoencoder, deepAutoencoder } from "./dense.ts";

/** The layers' output shapes and parameters, encoder and decoder. */
const layersOf = ({ encode, decode }: Autoencoder) =>
  [encode, decode].map((half) =>
    half.describe().slice(1).map((layer) => [layer.outputShape, layer.parameters])
  );

Deno.test("autoencoder(784, 64): the layers of the chapter, with Keras's parameters", () => {
  const model = autoencoder(784, 64);
  assertEquals(layersOf(model), [[[[64], 50240]], [[[784], 50960]]]);
  assertEquals(model.countParams(), 101200);
});

Deno.test("deepAutoencoder: the layers of the chapter, with Keras's parameters", () => {
  const model = deepAutoencoder([784, 512, 256, 128, 64]);
  assertEquals(layersOf(model), [
    [[[512], 401920], [[256], 131328], [[128], 32896], [[64], 8256]],
    [[[128], 8320], [[256], 33024], [[512], 131584], [[784], 402192]],
  ]);
  assertEquals(model.countParams(), 1149520);
});

Deno.test("ReLU everywhere: worked out by hand", () => {
  const model = autoencoder(3, 2);
  model.setWeights([
    [[1, -1], [2, 1], [0, -1]], // z = ReLU(x W_e + b_e)
    [0.5, 0],
    [[1, 0, -1], [1, 1, 1]], // x̂ = ReLU(z W_d + b_d)
    [0, -1, 0],
  ]);
  // x = (1, 1, 0): z = (3.5, 0), x̂ = ReLU(3.5, -1, -3.5).
  assertEquals(model.encode.predict([[1, 1, 0]]).array(), [[3.5, 0]]);
  assertEquals(model.predict([[1, 1, 0]]).array(), [[3.5, 0, 0]]);
  assertEquals(model.decode.predict([[0, 3]]).array(), [[3, 2, 3]]);
});

Deno.test("sizes that do not fall are refused", () => {
  assertThrows(() => autoencoder(64, 64), RangeError, "current 64, 64");
  assertThrows(() => deepAutoencoder([8, 4, 6]), RangeError, "must get smaller");
  assertThrows(() => deepAutoencoder([8]), RangeError, "current 8");
});

Deno.test("digits are learnt, and alike from one seed", async () => {
  const X = scale(syntheticDigits({ count: 600, seed: 1 }).images);
  const learn = async (make: () => Autoencoder) => {
    const model = make();
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const options = { epochs: 6, batchSize: 20, validationSplit: 0.2, verbose: 0 } as const;
    return (await model.fit(X, X, options)).history;
  };
  const plain = await learn(() => autoencoder(784, 64, { seed: 1 }));
  assert(plain.valLoss[5] < 0.04 && plain.loss[0] > 0.06, `${plain.loss} ${plain.valLoss}`);
  assertEquals(await learn(() => autoencoder(784, 64, { seed: 1 })), plain);
  const deep = await learn(() => deepAutoencoder([784, 128, 32], { seed: 1 }));
  assert(deep.valLoss[5] < 0.05 && deep.loss[0] > 0.06, `${deep.loss} ${deep.valLoss}`);
});
