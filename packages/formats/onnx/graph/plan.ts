/** What is done with a graph: its nodes checked, its weights told from its constants. */
import { DataError } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import {
  type ElementName,
  elementName,
  type HostTensor,
  isFloat,
  nameOfElement,
  readTensor,
} from "../proto/elements.ts";
import type {
  GraphProto,
  ModelProto,
  NodeProto,
  TensorProto,
  ValueInfoProto,
} from "../proto/schema.ts";
import { Attributes, type Operator, UnsupportedError } from "./call.ts";
import { OPERATORS } from "./operators/mod.ts";
import { filtersLast, type Order } from "./value.ts";

/** An input or an output of a graph. */
export interface Port {
  /** The name. */
  readonly name: string;
  /** The element type. */
  readonly type: ElementName;
  /** The sizes, the batch among them, `null` for one that varies; `undefined` where nothing is said. */
  readonly shape: readonly (number | null)[] | undefined;
}

/** A weight: numbers that training changes, or statistics. */
export interface Weight {
  /** The name. */
  readonly name: string;
  /** The element type that the graph gives it. */
  readonly type: ElementName;
  /** The shape that the graph gives it. */
  readonly shape: readonly number[];
  /** The order in which its axes are kept: filters of convolutions are in ours. */
  readonly order: Order | undefined;
  /** Whether training changes it. */
  readonly trainable: boolean;
  /** The numbers; none where another file has them. */
  readonly values: ArrayLike<number> | undefined;
}

/** A node that is run. */
export interface Step {
  /** What it is called in messages. */
  readonly name: string;
  /** The operator's name. */
  readonly opType: string;
  /** The operator. */
  readonly operator: Operator;
  /** The attributes. */
  readonly attributes: Attributes;
  /** The names of the inputs; empty for one that is left out. */
  readonly inputs: readonly string[];
  /** The names of the results; empty for one that nobody wants. */
  readonly outputs: readonly string[];
  /** What is not needed after it. */
  readonly done: readonly string[];
}

/** A graph, ready to be run. */
export interface Plan {
  /** The version of the set of operators. */
  readonly opset: number;
  /** What it is given. */
  readonly inputs: readonly Port[];
  /** What it makes. */
  readonly outputs: readonly Port[];
  /** The weights. */
  readonly weights: readonly Weight[];
  /** What never changes, by name. */
  readonly constants: ReadonlyMap<string, HostTensor>;
  /** The nodes in order. */
  readonly steps: readonly Step[];
}

/** The inputs whose numbers an operator reads on the host. */
const ON_HOST: Readonly<Record<string, readonly number[]>> = {
  Clip: [1, 2],
  Dropout: [1],
  OneHot: [1, 2],
  Pad: [2],
  Range: [0, 1, 2],
  Resize: [1, 2],
  Upsample: [1],
};

/** The inputs that are statistics of batches, which training moves but no optimizer changes. */
const STATISTICS: Readonly<Record<string, readonly number[]>> = { BatchNormalization: [3, 4] };

/** The inputs that are filters. */
const FILTERS: Readonly<Record<string, readonly number[]>> = { Conv: [1], ConvTranspose: [1] };

/** The names that ONNX's own set of operators goes by. */
const OWN = ["", "ai.onnx"];

/** The oldest version that is read: before it, many operators had other attributes. */
const OLDEST = 6;

/** A use of a value: by which operator, as which input. */
type Use = readonly [opType: string, input: number];

/**
 * The plan of a model. The weights of a `saved` one may be without their numbers, which stand in another
 * file. Throws `UnsupportedError`, which names all that Neurite has nothing for, `DataError` for a graph
 * that is none.
 */
export function planOf(model: ModelProto, saved = false): Plan {
  const { graph } = model;
  if (graph === undefined) {
    throw new DataError("Cannot read an ONNX model as it must have a graph: current none");
  }
  const opset = model.opsetImport?.find(({ domain = "" }) => OWN.includes(domain))?.version ?? 1;
  const nodes = graph.node ?? [], missing = missingIn(graph, nodes, opset);
  if (missing.length > 0) {
    throw new UnsupportedError(
      "Cannot read an ONNX model as Neurite must have all that its graph is made of: current without " +
        missing.join("; "),
    );
  }
  const initializers = new Map((graph.initializer ?? []).map((one) => [one.name ?? "", one]));
  const inputs = (graph.input ?? []).filter(({ name = "" }) => !initializers.has(name)).map(portOf);
  const outputs = (graph.output ?? []).map(portOf);
  checkOrder(nodes, [...inputs.map(({ name }) => name), ...initializers.keys()], outputs);
  const { weights, constants } = numbersOf(initializers, nodes, saved);
  return { opset, inputs, outputs, weights, constants, steps: stepsOf(nodes, outputs) };
}

