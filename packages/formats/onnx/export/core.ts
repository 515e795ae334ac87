/** The layers of `@neurite/nn`, and those that do something in training only. */
import type {
  Activation,
  BatchNormalization,
  Concatenate,
  Dense,
  Layer,
  LayerNormalization,
  Normalization,
  Reshape,
} from "@neurite/nn";
import { activated } from "./activations.ts";
import { type Builder, type Exported, plain } from "./builder.ts";
import { anyThere } from "./masks.ts";

/** What makes nodes of a layer, given what goes in. */
export type Exporter = (
  layer: Layer,
  inputs: readonly Exported[],
  b: Builder,
) => Exported | readonly Exported[];

/** Exporters by the names of the classes. */
export type Exporters = Readonly<Record<string, Exporter>>;

/** The exporter of a class. */
export function exporter<L extends Layer>(
  run: (layer: L, inputs: readonly Exported[], b: Builder) => Exported | readonly Exported[],
): Exporter {
  return (layer, inputs, b) => run(layer as L, inputs, b);
}

/** A layer that predicts what it is given. */
const identity: Exporter = (_layer, [x]) => x;

/** The sizes along an axis of ours, as the rank of images with channels first has them: where that axis is. */
function axisOf(x: Exported, axis: number): number {
  const rank = x.shape.length + 1, at = axis < 0 ? axis + rank : axis;
  return x.channelsFirst ? [0, 2, 3, 1][at] : at;
}

/** A vector along an axis, for a value of a rank. */
function alongAxis(b: Builder, x: Exported, axis: number, layer: Layer, name: string): string {
  const variable = b.variable(layer, name)!, at = axisOf(x, axis), rank = x.shape.length + 1;
  const dims = Array.from({ length: rank - at }, (_, i) => i === 0 ? variable.value.size : 1);
  return b.changedWeight(variable, `along ${dims}`, dims, (values) => values);
}

/** `gamma (x - mean) / sqrt(variance + epsilon) + beta`, as one operator where the channels are axis 1. */
const batchNormalization = exporter<BatchNormalization>((layer, [x], b) => {
  const has = (name: string) => b.variable(layer, name) !== undefined;
  const size = b.variable(layer, "moving_mean")!.value.size;
  const rank = x.shape.length + 1;
  if (axisOf(x, layer.axis) === 1 && (rank !== 4 || x.channelsFirst)) {
    const vector = (name: string, otherwise: number) =>
      has(name) ? b.weight(layer, name) : b.floats(new Array(size).fill(otherwise));
    const inputs = [
      x.name,
      vector("gamma", 1),
      vector("beta", 0),
      b.weight(layer, "moving_mean"),
      b.weight(layer, "moving_variance"),
    ];
    const attributes = { epsilon: { float: layer.epsilon }, momentum: { float: layer.momentum } };
    return { ...x, name: b.node("BatchNormalization", inputs, attributes) };
  }
  const along = (name: string) => alongAxis(b, x, layer.axis, layer, name);
  const deviation = b.node("Sqrt", [
    b.node("Add", [along("moving_variance"), b.float(layer.epsilon)]),
  ]);
  const rate = has("gamma")
    ? b.node("Div", [along("gamma"), deviation])
    : b.node("Reciprocal", [deviation]);
  const scaled = b.node("Mul", [b.node("Sub", [x.name, along("moving_mean")]), rate]);
  return { ...x, name: has("beta") ? b.node("Add", [scaled, along("beta")]) : scaled };
});

/** Mean 0 and variance 1 along axes: one operator where they are the last ones, else many. */
const layerNormalization = exporter<LayerNormalization>((layer, [x], b) => {
  const given = typeof layer.axis === "number" ? [layer.axis] : layer.axis,
    rank = x.shape.length + 1;
  const axes = given.map((n) => n < 0 ? rank + n : n).sort((a, c) => a - c);
  const sizes = axes.map((n) => x.shape[n - 1]!), input = b.plain(x);
  const has = (name: string) => b.variable(layer, name) !== undefined;
  if (axes.every((n, i) => n === rank - axes.length + i)) {
    const count = sizes.reduce((product, n) => product * n, 1);
    const scale = has("gamma")
      ? b.weight(layer, "gamma")
      : b.floats(new Array(count).fill(1), sizes);
    const inputs = [input, scale, ...has("beta") ? [b.weight(layer, "beta")] : []];
    const attributes = { axis: axes[0], epsilon: { float: layer.epsilon } };
    return plain(b.node("LayerNormalization", inputs, attributes), x.shape, x.mask);
  }
  const along = (name: string) => {
    const dims = Array.from({ length: rank }, (_, i) => axes.includes(i) ? x.shape[i - 1]! : 1);
    return b.changedWeight(b.variable(layer, name)!, `along ${dims}`, dims, (values) => values);
  };
  const mean = (y: string) => b.node("ReduceMean", [y], { axes, keepdims: 1 });
  const centred = b.node("Sub", [input, mean(input)]);
  const variance = mean(b.node("Mul", [centred, centred]));
  const deviation = b.node("Sqrt", [b.node("Add", [variance, b.float(layer.epsilon)])]);
  let y = b.node("Div", [centred, deviation]);
  if (has("gamma")) y = b.node("Mul", [y, along("gamma")]);
  if (has("beta")) y = b.node("Add", [y, along("beta")]);
  return plain(y, x.shape, x.mask);
});

