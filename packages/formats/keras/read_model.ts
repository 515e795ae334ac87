/** Models of Keras as ours: the layers, and how they are connected. */
import { Input, type Layer, layers, Model, Sequential, type SymbolicTensor } from "@neurite/nn";
import { printable } from "@neurite/tensor/internal";
import { type Findings, readLayer } from "./read_layer.ts";
import {
  areCalls,
  callsOf,
  historiesOf,
  type History,
  ModelFault,
  MOST_DEPTH,
  nameOf,
  withoutMasks,
} from "./connections.ts";
import { isKerasConfig, type KerasConfig } from "./words.ts";

/** A layer of Keras, what it is here, and those that it is made of if it is a model. */
export interface ReadLayer {
  /** The name of its class in Keras: files with weights are sorted by it. */
  readonly kind: string;
  /** Our layer. */
  readonly layer: Layer;
  /** The layers of a model, in Keras's order. */
  readonly inner: readonly ReadLayer[] | undefined;
}

/** Reads a model; what is not there is added to `findings`, and nothing is given then. */
export function readModel(
  model: KerasConfig,
  findings: Findings,
  depth = 0,
): ReadLayer | undefined {
  if (depth > MOST_DEPTH) throw new ModelFault(`models in models, more than ${MOST_DEPTH} deep`);
  const options = Array.isArray(model.config) ? { layers: model.config } : model.config;
  const list = options.layers;
  if (!Array.isArray(list) || !list.every(isKerasConfig)) {
    throw new ModelFault(`a ${printable(model.class_name)} without a list of layers`);
  }
  const isGraph = "input_layers" in options;
  const own = isGraph ? withoutMasks(list, historiesOf(options.output_layers)) : list;
  const read = own.map((one) => readPart(one, findings, depth));
  if (read.includes(undefined)) return undefined;
  const parts = read as Part[],
    name = options.name === undefined ? undefined : String(options.name);
  const made = isGraph
    ? functional(name, parts, options, areCalls(own))
    : sequential(name, parts, options);
  // Set and not given: the layers in it have been told each for itself.
  if (options.trainable === false) made.trainable = false;
  const inner = parts.flatMap(({ kind, layer, inner }) =>
    layer instanceof Input ? [] : [{ kind, layer, inner }]
  );
  return { kind: model.class_name, layer: made, inner };
}

/** A part of a model: a layer with its connections, or an input. */
interface Part {
  readonly kind: string;
  readonly layer: Layer | Input;
  readonly inner?: readonly ReadLayer[] | undefined;
  /** Its name in the connections. */
  readonly name: string;
  /** What it is given at each of its uses. */
  readonly uses: readonly (readonly History[])[];
}

/** Whether something is a model: a thing that has a list of layers. */
const isModel = ({ class_name, config }: KerasConfig): boolean =>
  Array.isArray(config) || class_name === "Sequential" ||
  ("layers" in config && "input_layers" in config);

function readPart(one: KerasConfig, findings: Findings, depth: number): Part | undefined {
  const { class_name: kind, config } = one, name = nameOf(one);
  const uses = callsOf(one).map(({ inputs }) => inputs);
  if (kind === "InputLayer") return { kind, name, uses, layer: inputOf(config) };
  if (isModel(one)) {
    const made = readModel(one, findings, depth + 1);
    return made && { ...made, name, uses };
  }
  const own = readLayer(
    one,
    findings,
    (inner) => isModel(inner) ? readModel(inner, findings, depth + 1)?.layer.toConfig() : undefined,
  );
  if (own === undefined) return undefined;
  try {
    return { kind, name, uses, layer: layers.make(own) };
  } catch (error) {
    const { message } = error as Error;
    findings.missing.push(`${printable(name)} (${printable(kind)}): ${printable(message, 300)}`);
  }
}

/** The input that an input layer of Keras is. */
function inputOf(config: Readonly<Record<string, unknown>>): Input {
  const batch = config.batch_shape ?? config.batch_input_shape;
  const shape = Array.isArray(batch) ? batch.slice(1) : config.shape;
  const name = config.name === undefined ? undefined : String(config.name);
  if (!Array.isArray(shape)) {
    throw new ModelFault(`an input ${printable(name ?? "")} without a shape`);
  }
  return new Input({ shape, name });
}

