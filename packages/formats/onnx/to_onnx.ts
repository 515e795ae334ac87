/** From a model to ONNX. */
import type { Model, Shape } from "@neurite/nn";
import { readTogether } from "@neurite/tensor/internal";
import { Builder, plain } from "./export/builder.ts";
import { checkLayers, leavesOf, OPSET, writtenModel } from "./export/mod.ts";
import { OnnxGraph, writtenAgain } from "./graph/onnx_graph.ts";
import { ELEMENT_TYPES } from "./proto/elements.ts";
import { type DimensionProto, encodeModel, type ValueInfoProto } from "./proto/schema.ts";

/** The version of the format that goes with our version of the operators. */
const FORMAT = 8;

/**
 * A model as an ONNX file, which onnxruntime and others run with the answers of `predict`.
 *
 * It is written with version 17 of ONNX's operators. Its inputs and outputs have the names of the inputs
 * and of the last layers, are float32 (numbers of symbols, too) and have our layout: images `[batch, height,
 * width, channels]`. The batch and every size that is `null` here may be any. Inside, images have their
 * channels first, so that a convolution needs no transposition before or after it.
 *
 * Layers that do something in training only, such as `Dropout`, leave no trace. Masks become nodes, too. A
 * stateful layer begins with zeros in every run, as after `resetStates`. Layers in models that are layers
 * are written like all others; a graph that came from `fromOnnx` alone keeps the version of its operators.
 *
 * @throws {RangeError} for layers of one's own and for activations that are functions: the error names all.
 * @throws {ShapeError} for a model whose shapes are not known yet.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromOnnx, toOnnx } from "@neurite/formats/onnx";
 * import { Conv2D, GlobalAveragePooling2D } from "@neurite/cnn";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { ones } from "@neurite/tensor";
 *
 * const model = new Sequential([
 *   new Conv2D(4, 3, { padding: "same", activation: "relu", inputShape: [8, 8, 1] }),
 *   new GlobalAveragePooling2D(),
 *   new Dense(2, { activation: "softmax" }),
 * ], { seed: 1 });
 * const bytes = await toOnnx(model); // await Deno.writeFile("model.onnx", bytes)
 *
 * const x = ones([3, 8, 8, 1]), [a, b] = [model, fromOnnx(bytes)].map((m) => m.predict(x).dataSync());
 * assertEquals([...a].map((p) => p.toFixed(5)), [...b].map((p) => p.toFixed(5)));
 * ```
 */
export async function toOnnx(model: Model): Promise<Uint8Array<ArrayBuffer>> {
  const leaves = leavesOf(model);
  checkLayers(leaves);
  const variables = model.weights,
    numbers = await readTogether(variables.map(({ value }) => value));
  const values = new Map(variables.map((variable, i) => [variable, numbers[i] as Float32Array]));
  const b = new Builder(values), names = model.inputs.map(({ name = "input" }) => name);
  names.forEach((name) => b.claim(name));
  const inputs = model.inputs.map(({ shape }, i) => plain(names[i], shape));
  const outputs = writtenModel(model, inputs, b).map((output, i) => {
    const name = b.unique(model.outputs[i].from);
    b.nodes.push({ name, opType: "Identity", input: [b.plain(output)], output: [name] });
    return valueInfo(name, output.shape);
  });
  const graphs = leaves.filter((layer) => layer instanceof OnnxGraph);
  return encodeModel({
    irVersion: graphs.map((graph) => writtenAgain(graph).format)[0] ?? FORMAT,
    producerName: "neurite",
    opsetImport: [{ domain: "", version: graphs[0]?.opset ?? OPSET }],
    graph: {
      name: model.name,
      node: b.nodes,
      initializer: b.initializers,
      input: inputs.map(({ name, shape }) => valueInfo(name, shape)),
      output: outputs,
    },
  });
}

/** An input or output, of any batch; sizes that vary have names of their own. */
function valueInfo(name: string, shape: Shape): ValueInfoProto {
  const sizes = shape.map((n, i): DimensionProto =>
    n === null ? { dimParam: `${name}_${i + 1}` } : { dimValue: n }
  );
  const dim: DimensionProto[] = [{ dimParam: "batch" }, ...sizes];
  return { name, type: { tensorType: { elemType: ELEMENT_TYPES.float.number, shape: { dim } } } };
}
