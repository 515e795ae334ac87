/** Operators on corresponding elements. */
import {
  abs,
  acos,
  acosh,
  add,
  and,
  asin,
  asinh,
  atan,
  atanh,
  cast,
  ceil,
  clip,
  cos,
  cosh,
  div,
  elu,
  equal,
  erf,
  exp,
  floor,
  gelu,
  greater,
  greaterEqual,
  isNaN,
  leakyRelu,
  less,
  lessEqual,
  log,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  not,
  notEqual,
  pow,
  relu,
  reshape,
  round,
  selu,
  sigmoid,
  sign,
  sin,
  sinh,
  softplus,
  sqrt,
  sub,
  tan,
  tanh,
  type Tensor,
  where,
} from "@neurite/tensor";
import {
  ELEMENT_TYPES,
  type ElementName,
  elementName,
  isFloat,
  nameOfElement,
} from "../../proto/elements.ts";
import { type Call, type Operator, type Operators, type Typed, unsupported } from "../call.ts";

/** The slope and the scale of SELU, which are an attribute in ONNX. */
const ALPHA = 1.6732632423543772, SCALE = 1.0507009873554805;

function unary(f: (x: Tensor) => Tensor): Operator {
  return { attributes: [], run: (call) => wrapped(call, call.map(f)) };
}

/** A function of elements with numbers among its attributes: their names and defaults. */
function withNumbers(
  defaults: Readonly<Record<string, number>>,
  f: (x: Tensor, ...numbers: number[]) => Tensor,
): Operator {
  const names = Object.keys(defaults);
  return {
    attributes: names,
    run: (call) => {
      const numbers = names.map((name) => call.attributes.float(name, defaults[name]));
      return call.map((x) => f(x, ...numbers));
    },
  };
}

/** Bits of the integers that are narrower than ours. */
const NARROW: Partial<Record<ElementName, readonly [bits: number, signed: boolean]>> = {
  int8: [8, true],
  int16: [16, true],
  uint8: [8, false],
  uint16: [16, false],
};

/** Integers of 8 or 16 bits, which begin again where they end. */
export function narrowed(x: Tensor, type: ElementName): Tensor {
  const [bits, signed] = NARROW[type] ?? [];
  if (bits === undefined) return x;
  const range = 2 ** bits, half = signed ? range / 2 : 0;
  return sub(mod(add(x, half), range), half);
}

/** A result in the element type of the first input, where integers are narrow. */
function wrapped(call: Call, made: Typed): Typed {
  const type = call.type(0);
  return isFloat(type) || NARROW[type] === undefined
    ? made
    : { ...made, tensor: narrowed(cast(made.tensor, "int32"), type) };
}

function arithmetic(f: (...xs: Tensor[]) => Tensor): Operator {
  return { attributes: OLD, run: (call) => wrapped(call, broadcast(call, f)) };
}

/** How operators before version 7 said which axes of two inputs go together. */
const OLD = ["axis", "broadcast"];

/** A function of corresponding elements; before version 7, the second input begins at a given axis. */
function broadcast(call: Call, f: (...xs: Tensor[]) => Tensor): Typed {
  const { attributes } = call;
  if (!attributes.has("axis")) return call.broadcast(f);
  const [a, b] = [call.tensor(0), call.tensor(1)],
    first = call.axis(attributes.int("axis", 0), a.rank);
  const behind = new Array(Math.max(0, a.rank - first - b.rank)).fill(1);
  return { tensor: f(a, reshape(b, [...b.shape, ...behind])) };
}

/** A function of any number of inputs, two by two. */
function chained(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return arithmetic((...xs) => xs.reduce((a, b) => f(a, b)));
}

function comparison(f: (a: Tensor, b: Tensor) => Tensor): Operator {
  return {
    attributes: [],
    run: (call) => ({ ...call.broadcast((a, b) => f(a, b)), type: "bool" }),
  };
}

/** The integer part. */
function truncated(x: Tensor): Tensor {
  return mul(sign(x), floor(abs(x)));
}

