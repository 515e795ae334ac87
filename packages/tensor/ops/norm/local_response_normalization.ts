import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import type { NdArray } from "../../ndarray.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { sameShape } from "../../shape.ts";
import { valueAndGrad } from "../../gradient.ts";
import { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { channels } from "../rules/channels.ts";
import { matmul } from "../product/matmul.ts";
import { mul } from "../elementwise/mul.ts";
import { checkFinite } from "../rules/parameters.ts";
import { pow } from "../elementwise/pow.ts";
import { reshape } from "../shape/reshape.ts";
import { square } from "../elementwise/square.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "../reduce/sum.ts";

/** How strongly neighbouring channels inhibit each other; TensorFlow's names and defaults. */
export interface ResponseOptions {
  /** How many channels on either side count; 5 by default. */
  readonly depthRadius?: number;
  /** What is added to the sum, `k` in the paper; 1 by default. */
  readonly bias?: number;
  /** The factor of the sum; 1 by default. */
  readonly alpha?: number;
  /** The exponent; 0.5 by default. */
  readonly beta?: number;
}

const OPTIONS: Record<keyof ResponseOptions, true> = {
  depthRadius: true,
  bias: true,
  alpha: true,
  beta: true,
};

/** The attributes of a local response normalisation. */
export type ResponseAttributes = Required<ResponseOptions>;

/** For each channel, the sum of `f` of its neighbours and itself. */
function neighbours(n: number, radius: number, f: (channel: number) => number): number[] {
  return Array.from({ length: n }, (_, i) => {
    let total = 0;
    for (let j = Math.max(0, i - radius); j <= Math.min(n - 1, i + radius); j++) total += f(j);
    return total;
  });
}

/** Calls `f` for the position of each row of channels and `bias + alpha sum x^2` there. */
function eachResponse(
  x: NdArray,
  { depthRadius, bias, alpha }: ResponseAttributes,
  f: (at: number, responses: number[]) => void,
): void {
  const n = x.shape[x.shape.length - 1], size = x.shape.reduce((product, m) => product * m, 1);
  for (let at = 0; at < size; at += n) {
    const total = neighbours(n, depthRadius, (c) => x.data[x.offset + at + c] ** 2);
    f(at, total.map((t) => bias + alpha * t));
  }
}

const op: OpDefinition<ResponseAttributes> = {
  name: "localResponseNormalization",
  shape: ([x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([x], response, { data }) => {
    eachResponse(x, response, (at, responses) => {
      responses.forEach((s, c) => data[at + c] = x.data[x.offset + at + c] * s ** -response.beta);
    });
  },
  gradient: ({ dy, inputs: [x], attributes }) => apply(gradientOp, [dy, x], attributes),
};

const gradientOp: OpDefinition<ResponseAttributes> = {
  name: "localResponseNormalizationGradient",
  shape: ([_, x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([dy, x], response, { data }) => {
    const { depthRadius, alpha, beta } = response;
    eachResponse(x, response, (at, responses) => {
      const value = (c: number) => x.data[x.offset + at + c];
      const slope = (c: number) => dy.data[dy.offset + at + c];
      neighbours(
        responses.length,
        depthRadius,
        (c) => slope(c) * value(c) * responses[c] ** (-beta - 1),
      ).forEach((total, c) => {
        data[at + c] = slope(c) * responses[c] ** -beta - 2 * alpha * beta * value(c) * total;
      });
    });
  },
  // Seldom wanted: through plain operations.
  gradient: ({ dy: d, inputs, attributes }, index) =>
    valueAndGrad((dy, x) => sum(mul(d, plainGradient(dy, x, attributes))))(...inputs)
      .gradients[index],
};

/** The gradient made of operations: sums over neighbours are products with a matrix of bands. */
function plainGradient(dy: Tensor, x: Tensor, response: ResponseAttributes): Tensor {
  const { depthRadius, bias, alpha, beta } = response, n = x.shape[x.rank - 1];
  const bands = Float32Array.from(
    { length: n * n },
    (_, i) => Math.abs(Math.floor(i / n) - i % n) <= depthRadius ? 1 : 0,
  );
  const matrix = new Tensor(x.backend, x.backend.write(bands, "float32"), [n, n], "float32");
  const total = (v: Tensor) => reshape(matmul(reshape(v, [-1, n]), matrix), x.shape);
  const s = add(bias, mul(alpha, total(square(x))));
  const inhibition = total(mul(mul(dy, x), pow(s, -beta - 1)));
  return sub(mul(dy, pow(s, -beta)), mul(mul(2 * alpha * beta, x), inhibition));
}

/** The attributes that options ask for. */
function response(operation: string, options: ResponseOptions): ResponseAttributes {
  checkOptions(operation, options, OPTIONS);
  const { depthRadius = 5, bias = 1, alpha = 1, beta = 0.5 } = options;
  if (!Number.isSafeInteger(depthRadius) || depthRadius < 0) {
    throw new RangeError(
      `Cannot ${operation} as depthRadius must be an integer, 0 or more: current ${depthRadius}`,
    );
  }
  for (const [name, value] of Object.entries({ bias, alpha, beta })) {
    checkFinite("localResponseNormalization", name, value);
  }
  return { depthRadius, bias, alpha, beta };
}

const ALEXNET: ResponseOptions = { depthRadius: 2, bias: 2, alpha: 1e-4, beta: 0.75 };
const CASES: readonly [shape: readonly number[], options: ResponseOptions][] = [
  [[2, 3, 3, 6], {}],
  [[4, 1], {}],
  [[3, 5], { depthRadius: 1 }],
  [[2, 2, 2, 33], { depthRadius: 2, bias: 2, alpha: 0.3, beta: 0.75 }],
  [[5, 16], ALEXNET],
  [[3, 21], { depthRadius: 3, bias: 1.5, alpha: 0.5, beta: 1.3 }],
  [[3, 7], { depthRadius: 0 }],
  [[0, 3], {}],
];

/**
 * Local response normalisation: the activity of each channel is divided by that of its neighbours
 * at the same place. `x` is `[..., channels]`.
 *
 * `y_i = x_i s_i^-beta`, `s_i = bias + alpha sum_j x_j^2` over the channels `j` from
 * `i - depthRadius` to `i + depthRadius` that there are
 *
 * `dC/dx_i = dy_i s_i^-beta - 2 alpha beta x_i sum_j dy_j x_j s_j^(-beta - 1)`, over the same `j`
 *
 * Names and defaults are those of `tf.nn.local_response_normalization`. The paper, Krizhevsky,
 * Sutskever and Hinton, "ImageNet classification with deep convolutional neural networks", 2012,
 * section 3.3, has a radius of 2 (its `n` is 5), a bias `k` of 2, `alpha` 1e-4 and `beta` 0.75.
 * PyTorch divides its `alpha` by the number of channels in the sum.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { localResponseNormalization } from "@neurite/tensor";
 *
 * const x = [[3, 4]]; // 1 + 9 + 16 = 26 for both
 * const y = localResponseNormalization(x, { depthRadius: 1 }).dataSync();
 * assertAlmostEquals(y[0], 3 / Math.sqrt(26), 1e-6);
 * assertAlmostEquals(y[1], 4 / Math.sqrt(26), 1e-6);
 * ```
 */
export const localResponseNormalization: Primitive<
  [x: TensorLike, options?: ResponseOptions],
  ResponseAttributes
> = primitive(
  op,
  (value: TensorLike, options: ResponseOptions = {}) => {
    const name = "normalise responses";
    return apply(op, [channels(name, value)], response(name, options));
  },
  CASES.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: [floats(shape, -2, 2)],
    call: (x) => localResponseNormalization(x, options),
  })),
);

/**
 * The backward pass of {@linkcode localResponseNormalization}, in one pass over `dy` and `x`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { localResponseNormalizationGradient } from "@neurite/tensor/internal";
 *
 * // y = x / sqrt(1 + x^2), dy/dx = (1 + x^2)^(-3/2)
 * const dx = localResponseNormalizationGradient([1], [2]);
 * assertAlmostEquals(dx.dataSync()[0], 5 ** -1.5, 1e-6);
 * ```
 */
export const localResponseNormalizationGradient: Primitive<
  [dy: TensorLike, x: TensorLike, options?: ResponseOptions],
  ResponseAttributes
> = primitive(
  gradientOp,
  (gradient: TensorLike, value: TensorLike, options: ResponseOptions = {}) => {
    const name = "run the backward pass of localResponseNormalization", x = channels(name, value);
    const dy = channels(name, gradient, x.backend);
    if (!sameShape(dy.shape, x.shape)) {
      throw new ShapeError(name, "the gradient must have the shape of the input", [
        dy.shape,
        x.shape,
      ]);
    }
    return apply(gradientOp, [dy, x], response(name, options));
  },
  CASES.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: [floats(shape, -2, 2), floats(shape, -2, 2)],
    call: (dy, x) => localResponseNormalizationGradient(dy, x, options),
  })),
);
