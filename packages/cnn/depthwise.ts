/** Filters for each channel on its own: what layers of depthwise convolutions have in common. */
import type { Constraint, Initializer, Regularizer } from "@neurite/nn";
import { conv2d, type ConvolutionOptions, reshape, type Tensor } from "@neurite/tensor";

/** The options of depthwise filters. */
export interface DepthwiseOptions {
  /** The number of filters for each channel; 1 by default. */
  depthMultiplier?: number;
  /** The initial values of the depthwise filters; `"glorotUniform"` by default. */
  depthwiseInitializer?: string | Initializer;
  /** What is added to the loss for the size of the depthwise filters. */
  depthwiseRegularizer?: Regularizer;
  /** What keeps the depthwise filters in bounds. */
  depthwiseConstraint?: Constraint;
}

/**
 * Convolves each channel with its own filters: `y_ij(cm+k) = sum_pq x_(si+dp)(sj+dq)c w_pqck` for
 * filters `w` of shape `[F_h, F_w, channels, m]`. It is a convolution with as many groups as there
 * are channels.
 */
export function convolveDepthwise(
  x: Tensor,
  filters: Tensor,
  options: Omit<ConvolutionOptions, "groups">,
): Tensor {
  const [height, width, groups, multiplier] = filters.shape;
  const grouped = reshape(filters, [height, width, 1, groups * multiplier]);
  return conv2d(x, grouped, { ...options, groups });
}

/** Options or a configuration in which names that begin with `from` begin with `to` instead. */
export function renamed(
  options: object,
  from: "kernel" | "depthwise" | "pointwise",
  to: "kernel" | "depthwise" | "pointwise",
): Record<string, unknown> {
  const ends = ["Initializer", "Regularizer", "Constraint"];
  const rename = (name: string) =>
    name.startsWith(from) && ends.includes(name.slice(from.length))
      ? to + name.slice(from.length)
      : name;
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [rename(name), value]));
}