/** `(x - mean) / deviation`, or back, with the deviation computed before. */
const normalization = exporter<Normalization>((layer, [x], b) => {
  const dims = layer.sizesBeside(x.shape), input = b.plain(x);
  const deviations = (variances: Float32Array) =>
    variances.map((variance) => Math.max(Math.sqrt(variance), 1e-7));
  const beside = (name: "mean" | "variance", change: (values: Float32Array) => Float32Array) => {
    const variable = b.variable(layer, name), given = layer[name];
    if (variable !== undefined) return b.changedWeight(variable, `beside ${dims}`, dims, change);
    if (typeof given === "number") return b.float(change(Float32Array.of(given))[0]);
    return b.floats([...change(Float32Array.from((given as number[]).flat(Infinity)))], dims);
  };
  const mean = beside("mean", (values) => values), deviation = beside("variance", deviations);
  const y = layer.invert
    ? b.node("Add", [b.node("Mul", [input, deviation]), mean])
    : b.node("Div", [b.node("Sub", [input, mean]), deviation]);
  return plain(y, x.shape, x.mask);
});

/** `f(x W + b)`: `Gemm` for rows, else a product of matrices and a sum. */
const dense = exporter<Dense>((layer, [x], b) => {
  const kernel = b.weight(layer, "kernel"), bias = layer.useBias ? [b.weight(layer, "bias")] : [];
  const shape = [...x.shape.slice(0, -1), layer.units], input = b.plain(x);
  const product = x.shape.length === 1
    ? b.node("Gemm", [input, kernel, ...bias])
    : b.node("MatMul", [input, kernel]);
  const z = x.shape.length === 1 || bias.length === 0 ? product : b.node("Add", [product, ...bias]);
  return activated(b, plain(z, shape, x.mask), layer.activation);
});

/** All in one layout: that of all of them where they agree. */
function together(
  b: Builder,
  inputs: readonly Exported[],
): { names: string[]; channelsFirst: boolean } {
  const channelsFirst = inputs.some((x) => x.channelsFirst);
  return { names: inputs.map((x) => channelsFirst ? b.images(x) : x.name), channelsFirst };
}

/** The exporters of these layers. */
export const coreExporters: Exporters = {
  Activation: exporter<Activation>((layer, [x], b) => activated(b, x, layer.activation)),
  Add: (_layer, inputs, b) => {
    const { names, channelsFirst } = together(b, inputs), [first, ...others] = names;
    const name = others.reduce((sum, x) => b.node("Add", [sum, x]), first);
    const mask = anyThere(b, inputs.map((x) => x.mask));
    return { name, shape: inputs[0].shape, channelsFirst, mask };
  },
  BatchNormalization: batchNormalization,
  Concatenate: exporter<Concatenate>((layer, inputs, b) => {
    const { names, channelsFirst } = together(b, inputs), [first] = inputs;
    const rank = first.shape.length + 1, at = layer.axis < 0 ? layer.axis + rank : layer.axis;
    const axis = axisOf({ ...first, channelsFirst }, at);
    const sizes = inputs.map(({ shape }) => shape[at - 1]);
    const sum = sizes.every((n) => n !== null) ? sizes.reduce((a, c) => a! + c!, 0) : null;
    const shape = first.shape.map((n, i) => i === at - 1 ? sum : n);
    return {
      name: b.node("Concat", names, { axis }),
      shape,
      channelsFirst,
      mask: concatenatedMask(b, inputs, at),
    };
  }),
  Dense: dense,
  Flatten: (_layer, [x], b) => {
    const size = x.shape.reduce<number>((product, n) => product * n!, 1);
    return plain(b.node("Flatten", [b.plain(x)], { axis: 1 }), [size]);
  },
  LayerNormalization: layerNormalization,
  Normalization: normalization,
  Reshape: exporter<Reshape>((layer, [x], b) => {
    const shape = layer.computeOutputShape([x.shape]) as number[];
    return plain(b.node("Reshape", [b.plain(x), b.integers([0, ...shape])]), shape);
  }),

  Dropout: identity,
  GaussianNoise: identity,
  SpatialDropout2D: identity,
  RandomContrast: identity,
  RandomFlip: identity,
  RandomRotation: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
};

/** The mask of sequences one after the other, or side by side: all steps of one without a mask are there. */
function concatenatedMask(
  b: Builder,
  inputs: readonly Exported[],
  axis: number,
): string | undefined {
  if (inputs.every(({ mask }) => mask === undefined)) return undefined;
  const masks = inputs.map((x) => x.mask ?? onesOf(b, x));
  return axis === 1 ? b.node("Concat", masks, { axis: 1 }) : anyThere(b, masks);
}

/** Ones for each step of a sequence. */
function onesOf(b: Builder, x: Exported): string {
  const sizes = b.node("Shape", [b.plain(x)], { start: 0, end: 2 });
  return b.node("Expand", [b.floats([1], [1, 1]), sizes]);
}
