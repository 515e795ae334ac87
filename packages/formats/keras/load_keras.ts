/** Models that Keras wrote. */
import type { Model, Variable } from "@neurite/nn";
import { DataError, formatShape } from "@neurite/tensor";
import { printable } from "@neurite/tensor/internal";
import { Hdf5Dataset, type Hdf5Group, isHdf5, openHdf5 } from "../hdf5/mod.ts";
import { floats } from "../floats.ts";
import { listed, wrongKind } from "../refuse.ts";
import { type ModelSource, readSource } from "../source.ts";
import { isZip, readZip } from "../zip/read_zip.ts";
import { makeModel } from "./make_model.ts";
import type { ReadLayer } from "./read_model.ts";
import { weightPlaces, weightsInOrder } from "./weights.ts";

/** What is read. */
const EXPECTED = "a Keras model (.keras or .h5)";

/**
 * A model that Keras wrote, with its weights: a `.keras` file of Keras 3, or an `.h5` file of Keras 2 or 3.
 * Layers, connections, shared layers, models in models, regularizers, constraints and what is frozen are
 * those of the file; the results are Keras's, to 1e-4 and better. Optimizers and losses are not read:
 * compile the model to train it further.
 *
 * Weights of any float type become float32. Layers that are other layers of ours are read, too: `ReLU`
 * and `Softmax` are an `Activation`, `RNN` with cells is a `StackedRNN`.
 *
 * @param source A path, a URL, bytes, a `Blob`, a `Response`.
 * @throws {DataError} if it is another file or damaged; if it has layers or options that Neurite does not
 * have, with a list of all of them.
 *
 * @example
 * ```ts
 * import { assertEquals, assertRejects } from "@std/assert";
 * import { loadKeras, toKeras } from "@neurite/formats/keras";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { DataError } from "@neurite/tensor";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 });
 * const again = await loadKeras(await toKeras(model)); // or loadKeras("model.keras")
 * assertEquals(again.predict([[1, 2]]).array(), model.predict([[1, 2]]).array());
 *
 * const other = new TextEncoder().encode("GGUF...");
 * await assertRejects(() => loadKeras(other), DataError, "current a GGUF file of llama.cpp");
 * ```
 */
export async function loadKeras(source: ModelSource): Promise<Model> {
  const { bytes, file } = await readSource(source);
  if (isHdf5(bytes)) return await ofH5(openHdf5(bytes, file), bytes.length, file);
  if (isZip(bytes)) return await ofArchive(bytes, file);
  throw wrongKind(file, bytes, EXPECTED);
}