/** The remainder with the sign of what is divided, as C's `fmod` has it. */
function fmod(a: Tensor, b: Tensor): Tensor {
  return mul(sign(a), mod(abs(a), abs(b)));
}

/** A tensor in another element type. */
export function converted(x: Tensor, from: ElementName, to: ElementName): Tensor {
  if (to === "bool") return from === "bool" ? x : cast(notEqual(x, 0), "int32");
  const y = cast(x, ELEMENT_TYPES[to].dtype);
  return from === to ? y : narrowed(y, to);
}

/** What `x` is where it is a number: below 0, or above. */
function isInfinite(x: Tensor, negative: boolean, positive: boolean): Tensor {
  const parts = [
    ...negative ? [equal(x, -Infinity)] : [],
    ...positive ? [equal(x, Infinity)] : [],
  ];
  return parts.length === 0 ? mul(equal(x, x), 0) : parts.reduce((a, b) => or(a, b));
}

function or(a: Tensor, b: Tensor): Tensor {
  return maximum(a, b);
}

/** The least and the greatest number, attributes at first and inputs later. */
function bounds(
  call: Call,
): [least: Tensor | number | undefined, most: Tensor | number | undefined] {
  const { attributes } = call;
  const of = (name: string, i: number) =>
    attributes.has(name) ? attributes.float(name, 0) : call.optional(i);
  return [of("min", 1), of("max", 2)];
}

