/** The operations on corresponding elements, one line each. */
import type { DType } from "@neurite/tensor";
import type { BinaryName, UnaryName } from "@neurite/tensor/contract";
import type { Kernels, TfTensor } from "../kernels.ts";
import type { Runner } from "./runner.ts";

type Unary = (tf: Kernels, x: TfTensor, parameters: readonly number[]) => TfTensor;
type Binary = (tf: Kernels, a: TfTensor, b: TfTensor, shape: readonly number[]) => TfTensor;

/** A kernel of TensorFlow. */
const one = (name: string): Unary => (tf, x) => tf.one(name, x);
const two = (name: string): Binary => (tf, a, b) => tf.two(name, a, b);

/** A kernel for numbers that leaves integers as they are. */
const whole = (name: string): Unary => (tf, x) => x.dtype === "int32" ? x : tf.one(name, x);

/** A comparison: 1 where it holds, else 0. */
const compare = (name: string): Binary => (tf, a, b) => tf.cast(tf.two(name, a, b), "float32");

/** `y`, but NaN where `x` is. */
function keepNaN(tf: Kernels, x: TfTensor, y: TfTensor): TfTensor {
  return tf.select(tf.one("IsNan", x), x, y, x.shape);
}

/** `x > 0 ? x : low(x)` */
function positive(tf: Kernels, x: TfTensor, low: TfTensor): TfTensor {
  return tf.select(tf.two("Greater", x, tf.number(0)), x, low, x.shape);
}

/** `log(1 + exp(-|x|))`: what `softplus` adds to the larger of x and 0. */
function rest(tf: Kernels, x: TfTensor): TfTensor {
  return tf.one("Log1p", tf.one("Exp", tf.one("Neg", tf.one("Abs", x))));
}

/** The bounds of an element type: those of numbers are none. */
function within(bound: number, dtype: DType): number {
  return dtype === "int32" ? Math.min(Math.max(bound, -(2 ** 31)), 2 ** 31 - 1) : bound;
}

const SELU_SCALE = 1.0507009873554805, SELU_ALPHA = 1.6732632423543772;

const UNARY: { readonly [K in UnaryName]: Unary } = {
  abs: one("Abs"),
  acos: one("Acos"),
  acosh: one("Acosh"),
  asin: one("Asin"),
  asinh: one("Asinh"),
  atan: one("Atan"),
  atanh: one("Atanh"),
  ceil: whole("Ceil"),
  clip: (tf, x, bounds) => {
    const dtype = x.dtype as DType;
    const [low, high] = bounds.map((bound) => tf.number(within(bound, dtype), dtype));
    return tf.two("Minimum", tf.two("Maximum", x, low), high);
  },
  cos: one("Cos"),
  cosh: one("Cosh"),
  elu: (tf, x, [alpha]) => positive(tf, x, tf.scale(tf.one("Expm1", x), alpha)),
  erf: one("Erf"),
  exp: one("Exp"),
  floor: whole("Floor"),
  gelu: (tf, x) => {
    const half = tf.scale(x, 0.5),
      reach = tf.add(tf.number(1), UNARY.erf(tf, tf.scale(x, Math.SQRT1_2), []));
    // Of -Infinity, 0 is left.
    return tf.select(
      tf.two("Equal", reach, tf.number(0)),
      tf.number(0),
      tf.mul(half, reach),
      x.shape,
    );
  },
  leakyRelu: (tf, x, [alpha]) => positive(tf, x, tf.scale(x, alpha)),
  log: one("Log"),
  log1p: one("Log1p"),
  neg: one("Neg"),
  relu: one("Relu"),
  round: whole("Round"),
  selu: (tf, x) => tf.scale(positive(tf, x, tf.scale(tf.one("Expm1", x), SELU_ALPHA)), SELU_SCALE),
  sigmoid: one("Sigmoid"),
  sign: (tf, x) => x.dtype === "int32" ? tf.one("Sign", x) : keepNaN(tf, x, tf.one("Sign", x)),
  sin: one("Sin"),
  sinh: one("Sinh"),
  softplus: (tf, x) => tf.add(tf.two("Maximum", x, tf.number(0)), rest(tf, x)),
  sqrt: one("Sqrt"),
  square: one("Square"),
  step: (tf, x) => keepNaN(tf, x, tf.cast(tf.two("GreaterEqual", x, tf.number(0)), "float32")),
  tanh: one("Tanh"),
};

const BINARY: { readonly [K in BinaryName]: Binary } = {
  add: two("Add"),
  div: two("RealDiv"),
  equal: compare("Equal"),
  greater: compare("Greater"),
  greaterEqual: compare("GreaterEqual"),
  less: compare("Less"),
  lessEqual: compare("LessEqual"),
  maximum: two("Maximum"),
  minimum: two("Minimum"),
  mod: (tf, a, b, shape) => {
    if (a.dtype !== "int32") return tf.two("Mod", a, b);
    // Of a division by 0, integers have 0.
    const isZero = tf.two("Equal", b, tf.number(0, "int32")), one = tf.number(1, "int32");
    return tf.two("Mod", tf.broadcast(a, shape), tf.select(isZero, one, b, b.shape));
  },
  mul: two("Multiply"),
  notEqual: compare("NotEqual"),
  pow: two("Pow"),
  reluGradient: (tf, dy, y, shape) =>
    tf.select(tf.two("Greater", y, tf.number(0)), dy, tf.number(0), shape),
  sigmoidCrossEntropy: (tf, t, x) => {
    const small = rest(tf, x), zero = tf.number(0);
    const hit = tf.add(tf.two("Maximum", tf.one("Neg", x), zero), small);
    const miss = tf.add(tf.two("Maximum", x, zero), small);
    return tf.add(tf.mul(t, hit), tf.mul(tf.complement(t), miss));
  },
  sigmoidGradient: (tf, dy, y) => tf.mul(tf.mul(dy, y), tf.complement(y)),
  sub: two("Sub"),
  tanhGradient: (tf, dy, y) => tf.mul(dy, tf.complement(tf.one("Square", y))),
};

/** What runs an operation on corresponding elements. */
export function elementwiseRunner(
  name: string,
  inputs: 1 | 2,
): Runner<readonly number[] | undefined> {
  if (inputs === 1) {
    const f = UNARY[name as UnaryName];
    return (tf, [x], parameters) => f(tf, x, parameters ?? []);
  }
  const f = BINARY[name as BinaryName];
  return (tf, [a, b], _, { shape }) => f(tf, a, b, shape);
}
