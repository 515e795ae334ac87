/** Finding the tensors of a file for those of a model. */
import { asTensor, DataError, formatShape, ndarray, type Tensor, tidy } from "@neurite/tensor";
import type { SavedTensor } from "../safetensors/format.ts";

/** A tensor of a model, and what a file has for it. */
export interface Pair {
  /** The model's. */
  readonly tensor: Tensor;
  /** The file's. */
  readonly saved: SavedTensor;
}

/** How something is spoken of: `[8, 3]`, with the element type where it is not float32. */
function describe({ shape, dtype }: Pick<SavedTensor, "shape" | "dtype">): string {
  return formatShape(shape) + (dtype === "float32" ? "" : ` ${dtype}`);
}

/** `layer "dense" has kernel [2, 8]`. */
function sayWhere(name: string, tensor: Pick<SavedTensor, "shape" | "dtype">): string {
  const [, layer, weight] = /^(.*)\/(.*)$/.exec(name) ?? ["", "", name];
  return `${layer && `layer "${layer}" `}has ${weight} ${describe(tensor)}`;
}

/** The error that names a difference between a model and a file. */
export function difference(
  file: string,
  model: string,
  expected: string,
  found: string,
): DataError {
  return new DataError(
    `Cannot load ${file} into model "${model}" as both must have the same weights: current ` +
      `${expected} in the model, ${found} in the file`,
    { file, expected, found },
  );
}

/**
 * For each tensor of a model the one of a file, by name; throws `DataError` that names the first one
 * that is missing or of another shape. `nameOf` says how a name is written in the file.
 */
export function match(
  tensors: ReadonlyMap<string, Tensor>,
  saved: ReadonlyMap<string, SavedTensor>,
  file: string,
  model: string,
  nameOf: (name: string) => string = (name) => name,
): Pair[] {
  return Array.from(tensors, ([name, tensor]) => {
    const found = saved.get(nameOf(name));
    const fits = found !== undefined && describe(found) === describe(tensor);
    if (fits) return { tensor, saved: found };
    const there = found !== undefined
      ? describe(found)
      : nameOf(name) === name
      ? "nothing"
      : `no "${nameOf(name)}"`;
    throw difference(file, model, sayWhere(name, tensor), there);
  });
}

/** Throws `DataError` that names the first tensor of a file that no tensor of the model is for. */
export function matchAll(
  tensors: ReadonlyMap<string, Tensor>,
  saved: ReadonlyMap<string, SavedTensor>,
  file: string,
  model: string,
): void {
  for (const [name, tensor] of saved) {
    if (!tensors.has(name)) throw difference(file, model, "nothing", sayWhere(name, tensor));
  }
}

/** Gives the model's tensors the values of the file. */
export function take(pairs: readonly Pair[]): void {
  tidy(() => {
    const values = pairs.map(({ tensor: { backend }, saved: { data, shape } }) =>
      asTensor(ndarray(data, [...shape]), backend)
    );
    pairs.forEach(({ tensor }, i) => tensor.assign(values[i]));
  });
}
