/** The plain autoencoder on MNIST against Keras: `tools/fixtures/autoencoders.py` made the figures. */
import { assert, assertEquals } from "@std/assert";
import { loadMnist, scale } from "@neurite/datasets";
import { autoencoder } from "./dense.ts";

/** The validation losses after each epoch, for each seed. */
const keras: { settings: Record<string, number>; valLoss: Record<string, number[][]> } = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/keras.json", import.meta.url)),
);

const data = Deno.env.get("NEURITE_DATA");
if (!data) console.warn("SKIPPED, as NEURITE_DATA is unset: autoencoders against Keras on MNIST");

Deno.test({ name: "10 epochs of MNIST: within 3 % of Keras", ignore: !data }, async () => {
  const { train, validation, batchSize, epochs } = keras.settings;
  const X = scale((await loadMnist({ split: "train", mirrors: [] })).images);
  assertEquals(X.shape, [train + validation, 784]);
  const meanOf = (list: number[]) => list.reduce((sum, loss) => sum + loss) / list.length;
  const theirs = meanOf(keras.valLoss.dense.map((run) => run[epochs - 1]));

  // Single seeds lie up to 13 % apart.
  const found: number[] = [];
  for (const seed of [1, 2, 3]) {
    const model = autoencoder(784, 64, { seed });
    model.compile({ optimizer: "adam", loss: "meanSquaredError" });
    const { history: { valLoss } } = await model.fit(X, X, {
      batchSize,
      epochs,
      validationSplit: validation / (train + validation),
      verbose: 0,
    });
    found.push(valLoss[epochs - 1]);
  }
  const off = meanOf(found) / theirs - 1;
  assert(Math.abs(off) < 0.03, `${found}, Keras ${theirs}: ${100 * off} % off`);
});
