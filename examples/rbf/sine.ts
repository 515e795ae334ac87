/**
 * An RBF net learns a sine from 100 noisy samples: the chapter's three experiments, about a second.
 *
 * Two bells, one on each bump, come within 0.07 of the curve. Four bells with spreads of their own
 * are too narrow to reach each other, and leave gaps. With one spread for all they are smooth. The
 * closed form shows what the same bells can do at best.
 *
 * `deno task example rbf/sine [--full] [--check] [--backend b] [--out dir]`; `--full` takes 2,000 epochs.
 *
 * Permissions: --allow-read --allow-write
 */
import { noisySine } from "@neurite/datasets";
import { type Picture, scatter } from "@neurite/plot";
import { RBFNet, type RBFNetOptions } from "@neurite/rbf";
import { startBackend } from "../common/backend.ts";
import { type Claim, finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example rbf/sine",
  description: "The chapter's three experiments: RBF nets learn a sine from noisy samples.",
  check: "fail where an experiment does not come out as the header says",
  full: "take 2,000 epochs instead of 100",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { seed, out } = options;

const { x, y } = noisySine({ count: 100, noise: 0.1, seed });
const grid = Float32Array.from({ length: 101 }, (_, i) => i / 100);
const clean = grid.map((x) => Math.sin(2 * Math.PI * x));

/** The root of the mean squared distance of a curve to the clean sine. */
function rmse(curve: ArrayLike<number>): number {
  return Math.hypot(...clean.map((value, i) => curve[i] - value)) / Math.sqrt(clean.length);
}

/** The samples, the sine, what both ways to fit made of it, and the bells that add up to the better one. */
function draw(
  title: string,
  curves: Record<string, ArrayLike<number>>,
  bells: ArrayLike<number>[],
): Picture {
  return scatter({
    title,
    height: 440,
    x: { label: "x", min: 0, max: 1 },
    y: { label: "y", min: -1.5, max: 1.5 },
    groups: [{ name: "samples", x: x.data, y: y.data }],
    lines: [
      { name: "sin 2πx", x: grid, y: clean },
      ...Object.entries(curves).map(([name, y]) => ({
        name: `${name}, RMSE ${rmse(y).toFixed(3)}`,
        x: grid,
        y: Array.from(y),
      })),
      ...bells.map((y, i) => ({
        name: i === 0 ? "its bells" : undefined,
        x: grid,
        y: Array.from(y),
        dashed: true,
        colour: 3,
      })),
    ],
  });
}

/** Whether an experiment went as it should, by the RMSE of both ways to fit. */
type Holds = (descent: number, best: number) => boolean;

const experiments: { name: string; file: string; net: RBFNetOptions; holds: Holds }[] = [
  { name: "k = 2", file: "k2", net: { k: 2 }, holds: (descent) => descent < 0.1 },
  {
    name: "k = 4",
    file: "k4",
    net: { k: 4 },
    holds: (descent, best) => best > 0.2 && descent > 0.2,
  },
  {
    name: "k = 4, one spread",
    file: "k4_one_spread",
    net: { k: 4, inferSpreads: false },
    holds: (descent, best) => descent < 0.35 && best < 0.1,
  },
];

const epochs = options.full ? 2000 : 100;
const claims: Claim[] = [];
console.log(`RMSE against the clean sine; descent: online, ${epochs} epochs`);
console.log(`${"".padEnd(18)}descent  squares  spreads`);
for (const { name, file, net: kind, holds } of experiments) {
  // With a seed, k-means begins at the same points in each fit: both find weights for the same bells.
  const net = new RBFNet({ ...kind, learningRate: 0.01, epochs, seed });
  net.fit(x, y);
  const descent = net.predict(grid).dataSync();
  net.fit(x, y, { solve: "least-squares" });
  const best = net.predict(grid).dataSync();

  // Each bell times its weight; what is missing to their sum is the bias.
  const centers = net.centers.dataSync(), widths = net.spreads.dataSync();
  const weights = net.weights.dataSync();
  const bells = Array.from(
    centers,
    (center, j) => grid.map((x) => weights[j] * Math.exp(-(((x - center) / widths[j]) ** 2) / 2)),
  );
  const bias = net.bias.dataSync()[0];
  const added = grid.map((_, i) => bells.reduce((sum, bell) => sum + bell[i], bias));
  const apart = Math.max(...added.map((value, i) => Math.abs(value - best[i])));

  const [reached, possible] = [rmse(descent), rmse(best)];
  const spreads = Array.from(net.spreads.dataSync(), (s) => s.toFixed(2)).join(", ");
  console.log(
    `${name.padEnd(18)}${reached.toFixed(3).padStart(7)}${possible.toFixed(3).padStart(9)}` +
      `  ${spreads}`,
  );
  await draw(`RBF net, ${name}`, { "gradient descent": descent, "least squares": best }, bells)
    .save(`${out}/rbf_sine_${file}.svg`);
  claims.push([`${name} to come out as the header says`, holds(reached, possible)]);
  claims.push([`the bells of ${name} to add up to the curve`, apart < 1e-4]);
}
console.log(
  `Pictures in ${out}/: rbf_sine_k2.svg, rbf_sine_k4.svg, rbf_sine_k4_one_spread.svg`,
);
finish(options, claims);
