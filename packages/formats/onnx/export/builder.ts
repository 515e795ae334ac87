/** The graph that a model becomes, while it is made. */
import type { Layer, Shape, Variable } from "@neurite/nn";
import { DataError } from "@neurite/tensor";
import { quoted } from "@neurite/tensor/internal";
import {
  ATTRIBUTE_TYPES,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from "../proto/schema.ts";
import { ELEMENT_TYPES, type ElementName } from "../proto/elements.ts";

/** What a layer of ours has become: a value of the graph. */
export interface Exported {
  /** Its name in the graph. */
  readonly name: string;
  /** The shape of an example as our layers have it: images with their channels last. */
  readonly shape: Shape;
  /** Whether the graph has it with its channels first, `[n, channels, height, width]`. */
  readonly channelsFirst: boolean;
  /** The name of its mask, `[batch, time]`, floats of 0 and 1, where steps are masked. */
  readonly mask?: string | undefined;
}

/** An attribute by its value: an integer, a list of them, a text, or a number that has fractions. */
export type AttributeValue = number | readonly number[] | string | readonly string[] | {
  float: number;
};

/** The values of weights, read before. */
export type WeightValues = ReadonlyMap<Variable, Float32Array | Int32Array>;

/** Collects nodes and numbers, with names that are unique. */
export class Builder {
  /** The nodes so far. */
  readonly nodes: NodeProto[] = [];
  /** The weights and constants so far. */
  readonly initializers: TensorProto[] = [];
  readonly #values: WeightValues;
  readonly #names = new Set<string>();
  readonly #weights = new Map<Variable, Map<string, string>>();
  readonly #constants = new Map<string, string>();
  readonly #other = new Map<string, string>();
  #path: readonly string[] = [];

  /** A graph of weights with these values. */
  constructor(values: WeightValues) {
    this.#values = values;
  }

  /** Runs `f` with names that begin with that of a layer. */
  within<T>(layer: string, f: () => T): T {
    const outer = this.#path;
    this.#path = [...outer, layer];
    try {
      return f();
    } finally {
      this.#path = outer;
    }
  }

  /** A name that no other value has. */
  unique(base: string): string {
    const path = [...this.#path, base].join("/");
    let name = path;
    for (let n = 1; this.#names.has(name); n++) name = `${path}_${n}`;
    this.#names.add(name);
    return name;
  }

  /** Takes a name for an input or output; throws where it is taken. */
  claim(name: string): void {
    if (this.#names.has(name)) {
      throw new DataError(
        `Cannot write an ONNX model as its inputs and outputs must have names of their own: current two ${
          quoted(name)
        }`,
      );
    }
    this.#names.add(name);
  }

  /** A node with one result, which is given. */
  node(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    return this.nodeOf(opType, inputs, attributes, 1)[0];
  }

  /** A node with several results. */
  nodeOf(
    opType: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
    results: number,
  ): string[] {
    const name = this.unique(opType.toLowerCase());
    const output = Array.from(
      { length: results },
      (_, i) => i === 0 ? name : this.unique(`${opType.toLowerCase()}_${i}`),
    );
    const attribute = Object.entries(attributes).map(([name, value]) => attributeOf(name, value));
    this.nodes.push({ name, opType, input: [...inputs], output, attribute });
    return output;
  }

  /** A node as it is. */
  add(node: NodeProto): void {
    this.nodes.push(node);
  }

  /** The numbers of a weight. */
  numbers(variable: Variable): Float32Array {
    return this.#values.get(variable) as Float32Array;
  }

  /** The weight of a layer by its name; `undefined` where it has none. */
  variable(layer: Layer, name: string): Variable | undefined {
    return layer.weights.find((weight) => weight.name === name);
  }

  /** A weight of a layer as it is. */
  weight(layer: Layer, name: string): string {
    const variable = this.variable(layer, name)!;
    return this.changedWeight(variable, "", [...variable.value.shape], (values) => values);
  }

  /** A weight of a layer with its axes in another order. */
  transposed(
    layer: Layer,
    name: string,
    order: readonly number[],
    kept?: readonly number[],
  ): string {
    const variable = this.variable(layer, name)!, shape = kept ?? variable.value.shape;
    const dims = order.map((axis) => shape[axis]);
    return this.changedWeight(
      variable,
      order.join(),
      dims,
      (values) => permuted(values, shape, order),
    );
  }

  /** A weight in another form; one that is used several times stands there once. */
  changedWeight(
    variable: Variable,
    form: string,
    dims: readonly number[],
    change: (values: Float32Array) => Float32Array,
  ): string {
    const forms = this.#weights.get(variable) ?? new Map<string, string>();
    this.#weights.set(variable, forms);
    let name = forms.get(form);
    if (name === undefined) {
      name = this.initializer(variable.name, "float", dims, change(this.numbers(variable)));
      forms.set(form, name);
    }
    return name;
  }

  /** Numbers that the graph holds. */
  initializer(
    base: string,
    type: ElementName,
    dims: readonly number[],
    values: Float32Array | readonly number[],
  ): string {
    const name = this.unique(base), rawData = bytesOf(type, values);
    this.initializers.push({
      name,
      dims: [...dims],
      dataType: ELEMENT_TYPES[type].number,
      rawData,
    });
    return name;
  }

  /** Integers that never change; equal ones stand there once. */
  integers(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant("int64", values, dims);
  }

  /** Numbers that never change. */
  floats(values: readonly number[], dims: readonly number[] = [values.length]): string {
    return this.#constant("float", values, dims);
  }

  /** One number that never changes. */
  float(value: number): string {
    return this.floats([value], []);
  }

  #constant(type: ElementName, values: readonly number[], dims: readonly number[]): string {
    const key = `${type} ${dims} ${values}`;
    let name = this.#constants.get(key);
    if (name === undefined) {
      // A node, not an initializer: what it holds is no weight.
      name = this.unique("constant");
      const t = {
        dims: [...dims],
        dataType: ELEMENT_TYPES[type].number,
        rawData: bytesOf(type, values),
      };
      const attribute = [{ name: "value", type: ATTRIBUTE_TYPES.tensor, t }];
      this.nodes.push({ name, opType: "Constant", input: [], output: [name], attribute });
      this.#constants.set(key, name);
    }
    return name;
  }

  /** A value with its channels last, as our layers have it. */
  plain({ name, channelsFirst }: Exported): string {
    return channelsFirst ? this.#transposition(name, [0, 2, 3, 1]) : name;
  }

  /** Images with their channels first, as ONNX has them. */
  images({ name, channelsFirst }: Exported): string {
    return channelsFirst ? name : this.#transposition(name, [0, 3, 1, 2]);
  }

  #transposition(name: string, perm: readonly number[]): string {
    const key = `${name} ${perm}`;
    let made = this.#other.get(key);
    if (made === undefined) {
      made = this.node("Transpose", [name], { perm });
      this.#other.set(key, made);
    }
    return made;
  }
}

/** A result in our layout. */
export function plain(name: string, shape: Shape, mask?: string): Exported {
  return { name, shape, channelsFirst: false, mask };
}

/** Images with their channels first. */
export function images(name: string, shape: Shape): Exported {
  return { name, shape, channelsFirst: true };
}

function attributeOf(name: string, value: AttributeValue): AttributeProto {
  const text = (s: string) => new TextEncoder().encode(s);
  if (typeof value === "number") return { name, type: ATTRIBUTE_TYPES.int, i: value };
  if (typeof value === "string") return { name, type: ATTRIBUTE_TYPES.string, s: text(value) };
  if ("float" in value) return { name, type: ATTRIBUTE_TYPES.float, f: value.float };
  const list = value as readonly (number | string)[];
  return typeof list[0] === "string"
    ? { name, type: ATTRIBUTE_TYPES.strings, strings: list.map((s) => text(s as string)) }
    : { name, type: ATTRIBUTE_TYPES.ints, ints: list as number[] };
}

function bytesOf(type: ElementName, values: Float32Array | readonly number[]): Uint8Array {
  const array = type === "int64"
    ? BigInt64Array.from(values, BigInt)
    : values instanceof Float32Array
    ? values
    : Float32Array.from(values);
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

/** Numbers with their axes in another order: axis `i` of the result is axis `order[i]`. */
export function permuted(
  values: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, n) => product * n, 1));
  const dims = order.map((axis) => shape[axis]), steps = order.map((axis) => strides[axis]);
  const out = new Float32Array(values.length), at = dims.map(() => 0);
  for (let i = 0, from = 0; i < out.length; i++) {
    out[i] = values[from];
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      from += steps[axis];
      if (++at[axis] < dims[axis]) break;
      from -= steps[axis] * dims[axis];
      at[axis] = 0;
    }
  }
  return out;
}
