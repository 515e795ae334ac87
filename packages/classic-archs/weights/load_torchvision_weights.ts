/** Weights of torchvision's networks, out of a safetensors file into a model. */
import {
  type LayerDescription,
  type Model,
  type OpenSafetensors,
  openSafetensors,
  type OpenSafetensorsOptions,
  type SafetensorsEntry,
  type SafetensorsSource,
  type Variable,
} from "@neurite/nn";
import { DataError, formatShape } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { type FilterSizes, placeFilters } from "./filter_layout.ts";
import {
  inTorchvision,
  isCount,
  optionalPart,
  torchvisionName,
  whichNetwork,
} from "./torchvision_names.ts";

/** The element types that weights may have in a file; they become float32. */
const TYPES = ["F32", "F16", "BF16"];

/** A weight of a model, and how a file may have it. */
interface Target {
  readonly variable: Variable;
  /** The shapes that it may have in a file. */
  readonly shapes: readonly (readonly number[])[];
  /** The sizes of filters and dense layers in PyTorch's order; `undefined` for a list of numbers. */
  readonly sizes: FilterSizes | undefined;
}

/**
 * Gives a network the weights of a safetensors file with torchvision's names: of torchvision's own
 * networks, written by `safetensors.torch.save_file(model.state_dict(), file)`, and of Hugging Face's
 * `timm/*.tv_in1k`. A model of your own can have them too, if its layers are named like torchvision's
 * modules.
 *
 * Values are turned from PyTorch's layout to ours: filters `[filters, channels, height, width]` to
 * `[height, width, channels, filters]`, of groups too; dense layers `[units, inputs]` to `[inputs, units]`,
 * behind a flattened image with the inputs in our order, pixel by pixel; batch normalization's `weight`,
 * `bias`, `running_mean` and `running_var` are our `gamma`, `beta`, `moving_mean` and `moving_variance`.
 * Numbers in half precision (`F16`, `BF16`) become float32. The file is read tensor by tensor, and no
 * more of it is held than the one that is being read.
 *
 * Each weight of the model must be in the file and fit, and each of the file must have a place, but for
 * two things. The auxiliary classifiers of GoogLeNet may be missing, and stay as they are, or be there
 * for a model that has none. And a model without a classifier (`includeTop: false`) passes over that of
 * the file.
 *
 * @param model The network, such as `resNet(50)`; its name in messages is its own.
 * @param file A path; a `File` that somebody chose in a page; bytes as they come, such as the `body` of a
 * response.
 * @throws {DataError} that lists all names that are missing, unknown, or of another shape or element type
 * (`found` has the whole list where the message would be too long), or says what is wrong with the file;
 * nothing is changed then. Bytes that end too early while they come, where their number was not known
 * before, leave those weights changed that were there.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTorchvisionWeights } from "@neurite/classic-archs";
 * import { Dense, encodeSafetensors, Sequential } from "@neurite/nn";
 *
 * // What torch.nn.Linear(2, 1) has: one row for each unit.
 * const file = encodeSafetensors(new Map([
 *   ["fc.weight", { dtype: "float32" as const, shape: [1, 2], data: new Float32Array([3, 4]) }],
 *   ["fc.bias", { dtype: "float32" as const, shape: [1], data: new Float32Array([5]) }],
 * ]));
 * const model = new Sequential([new Dense(1, { inputShape: [2], name: "fc" })]);
 * await loadTorchvisionWeights(model, new Blob([file.slice()]));
 * assertEquals(model.predict([[1, 2]]).array(), [[3 * 1 + 4 * 2 + 5]]);
 * ```
 */
export async function loadTorchvisionWeights(
  model: Model,
  file: SafetensorsSource,
  options: OpenSafetensorsOptions = {},
): Promise<void> {
  const targets = targetsOf(model), opened = await openSafetensors(file, options);
  try {
    check(model, targets, opened);
    await take(targets, opened);
  } finally {
    await opened.close();
  }
}

/** The weights of a model by torchvision's names. */
function targetsOf(model: Model): Map<string, Target> {
  const images = flattenedImages(model.describe()), targets = new Map<string, Target>();
  for (const [name, variable] of model.namedWeights()) {
    const known = torchvisionName(name), { shape } = variable.value;
    if (known === undefined) {
      throw new RangeError(
        `Cannot load weights of torchvision into model ${
          quoted(model.name)
        } as its layers must be ` +
          `convolutions, dense or batch normalizations: current ${quoted(name)}`,
      );
    }
    targets.set(known, { variable, ...inPyTorch(shape, images.get(name.replace(/\/[^/]*$/, ""))) });
  }
  return targets;
}

/** How PyTorch has a weight of ours; `image` is what was flattened before a dense layer. */
function inPyTorch(
  shape: readonly number[],
  image: readonly number[] | undefined,
): Pick<Target, "shapes" | "sizes"> {
  if (shape.length === 4) {
    const [height, width, channels, filters] = shape;
    const sizes = [filters, channels, height, width] as const;
    return { shapes: [sizes], sizes };
  }
  if (shape.length !== 2) return { shapes: [shape], sizes: undefined };
  const [inputs, units] = shape, [height, width, channels] = image ?? [1, 1, inputs];
  const sizes = [units, channels, height, width] as const;
  return { shapes: [[units, inputs], sizes], sizes }; // Some write it as a convolution.
}

