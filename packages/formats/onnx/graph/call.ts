/** What an operator is told when it runs, and what it gives. */
import {
  type Backend,
  cast,
  DataError,
  reshape,
  type Rng,
  type Tensor,
  transpose,
} from "@neurite/tensor";
import type { AttributeProto } from "../proto/schema.ts";
import { ELEMENT_TYPES, type ElementName, type HostTensor, readTensor } from "../proto/elements.ts";
import { channelsLast, type Order, sameOrder, Value } from "./value.ts";

/** Says that Neurite has nothing for what a graph asks for. */
export class UnsupportedError extends RangeError {
  /** The class's name, as `error.name`. */
  override readonly name = "UnsupportedError";
}

/** Refuses what Neurite has nothing for. */
export function unsupported(what: string): never {
  throw new UnsupportedError(what);
}

/** A tensor with the element type or the order of axes that the graph is to see. */
export interface Typed {
  /** The tensor. */
  readonly tensor: Tensor;
  /** The element type; that of the first input by default. */
  readonly type?: ElementName;
  /** The order in which it has the axes; the graph's own by default. */
  readonly order?: Order | undefined;
}

/** One result of an operator: a tensor of the first input's element type, a typed one, or numbers. */
export type Made = Tensor | Typed | HostTensor;

/** An operator of ONNX. */
export interface Operator {
  /** The attributes that it knows; others are refused. */
  readonly attributes: readonly string[];
  /** Runs it. */
  readonly run: (call: Call) => Made | readonly Made[];
}

/** Operators by their names. */
export type Operators = Readonly<Record<string, Operator>>;

/** The attributes of a node by their names, checked for their kinds. */
export class Attributes {
  readonly #all: ReadonlyMap<string, AttributeProto>;
  readonly #tensors = new Map<string, HostTensor>();

  /** Takes attributes as they stand in the file. */
  constructor(attributes: readonly AttributeProto[]) {
    this.#all = new Map(attributes.map((attribute) => [attribute.name ?? "", attribute]));
    for (const [name, { t }] of this.#all) {
      if (t !== undefined) this.#tensors.set(name, readTensor(t));
    }
  }

  /** The names of those that are there. */
  get names(): string[] {
    return [...this.#all.keys()];
  }

  /** Whether one is there. */
  has(name: string): boolean {
    return this.#all.has(name);
  }

  /** An integer. */
  int(name: string, otherwise: number): number {
    return this.#all.has(name) ? this.#all.get(name)!.i ?? 0 : otherwise;
  }

  /** A list of integers, where it is there. */
  ints(name: string): readonly number[] | undefined {
    return this.#all.has(name) ? this.#all.get(name)!.ints ?? [] : undefined;
  }

  /** A number. */
  float(name: string, otherwise: number): number {
    return this.#all.has(name) ? this.#all.get(name)!.f ?? 0 : otherwise;
  }

  /** A list of numbers, where it is there. */
  floats(name: string): readonly number[] | undefined {
    return this.#all.has(name) ? this.#all.get(name)!.floats ?? [] : undefined;
  }

  /** A text. */
  text(name: string, otherwise: string): string {
    const { s } = this.#all.get(name) ?? {};
    return s === undefined ? otherwise : new TextDecoder().decode(s);
  }

  /** A list of texts, where it is there. */
  texts(name: string): readonly string[] | undefined {
    return this.#all.get(name)?.strings?.map((s) => new TextDecoder().decode(s));
  }

  /** A tensor, where it is there. */
  tensor(name: string): HostTensor | undefined {
    return this.#tensors.get(name);
  }
}

/** One run of a node: its inputs, its attributes, and around them what all nodes are told. */
export class Call {
  /** The operator. */
  readonly opType: string;
  /** The inputs; `undefined` for what is left out. */
  readonly inputs: readonly (Value | undefined)[];
  /** The attributes. */
  readonly attributes: Attributes;
  /** How many results somebody reads: those after are not needed. */
  readonly wanted: number;
  /** The version of the set of operators. */
  readonly opset: number;
  /** Whether the model learns from this batch. */
  readonly training: boolean;
  /** Where random numbers come from. */
  readonly rng: Rng;
  /** Where the tensors are. */
  readonly backend: Backend;