/** The operators of this file. */
export const elementwise: Operators = {
  Abs: unary(abs),
  Acos: unary(acos),
  Acosh: unary(acosh),
  Asin: unary(asin),
  Asinh: unary(asinh),
  Atan: unary(atan),
  Atanh: unary(atanh),
  Ceil: unary(ceil),
  Cos: unary(cos),
  Cosh: unary(cosh),
  Erf: unary(erf),
  Exp: unary(exp),
  Floor: unary(floor),
  HardSwish: unary((x) => mul(x, clip(add(mul(x, 1 / 6), 0.5), 0, 1))),
  Identity: unary((x) => x),
  Log: unary(log),
  Mish: unary((x) => mul(x, tanh(softplus(x)))),
  Neg: unary(neg),
  Reciprocal: unary((x) => div(1, x)),
  Relu: unary(relu),
  Round: unary(round),
  Sigmoid: unary(sigmoid),
  Sign: unary(sign),
  Sin: unary(sin),
  Sinh: unary(sinh),
  Softplus: unary(softplus),
  Softsign: unary((x) => div(x, add(1, abs(x)))),
  Sqrt: unary(sqrt),
  Tan: unary(tan),
  Tanh: unary(tanh),

  Celu: withNumbers({ alpha: 1 }, (x, alpha) => {
    return add(maximum(x, 0), minimum(mul(alpha, sub(exp(div(x, alpha)), 1)), 0));
  }),
  Elu: withNumbers({ alpha: 1 }, elu),
  HardSigmoid: withNumbers(
    { alpha: 0.2, beta: 0.5 },
    (x, alpha, beta) => clip(add(mul(x, alpha), beta), 0, 1),
  ),
  LeakyRelu: withNumbers({ alpha: 0.01 }, leakyRelu),
  Selu: withNumbers({ alpha: ALPHA, gamma: SCALE }, (x, alpha, gamma) => {
    const plain = Math.abs(alpha - ALPHA) < 1e-6 && Math.abs(gamma - SCALE) < 1e-6;
    return plain ? selu(x) : mul(gamma, elu(x, alpha));
  }),
  Shrink: withNumbers({ bias: 0, lambd: 0.5 }, (x, bias, lambd) => {
    const above = where(greater(x, lambd), sub(x, bias), 0);
    return where(less(x, -lambd), add(x, bias), above);
  }),
  Swish: withNumbers({ alpha: 1 }, (x, alpha) => mul(x, sigmoid(mul(x, alpha)))),
  ThresholdedRelu: withNumbers({ alpha: 1 }, (x, alpha) => where(greater(x, alpha), x, 0)),
  SwiGLU: {
    attributes: ["alpha"],
    run: (call) => {
      const alpha = call.attributes.float("alpha", 1);
      return call.broadcast((a, b) => mul(mul(a, sigmoid(mul(a, alpha))), b));
    },
  },
  Gelu: {
    attributes: ["approximate"],
    run: (call) => {
      const approximate = call.attributes.text("approximate", "none") === "tanh";
      return call.map((x) => gelu(x, { approximate }));
    },
  },
  Clip: {
    attributes: ["min", "max"],
    run: (call) => {
      const [least, most] = bounds(call);
      return call.map((x) => {
        const above = least === undefined ? x : maximum(x, least);
        return most === undefined ? above : minimum(above, most);
      });
    },
  },
  PRelu: {
    attributes: [],
    run: (call) => {
      const prelu = (x: Tensor, slope: Tensor) => where(less(x, 0), mul(x, slope), x);
      const x = call.shape(0), slope = call.shape(1);
      // Before version 7, slopes are those of channels.
      const old = call.opset < 7 && slope.length === 1 && slope[0] > 1 && x.length > 2;
      if (!old) return call.broadcast(prelu);
      const channels = reshape(call.tensor(1), [slope[0], ...new Array(x.length - 2).fill(1)]);
      return prelu(call.tensor(0), channels);
    },
  },

  Add: arithmetic(add),
  Sub: arithmetic(sub),
  Mul: arithmetic(mul),
  Div: {
    attributes: OLD,
    run: (call) => {
      const whole = !isFloat(call.type(0));
      const divide = (a: Tensor, b: Tensor) => whole ? truncated(div(a, b)) : div(a, b);
      const made = broadcast(call, divide);
      return whole ? wrapped(call, { ...made, tensor: cast(made.tensor, "int32") }) : made;
    },
  },
  Mod: {
    attributes: ["fmod"],
    run: (call) => wrapped(call, call.broadcast(call.attributes.int("fmod", 0) === 1 ? fmod : mod)),
  },
  Pow: {
    attributes: OLD,
    run: (call) => {
      const made = broadcast(call, (a, b) => pow(a, b));
      return isFloat(call.type(0)) ? made : { ...made, tensor: cast(round(made.tensor), "int32") };
    },
  },
  Max: chained(maximum),
  Min: chained(minimum),
  Sum: chained(add),
  Mean: arithmetic((...xs) => div(xs.reduce((a, b) => add(a, b)), xs.length)),

  Equal: comparison(equal),
  Greater: comparison(greater),
  GreaterOrEqual: comparison(greaterEqual),
  Less: comparison(less),
  LessOrEqual: comparison(lessEqual),
  And: comparison(and),
  Or: comparison(or),
  Xor: comparison(notEqual),
  Not: { attributes: [], run: (call) => ({ ...call.map((x) => not(x)), type: "bool" }) },
  IsNaN: { attributes: [], run: (call) => ({ ...call.map((x) => isNaN(x)), type: "bool" }) },
  IsInf: {
    attributes: ["detect_negative", "detect_positive"],
    run: (call) => {
      const negative = call.attributes.int("detect_negative", 1) === 1;
      const positive = call.attributes.int("detect_positive", 1) === 1;
      return { ...call.map((x) => isInfinite(x, negative, positive)), type: "bool" };
    },
  },
  Where: {
    attributes: [],
    run: (call) => ({ ...call.broadcast((c, a, b) => where(c, a, b)), type: call.type(1) }),
  },

  Cast: {
    attributes: ["to", "saturate", "round_mode"],
    run: (call) => {
      const number = call.attributes.int("to", 0);
      const to = elementName(number) ?? unsupported(`element type ${nameOfElement(number)}`);
      return { ...call.map((x) => converted(x, call.type(0), to)), type: to };
    },
  },
  CastLike: {
    attributes: ["saturate", "round_mode"],
    run: (call) => {
      const to = call.type(1);
      return { ...call.map((x) => converted(x, call.type(0), to)), type: to };
    },
  },
};
