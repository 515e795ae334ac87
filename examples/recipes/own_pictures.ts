/**
 * Your own pictures: a folder for each class becomes a network that names new ones.
 *
 * Without a folder it draws coloured shapes into out/pictures. Expect 80 % right or more.
 *
 * `deno task example recipes/own_pictures [folder] [--check]`
 *
 * Permissions: --allow-read --allow-write=out
 */
import { Conv2D, GlobalAveragePooling2D, MaxPooling2D } from "@neurite/cnn";
import { imageFolder, Rescaling } from "@neurite/images";
import { Adam, BatchNormalization, Dense, Sequential } from "@neurite/nn";
import { drawnPictures } from "../common/drawn_data.ts";

const folder = Deno.args.find((arg) => !arg.startsWith("-")) ??
  await drawnPictures("out/pictures", 400, 1);
const { classes, train, test } = await imageFolder(folder, {
  size: 32,
  split: 0.8,
  batchSize: 16,
  seed: 1,
});
const block = (filters: number) => [
  new Conv2D(filters, 3, { padding: "same", activation: "relu" }),
  new BatchNormalization({ momentum: 0.9 }),
  new MaxPooling2D(2),
];
const model = new Sequential([
  ...[new Rescaling(1 / 255), ...block(16), ...block(32), ...block(64)],
  new GlobalAveragePooling2D(),
  new Dense(classes.length, { activation: "softmax" }),
], { seed: 1 });
const optimizer = new Adam({ learningRate: 0.003 }), loss = "sparseCategoricalCrossentropy";
model.compile({ optimizer, loss, metrics: ["accuracy"] });
await model.fit(train, undefined, { epochs: 15, verbose: 0 });
const { accuracy } = await model.evaluate(test);
console.log(`${classes.length} classes, right: ${(100 * accuracy).toFixed(1)} %`);
if (Deno.args.includes("--check") && accuracy < 0.7) Deno.exit(1);
