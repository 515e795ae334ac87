/**
 * An RBF net learns a sine from 100 noisy samples: the chapter's three experiments, about a second.
 *
 * Two bells, one on each bump, come within 0.07 of the curve. Four bells with spreads of their own
 * are too narrow to reach each other, and leave gaps. With one spread for all they are smooth. The
 * closed form shows what the same bells can do at best.
 *
 * `deno task example rbf/sine [--full] [--check] [--out dir]`; `--full` takes 2,000 epochs.
 *
 * Permissions: --allow-read --allow-write
 */
import { noisySine } from "@neurite/datasets";
import { type Picture, scatter } from "@neurite/plot";
import { RBFNet, type RBFNetOptions } from "@neurite/rbf";
import { parseArgs } from "node:util";

const { values: args } = parseArgs({
  options: {
    check: { type: "boolean" },
    full: { type: "boolean" },
    out: { type: "string", default: "out" },
  },
});

const { x, y } = noisySine({ count: 100, noise: 0.1, seed: 1 });
const grid = Float32Array.from({ length: 101 }, (_, i) => i / 100);
const clean = grid.map((x) => Math.sin(2 * Math.PI * x));

/** The root of the mean squared distance of a curve to the clean sine. */
function rmse(curve: ArrayLike<number>): number {
  return Math.hypot(...clean.map((value, i) => curve[i] - value)) / Math.sqrt(clean.length);
}

function draw(title: string, descent: ArrayLike<number>, best: ArrayLike<number>): Picture {
  const curve = (name: string, y: ArrayLike<number>) => ({ name, x: grid, y: Array.from(y) });
  return scatter({
    title,
    x: { label: "x", min: 0, max: 1 },
    y: { label: "y", min: -1.5, max: 1.5 },
    groups: [{ name: "samples", x: x.data, y: y.data }],
    lines: [
      curve("sin 2πx", clean),
      curve("gradient descent", descent),
      curve("least squares", best),
    ],
  });
}

/** Whether an experiment went as it should, by the RMSE of both ways to fit. */
type Check = (descent: number, best: number) => boolean;

const experiments: { name: string; file: string; net: RBFNetOptions; holds: Check }[] = [
  { name: "k = 2", file: "k2", net: { k: 2 }, holds: (descent) => descent < 0.1 },
  { name: "k = 4", file: "k4", net: { k: 4 }, holds: (descent) => descent > 0.2 },
  {
    name: "k = 4, one spread",
    file: "k4_one_spread",
    net: { k: 4, inferSpreads: false },
    holds: (descent, best) => descent < 0.35 && best < 0.08,
  },
];

const epochs = args.full ? 2000 : 100;
const failed: string[] = [];
console.log(`RMSE against the clean sine; gradient descent: online, ${epochs} epochs`);
for (const { name, file, net: options, holds } of experiments) {
  const net = new RBFNet({ ...options, learningRate: 0.01, epochs, seed: 1 });
  net.fit(x, y);
  const descent = net.predict(grid).dataSync();

  net.fit(x, y, { solve: "least-squares" });
  const best = net.predict(grid).dataSync();

  const spreads = Array.from(net.spreads.dataSync(), (s) => s.toFixed(2)).join(", ");
  const [reached, possible] = [rmse(descent), rmse(best)];
  console.log(
    `${name.padEnd(18)} gradient descent ${reached.toFixed(3)}, least squares ` +
      `${possible.toFixed(3)}, spreads ${spreads}`,
  );
  await draw(`RBF net, ${name}`, descent, best).save(`${args.out}/rbf_sine_${file}.svg`);
  if (!holds(reached, possible)) failed.push(name);
}
console.log(
  `Pictures in ${args.out}/: rbf_sine_k2.svg, rbf_sine_k4.svg, rbf_sine_k4_one_spread.svg`,
);

if (args.check && failed.length > 0) {
  console.error(`Check failed: ${failed.join("; ")} did not come out as the header says`);
  Deno.exit(1);
}
