/**
 * House prices: missing values filled in, categories as columns, a scaled target, early stopping.
 *
 * The houses are drawn by the program, with noise of 10. Expect a mean error below 16: some sizes are missing.
 *
 * `deno task example recipes/house_prices [--check]`
 *
 * Permissions: none
 */
import { parseCSV, StandardScaler, trainTestSplit } from "@neurite/datasets";
import { Dense, EarlyStopping, Sequential } from "@neurite/nn";
import { drawnHouses } from "../common/drawn_data.ts";

const table = parseCSV(drawnHouses(800, 1)); // await readCSV("houses.csv")
console.log(`${table}`);
const split = trainTestSplit(table, undefined, { testSize: 0.2, seed: 1 });
const size = split.train.x.dropMissing("size").column("size").values as Float64Array;
const median = size.toSorted()[size.length >> 1]; // Of the houses that are learnt, for all.
const [train, test] = [split.train.x, split.test.x].map((part) => {
  const ready = part.fillMissing({ size: median }).oneHot("district", ["centre", "lake", "north"]);
  return { x: ready.drop("price").numbers(), y: ready.numbers(["price"]) };
});
const features = new StandardScaler().fit(train.x), prices = new StandardScaler().fit(train.y);

const model = new Sequential([new Dense(32, { activation: "relu" }), new Dense(1)], { seed: 1 });
model.compile({ optimizer: "adam", loss: "meanSquaredError" });
const { epoch } = await model.fit(features.transform(train.x), prices.transform(train.y), {
  epochs: 300,
  validationSplit: 0.2,
  callbacks: [new EarlyStopping({ patience: 15, restoreBestWeights: true })],
  verbose: 0,
});
const found = prices.inverseTransform(model.predict(features.transform(test.x)));
const errors = Array.from(found.data, (price, i) => Math.abs(price - test.y.data[i]));
const error = errors.reduce((sum, e) => sum + e, 0) / errors.length;
console.log(`${epoch.length} epochs; mean error ${error.toFixed(1)} thousand`);
if (Deno.args.includes("--check") && !(error < 18 && epoch.length < 300)) Deno.exit(1);
