/**
 * The classic networks as drawings, a block as one box, and their sizes in a table.
 *
 * `--network` draws one of them, whose name is torchvision's: `resnet50`, `vgg19_bn`, `densenet201`. Without
 * it those of the README are drawn. VGG-16 has 553 MB of weights, which take a few seconds.
 *
 * `deno task example classic-archs/networks [--network name] [--check] [--backend b] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi
 */
import {
  alexNet,
  countMultiplications,
  denseNet,
  denseNetCifar,
  type DenseNetDepth,
  googLeNet,
  networkBlocks,
  plainCifar,
  resNet,
  resNetCifar,
  type ResNetDepth,
  vgg,
  type VggDepth,
} from "@neurite/classic-archs";
import type { Model } from "@neurite/nn";
import { layerGraph } from "@neurite/plot";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example classic-archs/networks",
  description: "Draws the classic networks, and counts their parameters and multiplications.",
  check: "the smaller ones; fail unless parameters and multiplications are those of the papers",
}).option("--network <name>", "one network, by torchvision's name");
const options = readOptions<ExampleOptions & { network?: string }>(program);
await startBackend(program, options);
const { seed, out } = options;

const NETWORKS: Record<string, () => Model> = {
  alexnet: () => alexNet({ seed }),
  alexnet_paper: () => alexNet({ variant: "paper", seed }),
  alexnet_chapter: () => alexNet({ variant: "chapter", seed }),
  googlenet: () => googLeNet({ seed }),
  googlenet_aux: () => googLeNet({ auxiliary: true, seed }),
  ...Object.fromEntries(
    [11, 13, 16, 19].flatMap((depth) =>
      [false, true].map((batchNormalization) =>
        [
          `vgg${depth}${batchNormalization ? "_bn" : ""}`,
          () => vgg(depth as VggDepth, { batchNormalization, seed }),
        ] as const
      )
    ),
  ),
  ...Object.fromEntries(
    [18, 34, 50, 101, 152].map((depth) =>
      [`resnet${depth}`, () => resNet(depth as ResNetDepth, { seed })] as const
    ),
  ),
  ...Object.fromEntries(
    [121, 161, 169, 201, 264].map((depth) =>
      [`densenet${depth}`, () => denseNet(depth as DenseNetDepth, { seed })] as const
    ),
  ),
  resnet20_cifar: () => resNetCifar(20, { seed }),
  plain20_cifar: () => plainCifar(20, { seed }),
  densenet100_cifar: () => denseNetCifar(100, 12, { seed }),
};
const FAMILIES = ["alexnet", "vgg16", "googlenet", "resnet18", "resnet50", "densenet121"];
const SMALL = ["resnet20_cifar", "plain20_cifar", "densenet100_cifar"];
const names = options.network !== undefined
  ? [options.network]
  : options.check
  ? ["googlenet", "resnet18", "densenet121", ...SMALL]
  : [...FAMILIES, ...SMALL];
for (const name of names) {
  if (name in NETWORKS) continue;
  program.error(`error: --network must be one of ${Object.keys(NETWORKS).join(", ")}: ${name}`);
}

await Deno.mkdir(out, { recursive: true });
console.log("network         layers  parameters  multiplications");
const sizes = new Map<string, { parameters: number; multiplications: number }>();
for (const name of names) {
  const model = NETWORKS[name](), { total, layers } = countMultiplications(model);
  const parameters = model.trainableWeights.reduce((sum, { value }) => sum + value.size, 0);
  sizes.set(name, { parameters, multiplications: total });
  const count = (n: number, width: number) => n.toLocaleString("en-US").padStart(width);
  console.log(
    `${name.padEnd(14)}${count(layers.size, 8)}${count(parameters, 12)}${count(total, 17)}`,
  );
  const [size, unit] = total >= 1e9 ? [1e9, "billion"] : [1e6, "million"];
  const title = `${name}: ${(total / size).toPrecision(3)} ${unit} multiplications`;
  await layerGraph(model.describe(), { title, blocks: networkBlocks(model) })
    .save(`${out}/${name}_layers.svg`);
  for (const { value } of model.weights) value.dispose();
}
console.log(`Pictures in ${out}/: ${names.map((name) => `${name}_layers.svg`).join(", ")}`);

/** Millions of parameters and of multiplications that the papers' tables and torchvision's state. */
const STATED: Record<string, readonly [parameters: number, billions: number]> = {
  googlenet: [6_624_904, 1.5],
  resnet18: [11_689_512, 1.8],
  densenet121: [7_978_856, 2.8],
  resnet20_cifar: [269_722, 0.041],
  plain20_cifar: [269_722, 0.041],
  densenet100_cifar: [769_162, 0.29],
};
finish(
  options,
  Object.entries(STATED).filter(([name]) => sizes.has(name)).flatMap(
    ([name, [stated, billions]]) => {
      const { parameters, multiplications } = sizes.get(name)!;
      const near = Math.abs(multiplications / 1e9 / billions - 1) < 0.05;
      return [
        [`${stated} parameters in ${name}`, parameters === stated] as const,
        [`${billions} billion multiplications in ${name}`, near] as const,
      ];
    },
  ),
);