/** Everything that Neurite has nothing for, each thing once. */
function missingIn(graph: GraphProto, nodes: readonly NodeProto[], opset: number): string[] {
  const missing = new Set<string>();
  const own = nodes.some(({ domain = "" }) => OWN.includes(domain));
  if (own && opset < OLDEST) {
    missing.add(`version ${opset} of the operators (${OLDEST} is the oldest)`);
  }
  if ((graph.sparseInitializer ?? []).length > 0) missing.add("sparse tensors");
  for (const { type } of [...graph.input ?? [], ...graph.output ?? []]) {
    const { tensorType, sequenceType, optionalType, mapType } = type ?? {};
    const element = tensorType?.elemType ?? 0;
    if (tensorType !== undefined && elementName(element) === undefined) {
      missing.add(`element type ${nameOfElement(element)}`);
    } else if (tensorType === undefined) {
      missing.add(
        sequenceType
          ? "sequences"
          : optionalType
          ? "optional values"
          : mapType
          ? "maps"
          : "values without a type",
      );
    }
  }
  for (const { dataType = 0 } of graph.initializer ?? []) {
    if (elementName(dataType) === undefined) missing.add(`element type ${nameOfElement(dataType)}`);
  }
  for (const node of nodes) {
    const { opType = "", domain = "", attribute = [] } = node;
    const operator = OWN.includes(domain) && Object.hasOwn(OPERATORS, opType)
      ? OPERATORS[opType]
      : undefined;
    if (operator === undefined) {
      missing.add(`operator ${OWN.includes(domain) ? "" : `${domain}.`}${opType}`);
      continue;
    }
    for (const { name = "", t } of attribute) {
      if (!operator.attributes.includes(name)) missing.add(`attribute ${name} of ${opType}`);
      const element = t?.dataType ?? 1;
      if (elementName(element) === undefined) missing.add(`element type ${nameOfElement(element)}`);
    }
  }
  return [...missing];
}

/** An input or output with its type, which is known to be that of a tensor. */
function portOf({ name = "", type }: ValueInfoProto): Port {
  const { elemType = 1, shape } = type!.tensorType!;
  const sizes = shape &&
    (shape.dim ?? []).map(({ dimValue }) =>
      dimValue !== undefined && Number.isSafeInteger(dimValue) && dimValue >= 0 ? dimValue : null
    );
  return { name, type: elementName(elemType)!, shape: sizes };
}

/** Refuses nodes that are given what is made after them, or nowhere. */
function checkOrder(
  nodes: readonly NodeProto[],
  given: readonly string[],
  outputs: readonly Port[],
): void {
  const there = new Set(given);
  for (const node of nodes) {
    for (const name of node.input ?? []) {
      if (name === "" || there.has(name)) continue;
      throw new DataError(
        `Cannot read an ONNX model as every node must come after those that make its inputs: current ` +
          `${quoted(node.name || node.opType || "")}, which is given ${quoted(name)}`,
      );
    }
    for (const name of node.output ?? []) there.add(name);
  }
  const lost = outputs.find(({ name }) => !there.has(name));
  if (lost === undefined) return;
  throw new DataError(
    `Cannot read an ONNX model as a node must make each of its outputs: current none makes ${
      quoted(lost.name)
    }`,
  );
}

/** Tells weights from constants by what they are used for. */
function numbersOf(
  initializers: ReadonlyMap<string, TensorProto>,
  nodes: readonly NodeProto[],
  saved: boolean,
): { weights: Weight[]; constants: Map<string, HostTensor> } {
  const uses = new Map<string, Use[]>();
  for (const { opType = "", input = [] } of nodes) {
    input.forEach((name, i) => {
      const list = uses.get(name) ?? [];
      list.push([opType, i]);
      uses.set(name, list);
    });
  }
  const weights: Weight[] = [], constants = new Map<string, HostTensor>();
  for (const [name, proto] of initializers) {
    const all = uses.get(name) ?? [];
    const is = (kind: Readonly<Record<string, readonly number[]>>) => ([opType, i]: Use) =>
      kind[opType]?.includes(i) ?? false;
    const type = elementName(proto.dataType ?? 0)!, dims = proto.dims ?? [];
    if (!isFloat(type) || dims.length === 0 || all.some(is(ON_HOST))) {
      constants.set(name, readTensor(proto));
      continue;
    }
    const filters = dims.length > 2 && all.length > 0 && all.every(is(FILTERS));
    weights.push({
      name,
      type,
      shape: dims,
      order: filters ? filtersLast(dims.length) : undefined,
      trainable: !all.some(is(STATISTICS)),
      values: saved && isBare(proto) ? undefined : readTensor(proto).values,
    });
  }
  return { weights, constants };
}

/** Whether a weight's numbers stand elsewhere: in the safetensors file of a saved model. */
function isBare({ rawData, floatData, doubleData, int32Data }: TensorProto): boolean {
  return [rawData, floatData, doubleData, int32Data].every((data) => data === undefined);
}

/** The nodes with what is not needed after each. */
function stepsOf(nodes: readonly NodeProto[], outputs: readonly Port[]): Step[] {
  const last = new Map<string, number>();
  nodes.forEach(({ input = [], output = [] }, at) => {
    for (const name of [...output, ...input]) if (name !== "") last.set(name, at);
  });
  for (const { name } of outputs) last.delete(name);
  const done = nodes.map((): string[] => []);
  for (const [name, at] of last) done[at].push(name);
  return nodes.map(({ name = "", opType = "", input = [], output = [], attribute = [] }, at) => ({
    name: name || `number ${at}`,
    opType,
    operator: OPERATORS[opType],
    attributes: new Attributes(attribute),
    inputs: input,
    outputs: output,
    done: done[at],
  }));
}