  /** A run of a node. */
  constructor(
    given: Pick<
      Call,
      "opType" | "inputs" | "attributes" | "wanted" | "opset" | "training" | "rng" | "backend"
    >,
  ) {
    this.opType = given.opType;
    this.inputs = given.inputs;
    this.attributes = given.attributes;
    this.wanted = given.wanted;
    this.opset = given.opset;
    this.training = given.training;
    this.rng = given.rng;
    this.backend = given.backend;
  }

  /** Whether an input is there. */
  has(i: number): boolean {
    return this.inputs[i] !== undefined;
  }

  /** An input that must be there. */
  value(i: number): Value {
    const value = this.inputs[i];
    if (value !== undefined) return value;
    throw new DataError(`its input ${i} must be there: current left out`);
  }

  /** An input as a tensor, as the graph has it. */
  tensor(i: number): Tensor {
    return this.value(i).inOrder(undefined, this.backend);
  }

  /** An input as a tensor, where it is there. */
  optional(i: number): Tensor | undefined {
    return this.has(i) ? this.tensor(i) : undefined;
  }

  /** An input as a tensor with its axes in an order. */
  ordered(i: number, order: Order | undefined): Tensor {
    return this.value(i).inOrder(order, this.backend);
  }

  /** An input with its channels, axis 1, last. */
  images(i: number): Tensor {
    const { shape } = this.value(i);
    if (shape.length >= 3) return this.ordered(i, channelsLast(shape.length));
    return shape.length === 2 ? this.tensor(i) : unsupported(`channels of ${shape.length} axes`);
  }

  /** A result with its channels last. */
  ofImages(tensor: Tensor): Typed {
    return tensor.rank >= 3 ? { tensor, order: channelsLast(tensor.rank) } : { tensor };
  }

  /** The element type of an input. */
  type(i: number): ElementName {
    return this.value(i).type;
  }

  /** The shape of an input. */
  shape(i: number): readonly number[] {
    return this.value(i).shape;
  }

  /** The numbers of an input, where it is there: shapes, axes, sizes. */
  numbers(i: number): number[] | undefined {
    return this.has(i) ? Array.from(this.value(i).numbers()) : undefined;
  }

  /** The only number of an input. */
  number(i: number, otherwise: number): number {
    const numbers = this.numbers(i) ?? [otherwise];
    if (numbers.length === 1) return numbers[0];
    throw new DataError(`its input ${i} must be one number: current ${numbers.length}`);
  }

  /** The numbers of an attribute, or, in later versions, of an input. */
  listOf(name: string, i: number): readonly number[] | undefined {
    return this.attributes.ints(name) ?? this.numbers(i);
  }

  /** Numbers of the host where the other tensors are. */
  host(values: HostTensor): Tensor {
    return Value.host(values).inOrder(undefined, this.backend);
  }

  /** An axis counted from the front. */
  axis(axis: number, rank: number): number {
    const at = axis < 0 ? axis + rank : axis;
    if (Number.isInteger(at) && at >= 0 && at < rank) return at;
    throw new DataError(`its axis must be from ${-rank} to ${rank - 1}: current ${axis}`);
  }

  /** The result of a function of the elements of the first input. */
  map(f: (x: Tensor) => Tensor): Typed {
    const { order } = this.value(0);
    return { tensor: f(this.ordered(0, order)), order };
  }

  /**
   * The result of a function of the corresponding elements of all inputs, which are broadcast. The
   * tensors have their axes in the order of one that has them in another.
   */
  broadcast(f: (...xs: Tensor[]) => Tensor): Typed {
    const rank = Math.max(...this.inputs.map((_, i) => this.shape(i).length));
    const order = this.inputs.find((x) => x?.shape.length === rank && x.order)?.order;
    const tensors = this.inputs.map((_, i) => {
      const value = this.value(i);
      if (order === undefined || sameOrder(value.order, order)) return this.ordered(i, order);
      if (value.size === 1) return reshape(this.tensor(i), []);
      const leading = new Array(rank - value.shape.length).fill(1);
      return transpose(reshape(this.tensor(i), [...leading, ...value.shape]), order);
    });
    return { tensor: f(...tensors), order };
  }
}

/** A tensor as one of an element type: what is cut off or rounded is what that type drops. */
export function typed(tensor: Tensor, type: ElementName): Typed {
  return { tensor: cast(tensor, ELEMENT_TYPES[type].dtype), type };
}

/** Integers on the host as a result: a shape, a size. */
export function integers(values: ArrayLike<number>, shape: readonly number[]): HostTensor {
  return { type: "int64", shape, values };
}
