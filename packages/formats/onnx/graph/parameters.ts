/** Where a file keeps the parameters of a network: each as an initializer of its own. */
import { elementName, isFloat } from "../proto/elements.ts";
import type { GraphProto, NodeProto, TensorProto } from "../proto/schema.ts";

/** The inputs of operators that are parameters, whatever makes them. */
const PARAMETERS: Readonly<Record<string, readonly number[]>> = {
  BatchNormalization: [1, 2, 3, 4],
  Conv: [1, 2],
  ConvTranspose: [1, 2],
  Gemm: [1, 2],
  GRU: [1, 2, 3],
  GroupNormalization: [1, 2],
  InstanceNormalization: [1, 2],
  LayerNormalization: [1, 2],
  LSTM: [1, 2, 3],
  MatMul: [0, 1],
  PRelu: [1],
  RNN: [1, 2, 3],
};

/**
 * A graph in which every parameter is an initializer of its own. Some programs write parameters as nodes
 * of constants; and PyTorch writes those that are equal once, as they often are before a training, and hands
 * them on by `Identity`: they would be one weight then.
 */
export function withParameters(graph: GraphProto): GraphProto {
  const initializers = new Map((graph.initializer ?? []).map((one) => [one.name ?? "", one]));
  const wanted = new Set(
    (graph.node ?? []).flatMap(({ opType = "", input = [] }) =>
      (PARAMETERS[opType] ?? []).flatMap((i) => input[i] ?? [])
    ),
  );
  const outputs = new Set((graph.output ?? []).map(({ name }) => name));
  const node = (graph.node ?? []).filter((one) => {
    const [name = ""] = one.output ?? [], found = parameterOf(one, initializers, wanted);
    if (found === undefined || outputs.has(name)) return true;
    initializers.set(name, { ...found, name });
    return false;
  });
  const own = withOwnStatistics(node, initializers);
  return { ...graph, node: own, initializer: [...initializers.values()] };
}

/** The inputs of a batch normalization that are statistics. */
const STATISTICS = [3, 4];

/**
 * Nodes whose statistics are nobody else's: where they are equal to a factor or a shift, as they are before
 * a training, PyTorch writes both once.
 */
function withOwnStatistics(
  nodes: readonly NodeProto[],
  initializers: Map<string, TensorProto>,
): NodeProto[] {
  const uses = new Map<string, number>();
  for (const name of nodes.flatMap(({ input = [] }) => input)) {
    uses.set(name, (uses.get(name) ?? 0) + 1);
  }
  return nodes.map((node, at) => {
    if (node.opType !== "BatchNormalization") return node;
    const input = (node.input ?? []).map((name, i) => {
      const found = initializers.get(name);
      if (found === undefined || !STATISTICS.includes(i) || uses.get(name) === 1) return name;
      const copy = `${name}/statistics_${at}_${i}`;
      initializers.set(copy, { ...found, name: copy });
      return copy;
    });
    return { ...node, input };
  });
}

/** The parameter that a node makes, if it makes one. */
function parameterOf(
  { opType, domain = "", input = [], output = [], attribute = [] }: NodeProto,
  initializers: ReadonlyMap<string, TensorProto>,
  wanted: ReadonlySet<string>,
): TensorProto | undefined {
  if (domain !== "" && domain !== "ai.onnx") return undefined;
  const tensor = opType === "Identity"
    ? initializers.get(input[0])
    : opType === "Constant" && wanted.has(output[0])
    ? attribute.find(({ name }) => name === "value")?.t
    : undefined;
  const type = tensor && elementName(tensor.dataType ?? 0);
  return type && isFloat(type) && (tensor.dims ?? []).length > 0 ? tensor : undefined;
}
