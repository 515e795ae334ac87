/** A graph that was read from ONNX, written again with its weights as they are. */
import { type OnnxGraph, writtenAgain } from "../graph/onnx_graph.ts";
import { ELEMENT_TYPES, type ElementName } from "../proto/elements.ts";
import { type Builder, type Exported, images, plain } from "./builder.ts";
import { exporter } from "./core.ts";

/** A value in an element type. */
function cast(b: Builder, name: string, from: ElementName, to: ElementName): string {
  return from === to ? name : b.node("Cast", [name], { to: ELEMENT_TYPES[to].number });
}

/** An input as the graph has it: its channels at axis 1, where it comes with its channels last. */
function incoming(
  b: Builder,
  x: Exported,
  rank: number | undefined,
  channelsLast: boolean,
): string {
  if (channelsLast && rank === 4) return b.images(x);
  const turned = channelsLast && rank === 5;
  return turned ? b.node("Transpose", [b.plain(x)], { perm: [0, 4, 1, 2, 3] }) : b.plain(x);
}

/** The nodes of the graph, their values renamed so that no two are the same. */
export const graphExporter = exporter<OnnxGraph>((layer, inputs, b) => {
  const { graph } = writtenAgain(layer).message((variable) => b.numbers(variable));
  const names = new Map<string, string>();
  layer.ports.forEach(({ name, type, shape }, i) => {
    const given = cast(b, incoming(b, inputs[i], shape?.length, layer.channelsLast), "float", type);
    names.set(name, shape?.length === 0 ? b.node("Squeeze", [given]) : given);
  });
  for (const { name = "", ...numbers } of graph!.initializer ?? []) {
    const own = b.unique(name);
    names.set(name, own);
    b.initializers.push({ ...numbers, name: own });
  }
  const nameOf = (name: string) => {
    if (name === "") return name;
    let own = names.get(name);
    if (own === undefined) names.set(name, own = b.unique(name));
    return own;
  };
  for (const node of graph!.node ?? []) {
    const input = (node.input ?? []).map(nameOf), output = (node.output ?? []).map(nameOf);
    b.nodes.push({ ...node, name: b.unique(node.name || node.opType || "node"), input, output });
  }
  const results = layer.results.map((port): Exported => {
    const name = cast(b, nameOf(port.name), port.type, "float");
    const example = layer.exampleShape(port) ?? [];
    if (!layer.channelsLast || example.length < 3) return plain(name, example);
    if (example.length === 3) return images(name, example);
    return plain(b.node("Transpose", [name], { perm: [0, 2, 3, 4, 1] }), example);
  });
  return results.length === 1 ? results[0] : results;
});
