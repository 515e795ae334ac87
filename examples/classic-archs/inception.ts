/**
 * What 1 x 1 convolutions save: the multiplications of an inception module, before and after.
 *
 * The first module of GoogLeNet, on 28 x 28 pixels with 192 channels. Filters of 5 x 5 over all of the
 * channels take 120 million multiplications; over the 16 that a convolution of 1 x 1 makes of them,
 * a tenth of it. The whole module takes 303 million without reduction, 128 million with. A second.
 *
 * `deno task example classic-archs/inception [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env
 */
import {
  countMultiplications,
  inceptionModule,
  naiveInceptionModule,
} from "@neurite/classic-archs";
import { Input, Model, type SymbolicTensor } from "@neurite/nn";
import { layerGraph, panels } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example classic-archs/inception",
  description: "Counts and draws the multiplications of an inception module.",
  check: "fail unless the reduction saves what the paper's numbers say",
});
const options = readOptions<ExampleOptions>(program);
await startBackend(program, options);

/** A module as boxes that count multiplications; normalization and ReLU are left out of the drawing. */
function drawn(title: string, connect: (x: SymbolicTensor) => SymbolicTensor) {
  const x = new Input({ shape: [28, 28, 192], name: "image" });
  const model = new Model({ inputs: x, outputs: connect(x) });
  const { total, layers } = countMultiplications(model), boxes = model.describe();
  const hidden = new Map(
    boxes.filter(({ className }) =>
      className === "BatchNormalization" || className === "Activation"
    )
      .map(({ name, inputs: [input] }) => [name, input]),
  );
  const shown = (name: string): string => hidden.has(name) ? shown(hidden.get(name)!) : name;
  const kept = boxes.filter(({ name }) => !hidden.has(name)).map((box) => ({
    ...box,
    name: box.name.replace(/\.conv$/, ""),
    inputs: box.inputs.map((name) => shown(name).replace(/\.conv$/, "")),
    parameters: layers.get(box.name) ?? 0,
  }));
  return { total, layers, picture: layerGraph(kept, { title, unit: "multiplications" }) };
}

const naive = drawn(
  "Naive",
  (x) => naiveInceptionModule(x, { conv1: 64, conv3: 128, conv5: 32 }, "module"),
);
const filters = { conv1: 64, reduce3: 96, conv3: 128, reduce5: 16, conv5: 32, pool: 32 };
const reduced = drawn(
  "With 1 x 1 reduction",
  (x) => inceptionModule(x, filters, { name: "module" }),
);

const million = (n: number) => `${(n / 1e6).toFixed(1).padStart(6)} million`;
const of = (one: typeof naive, ...branches: string[]) =>
  [...one.layers].filter(([name]) => branches.some((branch) => name.startsWith(`module.${branch}`)))
    .reduce((sum, [, n]) => sum + n, 0);
console.log("branch           before           after");
for (const [name, branch] of [["1x1", "branch1"], ["3x3", "branch2"], ["5x5", "branch3"]]) {
  console.log(`${name}     ${million(of(naive, branch))}  ${million(of(reduced, branch))}`);
}
console.log(`pooling  ${million(of(naive, "branch4"))}  ${million(of(reduced, "branch4"))}`);
console.log(`module   ${million(naive.total)}  ${million(reduced.total)}`);

await panels([naive.picture, reduced.picture], {
  columns: 1,
  title: "Multiplications of an inception module",
}).save(`${options.out}/inception_multiplications.svg`);
console.log(`Picture in ${options.out}/: inception_multiplications.svg`);
finish(options, [
  ["303,464,448 multiplications without reduction", naive.total === 303_464_448],
  ["128,049,152 with it", reduced.total === 128_049_152],
  ["5 x 5 filters at a tenth of the price", of(naive, "branch3") > 9 * of(reduced, "branch3")],
]);