/** A `.keras` file: an archive of the configuration and the weights. */
async function ofArchive(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<Model> {
  const entries = readZip(bytes, file), config = entries.get("config.json");
  if (config === undefined) throw wrongKind(file, bytes, EXPECTED);
  const stored = entries.get("model.weights.h5"), text = new TextDecoder();
  if (stored === undefined) {
    const found = [...entries.keys()].map((name) => printable(name)).join(", ");
    throw new DataError(
      `Cannot read ${file} as its weights must be in model.weights.h5: current ${printable(found)}`,
      { file, expected: "model.weights.h5", found },
    );
  }
  const weights = openHdf5(await stored.read(), `${file}, model.weights.h5`);
  const described = text.decode(await config.read());
  // Archives came with Keras 3, and their words with them.
  return await withWeights(described, "3", file, weights, bytes.length, (read) => {
    return weightPlaces(read).map(({ path, layer, weights: own }) => {
      const group = weights.group(path) ??
        weights.group(path.replaceAll("layers/", "_layer_checkpoint_dependencies/"));
      const arrays = own.map((_, i) => group?.dataset(String(i)));
      const more = (group?.names.length ?? 0) - own.length;
      return { name: layer.name, weights: own, arrays, more };
    });
  });
}

/** An `.h5` file: the configuration is an attribute, each layer a group. */
async function ofH5(root: Hdf5Group, size: number, file: string): Promise<Model> {
  const [config] = root.texts("model_config") ?? [], weights = root.group("model_weights");
  if (config === undefined || weights === undefined) {
    const found = root.names.includes("layers") || root.texts("layer_names") !== undefined
      ? "weights alone. Write it by model.save, and not by model.save_weights"
      : "no model";
    throw new DataError(
      `Cannot read ${file} as it must be ${EXPECTED}: current ${found}`,
      { file, expected: EXPECTED, found },
    );
  }
  const [version = "2"] = root.texts("keras_version") ?? weights.texts("keras_version") ?? [];
  return await withWeights(
    config,
    version,
    file,
    weights,
    size,
    ({ inner }) =>
      inner!.map((one) => {
        const { layer } = one, own = weightsInOrder(one), group = weights.group(layer.name);
        const names = group === undefined ? [] : namesIn(group);
        const arrays = own.map((_, i) =>
          names[i] === undefined ? undefined : group!.dataset(names[i])
        );
        return { name: layer.name, weights: own, arrays, more: names.length - own.length };
      }),
  );
}

/** The names of weights of a group; where they are many, Keras writes them in parts. */
function namesIn(group: Hdf5Group): string[] {
  const whole = group.texts("weight_names");
  if (whole !== undefined) return whole;
  const names: string[] = [];
  for (let i = 0;; i++) {
    const part = group.texts(`weight_names${i}`);
    if (part === undefined || part.length === 0) return names;
    names.push(...part);
  }
}

/** The weights of a layer, and what the file has for them. */
interface Found {
  readonly name: string;
  readonly weights: readonly Variable[];
  readonly arrays: readonly (Hdf5Dataset | undefined)[];
  /** How many arrays the file has beyond those of the layer. */
  readonly more: number;
}

/** Makes the model that a configuration describes, and gives it its weights. */
async function withWeights(
  described: string,
  version: unknown,
  file: string,
  root: Hdf5Group,
  size: number,
  find: (model: ReadLayer) => Found[],
): Promise<Model> {
  const numbers = Math.min(size, numbersIn(root));
  const read = makeModel(
    () => JSON.parse(described),
    Number.parseInt(String(version)),
    file,
    numbers,
  );
  const model = read.layer as Model;
  try {
    const found = find(read);
    check(file, found);
    for (const { weights, arrays } of found) {
      for (const [i, { value }] of weights.entries()) {
        value.overwrite(floats(await arrays[i]!.read()));
      }
    }
    return model;
  } catch (error) {
    for (const { value } of model.weights) value.dispose();
    throw error;
  }
}

/** How many numbers the arrays in a group have, each counted once. */
function numbersIn(root: Hdf5Group): number {
  const seen = new Set<unknown>(), groups = [root];
  let count = 0;
  for (const group of groups) {
    for (const name of group.names) {
      const one = group.get(name);
      if (one === undefined || seen.has(one)) continue;
      seen.add(one);
      if (one instanceof Hdf5Dataset) count += one.size;
      else groups.push(one);
    }
  }
  return count;
}

/** Refuses a file whose arrays are not the weights of the layers; lists all that differs. */
function check(file: string, found: readonly Found[]): void {
  const faults = found.flatMap(({ name, weights, arrays, more }) => {
    const differing = weights.flatMap(({ name, value }, i) => {
      const array = arrays[i], shape = formatShape(value.shape);
      if (array === undefined) return `no ${name} ${shape}`;
      return array.shape.join() === value.shape.join()
        ? []
        : `${name} must be ${shape}, and is ${formatShape(array.shape)}`;
    });
    if (more > 0) differing.push(`${more} more than its ${weights.length} weights`);
    return differing.map((fault) => `${printable(name)}: ${fault}`);
  });
  if (faults.length === 0) return;
  throw new DataError(
    `Cannot read ${file} as it must have the weights of its layers: current${listed(faults)}`,
    { file, expected: "the weights of each layer", found: faults.join("\n") },
  );
}
