/** A graph of ONNX as a layer. */
import {
  type CallContext,
  formatSizes,
  type Known,
  Layer,
  type LayerOptions,
  layers,
  type Shape,
  type Variable,
} from "@neurite/nn";
import {
  type Backend,
  cast,
  DataError,
  isRecording,
  reshape,
  type Rng,
  ShapeError,
  Tensor,
  tensor,
  tidy,
  transpose,
  zeros,
} from "@neurite/tensor";
import { hostBackend, onHost, quoted, valuesOnHost } from "@neurite/tensor/internal";
import { fromBase64, toBase64 } from "../proto/base64.ts";
import { ELEMENT_TYPES, type ElementName, floatBytes } from "../proto/elements.ts";
import { decodeModel, encodeModel, type ModelProto } from "../proto/schema.ts";
import { Call, type Made } from "./call.ts";
import { type Plan, planOf, type Port, type Step, type Weight } from "./plan.ts";
import { channelsLast, type Order, Value } from "./value.ts";

/** What writes a graph again. */
interface Written {
  /** The version of the format that the file had. */
  readonly format: number | undefined;
  /** The message with the weights as they are, which `read` gives. */
  readonly message: (read: (variable: Variable) => Float32Array) => ModelProto;
}

const WRITTEN = new WeakMap<OnnxGraph, Written>();

/** The options of {@linkcode OnnxGraph}. */
export interface OnnxGraphOptions extends LayerOptions {
  /** Whether images and volumes go in and come out with their channels last; `false` by default. */
  channelsLast?: boolean;
}

/** The values of a graph by name. */
type Values = Map<string, Value>;

/**
 * A graph of ONNX as a layer: its nodes run one after the other, on weights that can be trained like
 * those of any layer. `fromOnnx` makes a model of one.
 *
 * Its inputs and results have the layout that the graph gives them: images have their channels before
 * their rows, unless `channelsLast` says that they go in and come out as everywhere in Neurite. Filters of
 * convolutions are kept as `Conv2D` keeps them.
 *
 * In training a `BatchNormalization` takes the statistics of the batch, and a `Dropout` drops, unless the
 * layer is frozen; else both do what the graph says.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromOnnx, OnnxGraph, toOnnx } from "@neurite/formats/onnx";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const bytes = await toOnnx(new Sequential([new Dense(2, { inputShape: [3] })]));
 * const [graph] = fromOnnx(bytes).layers;
 * assertEquals(graph instanceof OnnxGraph, true);
 * assertEquals(graph.weights.map(({ value }) => value.shape), [[3, 2], [2]]);
 * ```
 */
