/** Activations as nodes. */
import type { ActivationFunction } from "@neurite/nn";
import type { Builder, Exported } from "./builder.ts";

/** The nodes of a function of each element. */
type Elementwise = (b: Builder, x: string) => string;

const node = (opType: string): Elementwise => (b, x) => b.node(opType, [x]);

/** The functions that are one operator, or a few, by the names that our layers give them. */
const ELEMENTWISE: Readonly<Record<string, Elementwise>> = {
  abs: node("Abs"),
  acos: node("Acos"),
  acosh: node("Acosh"),
  asin: node("Asin"),
  asinh: node("Asinh"),
  atan: node("Atan"),
  atanh: node("Atanh"),
  ceil: node("Ceil"),
  cos: node("Cos"),
  cosh: node("Cosh"),
  elu: node("Elu"),
  erf: node("Erf"),
  exp: node("Exp"),
  exponential: node("Exp"),
  floor: node("Floor"),
  // x / 2 (1 + erf(x / sqrt(2)))
  gelu: (b, x) => {
    const part = b.node("Erf", [b.node("Mul", [x, b.float(Math.SQRT1_2)])]);
    const half = b.node("Mul", [x, b.float(0.5)]);
    return b.node("Mul", [half, b.node("Add", [part, b.float(1)])]);
  },
  hardSigmoid: (b, x) => b.node("HardSigmoid", [x], { alpha: { float: 1 / 6 } }),
  hardSilu: node("HardSwish"),
  hardTanh: (b, x) => b.node("Clip", [x, b.float(-1), b.float(1)]),
  leakyRelu: (b, x) => b.node("LeakyRelu", [x], { alpha: { float: 0.2 } }),
  log: node("Log"),
  log1p: (b, x) => b.node("Log", [b.node("Add", [x, b.float(1)])]),
  mish: (b, x) => b.node("Mul", [x, b.node("Tanh", [b.node("Softplus", [x])])]),
  neg: node("Neg"),
  relu: node("Relu"),
  relu6: (b, x) => b.node("Clip", [x, b.float(0), b.float(6)]),
  round: node("Round"),
  selu: node("Selu"),
  sigmoid: node("Sigmoid"),
  sign: node("Sign"),
  silu: (b, x) => b.node("Mul", [x, b.node("Sigmoid", [x])]),
  sin: node("Sin"),
  sinh: node("Sinh"),
  softplus: node("Softplus"),
  softsign: node("Softsign"),
  sqrt: node("Sqrt"),
  square: (b, x) => b.node("Mul", [x, x]),
  // 1 where x >= 0, else 0
  step: (b, x) => b.node("Cast", [b.node("GreaterOrEqual", [x, b.float(0)])], { to: 1 }),
  tanh: node("Tanh"),
};

/** The functions along the last axis. */
const ALONG_CHANNELS: Readonly<Record<string, string>> = {
  softmax: "Softmax",
  logSoftmax: "LogSoftmax",
};

/** Whether an activation is known by its name. */
export function isWritten(name: string): boolean {
  return name === "linear" || Object.hasOwn(ALONG_CHANNELS, name) ||
    Object.hasOwn(ELEMENTWISE, name);
}

/** A value with an activation applied to it. */
export function activated(b: Builder, x: Exported, { name }: ActivationFunction): Exported {
  if (name === "linear") return x;
  if (Object.hasOwn(ALONG_CHANNELS, name)) {
    const axis = x.channelsFirst ? 1 : -1;
    return { ...x, name: b.node(ALONG_CHANNELS[name], [x.name], { axis }) };
  }
  return { ...x, name: ELEMENTWISE[name](b, x.name) };
}
