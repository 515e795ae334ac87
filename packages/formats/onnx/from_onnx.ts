/** From ONNX to a model. */
import { fileKind, Input, Model, type ModelSettings } from "@neurite/nn";
import { DataError, Rng, tidy, zeros } from "@neurite/tensor";
import { checkOptions, quoted } from "@neurite/tensor/internal";
import { wrongKind } from "../refuse.ts";
import { withoutFunctions } from "./graph/functions.ts";
import { OnnxGraph } from "./graph/onnx_graph.ts";
import { withParameters } from "./graph/parameters.ts";
import { embedded, type ExternalData } from "./proto/elements.ts";
import { decodeModel, type GraphProto, type ModelProto, type NodeProto } from "./proto/schema.ts";

/** How a model is made of an ONNX file. */
export interface FromOnnxOptions extends ModelSettings {
  /**
   * The names of values of the graph that come out, in place of its own outputs: those of a layer before
   * the last, say. What they do not need is left away.
   */
  outputs?: readonly string[];
  /**
   * Whether inputs and outputs of four and five axes, images and volumes, have their channels last, as
   * everywhere in Neurite, where the file has them at axis 1. `false` by default.
   */
  channelsLast?: boolean;
  /** The files beside the model that hold its numbers, by the names that it gives them. */
  externalData?: Readonly<Record<string, Uint8Array>>;
}

const OPTIONS: Record<keyof FromOnnxOptions, true> = {
  name: true,
  trainable: true,
  seed: true,
  rng: true,
  outputs: true,
  channelsLast: true,
  externalData: true,
};

/**
 * The model that an ONNX file holds: it predicts what onnxruntime computes, and can be compiled, trained
 * further, saved and loaded like any other. Its only layer is an {@linkcode OnnxGraph} with the weights.
 *
 * Operators are those of ONNX's own set, from version 6 on; the README lists the ones that are missing.
 * Inputs and outputs are as the file has them, images `[batch, channels, height, width]`, unless
 * `channelsLast` says so. Numbers of 16 and 64 bits are computed in 32. The first axis of an input is the batch, of any size where the graph
 * allows it; an input without axes takes a tensor of one number. Every float tensor with an axis that the
 * file holds is a weight, which an optimizer changes, but for statistics of batch normalizations. Where an
 * operator has no gradient (rounding, comparing, taking the largest's place), what is before it does not learn.
 *
 * @throws {DataError} for bytes that are no ONNX model.
 * @throws {RangeError} for a model with operators, attributes or element types that Neurite does not have:
 * the error names them all.
 *
 * @example A model of another program, trained further
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromOnnx, toOnnx } from "@neurite/formats/onnx";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const bytes = await toOnnx(new Sequential([new Dense(1, { inputShape: [2] })], { seed: 1 }));
 *
 * const model = fromOnnx(bytes);
 * model.compile({ optimizer: "adam", loss: "meanSquaredError" });
 * await model.fit([[0, 1], [1, 0]], [[1], [0]], { epochs: 2, verbose: 0 });
 * assertEquals(model.predict([[0, 1]]).shape, [1, 1]);
 * ```
 */
export function fromOnnx(bytes: Uint8Array | ArrayBuffer, options: FromOnnxOptions = {}): Model {
  checkOptions("read an ONNX model", options, OPTIONS);
  const { outputs, channelsLast = false, externalData = {}, ...settings } = options;
  const read = withoutFunctions(decoded(bytesOf(bytes)));
  const chosen = outputs === undefined ? read : withOutputs(read, outputs);
  const whole = withNumbers(
    chosen,
    (name) => Object.hasOwn(externalData, name) ? externalData[name] : undefined,
  );
  const first = new OnnxGraph(whole, { channelsLast });
  const inputs = first.ports.map((port) => {
    if (port.shape === undefined) throw ofAnyShape("input", port.name);
    return new Input({ name: port.name, shape: first.exampleShape(port)!.map((n) => n || null) });
  });
  const unknown = first.results.find(({ shape }) => shape === undefined);
  if (unknown !== undefined && outputs === undefined) throw ofAnyShape("output", unknown.name);
  const graph = unknown === undefined
    ? first
    : new OnnxGraph(withShapes(whole, first), { channelsLast });
  return new Model({ ...settings, inputs, outputs: graph.applyAll(inputs) });
}

/** The error of an input or output whose number of axes the file does not tell. */
function ofAnyShape(what: string, name: string): DataError {
  return new DataError(
    "Cannot read an ONNX model as the number of axes of its inputs and outputs must be known: current " +
      `${what} ${quoted(name)} of any shape`,
  );
}

