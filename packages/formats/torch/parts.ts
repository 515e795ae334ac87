/** What of a model has weights, and how PyTorch has them: names, shapes, and the way to ours. */
import { Conv2D, Conv2DTranspose, DepthwiseConv2D, SeparableConv2D } from "@neurite/cnn";
import { fromTorch } from "@neurite/lstm-gru";
import {
  BatchNormalization,
  Dense,
  type Layer,
  LayerNormalization,
  type Model,
  type Variable,
} from "@neurite/nn";
import { Bidirectional, Embedding, RecurrentLayer, StackedRNN } from "@neurite/rnn";
import { DataError, reshape, type Tensor, transpose } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import { type FeatureOrder, featureOrders, inOurOrder } from "./feature_order.ts";

/** A parameter as PyTorch has it. */
export interface Parameter {
  /** Its name in the module: `weight`, `weight_ih_l0_reverse`. */
  readonly name: string;
  /** Its shape there. */
  readonly shape: readonly number[];
}

/** Weights of ours, what they are made of, and what is done on the way. */
export interface Conversion {
  /** The weight: `kernel`. */
  readonly variable: Variable;
  /** The names of the parameters that it is made of. */
  readonly from: readonly string[];
  /** What is done: `transposed`. */
  readonly change: string;
}

/** A layer of a model that a module of PyTorch stands for, or one layer of such a module. */
export interface Part {
  /** Where it is in the model: `encoder.dense`. */
  readonly path: string;
  /** Which layer of a recurrent module it is: 0 unless it is in a stack. */
  readonly depth: number;
  /** Whether it is recurrent: its parameters have the number of its layer in their names. */
  readonly recurrent: boolean;
  /** What PyTorch has for it, in the names of layer 0. */
  readonly parameters: readonly Parameter[];
  /** What becomes of it. */
  readonly conversions: readonly Conversion[];
  /** Takes the values, by the names of the parameters. */
  set(values: ReadonlyMap<string, Tensor>): void;
}

/** The parts of a model in its order. Throws where PyTorch has no such layer. */
export function partsOf(model: Model, path = ""): Part[] {
  const orders = featureOrders(model);
  return model.layers.flatMap((layer) =>
    partsOfLayer(layer, path + layer.name, orders.get(layer)!)
  );
}

function partsOfLayer(layer: Layer, path: string, order: FeatureOrder): Part[] {
  if (layer.isModel) return partsOf(layer as Model, `${path}.`);
  if (layer.weights.length === 0) return [];
  if (layer instanceof RecurrentLayer) return [recurrent([layer], path)];
  if (layer instanceof Bidirectional) return [recurrent(layer.sublayers, path)];
  if (layer instanceof StackedRNN) {
    return layer.layers.map((one, depth) => ({ ...recurrent([one], path), depth }));
  }
  if (layer instanceof SeparableConv2D) return separable(layer, path);
  // A wrapper has no module of its own in PyTorch, whose layers apply to every step.
  const [inner] = layer.sublayers;
  if (inner !== undefined) {
    return partsOfLayer(inner, path, { before: undefined, after: undefined });
  }
  return [plain(path, mapped(layer, order))];
}

/** One parameter for each weight. */
interface Mapping {
  readonly name: string;
  readonly shape: readonly number[];
  readonly change: string;
  readonly variable: Variable;
  readonly convert: (x: Tensor) => Tensor;
}

function plain(path: string, mappings: readonly Mapping[]): Part {
  return {
    path,
    depth: 0,
    recurrent: false,
    parameters: mappings,
    conversions: mappings.map(({ variable, name, change }) => ({ variable, from: [name], change })),
    set(values) {
      for (const { name, variable, convert } of mappings) {
        variable.value.assign(convert(values.get(name)!));
      }
    },
  };
}

/** PyTorch's names of weights that are numbers of each channel or feature. */
const NAMES: Readonly<Record<string, string>> = {
  bias: "bias",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
  embeddings: "weight",
};

/** How PyTorch has the weights of a layer. */
function mapped(layer: Layer, order: FeatureOrder): Mapping[] {
  return layer.weights.map((variable): Mapping => {
    const { name, value: { shape } } = variable, known = Object.hasOwn(NAMES, name);
    if (name === "kernel") return { variable, name: "weight", ...kernelOf(layer, shape, order) };
    if (!known || !isKnown(layer)) throw unknown(layer);
    if (layer instanceof LayerNormalization && shape.length === 3) {
      const [height, width, channels] = shape, there = [channels, height, width];
      const convert = (x: Tensor) => transpose(x, [1, 2, 0]);
      return { variable, name: NAMES[name], shape: there, change: "channels last", convert };
    }
    const image = shape.length === 1 ? order.after : undefined;
    const convert = (x: Tensor) => inOurOrder(x, 0, image);
    const change = image === undefined ? "" : "channels last";
    return { variable, name: NAMES[name], shape, change, convert };
  });
}

