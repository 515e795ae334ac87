/** A small model that recipes serve: kinds of iris flowers, learnt in a second, with their names. */
import { LabelEncoder, readCSV } from "@neurite/datasets";
import { Adam, Dense, type Model, Normalization, Sequential } from "@neurite/nn";
import { argmax, tidy } from "@neurite/tensor";

/** Trains the model. */
export async function irisModel(): Promise<Model> {
  const table = await readCSV(
    new URL("../../packages/datasets/fixtures/iris.csv", import.meta.url),
  );
  const { labels, encoder } = table.labels("species"), x = table.drop("species").numbers();
  const normalization = new Normalization();
  normalization.adapt(x);
  const model = new Sequential([normalization, new Dense(3, { activation: "softmax" })], {
    seed: 1,
  });
  const optimizer = new Adam({ learningRate: 0.05 });
  model.compile({ optimizer, loss: "sparseCategoricalCrossentropy" });
  await model.fit(x, labels, { epochs: 30, verbose: 0 });
  model.metadata = { encoder: encoder.toJSON() };
  return model;
}

/** The kinds of flowers; throws where they are not four numbers each. */
export function kindsOf(model: Model, flowers: number[][]): string[] {
  const numbers = tidy(() => argmax(model.predict(flowers), { axis: 1 }).dataSync());
  return LabelEncoder.fromJSON(model.metadata.encoder).inverseTransform(numbers) as string[];
}