/** Layers one after the other. */
function sequential(
  name: string | undefined,
  parts: readonly Part[],
  options: Readonly<Record<string, unknown>>,
): Model {
  const own = parts.map(({ layer }) => layer), [first] = own, built = options.build_input_shape;
  const known = first instanceof Input || first?.inputShape !== undefined;
  const inputs = !known && Array.isArray(built) ? [new Input({ shape: built.slice(1) })] : [];
  return new Sequential([...inputs, ...own], { name });
}

/** A use of a layer. */
interface Use {
  readonly part: Part;
  readonly number: number;
  readonly inputs: readonly History[];
}

/** Layers connected in any way. */
function functional(
  name: string | undefined,
  parts: readonly Part[],
  options: Readonly<Record<string, unknown>>,
  isNew: boolean,
): Model {
  const uses = parts.flatMap((part) =>
    part.uses.map((inputs, number): Use => ({ part, number, inputs }))
  );
  const entries = historiesOf(options.input_layers), ends = historiesOf(options.output_layers);
  const first = firstUses(parts, isNew, [...uses.flatMap(({ inputs }) => inputs), ...ends]);
  const results = new Map<string, SymbolicTensor[]>();
  for (const { layer, name } of parts) {
    if (layer instanceof Input) results.set(`${name}/0`, [layer]);
  }
  const keyOf = ([name, use]: History) => `${name}/${use - (isNew ? 0 : first.get(name) ?? 0)}`;
  const at = (history: History): SymbolicTensor => {
    const found = results.get(keyOf(history))?.[history[2]];
    if (found === undefined) throw new ModelFault(`no result ${printable(history.join(" "))}`);
    return found;
  };
  for (const { part, number, inputs } of inOrder(uses, keyOf, results)) {
    const given = inputs.map(at), layer = part.layer as Layer;
    results.set(`${part.name}/${number}`, layer.applyAll(given));
  }
  const inputs = entries.map((one) => at(one) as Input);
  const end = ([name, use, index]: History): History => [
    name,
    use - (isNew ? first.get(name) ?? 0 : 0),
    index,
  ];
  return new Model({ name, inputs, outputs: ends.map((one) => at(end(one))) });
}

/** The uses in an order in which what they are given is there. */
function inOrder(
  uses: readonly Use[],
  keyOf: (history: History) => string,
  results: ReadonlyMap<string, unknown>,
): Use[] {
  const waiting = new Map<string, Use[]>(), left = new Map<Use, number>(), ready: Use[] = [];
  for (const use of uses) {
    const needed = new Set(use.inputs.map(keyOf).filter((key) => !results.has(key)));
    left.set(use, needed.size);
    if (needed.size === 0) ready.push(use);
    for (const key of needed) waiting.set(key, [...waiting.get(key) ?? [], use]);
  }
  for (const { part, number } of ready) {
    for (const use of waiting.get(`${part.name}/${number}`) ?? []) {
      const more = left.get(use)! - 1;
      left.set(use, more);
      if (more === 0) ready.push(use);
    }
  }
  if (ready.length === uses.length) return ready;
  const stuck = uses.find((use) => left.get(use)! > 0)!;
  throw new ModelFault(`layer ${printable(stuck.part.name)} is given what no layer makes`);
}

/**
 * The number of the first use of each layer. Keras 2 counts those of models from 1 on where they were used
 * by themselves before; Keras 3 those of graphs, and only where their results are outputs.
 */
function firstUses(
  parts: readonly Part[],
  isNew: boolean,
  histories: readonly History[],
): Map<string, number> {
  const models = parts.filter(({ inner }) => inner !== undefined),
    first = new Map<string, number>();
  if (isNew) {
    return new Map(models.flatMap(({ kind, name }) => kind === "Sequential" ? [] : [[name, 1]]));
  }
  const names = new Set(models.map(({ name }) => name));
  for (const [name, use] of histories) {
    if (names.has(name)) first.set(name, Math.min(use, first.get(name) ?? use));
  }
  return first;
}
