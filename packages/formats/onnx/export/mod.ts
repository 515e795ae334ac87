/** The layers that are written, and models made of them. */
import type { ActivationFunction, Layer, Model, Node, SymbolicTensor } from "@neurite/nn";
import { UnsupportedError } from "../graph/call.ts";
import { OnnxGraph } from "../graph/onnx_graph.ts";
import { isWritten } from "./activations.ts";
import type { Builder, Exported } from "./builder.ts";
import { coreExporters, type Exporters } from "./core.ts";
import { graphExporter } from "./graph.ts";
import { imageExporters } from "./images.ts";
import { sequenceExporters, timeDistributed } from "./sequences.ts";

/** The layers that are written, by the names of their classes; models are written layer by layer. */
export const EXPORTERS: Exporters = {
  ...coreExporters,
  ...imageExporters,
  ...sequenceExporters,
  OnnxGraph: graphExporter,
  TimeDistributed: timeDistributed((layer, inputs, b) => written(layer, inputs, b)),
};

/** The results of a layer, or of a model layer by layer. */
export function written(
  layer: Layer,
  inputs: readonly Exported[],
  b: Builder,
): readonly Exported[] {
  const made = layer.isModel
    ? writtenModel(layer as Model, inputs, b)
    : EXPORTERS[layer.className](layer, inputs, b);
  return made instanceof Array ? made : [made as Exported];
}

/** The outputs of a model. */
export function writtenModel(
  model: Model,
  inputs: readonly Exported[],
  b: Builder,
): readonly Exported[] {
  const results = new Map<Node, readonly Exported[]>();
  const resultOf = (tensor: SymbolicTensor): Exported => {
    const { node, index } = tensor;
    if (node === undefined) return inputs[model.inputs.findIndex((input) => input === tensor)];
    let made = results.get(node);
    if (made === undefined) {
      const given = node.inputs.map(resultOf), { layer } = node;
      results.set(node, made = b.within(layer.name, () => written(layer, given, b)));
    }
    return made[index];
  };
  return model.outputs.map(resultOf);
}

/** The layers that do something, of a model and of the models in it. */
export function leavesOf(layer: Layer): Layer[] {
  if (layer.isModel) return (layer as Model).layers.flatMap(leavesOf);
  return layer.className === "TimeDistributed"
    ? [layer, ...layer.sublayers.flatMap(leavesOf)]
    : [layer];
}

/** Refuses a model with layers that ONNX has nothing for; names all of them. */
export function checkLayers(leaves: readonly Layer[]): void {
  const missing = leaves.flatMap((layer) => {
    if (!Object.hasOwn(EXPORTERS, layer.className)) {
      return [`layer "${layer.name}" (${layer.className})`];
    }
    const { activation } = layer as Layer & { activation?: ActivationFunction | string };
    const unknown = typeof activation === "object" && !isWritten(activation.name);
    return unknown ? [`activation ${activation.name} of layer "${layer.name}"`] : [];
  });
  if (missing.length > 0) {
    throw new UnsupportedError(
      "Cannot write an ONNX model as all of its layers must be known: current " +
        `${[...new Set(missing)].join("; ")}. Known are ${
          Object.keys(EXPORTERS).sort().join(", ")
        }`,
    );
  }
  const graphs = leaves.filter((layer) => layer instanceof OnnxGraph);
  const versions = new Set(graphs.map((graph) => graph.opset));
  if (graphs.length < leaves.length) versions.add(OPSET);
  if (graphs.length === 0 || versions.size === 1) return;
  throw new UnsupportedError(
    "Cannot write an ONNX model as all of its layers must be of one version of the operators: current " +
      `${[...versions].sort().join(" and ")}, in which our layers are written by ${OPSET}`,
  );
}

/** The version of the operators that our layers are written with. */
export const OPSET = 17;
