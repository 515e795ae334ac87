/**
 * The bowl of a loss over two weights, and the paths that descend it: all examples at once, and minibatches.
 *
 * One sigmoid neuron with two weights learns which of 200 noisy points are above a line, by the
 * cross-entropy. With all examples in each step the path is smooth; with ten it trembles, and comes as
 * near in a twentieth of the sums. A second.
 *
 * `deno task example mlp-backprop/descent [--check] [--seed n] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env
 */
import { contourChart } from "@neurite/plot";
import {
  matmul,
  mean,
  mul,
  ndarray,
  Rng,
  sgdUpdate,
  softplus,
  sub,
  tensor,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example mlp-backprop/descent",
  description: "Draws the loss over two weights, and how descents get down.",
  check: "fail unless both get near the minimum, and the full one never climbs",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { seed, out } = options, COUNT = 200, BATCH = 10, RATE = 1.6, START = [-3, -1.5];
const rng = new Rng(seed);

// Inputs that differ in size make the bowl long and narrow; noise keeps its minimum away from infinity.
const points = Array.from({ length: COUNT }, () => [rng.normal(), rng.normal(0, 0.6)]);
const labels = points.map(([x1, x2]) => Number(x1 + 1.5 * x2 + rng.normal(0, 0.8) > 0));

/** The mean cross-entropy of a neuron σ(w·x): log(1 + exp(z)) − y z. */
const lossOf = (z: number, y: number) =>
  Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))) - y * z;
const loss = ([w1, w2]: number[]) =>
  points.reduce((sum, [x1, x2], i) => sum + lossOf(w1 * x1 + w2 * x2, labels[i]), 0) / COUNT;

/** The weights after each step of a descent with `size` examples in each. */
function descend(size: number, steps: number): number[][] {
  const w = tensor(START.map((v) => [v])), path = [START], order = new Rng(seed);
  for (let step = 0; step < steps; step++) {
    const batch = size === COUNT
      ? points.map((_, i) => i)
      : order.permutation(COUNT).slice(0, size);
    tidy(() => {
      const x = ndarray(Float32Array.from([...batch].flatMap((i) => points[i])), [size, 2]);
      const y = ndarray(Float32Array.from([...batch], (i) => labels[i]), [size, 1]);
      const { gradients } = valueAndGrad((w) => {
        const z = matmul(x, w);
        return mean(sub(softplus(z), mul(y, z)));
      })(w);
      sgdUpdate(w, gradients[0], { rate: RATE });
    });
    path.push([...w.dataSync()]);
  }
  w.dispose();
  return path;
}

const full = descend(COUNT, 60), mini = descend(BATCH, 60);
// The minimum: the full descent, gone on with until it rests.
const minimum = descend(COUNT, 1000).at(-1)!;
const [losses, least] = [full.map(loss), loss(minimum)];
const end = loss(mini.at(-1)!);
console.log(
  `minimum at (${minimum.map((v) => v.toFixed(2)).join(", ")}), loss ${least.toFixed(4)}`,
);
console.log(
  `all ${COUNT} examples, 60 steps: ${losses[0].toFixed(4)} -> ${losses.at(-1)!.toFixed(4)}`,
);
console.log(`minibatches of ${BATCH}, 60 steps: ${losses[0].toFixed(4)} -> ${end.toFixed(4)}`);

const pathOf = (name: string, path: number[][], colour: number) => ({
  name,
  x: path.map(([w1]) => w1),
  y: path.map(([, w2]) => w2),
  dots: true,
  colour,
});
await contourChart({
  title: "Down the bowl of a loss",
  width: 640,
  height: 520,
  f: (grid) => grid.map(loss),
  x: { label: "w₁", min: -4, max: 5 },
  y: { label: "w₂", min: -2.5, max: 5.5 },
  levels: 14,
  equal: true,
  lines: [
    pathOf("all examples", full, 6),
    pathOf(`minibatches of ${BATCH}`, mini, 1),
  ],
  groups: [{ name: "minimum", x: [minimum[0]], y: [minimum[1]] }],
}).save(`${out}/descent.svg`);
console.log(`Picture in ${out}/: descent.svg`);

finish(options, [
  ["the full descent never to climb", losses.every((v, i) => i === 0 || v <= losses[i - 1])],
  [`the full descent to end near ${least.toFixed(4)}`, losses.at(-1)! < least + 0.01],
  [`minibatches to end near it, found ${end.toFixed(4)}`, end < least + 0.1],
]);
