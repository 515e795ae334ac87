import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { sameShape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import type { AxisOr } from "../rules/axis.ts";
import { cast } from "../elementwise/cast.ts";
import { expandDims } from "../shape/expand_dims.ts";
import { withIndices } from "../rules/indices.ts";
import {
  axisOf,
  type AxisOptions,
  axisToEnd,
  eachRow,
  logProbabilities,
} from "../rules/last_axis.ts";
import { logSoftmax } from "../norm/log_softmax.ts";
import { mul } from "../elementwise/mul.ts";
import { neg } from "../elementwise/neg.ts";
import { softmaxCrossEntropyGradient } from "./softmax_cross_entropy_gradient.ts";

/** Inputs are labels and logits, classes along the last axis; int32 labels are class numbers. */
const op: OpDefinition<undefined> = {
  name: "softmaxCrossEntropy",
  shape: ([_, logits]) => ({ shape: logits.shape.slice(0, -1), dtype: "float32" }),
  reference: ([labels, logits], _, { data }) => {
    const n = logits.shape[logits.shape.length - 1];
    const classes = labels.shape.length < logits.shape.length;
    eachRow(logits, (row, at) => {
      const logs = logProbabilities(row), loss = (i: number) => -logs[i];
      if (classes) data[at / n] = loss(labels.data[labels.offset + at / n]);
      else {
        const weight = (i: number) => labels.data[labels.offset + at + i];
        // A class of probability 0 adds nothing, even where its logit is -Infinity.
        data[at / n] = row.reduce((y, _, i) => weight(i) === 0 ? y : y + weight(i) * loss(i), 0);
      }
    });
  },
  gradient: ({ dy, inputs: [labels, logits] }, index) => {
    if (index === 0) return mul(expandDims(dy, -1), neg(logSoftmax(logits)));
    // Not through the exported function: class numbers are known to be good.
    return apply(softmaxCrossEntropyGradient.op, [labels, logits, dy], undefined);
  },
};

/**
 * The cross-entropy of `softmax(logits)` with the labels, one loss for each row:
 * `y = -sum_i t_i log softmax(x)_i`. Classes lie along the last axis, or along `axis`.
 *
 * Labels `t` are one-hot rows or probabilities in the shape of the logits, or int32 class numbers
 * in that shape without the class axis, which cost less: `y = -log softmax(x)_t`.
 *
 * `dy/dx_i = softmax(x)_i sum_j t_j - t_i`, and `dy/dt_i = -log softmax(x)_i`
 *
 * Computed from the logits without the probabilities, so that neither large nor small logits lose
 * the loss. A class of probability 0 adds nothing, even where its logit is `-Infinity`.
 *
 * Throws `ShapeError` where labels and logits do not fit, and `RangeError` for a class number out
 * of range, naming it and its position (a backend whose values have to be awaited does not check).
 *
 * @example
 * ```ts
 * import { assertAlmostEquals, assertEquals } from "@std/assert";
 * import { grad, softmaxCrossEntropy, sum, type Tensor, tensor } from "@neurite/tensor";
 *
 * const logits = tensor([[0, 0], [0, Math.log(3)]]);
 * const [first, second] = softmaxCrossEntropy([[1, 0], [0, 1]], logits).dataSync();
 * assertAlmostEquals(first, Math.log(2), 1e-6);
 * assertAlmostEquals(second, Math.log(4 / 3), 1e-6);
 * assertEquals(softmaxCrossEntropy([0, 1], logits).dataSync()[0], first);
 *
 * const loss = (x: Tensor) => sum(softmaxCrossEntropy([0], x));
 * assertEquals(grad(loss)(tensor([[0, 0]])).array(), [[-0.5, 0.5]]);
 * ```
 */
export const softmaxCrossEntropy: Primitive<
  [labels: TensorLike, logits: TensorLike, options?: AxisOr<AxisOptions>],
  undefined
> = primitive(
  op,
  (labels: TensorLike, logits: TensorLike, options?: AxisOr<AxisOptions>) => {
    const x = cast(logits, "float32"), t = asTensor(labels, x.backend);
    const axis = axisOf("compute softmaxCrossEntropy", options, x);
    const scores = axisToEnd(x, axis);
    if (sameShape(t.shape, x.shape)) {
      return apply(op, [axisToEnd(cast(t, "float32"), axis), scores], undefined);
    }
    if (!sameShape(t.shape, x.shape.filter((_, i) => i !== axis))) {
      throw new ShapeError(
        "compute softmaxCrossEntropy",
        "labels must have the shape of the logits, or that without the class axis for class numbers",
        [t.shape, x.shape],
      );
    }
    const classes = (numbers: Tensor) => apply(op, [numbers, scores], undefined);
    return withIndices("compute softmaxCrossEntropy", labels, x.shape[axis], x.backend, classes);
  },
  [
    ...([[5], [7, 10], [2, 3, 33], [3, 1025], [4, 1]] as const).flatMap((shape) => [
      {
        name: `probabilities [${shape}]`,
        inputs: [floats(shape, 0, 1), floats(shape, -4, 4)],
        call: (labels: Tensor, x: Tensor) => softmaxCrossEntropy(labels, x),
      },
      {
        name: `class numbers for [${shape}]`,
        inputs: [integers(shape.slice(0, -1), 0, shape[shape.length - 1]), floats(shape, -4, 4)],
        call: (labels: Tensor, x: Tensor) => softmaxCrossEntropy(labels, x),
      },
    ]),
    {
      name: "probabilities, middle axis",
      inputs: [floats([2, 5, 3], 0, 1), floats([2, 5, 3], -4, 4)],
      call: (labels, x) => softmaxCrossEntropy(labels, x, { axis: 1 }),
    },
    {
      name: "class numbers, first axis",
      inputs: [integers([2, 3], 0, 5), floats([5, 2, 3], -4, 4)],
      call: (labels, x) => softmaxCrossEntropy(labels, x, { axis: 0 }),
    },
    {
      name: "no rows",
      inputs: [floats([0, 3], 0, 1), floats([0, 3], -4, 4)],
      call: (labels, x) => softmaxCrossEntropy(labels, x),
    },
  ],
);