const isKnown = (layer: Layer): boolean =>
  [
    BatchNormalization,
    Conv2D,
    Conv2DTranspose,
    Dense,
    DepthwiseConv2D,
    Embedding,
    LayerNormalization,
  ]
    .some((type) => layer instanceof type);

/** How PyTorch has a kernel. */
function kernelOf(
  layer: Layer,
  shape: readonly number[],
  { before, after }: FeatureOrder,
): Pick<Mapping, "shape" | "change" | "convert"> {
  if (layer instanceof Dense) {
    const convert = (x: Tensor) => inOurOrder(inOurOrder(transpose(x), 0, before), 1, after);
    const change = before ?? after ? "transposed, channels last" : "transposed";
    return { shape: [shape[1], shape[0]], change, convert };
  }
  const [height, width, a, b] = shape;
  if (layer instanceof DepthwiseConv2D) {
    const convert = (x: Tensor) => transpose(reshape(x, [a, b, height, width]), [2, 3, 0, 1]);
    return { shape: [a * b, 1, height, width], change: "transposed", convert };
  }
  if (layer instanceof Conv2D || layer instanceof Conv2DTranspose) {
    const convert = (x: Tensor) => transpose(x, [2, 3, 1, 0]);
    return { shape: [b, a, height, width], change: "transposed", convert };
  }
  throw unknown(layer);
}

/** Two convolutions, one after the other, which are two modules in PyTorch. */
function separable(layer: SeparableConv2D, path: string): Part[] {
  const [depthwise, pointwise, bias] = layer.weights;
  const [height, width, channels, multiplier] = depthwise.value.shape;
  const [, , between, filters] = pointwise.value.shape, name = "weight", change = "transposed";
  return [
    plain(`${path}.depthwise`, [{
      name,
      change,
      variable: depthwise,
      shape: [channels * multiplier, 1, height, width],
      convert: (x) => transpose(reshape(x, [channels, multiplier, height, width]), [2, 3, 0, 1]),
    }]),
    plain(`${path}.pointwise`, [
      {
        name,
        change,
        variable: pointwise,
        shape: [filters, between, 1, 1],
        convert: (x) => transpose(x, [2, 3, 1, 0]),
      },
      ...(bias === undefined ? [] : [{
        name: "bias",
        change: "",
        variable: bias,
        shape: [filters],
        convert: (x: Tensor) => x,
      }]),
    ]),
  ];
}

/** A recurrent layer, or one for each direction. */
function recurrent(directions: readonly RecurrentLayer[], path: string): Part {
  const suffixes = ["_l0", "_l0_reverse"];
  const parameters: Parameter[] = [], conversions: Conversion[] = [];
  directions.forEach((layer, i) => {
    if (layer.getConfig().resetAfter === false) {
      throw unknown(layer, "a GRU with resetAfter: false");
    }
    const [kernel, recurrentKernel, bias] = layer.weights, suffix = suffixes[i];
    const [inputs, width] = kernel.value.shape, { units } = layer, three = width === 3 * units;
    const change = three ? "transposed, gates z r h" : "transposed";
    const add = (variable: Variable, names: string[], shape: number[], change: string) => {
      const from = names.map((name) => name + suffix);
      parameters.push(...from.map((name) => ({ name, shape })));
      conversions.push({ variable, from, change });
    };
    add(kernel, ["weight_ih"], [width, inputs], change);
    add(recurrentKernel, ["weight_hh"], [width, units], change);
    if (bias === undefined) return;
    add(bias, ["bias_ih", "bias_hh"], [width], bias.value.rank === 2 ? "gates z r h" : "added");
  });
  return {
    path,
    depth: 0,
    recurrent: true,
    parameters,
    conversions,
    set(values) {
      directions.forEach((layer, i) =>
        fromTorch(layer, Object.fromEntries(values), { suffix: suffixes[i] })
      );
    },
  };
}

/** The error of a layer that PyTorch does not have. */
function unknown(layer: Layer, found = layer.className): DataError {
  const expected = "Dense, Conv2D, DepthwiseConv2D, SeparableConv2D, Conv2DTranspose, " +
    "BatchNormalization, LayerNormalization, Embedding, LSTM, GRU or SimpleRNN";
  return new DataError(
    `Cannot load PyTorch's weights into layer ${
      quoted(layer.name)
    } as it must be ${expected}: current ` +
      found,
    { expected, found },
  );
}
