/** Numbers as integers of 8 or 16 bits with a scale, and what is computed with them. */
import {
  add,
  broadcastTo,
  cast,
  div,
  expandDims,
  matmul,
  max,
  maximum,
  min,
  minimum,
  mul,
  reshape,
  round,
  slice,
  sub,
  type Tensor,
} from "@neurite/tensor";
import { type ElementName, elementName, nameOfElement } from "../../proto/elements.ts";
import { type Call, type Made, type Operators, type Typed, typed, unsupported } from "../call.ts";
import { convolved } from "./windows.ts";

/** What the integers of a type reach from and to. */
const RANGES: Partial<Record<ElementName, readonly [least: number, most: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32768, 32767],
  uint16: [0, 65535],
};

/** Floats as integers of a type: the nearest, of two the even one, within its range. */
function saturated(x: Tensor, type: ElementName): Typed {
  const [least, most] = RANGES[type] ?? unsupported(`numbers quantized as ${type}`);
  return typed(minimum(maximum(x, least), most), type);
}

/** A scale or zero point in a shape that goes with `shape`: of all, of an axis, or of blocks along it. */
function spread(call: Call, i: number, shape: readonly number[]): Tensor | number {
  if (!call.has(i)) return 0;
  const x = cast(call.tensor(i), "float32"), { attributes } = call;
  if (x.size === 1 && x.rank < 2) return reshape(x, []);
  const axis = call.axis(attributes.int("axis", 1), shape.length);
  const block = attributes.int("block_size", 0);
  if (block === 0) return reshape(x, shape.map((n, at) => at === axis ? n : 1));
  const wide = broadcastTo(expandDims(x, axis + 1), [
    ...x.shape.slice(0, axis + 1),
    block,
    ...x.shape.slice(axis + 1),
  ]);
  const whole = reshape(wide, x.shape.map((n, at) => at === axis ? n * block : n));
  return slice(whole, shape.map(() => 0), shape);
}

function quantizeLinear(call: Call): Made {
  const { attributes } = call, x = call.tensor(0), number = attributes.int("output_dtype", 0);
  const type = call.has(2)
    ? call.type(2)
    : number === 0
    ? "uint8"
    : elementName(number) ?? unsupported(`element type ${nameOfElement(number)}`);
  const steps = round(div(x, spread(call, 1, x.shape)));
  return saturated(add(steps, spread(call, 2, x.shape)), type);
}

function dequantizeLinear(call: Call): Made {
  const x = cast(call.tensor(0), "float32"), number = call.attributes.int("output_dtype", 0);
  const type = number === 0
    ? call.type(1)
    : elementName(number) ?? unsupported(`element type ${number}`);
  return { tensor: mul(sub(x, spread(call, 2, x.shape)), spread(call, 1, x.shape)), type };
}

/** The scale and the zero point that fit the numbers, and the numbers with them. */
function dynamicQuantizeLinear(call: Call): Made[] {
  const x = call.tensor(0), least = minimum(min(x), 0), most = maximum(max(x), 0);
  const scale = div(sub(most, least), 255),
    zero = saturated(round(div(sub(0, least), scale)), "uint8");
  const y = saturated(add(round(div(x, scale)), cast(zero.tensor, "float32")), "uint8");
  return [y, { tensor: scale, type: "float" }, zero];
}

/** A scale or zero point of a matrix: one number, one a row of the first, one a column of the second. */
function ofMatrix(call: Call, i: number, second: boolean): Tensor {
  const x = cast(call.tensor(i), "float32");
  return x.rank === 1 && x.size > 1 && !second ? reshape(x, [x.size, 1]) : x;
}

/** Integers less their zero point, as floats. */
function centred(call: Call, i: number, zero: number, second: boolean): Tensor {
  const x = cast(call.tensor(i), "float32");
  return call.has(zero) ? sub(x, ofMatrix(call, zero, second)) : x;
}

function matMulInteger(call: Call): Made {
  return typed(matmul(centred(call, 0, 2, false), centred(call, 1, 3, true)), "int32");
}

function qLinearMatMul(call: Call): Made {
  const product = matmul(centred(call, 0, 2, false), centred(call, 3, 5, true));
  const scaled = mul(mul(product, ofMatrix(call, 1, false)), ofMatrix(call, 4, true));
  const steps = round(div(scaled, cast(call.tensor(6), "float32")));
  return saturated(add(steps, cast(call.tensor(7), "float32")), call.type(7));
}

/** Filters less their zero point: one number, or one an output. */
function centredFilters(call: Call, i: number, zero: number): Tensor {
  const w = cast(call.tensor(i), "float32");
  if (!call.has(zero)) return w;
  const z = cast(call.tensor(zero), "float32");
  return sub(
    w,
    z.size === 1 ? reshape(z, []) : reshape(z, [z.size, ...w.shape.slice(1).map(() => 1)]),
  );
}

/** Images less their zero point. */
function centredImages(call: Call, zero: number): Tensor {
  const x = cast(call.tensor(0), "float32");
  return call.has(zero) ? sub(x, cast(reshape(call.tensor(zero), []), "float32")) : x;
}

function convInteger(call: Call): Made {
  const y = convolved(call, centredImages(call, 2), centredFilters(call, 1, 3), undefined);
  return { ...y, ...typed(y.tensor, "int32") };
}

function qLinearConv(call: Call): Made {
  const filters = centredFilters(call, 3, 5),
    bias = call.has(8) ? cast(call.tensor(8), "float32") : undefined;
  const { tensor, order } = convolved(call, centredImages(call, 2), filters, bias);
  const scale = div(mul(call.tensor(1), call.tensor(4)), call.tensor(6));
  // The channels stand last here: one number each is a vector.
  const steps = round(mul(tensor, scale.size === 1 ? reshape(scale, []) : scale));
  return {
    ...saturated(add(steps, cast(reshape(call.tensor(7), []), "float32")), call.type(7)),
    order,
  };
}

const CONVOLUTION = ["auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"];

/** The operators of this file. */
export const quantized: Operators = {
  QuantizeLinear: {
    attributes: ["axis", "block_size", "output_dtype", "precision", "saturate"],
    run: quantizeLinear,
  },
  DequantizeLinear: { attributes: ["axis", "block_size", "output_dtype"], run: dequantizeLinear },
  DynamicQuantizeLinear: { attributes: [], run: dynamicQuantizeLinear },
  MatMulInteger: { attributes: [], run: matMulInteger },
  QLinearMatMul: { attributes: [], run: qLinearMatMul },
  ConvInteger: { attributes: CONVOLUTION, run: convInteger },
  QLinearConv: { attributes: CONVOLUTION, run: qLinearConv },
};
