/** A model of ours as Keras's: the configurations of its layers, and how they are connected. */
import {
  type Layer,
  type Model,
  type Node as GraphNode,
  Sequential,
  type Shape,
  type SymbolicTensor,
} from "@neurite/nn";
import { Bidirectional, RecurrentLayer, StackedRNN } from "@neurite/rnn";
import { printable } from "@neurite/tensor/internal";
import { kerasOrder, type Node } from "./layer_order.ts";
import type { ReadLayer } from "./read_model.ts";
import {
  type Border,
  borderOf,
  type WriteContext,
  writeLayer,
  type Written,
  written,
} from "./write_layer.ts";

/** A model as Keras writes it, and its layers in Keras's order. */
export interface WrittenModel {
  readonly config: Written;
  readonly read: ReadLayer;
}

/** A layer of a model as it is written. */
interface Operation {
  readonly name: string;
  readonly config: Written;
  /** What it is here; `undefined` for an input, and for a border that is a layer of its own there. */
  readonly read: ReadLayer | undefined;
  /** What it is given at each of its uses. */
  readonly uses: Use[];
}

/** A use of an operation, or an input. */
interface Use extends Node<Operation> {
  readonly parents: readonly Use[];
  readonly inputs: readonly Result[];
  readonly number: number;
}

/** A result of a use, and its shape. */
interface Result {
  readonly use: Use;
  readonly index: number;
  readonly shape: Shape;
}

/** Writes a model; what Keras does not have is added to `missing`. */
export function writeModel(model: Model, missing: string[]): WrittenModel | undefined {
  const context: WriteContext = {
    missing,
    writeModel: (inner) => writeModel(inner as Model, missing)?.config,
  };
  return model instanceof Sequential ? sequential(model, context) : functional(model, context);
}

/** A layer of a model, which may be a model. */
function writePart(
  layer: Layer,
  context: WriteContext,
): { config: Written; read: ReadLayer } | undefined {
  if (layer.isModel) {
    const made = writeModel(layer as Model, context.missing);
    return made && { config: made.config, read: made.read };
  }
  const config = writeLayer(layer, context);
  return config && { config, read: { kind: config.class_name, layer, inner: undefined } };
}

/** The layer that Keras has for an explicit border of a convolution or a pooling. */
function borderBefore(
  layer: Layer,
  before: Layer | undefined,
  missing: string[],
): Written | undefined {
  const padding = borderOf(layer);
  if (padding === undefined) return undefined;
  if (layer.className === "MaxPooling2D" && !isPositive(before)) {
    const { name, className } = layer;
    missing.push(
      `${
        printable(name)
      } (${className}): padding must be "valid" or "same" in Keras, unless a relu ` +
        "comes before it",
    );
  }
  return written("keras.layers", "ZeroPadding2D", {
    name: `${layer.name}_padding`,
    padding,
    data_format: "channels_last",
  });
}

/** Whether what a layer gives is never below 0, so that zeros around it are never the largest. */
const isPositive = (layer: Layer | undefined): boolean =>
  ["relu", "relu6", "sigmoid", "softmax", "softplus"].includes(layer?.activationName ?? "");

const inputLayer = ({ name, shape }: { name: string; shape: Shape }): Written =>
  written("keras.layers", "InputLayer", { batch_shape: [null, ...shape], dtype: "float32", name });

function sequential(model: Sequential, context: WriteContext): WrittenModel | undefined {
  const [{ name = "input", shape }] = model.inputs, list = [inputLayer({ name, shape })];
  const inner: ReadLayer[] = [];
  model.layers.forEach((layer, i) => {
    const part = writePart(layer, context);
    const border = borderBefore(layer, model.layers[i - 1], context.missing);
    if (part === undefined) return;
    if (border !== undefined) list.push(border);
    list.push(part.config);
    inner.push(part.read);
  });
  const { name: own, trainable } = model;
  const options = { name: own, trainable, layers: list, build_input_shape: [null, ...shape] };
  return {
    config: written("keras", "Sequential", options),
    read: { kind: "Sequential", layer: model, inner },
  };
}

