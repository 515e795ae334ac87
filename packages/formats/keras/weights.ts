/** The weights of layers where Keras keeps them: as its two kinds of files are sorted. */
import { type Layer, type Model, Sequential, type Variable } from "@neurite/nn";
import { Bidirectional, RecurrentLayer, StackedRNN, TimeDistributed } from "@neurite/rnn";
import type { ReadLayer } from "./read_model.ts";

/** A place in a `.keras` file, and the weights that are there by their numbers. */
export interface WeightPlace {
  /** `layers/dense/vars` */
  readonly path: string;
  /** The layer, for messages. */
  readonly layer: Layer;
  /** Its weights, in order. */
  readonly weights: readonly Variable[];
}

/** `Conv2DTranspose` to `conv2d_transpose`: how Keras names a layer by its class. */
export const nameOfKind = (kind: string): string =>
  kind.replace(/\W+/g, "").replace(/(.)([A-Z][a-z]+)/g, "$1_$2").replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();

/** Names for things of these kinds in one list: `dense`, `dense_1`. */
export function namesOfKinds(kinds: readonly string[]): string[] {
  const used = new Map<string, number>();
  return kinds.map((kind) => {
    const name = nameOfKind(kind), before = used.get(name);
    used.set(name, (before ?? -1) + 1);
    return before === undefined ? name : `${name}_${before + 1}`;
  });
}

/**
 * The places of the weights of a model in a `.keras` file: layers by the order of their kinds, and within
 * layers as Keras's objects refer to each other. Each layer comes once, at its first place.
 */
export function weightPlaces(model: ReadLayer, path = "", seen = new Set<Layer>()): WeightPlace[] {
  if (seen.has(model.layer)) return [];
  seen.add(model.layer);
  if (model.inner === undefined) return placesOf(model.layer, path);
  const names = namesOfKinds(model.inner.map(({ kind }) => kind));
  return model.inner.flatMap((one, i) => weightPlaces(one, `${path}layers/${names[i]}/`, seen));
}

function placesOf(layer: Layer, path: string): WeightPlace[] {
  if (layer instanceof RecurrentLayer) return [place(layer, `${path}cell/`)];
  if (layer instanceof TimeDistributed) return placesOf(layer.layer, `${path}layer/`);
  if (layer instanceof Bidirectional) {
    const [forward, backward] = layer.sublayers;
    return [
      ...placesOf(backward, `${path}backward_layer/`),
      ...placesOf(forward, `${path}forward_layer/`),
    ];
  }
  if (layer instanceof StackedRNN) {
    const { layers } = layer;
    if (layers.length === 1) return placesOf(layers[0], path);
    const names = namesOfKinds(layers.map(({ className }) => `${className}Cell`));
    return layers.map((one, i) => place(one, `${path}cell/cells/${names[i]}/`));
  }
  if (layer.isModel) {
    const inner = (layer as Model).layers, names = namesOfKinds(inner.map(kindOf));
    return inner.flatMap((one, i) => placesOf(one, `${path}layers/${names[i]}/`));
  }
  return layer.weights.length === 0 ? [] : [place(layer, path)];
}

/** The name that a layer's class has in Keras. */
export const kindOf = (layer: Layer): string =>
  layer instanceof StackedRNN
    ? "RNN"
    : layer.isModel && !(layer instanceof Sequential)
    ? "Functional"
    : layer.className;

const place = (layer: Layer, path: string): WeightPlace => ({
  path: `${path}vars`,
  layer,
  weights: layer.weights,
});

/**
 * The weights of a layer in the order of `.h5` files: those that are trained, then the others, and so in
 * models, whose layers are in Keras's order.
 */
export function weightsInOrder(one: ReadLayer): Variable[] {
  const trained = new Set(one.layer.trainableWeights), all = [...new Set(weightsOf(one))];
  return [...all.filter((weight) => trained.has(weight)), ...all.filter((w) => !trained.has(w))];
}

const weightsOf = ({ layer, inner }: ReadLayer): readonly Variable[] =>
  inner === undefined ? layer.weights : inner.flatMap(weightsOf);
