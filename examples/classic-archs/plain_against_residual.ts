/**
 * Deeper is worse, without shortcuts: plain networks of 20 and 44 layers beside residual ones.
 *
 * A plain network of 44 layers could do what one of 20 does, if 24 layers did nothing; yet it learns
 * worse, and not by overfitting: its loss on the training set is the higher one. Shortcuts turn this
 * round (He et al., 2015, figure 6). The networks of a depth have the same layers and as many parameters.
 *
 * `deno task example classic-archs/plain_against_residual [--full] [--check] [--epochs n] [--data dir] [--backend b]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi --allow-net=www.cs.toronto.edu
 */
import { convNormRelu, residualBlock } from "@neurite/classic-archs";
import { AveragePooling2D, GlobalAveragePooling2D } from "@neurite/cnn";
import { Dense, Input, Model, SGD, SparseCategoricalCrossentropy } from "@neurite/nn";
import type { SymbolicTensor } from "@neurite/nn";
import { lineChart, panels } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { loadPhotographs } from "../common/data.ts";
import { elapsed, finish } from "../common/finish.ts";
import { untilInterrupted } from "../common/interrupt.ts";
import { LossOverSteps } from "../common/loss_over_steps.ts";
import { readOptions, trainingLine, type TrainingOptions } from "../common/options.ts";
import { forPhotographs } from "../common/photographs.ts";
import { first } from "../common/pixels.ts";

const program = trainingLine({
  name: "deno task example classic-archs/plain_against_residual",
  description: "Trains plain and residual networks of 20 and 44 layers, and compares their losses.",
  check: "fail unless depth harms the plain networks, and shortcuts help",
  full: "the paper's widths, 10,000 photographs at 32x32 in place of 1000 at 16x16, 12 epochs",
}, 6);
const options = readOptions<TrainingOptions>(program);
const { out, seed, full } = options;
const epochs = options.epochs ?? (full ? 12 : 6), batchSize = full ? 64 : 32;
await Deno.mkdir(out, { recursive: true })
  .catch((error: Error) => program.error(`error: ${error.message}`));
const backend = await startBackend(program, options);
const { name, data: { train, test } } = await loadPhotographs({
  ...options,
  limit: full ? undefined : 2500,
});
const count = full ? train.labels.size : 1000;
const images = first(train.images, count), labels = first(train.labels, count);
console.log(`${count} images of ${name}, ${test.labels.size} to test with; ${backend}`);

/** With shortcuts that have nothing to learn, or with none. */
const SHORTCUTS = { plain: "none", residual: "padding" } as const;
type Kind = keyof typeof SHORTCUTS;

/** A network of `6n + 2` layers as in the paper, `n` blocks of two layers on maps of each of three sizes. */
function network(kind: Kind, depth: number): Model {
  const image = new Input({ shape: [32, 32, 3] }), width = full ? 16 : 8;
  let x: SymbolicTensor = full ? image : new AveragePooling2D(2).apply(image);
  x = convNormRelu(x, width, 3);
  for (const stage of [0, 1, 2]) {
    for (let block = 0; block < (depth - 2) / 6; block++) {
      const strides = stage > 0 && block === 0 ? 2 : 1;
      x = residualBlock(x, width * 2 ** stage, { strides, shortcut: SHORTCUTS[kind] });
    }
  }
  const outputs = new Dense(10).apply(new GlobalAveragePooling2D().apply(x));
  return new Model({ inputs: image, outputs, seed });
}

/** How a network learnt. */
interface Run {
  kind: Kind;
  depth: number;
  watch: LossOverSteps;
  /** The loss at the end, and the share of test images that are read correctly. */
  loss: number;
  accuracy: number;
}

const signal = untilInterrupted(), runs: Run[] = [];
for (const kind of ["plain", "residual"] as const) {
  for (const depth of [20, 44]) {
    if (signal.aborted) break;
    const model = forPhotographs(network(kind, depth), seed);
    console.log(
      `\n${kind}, ${depth} layers: ${model.countParams().toLocaleString("en")} parameters`,
    );
    model.compile({
      optimizer: new SGD({ learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3 }),
      loss: new SparseCategoricalCrossentropy({ fromLogits: true }),
      metrics: ["accuracy"],
    });
    const watch = new LossOverSteps();
    await model.fit(images, labels, { batchSize, epochs, callbacks: [watch], signal });
    if (signal.aborted) break;
    const { accuracy } = await model.evaluate(test.images, test.labels);
    runs.push({
      kind,
      depth,
      watch,
      accuracy,
      loss: watch.losses.slice(-5).reduce((a, b) => a + b) / 5,
    });
  }
}

if (runs.length > 0) {
  const all = runs.flatMap(({ watch }) => watch.losses);
  const charts = (["plain", "residual"] as const).map((kind) =>
    lineChart({
      title: `${kind} networks`,
      width: 400,
      height: 320,
      x: { label: "step" },
      y: { label: "training loss", min: Math.min(...all), max: Math.max(...all) },
      series: runs.filter((run) => run.kind === kind).map(({ depth, watch }) => ({
        name: `${depth} layers`,
        x: watch.steps,
        y: watch.losses,
      })),
    })
  );
  await panels(charts, { title: "The same layers without shortcuts and with them" }).save(
    `${out}/plain_against_residual.svg`,
  );
}
console.log("\n              training loss  test accuracy");
for (const { kind, depth, loss, accuracy } of runs) {
  console.log(
    `${kind.padEnd(8)} ${depth}   ${loss.toFixed(3).padStart(10)}  ${
      (100 * accuracy).toFixed(1).padStart(11)
    } %`,
  );
}
console.log(`${elapsed()}; picture in ${out}/: plain_against_residual.svg`);

const [plain20, plain44, , residual44] = runs.map(({ loss }) => loss);
finish(options, [
  [`44 plain layers to learn worse than 20: loss ${plain44} above ${plain20}`, plain44 > plain20],
  [
    `44 layers with shortcuts to learn better than 20 without: ${residual44} below ${plain20}`,
    residual44 < plain20,
  ],
], signal.aborted);
