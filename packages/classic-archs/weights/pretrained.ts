/** The classic networks with the weights that torchvision trained on ImageNet. */
import { type Known, type Model, type SafetensorsSource, whileLoading } from "@neurite/nn";
import { DataError } from "@neurite/tensor";
import {
  findFile,
  type FoundFile,
  type LoadOptions,
  type PublishedFile,
} from "@neurite/tensor/download";
import { checkOneOf, checkOptions } from "@neurite/tensor/internal";
import type { NetworkOptions } from "../network.ts";
import { alexNet } from "../networks/alex_net.ts";
import { denseNet, type DenseNetDepth } from "../networks/dense_net.ts";
import { googLeNet } from "../networks/goog_le_net.ts";
import { resNet, type ResNetDepth } from "../networks/res_net.ts";
import { vgg, type VggDepth } from "../networks/vgg.ts";
import { loadTorchvisionWeights } from "./load_torchvision_weights.ts";

/**
 * What {@linkcode pretrained} makes, and where it looks for the weights. The number of classes is that of
 * the weights: 1000.
 */
export interface PretrainedOptions
  extends LoadOptions, Pick<NetworkOptions, "inputShape" | "includeTop" | "activation"> {
  /**
   * The file itself: a path, a `File` that somebody chose in a page, or bytes as they come; then nowhere
   * is looked for it.
   */
  file?: SafetensorsSource;
}

/** A network that {@linkcode pretrained} knows, by torchvision's name. */
export type PretrainedName =
  | "alexnet"
  | `vgg${VggDepth}${"" | "_bn"}`
  | "googlenet"
  | `resnet${ResNetDepth}`
  | `densenet${Exclude<DenseNetDepth, 264>}`;

/** The networks by torchvision's names. */
const NETWORKS: Readonly<Record<PretrainedName, (options: NetworkOptions) => Model>> = {
  alexnet: (options) => alexNet({ ...options, variant: "torchvision" }),
  vgg11: (options) => vgg(11, options),
  vgg13: (options) => vgg(13, options),
  vgg16: (options) => vgg(16, options),
  vgg19: (options) => vgg(19, options),
  vgg11_bn: (options) => vgg(11, { ...options, batchNormalization: true }),
  vgg13_bn: (options) => vgg(13, { ...options, batchNormalization: true }),
  vgg16_bn: (options) => vgg(16, { ...options, batchNormalization: true }),
  vgg19_bn: (options) => vgg(19, { ...options, batchNormalization: true }),
  googlenet: (options) => googLeNet({ ...options, transformInput: true }),
  resnet18: (options) => resNet(18, options),
  resnet34: (options) => resNet(34, options),
  resnet50: (options) => resNet(50, options),
  resnet101: (options) => resNet(101, options),
  resnet152: (options) => resNet(152, options),
  densenet121: (options) => denseNet(121, options),
  densenet161: (options) => denseNet(161, options),
  densenet169: (options) => denseNet(169, options),
  densenet201: (options) => denseNet(201, options),
};

/** The names of the networks that {@linkcode pretrained} knows. */
export const pretrainedNames: readonly PretrainedName[] = Object.keys(NETWORKS) as PretrainedName[];

const OPTIONS: Known<PretrainedOptions> = {
  file: true,
  dir: true,
  cache: true,
  mirrors: true,
  onProgress: true,
  signal: true,
  inputShape: true,
  includeTop: true,
  activation: true,
};

/** Networks whose weights no hub has in this format. */
const UNPUBLISHED: readonly PretrainedName[] = ["alexnet", "googlenet"];

/** Where the others are published: Hugging Face's `timm` has what torchvision trained at first. */
const HUB = { folder: "weights", mirrors: ["https://huggingface.co"] };

/** The file of a network, by our name and as the hub has it. */
function fileOf(name: PretrainedName): PublishedFile {
  const own = `${name}.safetensors`;
  if (UNPUBLISHED.includes(name)) return { name: own };
  const repository = `timm/${name}.tv_in1k`, there = `${repository}/model.safetensors`;
  const path = `${repository}/resolve/main/model.safetensors`;
  return { name: own, otherNames: [`${name}.tv_in1k.safetensors`, there], path };
}

