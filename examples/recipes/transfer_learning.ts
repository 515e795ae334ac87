/**
 * Transfer learning: convolutions that learnt some digits tell others apart, without learning more.
 *
 * Learns 0 to 4, freezes the convolutions, and learns 5 to 9 of three examples each: only the last layer
 * changes. Expect about 76 % right. It is no gain here: over five seeds it got 76.7 % in the mean, and a
 * network that learns everything anew 80.2 %.
 *
 * `deno task example recipes/transfer_learning [--check]`
 *
 * Permissions: none
 */
import { Conv2D, MaxPooling2D } from "@neurite/cnn";
import { trainTestSplit } from "@neurite/datasets";
import { Adam, Dense, Flatten, type Layer, Sequential } from "@neurite/nn";
import { drawnDigits } from "../common/drawn_data.ts";

const block = (n: number) => [new Conv2D(n, 5, { activation: "relu" }), new MaxPooling2D(2)];
const base = () => new Sequential([...block(8), ...block(16), new Flatten()], { seed: 1 });
async function learn(first: Layer, { x, y }: ReturnType<typeof drawnDigits>, epochs: number) {
  const model = new Sequential([first, new Dense(5, { activation: "softmax" })], { seed: 1 });
  const optimizer = new Adam({ learningRate: 0.003 }), loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer, loss, metrics: ["accuracy"] });
  await model.fit(x, y, { epochs, verbose: 0 });
  return model;
}
const many = drawnDigits(0, 4), others = drawnDigits(5, 9), known = base();
await learn(known, many, 3);
known.trainable = false;
const testSize = others.y.length - 15, options = { testSize, stratify: true };
const { train, test } = trainTestSplit(others.x, others.y, options);
const right = async (model: Sequential) => (await model.evaluate(test.x, test.y)).accuracy;
const transferred = await right(await learn(known, train, 15));
const alone = await right(await learn(base(), train, 15));
const shown = [transferred, alone].map((share) => `${(100 * share).toFixed(1)} %`);
console.log(`right: ${shown[0]}, all learnt anew ${shown[1]}`);
if (Deno.args.includes("--check") && transferred < 0.65) Deno.exit(1);