export class OnnxGraph extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["model"];
  /** The names of its options. */
  static override readonly options: Known<OnnxGraphOptions> = {
    ...Layer.options,
    channelsLast: true,
  };
  /** Whether images and volumes go in and come out with their channels last. */
  readonly channelsLast: boolean;
  #proto: ModelProto;
  #plan: Plan;
  #constants: Values;
  readonly #weights = new Map<string, { weight: Weight; variable: Variable }>();

  /** A graph of what `model` gave; readers of files give the message that they found. */
  constructor(model: string | object, options: OnnxGraphOptions = {}) {
    super(options);
    this.channelsLast = options.channelsLast ?? false;
    const saved = typeof model === "string";
    this.#proto = saved ? decodeModel(fromBase64(model)) : model as ModelProto;
    this.#plan = planOf(this.#proto, saved);
    this.#constants = constantsOf(this.#plan);
    const format = this.#proto.irVersion;
    WRITTEN.set(this, { format, message: (read) => this.#written(read) });
  }

  /** The graph without the numbers of its weights, as text: an ONNX model in base64. */
  get model(): string {
    return toBase64(this.#bare());
  }

  /** The graph without the numbers of its weights. */
  #bare(): Uint8Array {
    const { graph, ...rest } = this.#proto,
      names = new Set(this.#plan.weights.map(({ name }) => name));
    const initializer = graph!.initializer?.map((one) => {
      const { name, dims, dataType } = one;
      return names.has(name ?? "") ? { name, dims, dataType } : one;
    });
    return encodeModel({ ...rest, graph: { ...graph, initializer } });
  }

  /** The inputs, with names, element types and shapes. */
  get ports(): readonly Port[] {
    return this.#plan.inputs;
  }

  /** The results, with names, element types and shapes. */
  get results(): readonly Port[] {
    return this.#plan.outputs;
  }

  /** The version of the set of operators. */
  get opset(): number {
    return this.#plan.opset;
  }

  /** The shape of an example of an input or a result as it goes in or comes out, where it is known. */
  exampleShape({ shape }: Pick<Port, "shape">): Shape | undefined {
    if (shape === undefined) return undefined;
    const order = this.#orderOf(shape.length);
    return (order === undefined ? shape : order.map((axis) => shape[axis])).slice(1);
  }

  /** The order in which a value of so many axes goes in or comes out; `undefined` for the graph's. */
  #orderOf(rank: number): Order | undefined {
    return this.channelsLast && (rank === 4 || rank === 5) ? channelsLast(rank) : undefined;
  }

  /** The shapes of the results, as the graph gives them; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[] {
    const { inputs, outputs } = this.#plan;
    const fits = inputShapes.length === inputs.length && inputs.every(({ shape }, i) => {
      const expected = this.exampleShape({ shape }), given = inputShapes[i];
      return expected === undefined || (expected.length === given.length &&
        expected.every((n, axis) => n === null || given[axis] === null || n === given[axis]));
    });
    if (!fits) {
      throw new ShapeError(
        "compute a graph of ONNX",
        `it takes ${
          inputs.map(({ name, shape }) =>
            `${quoted(name)} ${formatSizes(this.exampleShape({ shape }) ?? [null])}`
          ).join(" and ")
        }`,
        [],
        inputShapes.map(formatSizes).join(" and "),
      );
    }
    const shapes = outputs.map((port) => this.exampleShape(port) ?? [null]);
    return shapes.length === 1 ? shapes[0] : shapes;
  }

  /** Makes the weights. */
  protected override build(_inputShapes: readonly Shape[], rng: Rng): void {
    for (const weight of this.#plan.weights) {
      const { name, order, shape, trainable } = weight;
      const kept = order === undefined ? shape : order.map((axis) => shape[axis]);
      const make = () => initial(weight);
      const toConfig = () => ({ className: "Zeros", config: {} });
      const variable = this.addWeight(name, kept, { make, toConfig }, rng, { trainable });
      this.#weights.set(name, { weight: { ...weight, values: undefined }, variable });
    }
    // The file, which the message is made of, is let go.
    this.#proto = decodeModel(this.#bare());
    this.#plan = planOf(this.#proto, true);
    this.#constants = constantsOf(this.#plan);
  }

  /** Runs the graph. */
  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const { steps, outputs } = this.#plan, device = inputs[0]?.backend ?? hostBackend();
    const values: Values = new Map(this.#constants);
    this.#plan.inputs.forEach((port, i) => {
      values.set(port.name, given(inputs[i], port, this.#orderOf(inputs[i]?.rank)));
    });
    for (const [name, { weight: { type, order }, variable }] of this.#weights) {
      values.set(name, Value.of(variable.value, type, order));
    }
    const learns = context.training && this.trainable;
    const freed = !context.training && !isRecording();
    const own = new Map<Tensor, number>(),
      foreign = new Set([...values.values()].map((x) => x.tensor));
    for (const step of steps) {
      const made = this.#run(step, values, device, { ...context, training: learns });
      step.outputs.forEach((name, i) => {
        const value = made[i];
        if (name === "" || value === undefined) return;
        values.set(name, value);
        const { tensor } = value;
        if (tensor !== undefined && !foreign.has(tensor)) {
          own.set(tensor, (own.get(tensor) ?? 0) + 1);
        }
      });
      if (freed) release(step.done, values, own);
    }
    const results = outputs.map(({ name }) => {
      const value = values.get(name)!;
      const tensor = value.inOrder(this.#orderOf(value.shape.length), device);
      return cast(tensor, ELEMENT_TYPES[value.type].dtype);
    });
    return results.length === 1 ? results[0] : results;
  }

  /** The message with the weights as they are now. */
  #written(read: (variable: Variable) => Float32Array): ModelProto {
    const { graph, ...rest } = this.#proto;
    const initializer = graph!.initializer?.map((one) => {
      const found = this.#weights.get(one.name ?? "");
      if (found === undefined) return one;
      const { weight: { name, type, shape, order }, variable } = found;
      const rawData = floatBytes(type, inGraphOrder(read(variable), shape, order));
      return { name, dims: [...shape], dataType: ELEMENT_TYPES[type].number, rawData };
    });
    return { ...rest, graph: { ...graph, initializer } };
  }

  /** Runs one node; what it makes on the way is freed. */
  #run(step: Step, values: Values, device: Backend, context: CallContext): Value[] {
    const inputs = step.inputs.map((name) => name === "" ? undefined : values.get(name));
    const onDevice = device.synchronous || inputs.some((x) => x?.tensor?.backend === device);
    const backend = onDevice ? device : hostBackend();
    const last = step.outputs.findLastIndex((name) => name !== "");
    const call = new Call({
      opType: step.opType,
      inputs,
      attributes: step.attributes,
      wanted: last + 1,
      opset: this.opset,
      training: context.training,
      rng: context.rng,
      backend,
    });
    const run = () => {
      const made = step.operator.run(call);
      return made instanceof Array ? made : [made as Made];
    };
    try {
      const made = tidy(() => onDevice ? run() : onHost(run));
      return made.map((one) => valueOf(one, inputs[0]?.type ?? "float"));
    } catch (error) {
      throw told(error, step);
    }
  }
}

