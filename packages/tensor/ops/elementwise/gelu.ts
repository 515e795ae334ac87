import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { floats } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "./add.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { erf } from "./erf.ts";
import { erfcOf } from "../rules/error_function.ts";
import { exp } from "./exp.ts";
import { mul } from "./mul.ts";
import { sigmoid } from "./sigmoid.ts";
import { square } from "./square.ts";

/** Which formula {@linkcode gelu} uses. */
export interface GeluOptions {
  /** `true` for the approximation by tanh; `false`, with the error function, by default. */
  approximate?: boolean;
}

const OPTIONS: Record<keyof GeluOptions, true> = { approximate: true };

/** The definition with the error function. */
const exact: Unary = unary({
  name: "gelu",
  reference: (x) => x === -Infinity ? 0 : x / 2 * erfcOf(-x * Math.SQRT1_2),
  gradient: (dy, x) => {
    const cumulative = mul(0.5, add(1, erf(mul(Math.SQRT1_2, x))));
    const density = mul(1 / Math.sqrt(2 * Math.PI), exp(mul(-0.5, square(x))));
    return mul(dy, add(cumulative, mul(x, density)));
  },
});

/** 1/2 (1 + tanh(z)) is sigmoid(2 z), which keeps its digits where it is small. */
function approximate(value: TensorLike): Tensor {
  const x = asTensor(value), scale = 2 * Math.sqrt(2 / Math.PI);
  return mul(x, sigmoid(mul(x, add(scale, mul(0.044715 * scale, square(x))))));
}

/**
 * The Gaussian error linear unit `x Phi(x)`, element by element, with the cumulative normal
 * distribution `Phi(x) = 1/2 (1 + erf(x / sqrt(2)))`.
 *
 * `dy/dx = Phi(x) + x phi(x)`, with the density `phi(x) = e^(-x^2 / 2) / sqrt(2 pi)`
 *
 * Exact by default, as in Keras 3 and PyTorch. With `approximate: true` it is
 * `x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3)))`. Hendrycks and Gimpel, 2016.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { gelu } from "@neurite/tensor";
 *
 * assertAlmostEquals(gelu(1).item(), 0.8413447, 1e-6);
 * assertAlmostEquals(gelu(1, { approximate: true }).item(), 0.841192, 1e-6);
 * ```
 */
export const gelu: Unary<[options?: GeluOptions]> = Object.assign(
  (x: TensorLike, options: GeluOptions = {}): Tensor => {
    checkOptions("apply gelu", options, OPTIONS);
    return options.approximate ? approximate(x) : exact(x);
  },
  {
    op: exact.op,
    elementwise: exact.elementwise,
    samples: [
      ...exact.samples,
      {
        name: "approximate",
        inputs: [floats([33], -3, 3)],
        call: (x: Tensor) => gelu(x, { approximate: true }),
      },
    ],
  },
);
