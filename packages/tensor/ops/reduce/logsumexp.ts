import type { AxisOr } from "../rules/axis.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import { stopGradient } from "../../tape.ts";
import { abs } from "../elementwise/abs.ts";
import { add } from "../elementwise/add.ts";
import { cast } from "../elementwise/cast.ts";
import { exp } from "../elementwise/exp.ts";
import { less } from "../elementwise/less.ts";
import { log } from "../elementwise/log.ts";
import { max } from "./max.ts";
import { reducedCount, reducedShape, type ReduceOptions, reduction } from "../rules/reduction.ts";
import { reshape } from "../shape/reshape.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "./sum.ts";
import { where } from "../elementwise/where.ts";

/**
 * The logarithm of a sum of exponentials, `y = log sum_i e^(x_i)`, over axes; over all of them by
 * default.
 *
 * `dy/dx_i = softmax(x)_i`
 *
 * The largest element `m` is taken out, `y = m + log sum_i e^(x_i - m)`, so that nothing overflows.
 * Elements of `-Infinity` count as probabilities of 0. int32 becomes float32. Of nothing it is
 * `-Infinity`, the logarithm of 0, as in PyTorch.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { logsumexp } from "@neurite/tensor";
 *
 * assertAlmostEquals(logsumexp([0, 0, 0, 0]).item(), Math.log(4), 1e-6);
 * assertAlmostEquals(logsumexp([10000, 10000]).item(), 10000 + Math.log(2), 1e-3);
 * ```
 */
export const logsumexp: Composite<[x: TensorLike, options?: AxisOr<ReduceOptions>]> = composite(
  (value: TensorLike, options?: AxisOr<ReduceOptions>) => {
    const x = cast(value, "float32"), attributes = reduction("take the logsumexp", x, options);
    const over = { axis: attributes.axes, keepDims: true };
    if (reducedCount(x, attributes) === 0) {
      return reshape(log(sum(x, over)), reducedShape(x.shape, attributes));
    }
    const largest = stopGradient(max(x, over));
    const m = where(less(abs(largest), Infinity), largest, 0);
    const total = sum(exp(sub(x, m)), over);
    return reshape(add(log(total), m), reducedShape(x.shape, attributes));
  },
  [
    { name: "all", inputs: [floats([3, 4, 5], -2, 2)], call: (x) => logsumexp(x) },
    {
      name: "rows, kept",
      inputs: [floats([3, 33], -9, 9)],
      call: (x) => logsumexp(x, { axis: -1, keepDims: true }),
    },
    { name: "columns", inputs: [floats([7, 5], -9, 9)], call: (x) => logsumexp(x, { axis: 0 }) },
    {
      name: "large numbers",
      inputs: [given([2, 3], [1e4, 1e4 - 1, 9990, -1e4, -1e4, -10002])],
      call: (x) => logsumexp(x, { axis: 1 }),
    },
    { name: "nothing", inputs: [floats([2, 0], -9, 9)], call: (x) => logsumexp(x, { axis: 1 }) },
  ],
);