/** The image `[height, width, channels]` that was flattened before each dense layer, by its name. */
function flattenedImages(layers: readonly LayerDescription[]): Map<string, readonly number[]> {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const images = new Map<string, readonly number[]>();
  for (const { name, className, inputs } of layers) {
    if (className !== "Dense") continue;
    let before = byName.get(inputs[0]);
    // Dropout and activations in between leave the order as it is.
    while (before !== undefined && before.className !== "Flatten" && before.parameters === 0) {
      before = before.outputShape.length === 1 ? byName.get(before.inputs[0]) : undefined;
    }
    const image = before?.className === "Flatten" && byName.get(before.inputs[0])?.outputShape;
    if (image && image.length === 3) images.set(name, image as readonly number[]);
  }
  return images;
}

/** Refuses a file that is not for a model. */
function check(
  model: Model,
  targets: ReadonlyMap<string, Target>,
  { file, entries }: OpenSafetensors,
): void {
  const there = new Map<string, SafetensorsEntry>(), twice: string[] = [];
  for (const [given, entry] of entries) {
    const name = inTorchvision(given);
    if (isCount(name)) continue;
    if (there.has(name)) twice.push(given);
    there.set(name, entry);
  }
  const parts = (names: Iterable<string>) => new Set([...names].map(optionalPart));
  const inModel = parts(targets.keys()), inFile = parts(there.keys());
  const missing: string[] = [], misshapen: string[] = [], unread: string[] = [];
  for (const [name, { shapes }] of targets) {
    const entry = there.get(name), part = optionalPart(name);
    if (entry === undefined) {
      if (!part?.startsWith("aux") || inFile.has(part)) missing.push(name);
    } else if (!shapes.some((shape) => shape.join() === entry.shape.join())) {
      misshapen.push(`${name} ${formatShape(shapes[0])}, not ${formatShape(entry.shape)}`);
    } else if (!TYPES.includes(entry.dtype)) {
      unread.push(`${name} ${entry.dtype}`);
    }
  }
  const unknown = Array.from(there.keys()).filter((name) => {
    const part = optionalPart(name);
    return !targets.has(name) && (part === undefined || inModel.has(part));
  });
  const faults = [
    ...listed("missing in the file", grouped(missing)),
    ...listed("unknown to the model", grouped(unknown)),
    ...listed("there under another name, too", grouped(twice)),
    ...listed("of another shape in the file", misshapen),
    ...listed(`of another element type than ${TYPES.join(", ")}`, unread),
  ];
  if (faults.length === 0) return;
  const found = faults.join("\n  "), count = missing.length + unknown.length + misshapen.length;
  const expected = "the weights of the model, all of them and no others";
  throw new DataError(
    `Cannot load ${file} into model ${quoted(model.name)} as it must have ${expected}: current` +
      `${remark(targets, there, count)}\n  ${found}`,
    { file, expected, found },
  );
}

/** The share of weights that do not fit from which on it is another network. */
const OTHER = 0.1;

/** What is the matter, where it can be told, with a file of which `count` weights do not fit. */
function remark(
  targets: ReadonlyMap<string, Target>,
  there: ReadonlyMap<string, SafetensorsEntry>,
  count: number,
): string {
  const own = new Map(Array.from(targets, ([name, { shapes }]) => [name, { shape: shapes[0] }]));
  const [model, file] = [own, there].map(whichNetwork);
  if (file !== model && count > OTHER * targets.size) {
    return ` those of ${file ?? "another network"}${model ? `, where the model is ${model}` : ""}`;
  }
  const top = [...own.keys()].filter((name) => /^(fc|classifier)\b.*\.bias$/.test(name)).at(-1);
  const [classes] = own.get(top ?? "")?.shape ?? [], [given] = there.get(top ?? "")?.shape ?? [];
  if (classes === given || given === undefined) return "";
  return ` ${given} classes, where the model has ${classes}. Make it with { classes: ${given} }, or with ` +
    "{ includeTop: false } and a classifier of your own";
}

/** A line of a list, if it has anything. */
function listed(what: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${what}: ${items.join(", ")}`];
}

/** Names in order, those of a layer together: `bn1.{weight, bias}`. */
function grouped(names: readonly string[]): string[] {
  const layers = new Map<string, string[]>();
  for (const name of names) {
    const [, layer, weight] = /^(.*\.)?([^.]*)$/s.exec(name)!;
    layers.set(layer ?? "", [...layers.get(layer ?? "") ?? [], weight]);
  }
  return Array.from(
    layers,
    ([layer, weights]) => layer + (weights.length === 1 ? weights[0] : `{${weights.join(", ")}}`),
  );
}

/** Reads the values, and gives each weight its own as soon as they are there. */
async function take(targets: ReadonlyMap<string, Target>, opened: OpenSafetensors): Promise<void> {
  const wanted = (name: string) => !isCount(name) && targets.has(inTorchvision(name));
  const largest = Math.max(
    0,
    ...Array.from(targets.values(), ({ variable }) => variable.value.size),
  );
  const room = new Float32Array(largest); // For one after the other.
  for await (const { name, begin, values } of opened.pieces(wanted)) {
    const { variable: { value }, sizes } = targets.get(inTorchvision(name))!;
    const whole = room.subarray(0, value.size);
    if (sizes === undefined) whole.set(values, begin);
    else placeFilters(values as Float32Array, begin, whole, sizes);
    if (begin + values.length < value.size) continue;
    value.overwrite(whole);
  }
}
