/** What layers carry from batch to batch, such as the states of recurrent layers, in files. */
import { asTensor, DataError, formatShape, ndarray, type Tensor, tidy } from "@neurite/tensor";
import type { Model } from "../model.ts";
import type { SavedTensor } from "../safetensors/format.ts";
import { fits, formatSizes } from "../shape.ts";

/** The name in a file of what a layer carries. */
export function stateName(name: string): string {
  return `state/${name}`;
}

/** What the layers of a model carry, by names in files. */
export function statesOf(model: Model): [name: string, value: Tensor][] {
  return model.namedStates().flatMap(([name, { value }]): [string, Tensor][] =>
    value === undefined ? [] : [[stateName(name), value]]
  );
}

/**
 * What the layers of a model carried when it was saved, by names in the model, taken out of `saved`;
 * `undefined` for a model that carries nothing.
 *
 * @throws {DataError} if one is of another shape than that of the layer.
 */
export function savedStates(
  model: Model,
  saved: Map<string, SavedTensor>,
  file: string,
): Map<string, SavedTensor> | undefined {
  const slots = model.namedStates(), states = new Map<string, SavedTensor>();
  for (const [name, { shape }] of slots) {
    const found = saved.get(stateName(name));
    if (found === undefined) continue;
    if (!fits(found.shape, shape)) {
      const [expected, there] = [formatSizes(shape), formatShape(found.shape)];
      throw new DataError(
        `Cannot read ${file} as state "${name}" must be of shape ${expected}: current ${there}`,
        { file, expected, found: there },
      );
    }
    saved.delete(stateName(name));
    states.set(name, found);
  }
  return slots.length > 0 ? states : undefined;
}

/** Gives the layers of a model what they carried when it was saved, where it waits to be resumed. */
export function takeStates(model: Model): void {
  const { states: saved, ...place } = model.progress;
  if (saved === undefined) return;
  model.progress = place;
  const backend = model.weights[0]?.value.backend;
  tidy(() => {
    for (const [name, state] of model.namedStates()) {
      const found = saved.get(name);
      if (found === undefined) state.reset();
      else state.set(asTensor(ndarray(found.data, [...found.shape]), backend));
    }
  });
}
