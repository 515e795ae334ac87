/** PyTorch's parameters, out of a file into a model. */
import type { Model } from "@neurite/nn";
import { formatShape, type Tensor, tensor, tidy } from "@neurite/tensor";
import { checkOneOf, checkOptions } from "@neurite/tensor/internal";
import { floats } from "../floats.ts";
import { type ModelSource, readSource } from "../source.ts";
import { nameOf, type Pair, pairUp, unitsOf } from "./match.ts";
import { partsOf } from "./parts.ts";
import { readStateDict } from "./state_dict.ts";

/** How {@linkcode loadTorch} finds the parameters for a model. */
export interface LoadTorchOptions {
  /**
   * How layers find their modules: `"name"`, a layer `fc1` takes the parameters of module `fc1`; or
   * `"order"`, the first layer with weights those of the first module, and so on. By default by name
   * where any name is in both, else by order.
   */
  by?: "name" | "order";
  /**
   * The modules for layers of other names: `{ dense: "fc1" }`. A layer in a model in the model is named
   * by its path, `encoder.dense`; the second layer of a recurrent module is `lstm_l1`.
   */
  names?: Readonly<Record<string, string>>;
  /** Where in a checkpoint the parameters are, such as `"model_state_dict"`, if it is not plain. */
  key?: string;
}

/** A weight of a model, and what of the file it was made of. */
export interface TorchMatch {
  /** The weight: `dense/kernel`. */
  weight: string;
  /** Its shape. */
  shape: string;
  /** What it was made of: `fc1.weight`. */
  from: string;
  /** What was done: `transposed`. */
  change: string;
}

/** What {@linkcode loadTorch} did. */
export interface TorchMatches {
  /** A line for each weight of the model, for `console.table`. */
  matched: TorchMatch[];
  /** Parameters in the file that no layer of the model is for. */
  unused: string[];
}

const OPTIONS: Readonly<Record<keyof LoadTorchOptions, true>> = {
  by: true,
  names: true,
  key: true,
};

/**
 * Gives a model the parameters of a PyTorch module: of a safetensors file, written by
 * `safetensors.torch.save_file(model.state_dict(), file)`, or of what `torch.save(model.state_dict(), file)`
 * writes, `.pt`, `.pth` and `.bin`, in its old form, too. A pickle is read by an interpreter that
 * calls nothing; checkpoints with a state dictionary among other things are read as well.
 *
 * Values are brought to our layout: `Linear` `[units, inputs]` to `[inputs, units]`, and behind a
 * flattened image, or before a vector that becomes an image, from channel by channel to pixel by pixel;
 * `Conv2d` `[filters, channels, height, width]` and `ConvTranspose2d` `[channels, filters, height, width]`
 * to `[height, width, ...]`; the gates of a `GRU` to another order, and the two biases of `LSTM` and `RNN`
 * added. `BatchNorm`, `LayerNorm` and `Embedding` stay as they are. A `Bidirectional` layer takes both
 * directions of a module, a `StackedRNN` all its layers. A `SeparableConv2D` takes two modules,
 * `name.depthwise` and `name.pointwise`.
 *
 * What is no number stays the model's: `epsilon` (PyTorch's is 1e-5 for normalizations), padding,
 * activations.
 *
 * @param model The model, built.
 * @param source A path, a URL, bytes, a `Blob`, a `Response`.
 * @throws {DataError} if it is another file or damaged, or its modules do not fit the layers: lists what
 * is missing, of another shape or too much, with the nearest names. Nothing is changed then.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTorch } from "@neurite/formats/torch";
 * import { Dense, encodeSafetensors, Sequential } from "@neurite/nn";
 *
 * // What torch.nn.Linear(2, 1) has: one row for each unit.
 * const file = encodeSafetensors(new Map([
 *   ["fc.weight", { dtype: "float32" as const, shape: [1, 2], data: new Float32Array([3, 4]) }],
 *   ["fc.bias", { dtype: "float32" as const, shape: [1], data: new Float32Array([5]) }],
 * ]));
 * const model = new Sequential([new Dense(1, { inputShape: [2], name: "fc" })]);
 * const { matched } = await loadTorch(model, file);
 * assertEquals(matched[0], {
 *   weight: "fc/kernel",
 *   shape: "[2, 1]",
 *   from: "fc.weight",
 *   change: "transposed",
 * });
 * assertEquals(model.predict([[1, 2]]).array(), [[3 * 1 + 4 * 2 + 5]]);
 * ```
 */
export async function loadTorch(
  model: Model,
  source: ModelSource,
  options: LoadTorchOptions = {},
): Promise<TorchMatches> {
  checkOptions("load PyTorch's parameters", options, OPTIONS);
  const { by, names = {}, key } = options;
  if (by !== undefined) checkOneOf("load PyTorch's parameters", "by", by, ["name", "order"]);
  const parts = partsOf(model), paths = parts.map(({ path }) => path);
  for (const name of Object.keys(names)) {
    checkOneOf("load PyTorch's parameters", "a layer in names", name, paths);
  }
  const read = await readSource(source), { file } = read;
  const units = unitsOf(await readStateDict(read, key));
  const pairs = pairUp(file, model.name, parts, units, { by, names });
  take(pairs);
  const used = new Set(pairs.map(([, unit]) => unit));
  return {
    matched: matchesOf(model, pairs),
    unused: units.filter((unit) => !used.has(unit)).map(nameOf),
  };
}

/** Gives the weights their values: all of one layer before the next one's are converted. */
function take(pairs: readonly Pair[]): void {
  // What cannot be read is found before anything is changed.
  for (const [part, { parameters }] of pairs) {
    for (const { name } of part.parameters) parameters.get(name)!.tensor.read();
  }
  for (const [part, { parameters }] of pairs) {
    tidy(() => {
      const values = part.parameters.map(({ name, shape }): [string, Tensor] => {
        const values = floats(parameters.get(name)!.tensor.read());
        return [name, tensor(values, { shape })];
      });
      part.set(new Map(values));
    });
  }
}

/** The lines of the table. */
function matchesOf(model: Model, pairs: readonly Pair[]): TorchMatch[] {
  const names = new Map(model.namedWeights().map(([name, weight]) => [weight, name]));
  return pairs.flatMap(([part, { parameters }]) =>
    part.conversions.map(({ variable, from, change }) => ({
      weight: names.get(variable)!,
      shape: formatShape(variable.value.shape),
      from: from.map((name) => parameters.get(name)!.name).join(" + "),
      change,
    }))
  );
}
