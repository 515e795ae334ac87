import type { TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { sameShape, sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { channelRows, channels, perChannel } from "../rules/channels.ts";
import { mul } from "../elementwise/mul.ts";
import { neg } from "../elementwise/neg.ts";
import { sum } from "../reduce/sum.ts";
import {
  ACTIVATIONS,
  checkActivation,
  type FusedActivation,
  gradientOfZ,
} from "../rules/fused_activation.ts";

/** The attributes of a normalisation. */
export interface ChannelNormalization {
  /** The activation. */
  readonly activation: FusedActivation;
}

const op: OpDefinition<ChannelNormalization> = {
  name: "normalizeChannels",
  shape: ([x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([x, center, scale, shift, residual], { activation }, { data }) => {
    const c = sizeOf(center.shape), f = ACTIVATIONS[activation];
    data.forEach((_, i) => {
      const value = x.data[x.offset + i] - center.data[center.offset + i % c];
      const added = residual === undefined ? 0 : residual.data[residual.offset + i];
      const factor = scale.data[scale.offset + i % c];
      data[i] = f(value * factor + shift.data[shift.offset + i % c] + added);
    });
  },
  gradient: (context, index) => {
    const { inputs: [x, center, scale] } = context, dz = gradientOfZ(context);
    if (index === 0) return mul(dz, scale);
    if (index === 4) return dz;
    const [byShift, byScale] = sumsOf(context, dz, x, center);
    return [neg(mul(byShift, scale)), byScale, byShift][index - 1];
  },
};

const blendOp: OpDefinition<undefined> = {
  name: "blendChannels",
  shape: ([_, x]) => ({ shape: x.shape, dtype: "float32" }),
  reference: ([a, x, center, p, q, r], _, { data }) => {
    const c = sizeOf(center.shape);
    data.forEach((_, i) => {
      const value = x.data[x.offset + i] - center.data[center.offset + i % c];
      data[i] = p.data[p.offset + i % c] * a.data[a.offset + i] +
        q.data[q.offset + i % c] * value + r.data[r.offset + i % c];
    });
  },
  gradient: (context, index) => {
    const { dy, inputs: [a, x, center, p, q] } = context;
    if (index === 0) return mul(dy, p);
    if (index === 1) return mul(dy, q);
    if (index === 3) return sum(mul(dy, a), { axis: dy.shape.map((_, i) => i).slice(0, -1) });
    const [byR, byQ] = sumsOf(context, dy, x, center);
    return index === 2 ? neg(mul(byR, q)) : index === 4 ? byQ : byR;
  },
};

const sumsOp: OpDefinition<undefined> = {
  name: "channelSums",
  shape: ([_, x]) => ({ shape: [2, x.shape[x.rank - 1]], dtype: "float32" }),
  reference: ([a, x, center], _, { data }) => {
    const c = sizeOf(center.shape);
    data.fill(0);
    for (let i = 0, size = sizeOf(x.shape); i < size; i++) {
      const factor = a.data[a.offset + i];
      data[i % c] += factor;
      data[c + i % c] += factor *
        (x.data[x.offset + i] - center.data[center.offset + i % c]);
    }
  },
  gradient: ({ dy, inputs: [a, x, center], output }, index) => {
    const [bySum, byProduct] = channelRows(dy);
    if (index === 0) return normalizeChannels(x, center, byProduct, bySum);
    if (index === 1) return mul(a, byProduct);
    return neg(mul(byProduct, channelRows(output)[0]));
  },
};

const known = new WeakMap<object, Tensor>();

/** The sums of dz and of dz (x - center) for each channel, once for all inputs of an operation. */
function sumsOf(
  context: object,
  dz: Tensor,
  x: Tensor,
  center: Tensor,
): [sum: Tensor, product: Tensor] {
  let sums = known.get(context);
  if (sums === undefined) known.set(context, sums = channelSums(dz, x, center));
  return channelRows(sums);
}

/** Refuses two tensors that do not have the same shape. */
function checkSame(operation: string, a: Tensor, x: Tensor): void {
  if (sameShape(a.shape, x.shape)) return;
  throw new ShapeError(operation, "both tensors must have the same shape", [a.shape, x.shape]);
}

const SHAPES = [[5], [7, 1], [4, 3], [3, 5, 7, 6], [33, 4], [2, 3, 3, 21], [1030, 33], [0, 3]];
const each = (shape: readonly number[]) => floats(shape.slice(-1), -2, 2);

/**
 * Every channel moved, scaled and moved again, in one pass: `y = f((x - center) scale + shift)`, where
 * `x` is `[..., channels]` and the others are `[channels]`. With a mean for the center and one over
 * a standard deviation for the scale this is a normalisation; `f` is linear unless told otherwise. A
 * `residual` of the shape of `x` is added before `f`.
 *
 * `dz/dx = scale`, `dz/dcenter = -scale`, `dz/dscale = x - center`, `dz/dshift = 1` for `y = f(z)`,
 * summed over all places of a channel; `dz/dresidual = 1`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalizeChannels } from "@neurite/tensor/internal";
 *
 * const y = normalizeChannels([[1, 10], [3, 30]], [2, 20], [1, 0.1], [0, 5]);
 * assertEquals(y.array(), [[-1, 4], [1, 6]]);
 * ```
 */
export const normalizeChannels: Primitive<
  [
    x: TensorLike,
    center: TensorLike,
    scale: TensorLike,
    shift: TensorLike,
    activation?: FusedActivation,
    residual?: TensorLike,
  ],
  ChannelNormalization
> = primitive(
  op,
  (
    value: TensorLike,
    center: TensorLike,
    scale: TensorLike,
    shift: TensorLike,
    activation: FusedActivation = "linear",
    residual?: TensorLike,
  ) => {
    const name = "normalise channels", x = channels(name, value);
    checkActivation(name, activation);
    const added = residual === undefined ? [] : [channels(name, residual, x.backend)];
    for (const tensor of added) checkSame(name, tensor, x);
    return apply(op, [
      x,
      perChannel(name, "the center", center, x),
      perChannel(name, "the scale", scale, x),
      perChannel(name, "the shift", shift, x),
      ...added,
    ], { activation });
  },
  [
    ...SHAPES.map((shape) => ["linear", shape, 2, false] as const),
    // Not so far out that little is left of the slopes.
    ...(["relu", "sigmoid", "tanh"] as const).map((f) => [f, [5, 7, 6], 0.5, false] as const),
    ...(["linear", "relu"] as const).map((f) => [f, [9, 7, 6], 0.5, true] as const),
  ].map(([activation, shape, most, added]) => {
    const each = floats(shape.slice(-1), -most, most), all = floats(shape, -most, most);
    return {
      name: `[${shape}], ${activation}${added ? " of a sum" : ""}`,
      inputs: [all, each, each, each, ...added ? [all] : []],
      call: (x: Tensor, center: Tensor, scale: Tensor, shift: Tensor, residual?: Tensor) =>
        normalizeChannels(x, center, scale, shift, activation, residual),
    };
  }),
);

/**
 * Two tensors of the same shape `[..., channels]` put together, with a number of each kind for each
 * channel, in one pass: `y = p a + q (x - center) + r`. The backward pass of a normalisation is
 * such a sum.
 *
 * `dy/da = p`, `dy/dx = q`, `dy/dcenter = -q`, `dy/dp = a`, `dy/dq = x - center`, `dy/dr = 1`, the
 * last four summed over all places of a channel.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { blendChannels } from "@neurite/tensor/internal";
 *
 * assertEquals(blendChannels([[1], [2]], [[3], [4]], [3], [10], [5], [1]).array(), [[11], [26]]);
 * ```
 */
export const blendChannels: Primitive<
  [
    a: TensorLike,
    x: TensorLike,
    center: TensorLike,
    p: TensorLike,
    q: TensorLike,
    r: TensorLike,
  ],
  undefined
> = primitive(
  blendOp,
  (
    first: TensorLike,
    value: TensorLike,
    center: TensorLike,
    p: TensorLike,
    q: TensorLike,
    r: TensorLike,
  ) => {
    const name = "blend channels", x = channels(name, value), a = channels(name, first, x.backend);
    checkSame(name, a, x);
    return apply(blendOp, [
      a,
      x,
      perChannel(name, "the center", center, x),
      perChannel(name, "p", p, x),
      perChannel(name, "q", q, x),
      perChannel(name, "r", r, x),
    ], undefined);
  },
  SHAPES.map((shape) => ({
    name: `[${shape}]`,
    inputs: [
      floats(shape, -2, 2),
      floats(shape, -2, 2),
      each(shape),
      each(shape),
      each(shape),
      each(shape),
    ],
    call: (a, x, center, p, q, r) => blendChannels(a, x, center, p, q, r),
  })),
);

/**
 * Two sums for every channel, in one pass: `s_c = sum_i a_ic` and
 * `t_c = sum_i a_ic (x_ic - center_c)`. `a` and `x` are `[..., channels]`, the result is
 * `[2, channels]`. With the gradient of the result for `a`, these are the gradients of a
 * normalisation by its shift and its scale.
 *
 * `ds/da = 1`, `dt/da = x - center`, `dt/dx = a`, `dt/dcenter = -s`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { channelSums } from "@neurite/tensor/internal";
 *
 * assertEquals(channelSums([[1, 2], [3, 4]], [[5, 6], [7, 8]], [5, 5]).array(), [[4, 6], [6, 14]]);
 * ```
 */
export const channelSums: Primitive<
  [a: TensorLike, x: TensorLike, center: TensorLike],
  undefined
> = primitive(
  sumsOp,
  (first: TensorLike, value: TensorLike, center: TensorLike) => {
    const name = "sum channels", x = channels(name, value), a = channels(name, first, x.backend);
    checkSame(name, a, x);
    return apply(sumsOp, [a, x, perChannel(name, "the center", center, x)], undefined);
  },
  SHAPES.map((shape) => ({
    name: `[${shape}]`,
    inputs: [floats(shape, -2, 2), floats(shape, -2, 2), each(shape)],
    call: (a, x, center) => channelSums(a, x, center),
  })),
);
