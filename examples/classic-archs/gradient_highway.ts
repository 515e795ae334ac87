/**
 * The gradient highway: how much of the gradient arrives at each layer, with and without shortcuts.
 *
 * On the left 50 dense layers with tanh. Without shortcuts each multiplies the gradient by less than 1,
 * and the first layers get nothing of it: it vanishes. With `H(x) = F(x) + x` it stays what it is. On the
 * right the networks of the ResNet paper, 56 layers of 3 x 3 filters. Their batch normalization keeps
 * gradients from vanishing; without shortcuts they grow from layer to layer instead, which no learning
 * rate fits. A few seconds.
 *
 * `deno task example classic-archs/gradient_highway [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi
 */
import { plainCifar, resNetCifar } from "@neurite/classic-archs";
import { Add, Dense, Input, Model, RandomNormal, SparseCategoricalCrossentropy } from "@neurite/nn";
import type { SymbolicTensor } from "@neurite/nn";
import { lineChart, panels } from "@neurite/plot";
import { mean, norm, normal, Rng, stack, tensor, tidy, valueAndGrad } from "@neurite/tensor";
import type { Tensor } from "@neurite/tensor";
import { startBackend } from "../common/backend.ts";
import { elapsed, finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";
import { numbersOf } from "../common/read.ts";

const program = commandLine({
  name: "deno task example classic-archs/gradient_highway",
  description: "Draws the norms of gradients by layer, with and without shortcuts.",
  check: "fail unless shortcuts keep the gradient within bounds and plain layers do not",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);
const { out, seed } = options;
const LAYERS = 50, UNITS = 64, BATCH = 8, CLASSES = 10;

/** Layers of tanh between a first and a last one, with shortcuts or without. */
function denseLayers(shortcuts: boolean): Model {
  const input = new Input({ shape: [UNITS] });
  const kernelInitializer = new RandomNormal({ stddev: 0.7 / Math.sqrt(UNITS) });
  let x: SymbolicTensor = input;
  for (let i = 0; i < LAYERS; i++) {
    const fx = new Dense(UNITS, { activation: "tanh", kernelInitializer }).apply(x);
    x = shortcuts ? new Add().apply([fx, x]) : fx;
  }
  return new Model({ inputs: input, outputs: new Dense(CLASSES).apply(x), seed });
}

/**
 * The norm of the gradient of what is added to the output of each layer, its bias or beta: that is, of what
 * arrives there. From the first layer to the last but one, in one training step.
 */
function gradientNorms(model: Model): Promise<number[]> {
  return numbersOf(tidy(() => {
    const rng = new Rng(seed + 1),
      x = normal([BATCH, ...model.inputShape as number[]], 0, 1, { rng });
    const labels = tensor(Int32Array.from({ length: BATCH }, (_, i) => i % CLASSES));
    const loss = new SparseCategoricalCrossentropy({ fromLogits: true });
    const added = model.weights.filter(({ name }) => name === "bias" || name === "beta").slice(
      0,
      -1,
    );
    const { gradients } = valueAndGrad(() =>
      mean(loss.call(labels, model.call([x], { training: true, rng }) as Tensor))
    )(...added.map(({ value }) => value));
    return stack(gradients.map((gradient) => norm(gradient)));
  }));
}

const networks = [
  { title: `${LAYERS} layers of tanh`, make: [denseLayers(true), denseLayers(false)] },
  {
    title: "56 layers with batch normalization",
    make: [resNetCifar, plainCifar]
      .map((make) => make(56, { seed })),
  },
];
const results = await Promise.all(
  networks.map(async ({ title, make }) => ({
    title,
    norms: await Promise.all(make.map(gradientNorms)),
  })),
);
const spread = (norms: number[]) => Math.max(...norms) / Math.min(...norms);
for (const { title, norms } of results) {
  console.log(title);
  ["with shortcuts", "without"].forEach((name, i) => {
    const [first, last] = [norms[i][0], norms[i].at(-1)!].map((n) => n.toExponential(1));
    const largest = spread(norms[i]).toExponential(1);
    console.log(
      `  ${name.padEnd(14)}  first ${first}, last ${last}, largest by smallest ${largest}`,
    );
  });
}

await panels(
  results.map(({ title, norms }) =>
    lineChart({
      title,
      width: 460,
      height: 320,
      x: { label: "layer, from the image on" },
      y: { label: "norm of the gradient", scale: "log" },
      series: norms.map((all, i) => {
        const name = i ? "without shortcuts" : "with shortcuts";
        return { name, x: all.map((_, n) => n + 1), y: all };
      }),
    })
  ),
  { columns: 2, title: "What arrives of the gradient before the first step" },
).save(`${out}/gradient_highway.svg`);
console.log(`Picture in ${out}/: gradient_highway.svg, ${elapsed()}`);

const [tanh, normed] = results.map(({ norms }) => norms.map(spread));
finish(options, [
  ["tanh without shortcuts to lose the gradient", tanh[1] > 1e3],
  ["shortcuts to keep it", tanh[0] < 100 && normed[0] < 100],
  ["plain layers to do worse with batch normalization, too", normed[1] > 2 * normed[0]],
]);
