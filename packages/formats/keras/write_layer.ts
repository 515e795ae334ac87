/** A layer of ours as Keras's: the class and its options. */
import { type Config, type Layer, layers } from "@neurite/nn";
import { Bidirectional, StackedRNN, type TimeDistributed } from "@neurite/rnn";
import { printable, type WindowSettings } from "@neurite/tensor/internal";
import { FIXED, LAYER_RULES, type LayerRule, sameValue } from "./layer_rules.ts";
import { snake } from "./words.ts";

/** A thing as Keras writes it. */
export interface Written {
  /** The module that has the class. */
  module: string;
  /** The class. */
  class_name: string;
  /** Its options. */
  config: Record<string, unknown>;
  /** The name of a class of a user's own. */
  registered_name: string | null;
}

/** How it is written. */
export const written = (
  module: string,
  class_name: string,
  config: Record<string, unknown>,
): Written => ({ module, class_name, config, registered_name: null });

/** What the writing of a layer needs. */
export interface WriteContext {
  /** A line for each layer or option that Keras does not have. */
  readonly missing: string[];
  /** Writes a model in a layer. */
  readonly writeModel: (model: Layer) => Written | undefined;
}

/** The activations that Keras has, by our names. */
const ACTIVATIONS = new Set(
  ("celu elu exponential gelu hardSigmoid hardSilu hardTanh leakyRelu linear logSoftmax mish relu relu6 " +
    "selu sigmoid silu softmax softplus softsign tanh").split(" "),
);

/** Names of ours for what Keras calls otherwise. */
const OUR_OPTIONS: Readonly<Record<string, string>> = { keepDims: "keepdims" };

/** The padding of a layer that Keras writes as a layer of its own before it, where it has one. */
export type Border = readonly (readonly [number, number])[];

/** A layer as Keras writes it; `undefined`, and a line in `missing`, where it has none. */
export function writeLayer(layer: Layer, context: WriteContext): Written | undefined {
  const before = context.missing.length;
  let config: Config;
  try { // Of functions and classes that are not registered there is none.
    config = layer.toConfig();
  } catch (error) {
    return void miss(context, layer, (error as Error).message);
  }
  const made = layer instanceof StackedRNN
    ? ofStack(layer, context)
    : ofConfig(config, layer, context);
  return context.missing.length === before ? made : undefined;
}

function miss({ missing }: WriteContext, { name, className }: Layer, what: string): void {
  missing.push(`${printable(name)} (${printable(className)}): ${printable(what, 300)}`);
}

/** The explicit padding of a convolution or a pooling, of which Keras knows only two kinds. */
export function borderOf(layer: Layer): Border | undefined {
  const { padding } = (layer as { windows?: WindowSettings }).windows ?? {};
  const hasWindows = /^(Conv2D|DepthwiseConv2D|SeparableConv2D|MaxPooling2D)$/.test(
    layer.className,
  );
  return hasWindows && Array.isArray(padding) ? padding : undefined;
}

/** The options of a class, under Keras's names. */
function ofConfig(
  { className, config }: Config,
  layer: Layer,
  context: WriteContext,
): Written | undefined {
  const rule = LAYER_RULES.get(className);
  if (rule === undefined) return void miss(context, layer, "Keras has no such layer");
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(config)) {
    const alone = rule.ours?.[key];
    if (alone !== undefined) {
      if (alone.some((one) => sameValue(one, value))) continue;
      miss(context, layer, `Keras has no option ${key}, which is ${JSON.stringify(value)}`);
    } else if (key !== "inputShape") {
      const isBorder = key === "padding" && borderOf(layer) !== undefined;
      out[OUR_OPTIONS[key] ?? snake(key)] = isBorder
        ? "valid"
        : writeValue(key, value, layer, context);
    }
  }
  addFixed(out, rule, className);
  return written("keras.layers", className, out);
}

/** Options of Keras that are written as the value as which our layer works, where it is not the default. */
function addFixed(
  out: Record<string, unknown>,
  { fixed = {} }: LayerRule,
  className: string,
): void {
  for (const key of ["activation", "recurrent_activation"]) {
    if (key in fixed) out[key] = fixed[key][0];
  }
  const hasImages = /2D$|^Random/.test(className);
  if (hasImages) out.data_format = FIXED.data_format[0];
}

/** The value of an option. */
function writeValue(key: string, value: unknown, layer: Layer, context: WriteContext): unknown {
  if (key === "activation") {
    if (!ACTIVATIONS.has(String(value))) miss(context, layer, `Keras has no activation ${value}`);
    return snake(String(value));
  }
  if (key.endsWith("Initializer")) return writePart("keras.initializers", value, { seed: null });
  if (key.endsWith("Regularizer")) return writePart("keras.regularizers", value);
  if (key.endsWith("Constraint")) return writePart("keras.constraints", value);
  if (key === "layer" || key === "backwardLayer") return inner(key, layer, context);
  return typeof value === "string" && key !== "name" ? snake(value) : value;
}

/** Initializers that draw random numbers. */
const RANDOM = /Normal|Uniform|Orthogonal|VarianceScaling/;

/** An initializer, a penalty or a bound. */
function writePart(module: string, value: unknown, more: Record<string, unknown> = {}): unknown {
  if (typeof value === "string") return snake(value);
  const { className, config } = value as Config;
  const options = Object.entries(config).map(([key, one]) => [
    snake(key),
    typeof one === "string" ? snake(one) : one,
  ]);
  const random = RANDOM.test(className) ? more : {};
  return written(module, className, { ...Object.fromEntries(options), ...random });
}

/** The layer in a wrapper. */
function inner(key: string, layer: Layer, context: WriteContext): Written | undefined {
  if (layer instanceof Bidirectional) {
    const [forward, backward] = layer.sublayers, one = key === "layer" ? forward : backward;
    const made = writeLayer(one, context);
    if (made !== undefined) made.config.zero_output_for_mask = one.returnSequences;
    return made;
  }
  const own = (layer as TimeDistributed).layer;
  return own.isModel ? context.writeModel(own) : writeLayer(own, context);
}

/** What of a recurrent layer is said of the whole sequence, and not of a step. */
const OF_SEQUENCES = [
  "returnSequences",
  "returnState",
  "stateful",
  "goBackwards",
  "trainable",
  "name",
];

/** Layers one upon the other as cells one upon the other. */
function ofStack(stack: StackedRNN, context: WriteContext): Written | undefined {
  const last = stack.layers[stack.layers.length - 1], { name, trainable } = stack;
  const odd = stack.layers.filter((one) => one.goBackwards || one.stateful || one.returnState);
  if (odd.length > 0) {
    return void miss(
      context,
      stack,
      "Keras has no stack with goBackwards, stateful or returnState",
    );
  }
  const cells = stack.layers.map((one) => {
    const config = Object.fromEntries(
      Object.entries(one.getConfig()).filter(([key]) => !OF_SEQUENCES.includes(key)),
    );
    const made = ofConfig({ className: one.className, config }, one, context);
    return made && { ...made, class_name: `${one.className}Cell` };
  });
  const cell = written("keras.layers", "StackedRNNCells", { cells });
  const options = { name, trainable, return_sequences: last.returnSequences, cell };
  return written("keras.layers", "RNN", options);
}

/** Whether a class of ours is one of Keras's, too. */
export const isWritten = (className: string): boolean =>
  className === "StackedRNN" || LAYER_RULES.get(className)?.className === className &&
    layers.typeOf(className) !== undefined;
