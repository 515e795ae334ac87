/**
 * What a network that was trained on ImageNet sees in a photograph: its five best labels.
 *
 * Takes PNG and JPEG, and the weights of any network that `pretrained` knows, in a safetensors file with
 * torchvision's names. Without `--weights` they are looked for where `pretrained` keeps them; where they
 * are not, it says how to get them. `--check` draws a picture, writes a file of weights for a network of
 * two layers that knows colours alone, and goes the same way with both. A second or two.
 *
 * `deno task example classic-archs/classify photo.jpg [--network resnet50] [--weights file] [--check] [--out dir]`
 *
 * Permissions: --allow-read --allow-write --allow-env --allow-ffi
 */
import { loadTorchvisionWeights, pretrained, pretrainedNames } from "@neurite/classic-archs";
import { Conv2D, GlobalAveragePooling2D } from "@neurite/cnn";
import { classify, decodeImage, imagenetLabels } from "@neurite/images";
import { Dense, type Model, type SavedTensor, Sequential, writeSafetensors } from "@neurite/nn";
import { imageGrid } from "@neurite/plot";
import { DataError, ndarray } from "@neurite/tensor";
import { Option } from "commander";
import { startBackend } from "../common/backend.ts";
import { finish } from "../common/finish.ts";
import { commandLine, type ExampleOptions, readOptions } from "../common/options.ts";

const program = commandLine({
  name: "deno task example classic-archs/classify",
  description: "Says what a network that was trained on ImageNet sees in a photograph.",
  check: "take a drawn picture and a network of two layers, and fail where it sees something else",
}).argument("[photo]", "a PNG or JPEG file")
  .option("--weights <file>", "the weights, in a safetensors file with torchvision's names")
  .addOption(
    new Option("--network <name>", "the network").choices([...pretrainedNames]).default("resnet50"),
  );
const options = readOptions<ExampleOptions & { network: string; weights?: string }>(program);
await startBackend(program, options);
const { out, check } = options, [photo] = program.args;
const name = pretrainedNames.find((known) => known === options.network)!;

/** Colours that stand for classes: a row of weights for red, green and blue. */
const COLOURS = { strawberry: [2, -1, -1], "Granny Smith": [-1, 2, -1], jay: [-1, -1, 2] };

/** A network of two layers, with weights out of a file in torchvision's layout. */
async function colourNetwork(): Promise<Model> {
  const saved = (shape: number[], value: (at: number) => number): SavedTensor => ({
    dtype: "float32",
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => value(i)),
  });
  const rows = new Map(
    Object.entries(COLOURS).map(([label, row]) => [imagenetLabels.indexOf(label), row]),
  );
  const classes = imagenetLabels.length, file = `${out}/colours.safetensors`;
  const weights = new Map([
    ["conv1.weight", saved([3, 3, 1, 1], (i) => i % 4 === 0 ? 1 : 0)],
    ["fc.weight", saved([classes, 3], (i) => rows.get(Math.trunc(i / 3))?.[i % 3] ?? 0)],
    ["fc.bias", saved([classes], (i) => rows.has(i) ? 0 : -9)],
  ]);
  await writeSafetensors(file, weights);
  const model = new Sequential([
    new Conv2D(3, 1, { useBias: false, inputShape: [224, 224, 3], name: "conv1" }),
    new GlobalAveragePooling2D(),
    new Dense(classes, { name: "fc" }),
  ], { seed: 1 });
  await loadTorchvisionWeights(model, file);
  return model;
}

/** Draws something round and red, and returns the path of its file. */
async function drawPicture(): Promise<string> {
  const size = 256, path = `${out}/red.png`;
  const isInside = (i: number, j: number) => (i - 128) ** 2 + (j - 128) ** 2 < 100 ** 2;
  const numbers = Uint8Array.from({ length: size * size * 3 }, (_, k) => {
    const pixel = Math.trunc(k / 3), red = isInside(Math.trunc(pixel / size), pixel % size);
    return red ? [220, 30, 40][k % 3] : 250;
  });
  const grid = imageGrid([ndarray(numbers, [size, size, 3])], { scale: 1, gap: 0 });
  await grid.save(path, { scale: 1 });
  return path;
}

/** The network with the weights that were given or are at hand; ends the program where there are none. */
async function trained(): Promise<Model> {
  try {
    if (options.weights === undefined) return await pretrained(name, { mirrors: [] });
    return await pretrained(name, { file: options.weights });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    const hub = `https://huggingface.co/timm/${name}.tv_in1k/resolve/main/model.safetensors`;
    const published = name !== "alexnet" && name !== "googlenet"; // Of these the error says it.
    const get = options.weights === undefined && error.cause === undefined && published
      ? `\nGet the weights:\n  curl -L -o ${name}.safetensors ${hub}\nand give them:\n  ` +
        `deno task example classic-archs/classify ${photo} --network ${name} --weights ${name}.safetensors`
      : "";
    const [first] = error.message.split("\n  "); // Names that do not fit may be hundreds.
    return program.error(`error: ${first}${get || "\nIs it the weights of another --network?"}`);
  }
}

if (!check && photo === undefined) program.error("error: name a photograph: a PNG or JPEG file");
const path = photo ?? await drawPicture();
const read = async () => decodeImage(await Deno.readFile(path), { file: path });
const image = await read().catch((error: Error) => program.error(`error: ${error.message}`));
const guesses = await classify(check ? await colourNetwork() : await trained(), image);
console.log(`${path}, as ${check ? "colours" : name} sees it:`);
for (const { label, probability } of guesses) {
  console.log(`${(100 * probability).toFixed(1).padStart(6)} %  ${label}`);
}
const sum = guesses.reduce((total, { probability }) => total + probability, 0);
finish(options, [
  ["five labels", guesses.length === 5],
  [
    "probabilities that descend",
    guesses.every(({ probability }, i) => probability <= (guesses[i - 1]?.probability ?? 1)),
  ],
  ["probabilities of at most 1 in all", sum <= 1 + 1e-6],
  ["a strawberry in a red picture", photo !== undefined || guesses[0].label === "strawberry"],
]);