/** What is given as bytes. */
function bytesOf(bytes: Uint8Array | ArrayBuffer): Uint8Array {
  if (bytes instanceof Uint8Array) return bytes;
  if (bytes instanceof ArrayBuffer) return new Uint8Array(bytes);
  throw new TypeError(
    "Cannot read an ONNX model as it must be given by its bytes: current " +
      `${typeof bytes}. Read the file first, by Deno.readFile or fetch`,
  );
}

/** The message in a file; an error that says what the file is else. */
function decoded(bytes: Uint8Array): ModelProto {
  let model: ModelProto | undefined, cause: unknown;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    cause = error;
  }
  if (model?.graph !== undefined) return model;
  // What begins as a model does may still be none.
  const kind = fileKind(bytes.subarray(0, 256))?.kind;
  if (bytes.length === 0 || (kind !== undefined && kind !== "an ONNX model")) {
    throw wrongKind("an ONNX model", bytes, EXPECTED);
  }
  const found = cause instanceof Error ? `a damaged file (${cause.message})` : "none of it";
  throw new DataError(`Cannot read an ONNX model as it must be ${EXPECTED}: current ${found}`, {
    cause,
  });
}

/** What a file holds. */
const EXPECTED = "a ModelProto with a graph";

/** The model with other outputs, and only the nodes that they need. */
function withOutputs(model: ModelProto, outputs: readonly string[]): ModelProto {
  const graph = model.graph!, needed = new Set(outputs), kept: NodeProto[] = [];
  const made = new Set([...graph.node ?? []].flatMap(({ output = [] }) => output));
  const unknown = outputs.find((name) => !made.has(name));
  if (unknown !== undefined || outputs.length === 0) {
    throw new RangeError(
      `Cannot read an ONNX model as outputs must be values of its graph, such as ${
        [...made].slice(-8).map(quoted).join(", ")
      }: current ${unknown === undefined ? "none" : quoted(unknown)}`,
    );
  }
  for (const node of [...graph.node ?? []].reverse()) {
    if (!node.output?.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of node.input ?? []) needed.add(name);
  }
  const known = new Map(
    [...graph.valueInfo ?? [], ...graph.output ?? []].map((one) => [one.name, one]),
  );
  const output = outputs.map((name) =>
    known.get(name) ?? { name, type: { tensorType: { elemType: 1 } } }
  );
  const input = graph.input?.filter(({ name = "" }) => needed.has(name));
  const initializer = graph.initializer?.filter(({ name = "" }) => needed.has(name));
  return {
    ...model,
    graph: { ...graph, node: kept.reverse(), input, output, initializer, valueInfo: [] },
  };
}

/** The model with the numbers that stand in other files, and without what says nothing about results. */
function withNumbers(model: ModelProto, external: ExternalData): ModelProto {
  const graph = model.graph!;
  const node = graph.node?.map((one) =>
    one.attribute?.some(({ t }) => t?.dataLocation === 1)
      ? {
        ...one,
        attribute: one.attribute.map((a) => a.t ? { ...a, t: embedded(a.t, external) } : a),
      }
      : one
  );
  const initializer = graph.initializer?.map((one) => embedded(one, external));
  const whole = withParameters({ ...graph, node, initializer, valueInfo: undefined });
  return { ...model, graph: whole };
}

/** The model with the shapes of its outputs, found by running it on zeros. */
function withShapes(model: ModelProto, { ports }: OnnxGraph): ModelProto {
  const graph = new OnnxGraph(model), shapes = ports.map(({ shape }) => shape!);
  graph.ensureBuilt(shapes.map((shape) => shape.slice(1)), new Rng(0));
  const made = (varying: number) =>
    tidy(() => {
      const inputs = shapes.map((shape) => zeros(shape.map((n, i) => (i > 0 && n) || varying)));
      const results = graph.call(inputs, { training: false, rng: new Rng(0) });
      return (results instanceof Array ? results : [results]).map(({ shape }) => shape);
    });
  // What is another size for inputs of another size varies.
  const some = made(2), others = made(3);
  const output: GraphProto["output"] = model.graph!.output?.map((one, i) => {
    if (one.type?.tensorType?.shape !== undefined) return one;
    const dim = some[i].map((n, axis) => n === others[i][axis] ? { dimValue: n } : {});
    return { ...one, type: { tensorType: { ...one.type?.tensorType, shape: { dim } } } };
  });
  return { ...model, graph: { ...model.graph, output } };
}
