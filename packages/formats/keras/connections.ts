/**
 * How Keras says which results a layer is given. Keras 3 writes the arguments of each call, Keras 2 a list
 * of names; and Keras 3 has the masks of sequences, which layers here hand on by themselves, as operations
 * and arguments of their own.
 */
import { printable } from "@neurite/tensor/internal";
import { LAYER_RULES } from "./layer_rules.ts";
import { isKerasConfig, isRecord, type KerasConfig } from "./words.ts";

/** What is found that cannot be a model. */
export class ModelFault extends Error {}

/** A result of a layer: the layer's name, which of its uses, which of its results. */
export type History = readonly [name: string, use: number, index: number];

/** Lists in lists in lists: nothing goes deeper. */
export const MOST_DEPTH = 64;

/** Whether a value names a result. */
const isHistory = (value: unknown): value is History =>
  Array.isArray(value) && value.length >= 3 && typeof value[0] === "string" &&
  Number.isSafeInteger(value[1]) && Number.isSafeInteger(value[2]);

/** The results that are told in inputs and outputs of a model: one, a list, or by name. */
export function historiesOf(value: unknown, depth = 0): History[] {
  if (depth > MOST_DEPTH) throw new ModelFault("lists in lists without end");
  if (isHistory(value)) return [value];
  const list = Array.isArray(value) ? value : isRecord(value) ? Object.values(value) : [];
  return list.flatMap((one) => historiesOf(one, depth + 1));
}

/** What is done when a layer is called. */
export interface Call {
  /** The results that it is given. */
  readonly inputs: readonly History[];
  /** The masks that it is told. */
  readonly masks: readonly History[];
}

/** What a call is told that makes no difference here. */
const IGNORED = ["training"];

/** The calls of a layer. */
export function callsOf(layer: KerasConfig): Call[] {
  const nodes = (layer as { inbound_nodes?: unknown }).inbound_nodes, name = nameOf(layer);
  return Array.isArray(nodes) ? nodes.map((node) => callOf(node, name)) : [];
}

/** Whether connections are written as Keras 3 writes them, as the arguments of calls. */
export const areCalls = (list: readonly KerasConfig[]): boolean =>
  list.some((layer) => {
    const { inbound_nodes: nodes } = layer as { inbound_nodes?: unknown };
    return Array.isArray(nodes) && nodes.some(isRecord);
  });

/** The name of a layer in the connections. */
export const nameOf = (layer: KerasConfig): string =>
  String((layer as { name?: unknown }).name ?? layer.config.name ?? "");

function callOf(node: unknown, layer: string): Call {
  const fault = (what: string) => new ModelFault(`layer ${printable(layer)} ${what}`);
  if (isRecord(node)) {
    const told = ofOptions(node.kwargs, fault);
    return { inputs: [...tensorsIn(node.args, fault), ...told.inputs], masks: told.masks };
  }
  // Keras 2: [[name, use, index, options], ...]; of one input also without the outer brackets.
  const list = Array.isArray(node) ? isHistory(node) ? [node] : node : [];
  const inputs: History[] = [], masks: History[] = [];
  for (const one of list) {
    if (!isHistory(one)) throw fault("is used in an unknown way");
    const [name, use, index, options] = one as unknown as [string, number, number, unknown];
    const told = ofOptions(options, fault);
    inputs.push([name, use, index], ...told.inputs);
    masks.push(...told.masks);
  }
  return { inputs, masks };
}

/** The results among what a layer is told by name when it is called: states to begin with, masks. */
function ofOptions(options: unknown, fault: (what: string) => ModelFault): Call {
  const inputs: History[] = [], masks: History[] = [];
  for (const [key, value] of Object.entries(isRecord(options) ? options : {})) {
    const tensors = historiesIn(value);
    if (key === "initial_state") inputs.push(...tensors);
    else if (key === "mask" && (value === null || tensors.length > 0)) masks.push(...tensors);
    else if (value !== null && !IGNORED.includes(key)) {
      throw fault(`is called with ${printable(key)}`);
    }
  }
  return { inputs, masks };
}