function functional(model: Model, context: WriteContext): WrittenModel | undefined {
  const { name, trainable, inputs } = model, operations: Operation[] = [];
  const results = new Map<SymbolicTensor, Result>(), uses = new Map<GraphNode, Use>();
  const operation = (name: string, config: Written, read?: ReadLayer): Operation => {
    const made: Operation = { name, config, read, uses: [] };
    operations.push(made);
    return made;
  };
  const use = (operation: Operation, inputs: readonly Result[]): Use => {
    const parents = inputs.map(({ use }) => use), number = operation.uses.length;
    const made: Use = { layer: operation, parents, inputs, number };
    operation.uses.push(made);
    return made;
  };
  for (const input of inputs) {
    const config = inputLayer({ name: input.name!, shape: input.shape });
    results.set(input, {
      use: use(operation(input.name!, config), []),
      index: 0,
      shape: input.shape,
    });
  }
  const byLayer = new Map<Layer, readonly [own: Operation, border: Operation | undefined]>();
  const operationsOf = (layer: Layer, before: SymbolicTensor) => {
    const part = writePart(layer, context);
    const border = borderBefore(layer, before.node?.layer, context.missing);
    // What is missing has been told: the rest is looked at all the same.
    const own = operation(layer.name, part?.config ?? written("", "", {}), part?.read);
    return [own, border && operation(String(border.config.name), border)] as const;
  };
  const visit = (x: SymbolicTensor): Result => {
    const known = results.get(x);
    if (known !== undefined) return known;
    const { layer, inputs } = x.node!, given = inputs.map(visit);
    const pair = byLayer.get(layer) ?? operationsOf(layer, inputs[0]);
    byLayer.set(layer, pair);
    if (layer instanceof StackedRNN && given.length > 1) {
      context.missing.push(`${printable(layer.name)} (StackedRNN): Keras is given no states there`);
    }
    const [own, border] = pair;
    const there = uses.get(x.node!) ??
      use(own, border === undefined ? given : [padded(border, given)]);
    uses.set(x.node!, there);
    const made = { use: there, index: x.index, shape: x.shape };
    results.set(x, made);
    return made;
  };
  const padded = (border: Operation, given: readonly Result[]): Result => {
    const sides = border.config.config.padding as Border;
    const shape = given[0].shape.map((n, i) =>
      i < 2 && n !== null ? n + sides[i][0] + sides[i][1] : n
    );
    return { use: use(border, given), index: 0, shape };
  };
  const outputs = model.outputs.map(visit), ordered = kerasOrder(outputs.map(({ use }) => use));
  // Inputs that lead nowhere come last.
  const list = [...ordered, ...operations.filter((one) => !ordered.includes(one))];
  const options = {
    name,
    trainable,
    layers: list.map(describe),
    input_layers: inputs.map((one) => historyOf(results.get(one)!)),
    // Of a graph in the graph, Keras counts the use that made it as the first one here.
    output_layers: outputs.map((one) => historyOf(one, 1)),
  };
  const inner = list.flatMap(({ read }) => read ?? []);
  return {
    // The class is not among those that Keras exports: it is registered under its name.
    config: {
      ...written("keras.src.models.functional", "Functional", options),
      registered_name: "Functional",
    },
    read: { kind: "Functional", layer: model, inner },
  };
}

/** Where a result is; `first` is added to the number of the use of a graph. */
function historyOf(
  { use, index }: Result,
  first = 0,
): [name: string, number: number, index: number] {
  const { name, config: { class_name } } = use.layer;
  return [name, use.number + (class_name === "Functional" ? first : 0), index];
}

/** A layer with what it is given. */
function describe({ name, config, read, uses }: Operation): Record<string, unknown> {
  const isInput = config.class_name === "InputLayer";
  const nodes = isInput ? [] : uses.map(({ inputs }) => {
    const [first, ...others] = inputs.map(tensorOf);
    const layer = read?.layer;
    const hasStates = others.length > 0 &&
      (layer instanceof RecurrentLayer || layer instanceof Bidirectional);
    if (hasStates) return { args: [first], kwargs: { initial_state: others } };
    return { args: [others.length === 0 ? first : [first, ...others]], kwargs: {} };
  });
  return { ...config, name, inbound_nodes: nodes };
}

/** A result as Keras writes it. */
const tensorOf = (result: Result) => ({
  class_name: "__keras_tensor__",
  config: {
    shape: [null, ...result.shape],
    dtype: "float32",
    keras_history: historyOf(result),
  },
});
