/**
 * Iris flowers from a CSV file: three kinds told apart, cross-validated, saved, loaded and asked.
 * Expect 92 % or more of the flowers right that were not learnt, in three seconds.
 *
 * `deno task example recipes/iris [--check]`
 *
 * Permissions: --allow-read --allow-write=out
 */
import { crossValidate, LabelEncoder, readCSV, trainTestSplit } from "@neurite/datasets";
import { Adam, Dense, loadModel, Normalization, Sequential } from "@neurite/nn";
import { argmax, type NdArray } from "@neurite/tensor";

const table = await readCSV(new URL("../../packages/datasets/fixtures/iris.csv", import.meta.url));
const { labels, encoder } = table.labels("species"), x = table.drop("species").numbers();

async function train(x: NdArray, y: NdArray) {
  const normalization = new Normalization();
  normalization.adapt(x);
  const out = new Dense(3, { activation: "softmax" });
  const model = new Sequential([normalization, out], { seed: 1 });
  const optimizer = new Adam({ learningRate: 0.05 }), metrics = ["accuracy"] as const;
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy", metrics });
  await model.fit(x, y, { epochs: 40, batchSize: 16, verbose: 0 });
  return model;
}
const { mean, deviation } = await crossValidate(x, labels, async ({ train: { x, y }, test }) => {
  return (await (await train(x, y)).evaluate(test.x, test.y)).accuracy;
}, { folds: 5, stratify: true });
console.log(`${(100 * mean).toFixed(1)} % right, ± ${(100 * deviation).toFixed(1)}`);

const split = trainTestSplit(x, labels, { stratify: true, seed: 1 });
const model = await train(split.train.x, split.train.y);
model.metadata = { encoder }; // The names of the classes are saved with the model.
await model.save("out/iris.safetensors");
const again = await loadModel("out/iris.safetensors"), flower = [[5.1, 3.5, 1.4, 0.2]];
const names = LabelEncoder.fromJSON(again.metadata.encoder);
const [kind] = names.inverseTransform(argmax(again.predict(flower), { axis: 1 }).dataSync());
console.log(`sepals of 5.1 x 3.5, petals of 1.4 x 0.2: ${kind}`);
if (Deno.args.includes("--check") && (mean < 0.92 || kind !== "setosa")) Deno.exit(1);
