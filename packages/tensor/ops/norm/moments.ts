import type { TensorLike } from "../../convert.ts";
import {
  apply,
  type Composite,
  composite,
  floats,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
} from "../../op.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import type { AxisOr } from "../rules/axis.ts";
import { cast } from "../elementwise/cast.ts";
import { add } from "../elementwise/add.ts";
import { channelRows, channels } from "../rules/channels.ts";
import { mean } from "../reduce/mean.ts";
import { mul } from "../elementwise/mul.ts";
import { normalizeChannels } from "./normalize_channels.ts";
import { type ReduceOptions, reduction } from "../rules/reduction.ts";
import { reshape } from "../shape/reshape.ts";
import { variance } from "../reduce/variance.ts";

const op: OpDefinition<undefined> = {
  name: "channelMoments",
  shape: ([x]) => ({ shape: [2, x.shape[x.rank - 1]], dtype: "float32" }),
  reference: ([x], _, { data, shape: [, c] }) => {
    const size = sizeOf(x.shape), m = size / c, value = (i: number) => x.data[x.offset + i];
    const means = new Float64Array(c), variances = new Float64Array(c);
    for (let i = 0; i < size; i++) means[i % c] += value(i) / m;
    for (let i = 0; i < size; i++) variances[i % c] += (value(i) - means[i % c]) ** 2 / m;
    data.set(means);
    data.set(variances, c);
  },
  gradient: ({ dy, inputs: [x], output }) => {
    const [byMean, byVariance] = channelRows(dy), [center] = channelRows(output);
    const m = x.size / byMean.size;
    return normalizeChannels(x, center, mul(byVariance, 2 / m), mul(byMean, 1 / m));
  },
};

/**
 * The mean and the variance of every channel, in one pass: `x` is `[..., channels]`, the result
 * `[2, channels]`, means above variances (of a population, as in batch normalisation).
 *
 * `m_c = (1/n) sum_i x_ic`, `v_c = (1/n) sum_i (x_ic - m_c)^2`
 *
 * `dm_c/dx_ic = 1/n`, `dv_c/dx_ic = 2 (x_ic - m_c) / n`
 *
 * Blocks of rows have their moments taken one after the other, and these are put together as Chan,
 * Golub and LeVeque do (1979), so that a large mean costs no digits. Without rows both are NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { channelMoments } from "@neurite/tensor/internal";
 *
 * assertEquals(channelMoments([[1, 5], [3, 5]]).array(), [[2, 5], [1, 0]]);
 * ```
 */
export const channelMoments: Primitive<[x: TensorLike], undefined> = primitive(
  op,
  (value: TensorLike) => apply(op, [channels("take moments of channels", value)], undefined),
  [[5], [7, 1], [4, 3], [3, 5, 7, 6], [33, 4], [2, 3, 3, 21], [150, 33], [516, 9], [9, 130]].map((
    shape,
  ) => ({
    name: `[${shape}]`,
    inputs: [floats(shape, -1, 3)],
    call: (x: Tensor) => channelMoments(x),
  })),
);

/** The mean and the variance of a tensor over axes. */
export interface Moments {
  /** The mean. */
  mean: Tensor;
  /** The variance of a population. */
  variance: Tensor;
}

/**
 * The mean and the variance over axes (all of them by default), as TensorFlow's `nn.moments`:
 * {@linkcode mean} and {@linkcode variance} together. Over all axes but the last one, the moments
 * of channels, they take one pass.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { moments } from "@neurite/tensor";
 *
 * const { mean, variance } = moments([[1, 5], [3, 5]], { axis: 0 });
 * assertEquals(mean.array(), [2, 5]);
 * assertEquals(variance.array(), [1, 0]);
 * ```
 */
export const moments: Composite<[x: TensorLike, options?: AxisOr<ReduceOptions>], Moments> =
  composite(
    (value: TensorLike, given?: AxisOr<ReduceOptions>): Moments => {
      const x = cast(value, "float32"), { axes, keepDims } = reduction("take moments", x, given);
      const options = { axis: axes, keepDims };
      const ofChannels = x.rank > 1 && axes.length === x.rank - 1 &&
        axes[x.rank - 2] === x.rank - 2;
      if (!ofChannels) return { mean: mean(x, options), variance: variance(x, options) };
      const shape = x.shape.map((n, i) => i < x.rank - 1 ? 1 : n).slice(keepDims ? 0 : -1);
      const [m, v] = channelRows(channelMoments(x));
      return { mean: reshape(m, shape), variance: reshape(v, shape) };
    },
    [
      { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => both(moments(x)) },
      {
        name: "channels",
        inputs: [floats([3, 4, 2, 5], -2, 2)],
        call: (x) => both(moments(x, { axis: [0, 1, 2] })),
      },
      {
        name: "channels, kept",
        inputs: [floats([4, 6], -2, 2)],
        call: (x) => both(moments(x, { axis: 0, keepDims: true })),
      },
      {
        name: "rows",
        inputs: [floats([4, 6], -2, 2)],
        call: (x) => both(moments(x, { axis: 1 })),
      },
      {
        name: "int32",
        inputs: [integers([3, 4], -9, 9)],
        call: (x) => both(moments(x, { axis: 0 })),
      },
    ],
  );

/** One tensor that depends on both, for samples. */
function both({ mean, variance }: Moments): Tensor {
  return add(mean, mul(2, variance));
}