/** Tensors as Keras 3 writes them, or results as Keras 2 does. */
function historiesIn(value: unknown): History[] {
  const fault = () => new ModelFault("");
  try {
    return tensorsIn(value, fault);
  } catch (error) {
    if (!(error instanceof ModelFault)) throw error;
    return historiesOf(value);
  }
}

/** The tensors in the arguments of a layer, as Keras 3 writes them. Nothing else may be among them. */
function tensorsIn(value: unknown, fault: (what: string) => ModelFault, depth = 0): History[] {
  if (depth > MOST_DEPTH) throw fault("is given lists without end");
  if (Array.isArray(value)) return value.flatMap((one) => tensorsIn(one, fault, depth + 1));
  if (value === null || value === undefined) return [];
  const history = isKerasConfig(value) ? value.config.keras_history : undefined;
  if (isHistory(history)) return [history];
  throw fault("is given what is no result of a layer");
}

/** Whether a layer is an operation of Keras's that was applied by itself; `.h5` files have no modules. */
function isOperation(layer: KerasConfig): boolean {
  const { module } = layer as { module?: unknown }, { class_name: kind, config } = layer;
  if (module !== undefined) return /^keras\.(src\.)?ops\b/.test(String(module));
  return kind !== "InputLayer" && !LAYER_RULES.has(kind) && !("layers" in config);
}

/**
 * The layers of a model without the operations that make nothing but masks, which Keras has of `Masking`
 * and `Embedding` and ours make by themselves.
 *
 * @throws {ModelFault} for a mask that comes from elsewhere.
 */
export function withoutMasks(
  list: readonly KerasConfig[],
  outputs: readonly History[],
): KerasConfig[] {
  const operations = new Map(list.filter(isOperation).map((one) => [nameOf(one), one]));
  if (operations.size === 0) return [...list];
  const layers = list.filter((one) => !isOperation(one)), calls = layers.flatMap(callsOf);
  const needed = new Set<string>();
  const waiting = [...outputs, ...calls.flatMap(({ inputs }) => inputs)];
  for (const [name] of waiting) {
    const operation = operations.get(name);
    if (operation === undefined || needed.has(name)) continue;
    needed.add(name);
    waiting.push(...callsOf(operation).flatMap(({ inputs }) => inputs));
  }
  const makers = layers.filter(({ class_name, config }) =>
    class_name === "Masking" || class_name === "Embedding" && config.mask_zero === true
  );
  const masked = new Set(makers.flatMap(callsOf).flatMap(({ inputs }) => inputs.map(String)));
  for (const one of layers) {
    for (const mask of callsOf(one).flatMap(({ masks }) => masks)) {
      if (isOwn(mask, operations, masked)) continue;
      throw new ModelFault(`layer ${printable(nameOf(one))} is given a mask by a call of its own`);
    }
  }
  return list.filter((one) => !isOperation(one) || needed.has(nameOf(one)));
}

/** Whether a mask is made, by operations alone, of what a layer masks. */
function isOwn(
  mask: History,
  operations: ReadonlyMap<string, KerasConfig>,
  masked: ReadonlySet<string>,
): boolean {
  const waiting = [mask], seen = new Set<string>();
  for (const history of waiting) {
    const [name] = history, operation = operations.get(name);
    if (operation === undefined && !masked.has(String(history))) return false;
    if (operation === undefined || seen.has(name)) continue;
    seen.add(name);
    waiting.push(...argumentsOf(operation));
  }
  return true;
}

/** The results that an operation is given, numbers among them left out. */
function argumentsOf(operation: KerasConfig): History[] {
  const { inbound_nodes: nodes } = operation as unknown as { inbound_nodes: readonly unknown[] };
  return (Array.isArray(nodes) ? nodes : []).flatMap((node) => {
    const args = isRecord(node) && Array.isArray(node.args) ? node.args.flat() : [];
    return args.flatMap((one) => {
      const history = isKerasConfig(one) ? one.config.keras_history : undefined;
      return isHistory(history) ? [history] : [];
    });
  });
}