/**
 * A classic network with weights trained on ImageNet, which tells 1000 classes apart: torchvision's, from
 * before its new recipe (`IMAGENET1K_V1`).
 *
 * The file `<name>.safetensors` (or, as the hub calls it, `<name>.tv_in1k.safetensors` or
 * `timm/<name>.tv_in1k/model.safetensors`) is looked for in `dir`; without it in the folder `weights` of
 * the folder that the environment variable `NEURITE_DATA` names, then in the cache, and at last it is
 * downloaded into the cache from Hugging Face's hub, with a bar: 32 MB for DenseNet-121, 47 MB for
 * ResNet-18, 553 MB for VGG-16. The download is checked by the length and the SHA-256 that the hub states.
 * AlexNet and GoogLeNet are on no hub as safetensors; the error says how PyTorch writes them.
 *
 * Images are to be `preprocess`ed as those were that it learned from. Other weights, such as torchvision's
 * new ones, are loaded by {@linkcode loadTorchvisionWeights}.
 *
 * Flags: `--allow-read` for the folder; `--allow-env=NEURITE_DATA,XDG_CACHE_HOME,HOME` unless `dir` is
 * given; and for a download also `--allow-write` for the cache, and `--allow-net=huggingface.co` with the
 * host to which that redirects, which the error names. A page cannot look into folders: there, give the
 * `file`, or the body of a response.
 *
 * @param name torchvision's: `resnet18`, `vgg16_bn`, `densenet121`, `alexnet`, ...
 * @throws {DataError} if no place has the file, it cannot be read, kept or downloaded, or does not fit the
 * network; it says which, and what to do.
 * @throws {RangeError} for a name that it does not know.
 *
 * @example
 * ```ts
 * import { assertRejects, assertStringIncludes } from "@std/assert";
 * import { pretrained } from "@neurite/classic-archs";
 * import { DataError } from "@neurite/tensor";
 *
 * // const model = await pretrained("resnet18");
 * const nothing = await Deno.makeTempDir();
 * const error = await assertRejects(() => pretrained("resnet18", { dir: nothing }), DataError);
 * assertStringIncludes(error.message, "as resnet18.safetensors or");
 * await Deno.remove(nothing);
 * ```
 */
export async function pretrained(
  name: PretrainedName,
  options: PretrainedOptions = {},
): Promise<Model> {
  checkOneOf("load trained weights", "the network", name, pretrainedNames);
  checkOptions("load trained weights", options, OPTIONS);
  const { inputShape, includeTop, activation, file, ...places } = options;
  const settings = { inputShape, includeTop, activation, seed: 0 };
  // First what may be refused for the options, then what may take long.
  const model = whileLoading(Infinity, () => NETWORKS[name](settings));
  try {
    await loadTorchvisionWeights(model, file ?? await findWeights(name, places));
    return model;
  } catch (error) {
    for (const { value } of model.weights) value.dispose();
    throw error;
  }
}

/** The weights of a network, from the first place that has them. */
async function findWeights(name: PretrainedName, places: LoadOptions): Promise<FoundFile> {
  const file = fileOf(name), title = `the weights of ${name}`;
  const mirrors = file.path === undefined ? [] : HUB.mirrors;
  try {
    return await findFile(file, { ...HUB, title, mirrors }, places);
  } catch (error) {
    const none = error instanceof DataError && error.cause === undefined;
    throw none && file.path === undefined ? unpublished(name, error) : error;
  }
}

/** The error of weights that are not there and that no hub has. */
function unpublished(name: PretrainedName, { file, found, expected, cause }: DataError): DataError {
  const write = `import torchvision.models as m, safetensors.torch as s; ` +
    `s.save_file(m.${name}(weights='DEFAULT').state_dict(), '${name}.safetensors')`;
  return new DataError(
    `Cannot load the weights of ${name} as their file must be there, no hub has it: current no ${file}. ` +
      `Write it by PyTorch: python -c "${write}", and name its folder with the option dir`,
    { file, found, expected, cause },
  );
}
