/**
 * L1 finds the 5 features of 50 that matter; L2 makes all weights smaller and none of them zero.
 *
 * 100 examples of 50 numbers, of which 5 make the target, under noise. A linear model with `l1(0.4)`
 * keeps these 5 and brings all others to 0; with `l2(0.4)` the 5 shrink, and the others stay. Expect
 * 5 weights above 0.1 with L1, 10 without a penalty and 19 with L2, within a second.
 *
 * `deno task example regularization/feature_selection [--check] [--seed n] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env
 */
import { Dense, ExponentialDecay, type Regularizer, Sequential, SGD } from "@neurite/nn";
import { panels, scatter } from "@neurite/plot";
import { l1, l2 } from "@neurite/regularization";
import { ndarray, Rng } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { elapsed, finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numbersOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example regularization/feature_selection",
  description: "Fits linear models with L1 and L2 to targets that few features make.",
  check: "fail unless the 5 features that matter, and no others, have weights with L1",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const count = 100, features = 50;
const THRESHOLD = 0.1; // A weight above it counts.
const rng = new Rng(options.seed);

/** The weights that the targets are made with: five of them are not 0. */
const truth = Array<number>(features).fill(0);
const matter = rng.permutation(features).slice(0, 5).toSorted();
[2, -1.5, -1.5, 1, -1].forEach((w, i) => truth[matter[i]] = w);
const x = ndarray(Float32Array.from({ length: count * features }, () => rng.normal()), [
  count,
  features,
]);
const target = (row: number) => truth.reduce((sum, w, k) => sum + w * x.get(row, k), 0);
const y = ndarray(Float32Array.from({ length: count }, (_, i) => target(i) + rng.normal(0, 0.5)), [
  count,
  1,
]);

/** The weights of a linear model under a penalty. */
async function fit(kernelRegularizer?: Regularizer): Promise<number[]> {
  const model = new Sequential([new Dense(1, { kernelRegularizer, inputShape: [features] })], {
    seed: options.seed,
  });
  // L1 pulls by λ however small a weight is: only smaller and smaller steps bring it to rest at 0.
  const learningRate = new ExponentialDecay({
    initialLearningRate: 0.1,
    decaySteps: 50,
    decayRate: 0.5,
  });
  model.compile({ optimizer: new SGD({ learningRate }), loss: "meanSquaredError" });
  await model.fit(x, y, { epochs: 300, batchSize: count, verbose: 0 });
  return await numbersOf(model.getWeights()[0]);
}

const fits = {
  "no penalty": await fit(),
  "L1, λ = 0.4": await fit(l1(0.4)),
  "L2, λ = 0.4": await fit(l2(0.4)),
};
const kept = new Set(matter);
const rest = Array.from({ length: features }, (_, i) => i).filter((i) => !kept.has(i));
const countLarge = (w: number[]) => w.filter((v) => Math.abs(v) > THRESHOLD).length;
const largestOf = (w: number[], list: number[]) => Math.max(...list.map((i) => Math.abs(w[i])));
console.log(`The target is made of features ${matter.join(", ")}, of ${features}, under noise`);
console.log(`${"".padEnd(11)}  ${"their weights".padEnd(28)}   others  above ${THRESHOLD}`);
for (const [name, w] of Object.entries(fits)) {
  const theirs = Array.from(matter, (i) => w[i].toFixed(2)).join(" ");
  const others = largestOf(w, rest).toFixed(3).padStart(9);
  const large = String(countLarge(w)).padStart(9);
  console.log(`${name.padEnd(11)}  ${theirs.padEnd(28)}${others}${large}`);
}

const charts = Object.entries(fits).map(([title, w]) =>
  scatter({
    title,
    width: 266,
    height: 260,
    x: { label: "feature", min: 0, max: features },
    y: { label: "weight", min: -2.5, max: 2.5 },
    groups: [
      { name: "matter", x: [...matter], y: Array.from(matter, (i) => w[i]) },
      { name: "do not", x: rest, y: rest.map((i) => w[i]) },
    ],
    lines: [{ x: [0, features], y: [0, 0] }],
  })
);
await panels(charts, { title: `Weights of ${features} features, of which 5 matter` }).save(
  `${options.out}/feature_selection.svg`,
);
console.log(`${elapsed()}; picture in ${options.out}/: feature_selection.svg`);

const smallestOf = (w: number[]) => Math.min(...Array.from(matter, (i) => Math.abs(w[i])));
const sparse = fits["L1, λ = 0.4"], spread = fits["L2, λ = 0.4"];
finish(options, [
  ["weights above 0.5 with L1 for the 5 that matter", smallestOf(sparse) > 0.5],
  ["weights below 0.1 with L1 for all others", largestOf(sparse, rest) < THRESHOLD],
  ["weights above 0.1 with L2 for others", largestOf(spread, rest) > THRESHOLD],
]);
