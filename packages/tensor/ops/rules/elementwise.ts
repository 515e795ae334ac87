/**
 * Operations on corresponding elements. An operation of this kind is a function of one or two
 * numbers and its derivative; shapes, broadcasting, element types and samples are the same for all.
 */
import type { DType, TensorSpec } from "../../backend.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import {
  apply,
  floats,
  integers,
  type NotDifferentiable,
  type OpDefinition,
  type Primitive,
  primitive,
  type Sample,
} from "../../op.ts";
import { broadcastShapes, broadcastStrides, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { backendOf, convert, operands, release } from "./operands.ts";
import { unbroadcast } from "./unbroadcast.ts";

/** An operation on each element of one tensor. */
export interface Unary<Parameters extends unknown[] = []>
  extends Primitive<[x: TensorLike, ...Parameters], readonly number[]> {
  /** The number of operands. */
  readonly elementwise: 1;
}

/** An operation on the corresponding elements of two tensors, broadcast as NumPy does. */
export interface Binary extends Primitive<[a: TensorLike, b: TensorLike], undefined> {
  /** The number of operands. */
  readonly elementwise: 2;
}

/** A function of one number, `y = f(x)`. */
export interface UnaryDefinition {
  /** The name: that of the exported function and of the kernel. */
  name: string;
  /** `f(x)` in f64, with the parameters, if there are any. */
  reference: (x: number, ...parameters: number[]) => number;
  /** `dy * f'(x)`, made of operations; `y` is `f(x)`. */
  gradient:
    | ((dy: Tensor, x: Tensor, y: Tensor, parameters: readonly number[]) => Tensor)
    | NotDifferentiable;
  /** Parameters' default values, two at most; the exported function takes them after `x`. */
  parameters?: readonly number[];
  /** Refuses parameters that make no sense. */
  check?: (...parameters: number[]) => void;
  /** Other parameters that samples use. */
  otherParameters?: readonly (readonly number[])[];
  /** The element type of the result for int32 inputs; by default they are converted to float32. */
  ofIntegers?: DType;
  /** `f(x)` for int32, where f64 would lose the digits that wrap around. */
  integerReference?: (x: number) => number;
  /** Where samples are drawn from; [-2, 2] by default. */
  domain?: readonly [number, number];
}

/** Makes an exported operation of a function of one number. */
export function unary<Parameters extends number[] = []>(
  definition: UnaryDefinition,
): Unary<Partial<Parameters>> {
  const { name, reference, gradient, parameters: defaults = [], check, ofIntegers } = definition;
  const none: readonly number[] = [];
  const op: OpDefinition<readonly number[]> = {
    name,
    elementwise: 1,
    shape: ([x]): TensorSpec => x,
    reference: ([x], parameters, output) => {
      const strides = broadcastStrides(x.shape, x.shape);
      const f = output.data instanceof Int32Array ? definition.integerReference : undefined;
      const of = f ?? reference;
      visit(output.shape, [strides], (at, [from]) => {
        output.data[at] = of(x.data[x.offset + from], ...parameters);
      });
    },
    gradient: typeof gradient === "function"
      ? ({ dy, inputs: [x], output, attributes }) => gradient(dy, x, output, attributes)
      : gradient,
  };
  const call = (value: TensorLike, ...given: Partial<Parameters>): Tensor => {
    const original = asTensor(value);
    const x = ofIntegers === undefined ? convert(original, value, "float32") : original;
    const parameters = defaults.length === 0 ? none : defaults.map((d, i) => given[i] ?? d);
    check?.(...parameters);
    const y = apply(op, [x], parameters);
    release(x, value);
    return y;
  };
  const [low, high] = definition.domain ?? [-2, 2];
  const using = (parameters: readonly number[]) => (x: Tensor): Tensor =>
    call(x, ...parameters as unknown as Partial<Parameters>);
  const use = using(none);
  const samples: Sample[] = [[], [1], [0], [7], [4, 5], [2, 3, 33], [1025]].map((shape) => ({
    name: `shape [${shape}]`,
    inputs: [floats(shape, low, high)],
    call: use,
  }));
  for (const parameters of definition.otherParameters ?? []) {
    const inputs = [floats([33], low, high)];
    samples.push({ name: `with ${parameters.join(", ")}`, inputs, call: using(parameters) });
  }
  if (ofIntegers !== undefined) {
    const inputs = [integers([3, 5], Math.ceil(low), Math.floor(high) + 1)];
    samples.push({ name: "int32", inputs, call: use });
  }
  return Object.assign(primitive(op, call, samples), { elementwise: 1 as const });
}

/** A function of two numbers, `y = f(a, b)`. */
export interface BinaryDefinition {
  /** The name: that of the exported function and of the kernel. */
  name: string;
  /** `f(a, b)` in f64. */
  reference: (a: number, b: number) => number;
  /**
   * `dy * df/da` and `dy * df/db`, in the broadcast shape, made of operations; `y` is `f(a, b)`.
   * `undefined` where `f` is constant in that operand almost everywhere.
   */
  gradients:
    | readonly [
      (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor | undefined,
      (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor | undefined,
    ]
    | NotDifferentiable;
  /** The element type of the result for two int32 inputs; by default they become float32. */
  ofIntegers?: DType;
  /** `f(a, b)` for int32, where f64 would lose the digits that wrap around. */
  integerReference?: (a: number, b: number) => number;
  /** Where samples of `a` and `b` are drawn from; [-2, 2] by default. */
  domains?: readonly [readonly [number, number], readonly [number, number]];
}

/** Makes an exported operation of a function of two numbers. */
export function binary(definition: BinaryDefinition): Binary {
  const { name, reference, gradients, ofIntegers } = definition;
  const op: OpDefinition<undefined> = {
    name,
    elementwise: 2,
    shape: ([a, b]) => {
      const shape = broadcastShapes(name, a.shape, b.shape);
      return { shape, dtype: a.dtype === "int32" ? ofIntegers! : "float32" };
    },
    reference: ([a, b], _, output) => {
      const strides = [a, b].map((x) => broadcastStrides(x.shape, output.shape));
      const f = output.data instanceof Int32Array ? definition.integerReference : undefined;
      const of = f ?? reference;
      visit(output.shape, strides, (at, [p, q]) => {
        output.data[at] = of(a.data[a.offset + p], b.data[b.offset + q]);
      });
    },
    gradient: "notDifferentiable" in gradients
      ? gradients
      : ({ dy, inputs: [a, b], output }, index) => {
        const gradient = gradients[index](dy, a, b, output);
        return gradient && unbroadcast(gradient, (index === 0 ? a : b).shape);
      },
  };
  const call = (left: TensorLike, right: TensorLike): Tensor => {
    const [a, b] = operands(left, right, ofIntegers !== undefined, backendOf(left, right));
    const y = apply(op, [a, b], undefined);
    release(a, left);
    release(b, right);
    return y;
  };
  const [da, db] = definition.domains ?? [[-2, 2], [-2, 2]];
  const shapes: [number[], number[]][] = [
    [[], []],
    [[4, 5], [4, 5]],
    [[1025], [1025]],
    [[0], [0]],
    [[3, 7], []],
    [[], [3, 7]],
    [[4, 5], [5]],
    [[4, 5], [4, 1]],
    [[4, 1], [1, 5]],
    [[2, 1, 3, 4], [5, 1, 4]],
    [[2, 3, 4], [3, 1]],
    [[33, 34], [34]],
  ];
  const samples: Sample[] = shapes.map(([a, b]) => ({
    name: `[${a}] and [${b}]`,
    inputs: [floats(a, ...da), floats(b, ...db)],
    call,
  }));
  if (ofIntegers !== undefined) {
    const inputs = [integers([3, 5], -4, 5), integers([5], -4, 5)];
    samples.push({ name: "int32", inputs, call });
  }
  return Object.assign(primitive(op, call, samples), { elementwise: 2 as const });
}
