/**
 * RBF nets with two inputs: a hill and a valley as a surface, and two moons as classes, a second.
 *
 * The surface is learnt from 400 noisy samples by each kind of basis function, in closed form; the
 * Gaussian comes within 0.01 of it. Of the moons, with one output for each class, 99 % are right.
 * The picture shows where k-means put the centres.
 *
 * `deno task example rbf/two_dimensions [--full] [--check] [--backend b] [--out dir]`; `--full` takes ten times the
 * samples and four times the centres.
 *
 * Permissions: --allow-read --allow-write
 */
import { oneHot, twoMoons } from "@neurite/datasets";
import { contourChart, decisionRegions, panels } from "@neurite/plot";
import { type RadialName, RBFNet } from "@neurite/rbf";
import { argmax, Rng, tidy } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example rbf/two_dimensions",
  description: "RBF nets learn a surface and two classes in the plane.",
  check: "fail at an RMSE of 0.05 or below 97 % of the moons right",
  full: "take ten times the samples and four times the centres",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { seed, out } = options;
const count = options.full ? 4000 : 400, more = options.full ? 4 : 1;

// A surface: z = 2 x exp(-x^2 - y^2) has a hill on one side and a valley on the other.
const z = ([x, y]: number[]) => 2 * x * Math.exp(-x * x - y * y);
const rng = new Rng(seed), noise = 0.05;
const X = Array.from({ length: count }, () => [rng.uniform(-2, 2), rng.uniform(-2, 2)]);
const samples = X.map((at) => z(at) + rng.uniform(-noise, noise));

const side = 48, steps = Array.from({ length: side }, (_, i) => -2 + 4 * i / (side - 1));
const grid = steps.flatMap((y) => steps.map((x) => [x, y])), clean = grid.map(z);

const kinds: RadialName[] = ["gaussian", "multiquadric", "inverse-multiquadric", "thin-plate"];
const surfaces: Record<string, ArrayLike<number>> = { "the surface": clean };
const rmses: number[] = [];
for (const rbf of kinds) {
  const net = new RBFNet({ k: 25 * more, rbf, inferSpreads: false, seed });
  net.fit(X, samples, { solve: "least-squares", ridge: 1e-3 });
  const found = tidy(() => net.predict(grid).dataSync());
  rmses.push(Math.hypot(...clean.map((value, i) => found[i] - value)) / side);
  const rmse = rmses.at(-1)!.toFixed(3);
  surfaces[`${rbf}, RMSE ${rmse}`] = found;
  console.log(`surface, ${rbf.padEnd(20)} RMSE ${rmse}`);
}
const charts = Object.entries(surfaces).map(([title, values]) =>
  contourChart({
    title,
    width: 360,
    height: 320,
    f: () => Array.from(values),
    resolution: side,
    x: { label: "x", min: -2, max: 2 },
    y: { label: "y", min: -2, max: 2 },
    levels: [-0.8, -0.6, -0.4, -0.2, 0.2, 0.4, 0.6, 0.8],
    equal: true,
  })
);
await panels(charts, {
  columns: 2,
  title: "A surface, and what four kinds of basis functions make of it",
})
  .save(`${out}/rbf_surfaces.svg`);

// Two classes: the desired outputs are 1 in the column of the class, and the larger output wins.
const train = twoMoons({ count, noise: 0.15, seed });
const test = twoMoons({ count, noise: 0.15, seed: seed + 1 });
const net = new RBFNet({ k: 12 * more, inferSpreads: false, seed });
net.fit(train.X, oneHot(train.labels, 2), { solve: "least-squares" });
const classes = (points: Parameters<typeof net.predict>[0]) =>
  tidy(() => argmax(net.predict(points), { axis: 1 }).dataSync());
const right = classes(test.X).filter((label, i) => label === test.labels.get(i)).length;
const accuracy = right / count;
console.log(`two moons: ${(100 * accuracy).toFixed(1)} % of ${count} others are right`);

const centers = net.centers.array() as number[][];
await decisionRegions({
  title: `Two moons, k = ${net.k}`,
  points: [
    ...Array.from({ length: count }, (_, i) => [train.X.get(i, 0), train.X.get(i, 1)]),
    ...centers,
  ],
  labels: [...train.labels.data, ...centers.map(() => 2)],
  classNames: ["upper moon", "lower moon", "centres"],
  predict: classes,
}).save(`${out}/rbf_moons.svg`);
console.log(`Pictures in ${out}/: rbf_surfaces.svg, rbf_moons.svg`);

finish(options, [
  [`an RMSE below 0.05, found ${rmses[0].toFixed(3)}`, rmses[0] < 0.05],
  [`97 % of the moons right, found ${(100 * accuracy).toFixed(1)} %`, accuracy >= 0.97],
]);
