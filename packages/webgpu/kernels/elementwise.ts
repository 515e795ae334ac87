/**
 * Operations on corresponding elements: an expression of WGSL each. `x`, or `a` and `b`, are the
 * numbers, `p.first` and `p.second` the parameters.
 */
import type { BinaryName, ElementwiseName, UnaryName } from "@neurite/tensor/contract";
import { broadcastStrides } from "@neurite/tensor/internal";
import { map } from "./map.ts";
import { allocate, blockOf, type Runner, TYPES } from "./runner.ts";

/** An expression for float32, and one for int32 where the operation takes integers. */
type Expression = readonly [float: string, integer?: string];

const UNARY: Readonly<Record<UnaryName, Expression>> = {
  abs: ["abs(x)", "abs(x)"],
  acos: ["acosOf(x)"],
  acosh: ["acoshOf(x)"],
  asin: ["asinOf(x)"],
  asinh: ["asinhOf(x)"],
  atan: ["atanOf(x)"],
  atanh: ["atanhOf(x)"],
  ceil: ["ceil(x)", "x"],
  clip: ["smaller(larger(x, p.first), p.second)", "clamp(x, p.first, p.second)"],
  cos: ["sineAhead(x, 1)"],
  cosh: ["coshOf(x)"],
  elu: ["select(p.first * expm1Negative(min(x, 0.0)), x, x > 0.0 || isNan(x))"],
  erf: ["erfOf(x)"],
  exp: ["expOf(x)"],
  floor: ["floor(x)", "x"],
  gelu: ["geluOf(x)"],
  leakyRelu: ["select(p.first * x, x, x > 0.0)"],
  log: ["logOf(x)"],
  log1p: ["log1pOf(x)"],
  neg: ["-x", "-x"],
  relu: ["positivePart(x)"],
  round: ["round(x)", "x"],
  selu: [
    "select(1.7580993408473766 * expm1Negative(min(x, 0.0)), 1.0507009873554805 * x, x > 0.0 || isNan(x))",
  ],
  sigmoid: ["sigmoidOf(x)"],
  sign: ["select(sign(x), x, isNan(x) || isZero(x))", "sign(x)"],
  sin: ["sineAhead(x, 0)"],
  sinh: ["sinhOf(x)"],
  softplus: ["softplusOf(x)"],
  sqrt: ["sqrt(x)"],
  square: ["x * x", "x * x"],
  step: ["select(select(0.0, 1.0, x >= 0.0), x, isNan(x))"],
  tanh: ["tanhOf(x)"],
};

const BINARY: Readonly<Record<BinaryName, Expression>> = {
  add: ["a + b", "a + b"],
  div: ["a / b"],
  equal: ["f32(a == b && ordered(a, b))", "f32(a == b)"],
  greater: ["f32(a > b && ordered(a, b))", "f32(a > b)"],
  greaterEqual: ["f32(a >= b && ordered(a, b))", "f32(a >= b)"],
  less: ["f32(a < b && ordered(a, b))", "f32(a < b)"],
  lessEqual: ["f32(a <= b && ordered(a, b))", "f32(a <= b)"],
  maximum: ["larger(a, b)", "max(a, b)"],
  minimum: ["smaller(a, b)", "min(a, b)"],
  mod: ["remainder(a, b)", "integerRemainder(a, b)"],
  mul: ["a * b", "a * b"],
  notEqual: ["f32(a != b || !ordered(a, b))", "f32(a != b)"],
  pow: ["powerOf(a, b)"],
  reluGradient: ["select(0.0, a, b > 0.0)"],
  sigmoidCrossEntropy: [
    "a * (positivePart(-b) + log1pOf(expOf(-abs(b)))) + " +
    "(1.0 - a) * (positivePart(b) + log1pOf(expOf(-abs(b))))",
  ],
  sigmoidGradient: ["a * b * (1.0 - b)"],
  sub: ["a - b", "a - b"],
  tanhGradient: ["a * (1.0 - b * b)"],
};

const EXPRESSIONS: Readonly<Record<ElementwiseName, Expression>> = { ...UNARY, ...BINARY };

/** Runs the operation of a name. */
export function elementwise(name: string): Runner<readonly number[] | undefined> {
  const [float, integer] = EXPRESSIONS[name as ElementwiseName];
  const names = Object.hasOwn(UNARY, name) ? ["x"] : ["a", "b"];
  return (device, inputs, parameters, { shape, dtype }) => {
    const ofIntegers = inputs[0].dtype === "int32";
    const size = shape.reduce((product, n) => product * n, 1), y = allocate(device, size);
    const within = (v: number) => ofIntegers ? Math.min(Math.max(v, -(2 ** 31)), 2 ** 31 - 1) : v;
    const [first = 0, second = 0] = parameters ?? [];
    map(device, {
      name,
      expression: ofIntegers ? integer! : float,
      shape,
      sources: inputs.map((x, i) => ({
        name: names[i],
        block: blockOf(x),
        type: TYPES[x.dtype],
        strides: broadcastStrides(x.shape, shape),
      })),
      target: { block: y.block, type: TYPES[dtype], strides: broadcastStrides(shape, shape) },
      params: ["first", "second"].map((p) => `${p}: ${TYPES[inputs[0].dtype]}`),
      values: [within(first), within(second)],
    });
    return y;
  };
}
