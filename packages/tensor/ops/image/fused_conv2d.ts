import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { sameShape } from "../../shape.ts";
import type { GradientContext } from "../../tape.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { mul } from "../elementwise/mul.ts";
import { sum } from "../reduce/sum.ts";
import {
  CASES,
  checkBias,
  checkFilter,
  type Convolution,
  CONVOLUTION_OPTIONS,
  type ConvolutionOptions,
  convolutionOver,
  eachProduct,
  outputShape,
} from "../rules/convolution.ts";
import { ACTIVATIONS, gradientOfZ } from "../rules/fused_activation.ts";
import { images } from "../rules/images.ts";
import { backendOf } from "../rules/operands.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dFilterGradient } from "./conv2d_filter_gradient.ts";
import { conv2dTranspose } from "./conv2d_transpose.ts";

/** How filters slide, and what {@linkcode fusedConv2d} does to the result on the way. */
export interface FusedConvolutionOptions extends Omit<ConvolutionOptions, "bias"> {
  /** A factor for each output. */
  scale: TensorLike;
  /** A number for each output that is added. */
  shift: TensorLike;
  /** What is added to each result, of the result's shape: the other side of a residual block. */
  residual?: TensorLike;
}

const { bias: _, ...SLIDING } = CONVOLUTION_OPTIONS;
const OPTIONS: Record<keyof FusedConvolutionOptions, true> = {
  ...SLIDING,
  scale: true,
  shift: true,
  residual: true,
};

const OPERATION = "convolve";

const linear = (attributes: Convolution): Convolution => ({ ...attributes, activation: "linear" });

const scaled = new WeakMap<GradientContext<Convolution>, Tensor>();

/** The gradient of the convolution itself, computed once for images and filters. */
function gradientOfProducts(context: GradientContext<Convolution>): Tensor {
  let found = scaled.get(context);
  if (found === undefined) {
    scaled.set(context, found = mul(gradientOfZ(context), context.inputs[2]));
  }
  return found;
}

const op: OpDefinition<Convolution> = {
  name: "fusedConv2d",
  shape: ([x, filter, scale, shift, residual], attributes) => {
    const result = conv2d.op.shape([x, filter], attributes);
    for (const vector of [scale, shift]) checkBias(OPERATION, vector, filter.shape[3]);
    if (residual === undefined || sameShape(residual.shape, result.shape)) return result;
    throw new ShapeError(
      "add a residual",
      `it must have the shape of the result, [${result.shape.join(", ")}]`,
      [residual.shape],
    );
  },
  reference: ([x, filter, scale, shift, residual], attributes, y) => {
    y.data.fill(0);
    eachProduct({ x: x.shape, y: y.shape }, attributes, (i, j, k) => {
      y.data[k] += x.data[x.offset + i] * filter.data[filter.offset + j];
    });
    const channels = y.shape[3], f = ACTIVATIONS[attributes.activation];
    for (let i = 0; i < y.data.length; i++) {
      const c = i % channels,
        more = residual === undefined ? 0 : residual.data[residual.offset + i];
      y.data[i] = f(y.data[i] * scale.get(c) + shift.get(c) + more);
    }
  },
  gradient: (context, index) => {
    const { inputs: [x, filter], attributes } = context, axis = [0, 1, 2];
    if (index === 0) {
      return apply(conv2dTranspose.op, [gradientOfProducts(context), filter], linear(attributes));
    }
    if (index === 1) {
      return apply(conv2dFilterGradient.op, [x, gradientOfProducts(context)], linear(attributes));
    }
    const dz = gradientOfZ(context);
    if (index === 4) return dz;
    if (index === 3) return sum(dz, { axis });
    return sum(mul(dz, apply(conv2d.op, [x, filter], linear(attributes))), { axis });
  },
};

/** Checks the options and runs the operation; what is made on the way is freed. */
function call(value: TensorLike, weights: TensorLike, options: FusedConvolutionOptions): Tensor {
  checkOptions(OPERATION, options, OPTIONS);
  return tidy(() => {
    const { scale, shift, residual, ...sliding } = options;
    const backend = backendOf(value, weights, scale, shift, residual ?? 0);
    const x = images(OPERATION, value, backend);
    const others = [weights, scale, shift, ...residual === undefined ? [] : [residual]]
      .map((x) => cast(asTensor(x, backend), "float32"));
    const [filter] = others;
    checkFilter(OPERATION, filter);
    const [, height, width] = x.shape, [down, across] = filter.shape;
    const attributes = convolutionOver(OPERATION, [height, width], [down, across], sliding);
    return apply(op, [x, ...others], attributes);
  });
}

/**
 * A convolution with all that follows it in a trained network, in one pass over the result:
 *
 * `y_ijo = f(scale_o sum_pqc x_(si+dp)(sj+dq)c w_pqco + shift_o + r_ijo)`
 *
 * Batch normalization with fixed statistics is `scale = gamma / sqrt(variance + epsilon)` and
 * `shift = beta - mean scale`, with the bias of the convolution in the shift, `scale bias`; the
 * residual `r` is the other side of a residual block. The filter stays as it is: no second copy of
 * the weights is made. Shapes and options are those of {@linkcode conv2d}.
 *
 * With `dz = dy f'(z)`, the gradients are those of {@linkcode conv2d} for `scale dz`, and
 * `dscale_o = sum_nij dz_nijo (x * w)_nijo`, `dshift_o = sum_nij dz_nijo`, `dr = dz`.
 *
 * Throws what {@linkcode conv2d} throws, and `ShapeError` where scale, shift or residual have another
 * shape.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { fusedConv2d } from "@neurite/tensor/internal";
 *
 * const x = reshape([1, 2, 3, 4], [1, 2, 2, 1]), filter = reshape([1], [1, 1, 1, 1]);
 * const y = fusedConv2d(x, filter, { scale: [2], shift: [-5], residual: x, activation: "relu" });
 * assertEquals([...y.dataSync()], [0, 1, 4, 7]); // 3 x - 5, and 0 where that is negative
 * ```
 */
export const fusedConv2d: Primitive<
  [x: TensorLike, filter: TensorLike, options: FusedConvolutionOptions],
  Convolution
> = primitive(
  op,
  call,
  CASES.flatMap((setting) =>
    ([["linear", false], ["relu", true]] as const).map(([activation, withResidual]) => {
      const { name, x, filter, options } = setting, outputs = floats([filter[3]], -1, 1);
      const residual = withResidual ? [floats(outputShape(setting), -1, 1)] : [];
      return {
        name: `${name}, ${activation}`,
        inputs: [floats(x, -1, 1), floats(filter, -1, 1), outputs, outputs, ...residual],
        call: (x: Tensor, filter: Tensor, scale: Tensor, shift: Tensor, residual?: Tensor) =>
          call(x, filter, { ...options, scale, shift, residual, activation }),
      };
    })
  ),
);