layers.register({ OnnxGraph });

/** What writes a graph again, for `toOnnx`. */
export function writtenAgain(graph: OnnxGraph): Written {
  return WRITTEN.get(graph)!;
}

/** An error with the node that it came from. */
function told(error: unknown, { name, opType }: Step): unknown {
  if (!(error instanceof Error)) return error;
  const { message } = error;
  error.message =
    `Cannot run node ${quoted(name)} (${opType}) of an ONNX model as its operator must ` +
    `take what it is given: current ${message}`;
  return error;
}

/** The constants of a graph, which stay on the device once they were needed there. */
function constantsOf({ constants }: Plan): Values {
  return new Map([...constants].map(([name, numbers]) => [name, Value.host(numbers, true)]));
}

/** What an operator made as a value. */
function valueOf(made: Made, type: ElementName): Value {
  if (made instanceof Tensor) return Value.of(made, type);
  return "tensor" in made ? Value.of(made.tensor, made.type ?? type, made.order) : Value.host(made);
}

/** An input as the graph wants it: an input without axes comes as one example. */
function given(x: Tensor, { name, type, shape }: Port, order: Order | undefined): Value {
  if (x === undefined) {
    throw new DataError(
      `Cannot run an ONNX model as input ${quoted(name)} must be there: current none`,
    );
  }
  const typed = cast(x, ELEMENT_TYPES[type].dtype);
  const alone = shape?.length === 0 && x.rank === 1 && x.size === 1;
  if (alone) return Value.of(reshape(typed, []), type, undefined, knownOf(x));
  return Value.of(typed, type, order, order === undefined ? knownOf(x) : undefined);
}

/** The numbers of a tensor on a device that has to be awaited, where they came from the host: shapes, axes. */
function knownOf(x: Tensor): ArrayLike<number> | undefined {
  return x.backend.synchronous ? undefined : valuesOnHost(x);
}

/** Frees tensors that nobody reads any more. */
function release(done: readonly string[], values: Values, own: Map<Tensor, number>): void {
  for (const name of done) {
    const tensor = values.get(name)?.tensor, count = tensor && own.get(tensor);
    values.delete(name);
    if (tensor === undefined || count === undefined) continue;
    own.set(tensor, count - 1);
    if (count === 1) tensor.dispose();
  }
}

/** The first values of a weight, in our order. */
function initial({ values, shape, order }: Weight): Tensor {
  return tidy(() => {
    if (values === undefined) {
      return zeros(order === undefined ? shape : order.map((n) => shape[n]));
    }
    const numbers = values instanceof Float32Array ? values : Float32Array.from(values);
    const given = tensor(numbers, { shape });
    return order === undefined ? given : transpose(given, order);
  });
}

/** Numbers that lie in our order in that of the graph. */
function inGraphOrder(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[] | undefined,
): Float32Array {
  if (order === undefined) return values;
  return onHost(() =>
    tidy(() => {
      const kept = tensor(values, { shape: order.map((axis) => shape[axis]) });
      return transpose(kept, order.map((_, i) => order.indexOf(i))).dataSync() as Float32Array;
    })
  );
}
