/** A layer of Keras as ours: the class and the options of it. */
import { activationNames, type Config, initializers, layers, namedInitializers } from "@neurite/nn";
import { printable } from "@neurite/tensor/internal";
import { FIXED, IGNORED, type KerasOptions, LAYER_RULES, sameValue } from "./layer_rules.ts";
import { camel, isKerasConfig, type KerasConfig } from "./words.ts";

/** What was found that Neurite does not have. */
export interface Findings {
  /** The major version of the Keras that wrote the file. */
  readonly version: number;
  /** A line for each layer or option that is not there. */
  readonly missing: string[];
}

/** Reads a model in a layer, such as one that is applied to every step; `undefined` if it is none. */
export type ReadInner = (model: KerasConfig) => Config | undefined;

/** Words of Keras for activations that have other names here. */
const OTHER_ACTIVATIONS: Readonly<Record<string, string>> = {
  swish: "silu",
  hard_swish: "hardSilu",
};

/** Options whose `null` is a value of its own. */
const NULLABLE = ["axis", "merge_mode"];

/**
 * What our layer is made from that a layer of Keras is; `undefined`, and a line in `missing` for each
 * reason, where there is none.
 */
export function readLayer(
  layer: KerasConfig,
  findings: Findings,
  readModel: ReadInner = () => undefined,
): Config | undefined {
  const { class_name: kind, config: given } = layer, rule = LAYER_RULES.get(kind);
  const before = findings.missing.length, name = String(given.name ?? kind);
  const miss = (what: string) => {
    findings.missing.push(`${printable(name)} (${printable(kind)}): ${printable(what, 300)}`);
  };
  if (rule === undefined) return void miss("there is no such layer");
  const fault = rule.fault?.(given);
  if (fault !== undefined) return void miss(fault);
  const type = layers.typeOf(rule.className)! as unknown as {
    positional: readonly string[];
    options: Readonly<Record<string, true>>;
  };
  const config: Record<string, unknown> = {}, context = { miss, findings, readModel };
  for (const [key, value] of Object.entries((rule.read?.(given) ?? given) as KerasOptions)) {
    if (IGNORED.includes(key) || rule.ignored?.includes(key)) continue;
    const values = rule.fixed?.[key] ?? FIXED[key], own = rule.names?.[key] ?? camel(key);
    if (values !== undefined) {
      if (values.some((one) => sameValue(one, value))) continue;
      miss(`${key} must be ${shown(values[0])}, and is ${shown(value)}`);
    } else if (key === "batch_input_shape" || key === "batch_shape") {
      if (Array.isArray(value)) config.inputShape = value.slice(1);
    } else if (type.positional.includes(own) || own in type.options) {
      if (value === null && !NULLABLE.includes(key)) continue;
      config[own] = readValue(key, value, context);
    } else if (value !== null && value !== undefined && value !== false) {
      miss(`there is no option ${key}, which is ${shown(value)}`);
    }
  }
  return findings.missing.length === before ? { className: rule.className, config } : undefined;
}

/** A value for a message. */
const shown = (value: unknown): string => printable(JSON.stringify(value) ?? "nothing", 60);

/** What the value of an option needs to be read. */
interface Context {
  readonly miss: (what: string) => void;
  readonly findings: Findings;
  readonly readModel: ReadInner;
}

/** What the options of every layer must be. */
const COMMON: Readonly<Record<string, string>> = { name: "string", trainable: "boolean" };

/** The value of an option. */
function readValue(key: string, value: unknown, context: Context): unknown {
  if (Object.hasOwn(COMMON, key) && typeof value !== COMMON[key]) {
    return void context.miss(`its ${key} must be a ${COMMON[key]}, and is ${shown(value)}`);
  }
  if (key === "activation") return readActivation(value, context);
  if (key.endsWith("_initializer")) return readInitializer(value);
  if (key.endsWith("_regularizer")) return readRegularizer(value, key, context);
  if (key.endsWith("_constraint")) return readConstraint(value, key, context);
  if (key === "layers" && Array.isArray(value)) {
    return value.map((one) => readInner(one, context));
  }
  if (key === "layer" || key === "backward_layer") return readInner(value, context);
  return typeof value === "string" && key !== "name" ? camel(value) : value;
}

/** A layer in a layer, or a model. */
function readInner(value: unknown, { miss, findings, readModel }: Context): unknown {
  if (isKerasConfig(value)) return readModel(value) ?? readLayer(value, findings, readModel);
  miss(`its layer must be a layer, and is ${shown(value)}`);
}

/** The name of an activation, which may be told by a function's name or a layer. */
function readActivation(value: unknown, { miss, findings }: Context): unknown {
  const told = isKerasConfig(value)
    ? value.class_name
    : (value as { config?: unknown } | null)?.config ?? value;
  if (typeof told !== "string") return void miss(`its activation is ${shown(value)}`);
  const name = OTHER_ACTIVATIONS[told] ?? camel(told);
  if (name === "hardSigmoid" && findings.version < 3) {
    return void miss("its activation is the hard_sigmoid of Keras 2, clip(0.2 x + 0.5)");
  }
  if (!activationNames.includes(name)) return void miss(`there is no activation ${shown(told)}`);
  return name;
}

/** Names of classes of initializers that differ. */
const OTHER_INITIALIZERS: Readonly<Record<string, string>> = {
  OrthogonalInitializer: "Orthogonal",
  IdentityInitializer: "Identity",
};

/**
 * What initial values a weight had. The file has its values; those that are not known here are left out.
 */
function readInitializer(value: unknown): unknown {
  if (typeof value === "string") {
    const name = camel(value);
    return Object.hasOwn(namedInitializers, name) ? name : undefined;
  }
  if (!isKerasConfig(value)) return undefined;
  const className = OTHER_INITIALIZERS[value.class_name] ?? value.class_name;
  const type = initializers.typeOf(className) as { options?: object } | undefined;
  if (type === undefined) return undefined;
  const pairs = Object.entries(value.config).map(([key, one]): [string, unknown] => {
    const text = typeof one === "string" ? camel(one) : one;
    return [camel(key), key === "distribution" && text === "normal" ? "truncatedNormal" : text];
  });
  const config = Object.fromEntries(pairs.filter(([key]) => key in (type.options ?? {})));
  return { className, config };
}

/** What is added to the loss for the size of a weight. */
function readRegularizer(value: unknown, key: string, { miss }: Context): unknown {
  const { l1 = 0, l2 = 0, ...others } = isKerasConfig(value) ? value.config : { none: true };
  const known = isKerasConfig(value) && /^(L1|L2|L1L2)$/.test(value.class_name);
  if (known && Object.keys(others).length === 0) {
    return { className: "L1L2", config: { l1: l1 ?? 0, l2: l2 ?? 0 } };
  }
  miss(`its ${key} must be L1, L2 or L1L2, and is ${shown(value)}`);
}

/** What keeps a weight in bounds. */
function readConstraint(value: unknown, key: string, { miss }: Context): unknown {
  if (isKerasConfig(value) && value.class_name === "MaxNorm") {
    const { max_value: maxValue, axis = 0 } = value.config;
    return { className: "MaxNorm", config: { maxValue, axis } };
  }
  miss(`its ${key} must be MaxNorm, and is ${shown(value)}`);
}
