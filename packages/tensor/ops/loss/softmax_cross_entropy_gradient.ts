import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { sameShape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { expandDims } from "../shape/expand_dims.ts";
import { withIndices } from "../rules/indices.ts";
import { eachRow, logProbabilities } from "../rules/last_axis.ts";
import { mul } from "../elementwise/mul.ts";
import { neg } from "../elementwise/neg.ts";
import { oneHot } from "../index/one_hot.ts";
import { softmax } from "../norm/softmax.ts";
import { sub } from "../elementwise/sub.ts";
import { sum } from "../reduce/sum.ts";

/** Inputs are labels, logits and dy, classes along the last axis; int32 labels are class numbers. */
const op: OpDefinition<undefined> = {
  name: "softmaxCrossEntropyGradient",
  shape: ([_, logits]) => ({ shape: logits.shape, dtype: "float32" }),
  reference: ([labels, logits, dy], _, { data }) => {
    const n = logits.shape[logits.shape.length - 1];
    const classes = labels.shape.length < logits.shape.length;
    eachRow(logits, (row, at) => {
      const logs = logProbabilities(row), each = dy.data[dy.offset + at / n];
      const label = (i: number) =>
        classes
          ? Number(i === labels.data[labels.offset + at / n])
          : labels.data[labels.offset + at + i];
      const all = row.reduce((s, _, i) => s + label(i), 0);
      logs.forEach((log, i) => data[at + i] = each * (Math.exp(log) * all - label(i)));
    });
  },
  gradient: ({ dy: g, inputs: [labels, logits, dy] }, index) => {
    const p = softmax(logits), each = expandDims(dy, -1), across = { axis: -1, keepDims: true };
    const classes = labels.dtype === "int32";
    const t = classes ? oneHot(labels, p.shape[p.rank - 1]) : labels;
    const all = sum(t, across);
    if (index === 2) return sum(mul(g, sub(mul(p, all), t)), { axis: -1 });
    const deviation = sub(g, sum(mul(g, p), across));
    return index === 0 ? neg(mul(each, deviation)) : mul(mul(each, all), mul(p, deviation));
  },
};

/**
 * The backward pass of {@linkcode softmaxCrossEntropy} to the logits, in one pass: in each row
 * `y_i = dy (softmax(x)_i sum_j t_j - t_i)`, with classes along the last axis.
 *
 * Labels `t` are rows in the shape of the logits, or int32 class numbers in that shape without the
 * last axis, which is the shape of `dy`. Throws `ShapeError` where they do not fit.
 *
 * With a gradient `g` of `y`, and `d_i = g_i - sum_j g_j softmax(x)_j`, the gradient by `x_i` is
 * `dy sum_j t_j softmax(x)_i d_i`, by `dy` it is `sum_i g_i y_i / dy`, and by `t_i` it is `-dy d_i`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { softmaxCrossEntropyGradient } from "@neurite/tensor/internal";
 *
 * const logits = [[0, 0], [1, 1]], dy = [1, 2];
 * assertEquals(softmaxCrossEntropyGradient([0, 1], logits, dy).array(), [[-0.5, 0.5], [1, -1]]);
 * ```
 */
export const softmaxCrossEntropyGradient: Primitive<
  [labels: TensorLike, logits: TensorLike, dy: TensorLike],
  undefined
> = primitive(
  op,
  (labels: TensorLike, logits: TensorLike, gradient: TensorLike) => {
    const operation = "compute softmaxCrossEntropyGradient", x = cast(logits, "float32");
    const t = asTensor(labels, x.backend), dy = cast(asTensor(gradient, x.backend), "float32");
    const rows = x.shape.slice(0, -1);
    if (!sameShape(dy.shape, rows) || !(sameShape(t.shape, rows) || sameShape(t.shape, x.shape))) {
      throw new ShapeError(
        operation,
        "labels must have the shape of the logits, or that without the last axis, as dy has",
        [t.shape, x.shape, dy.shape],
      );
    }
    if (t.rank === x.rank) return apply(op, [cast(t, "float32"), x, dy], undefined);
    const classes = (numbers: Tensor) => apply(op, [numbers, x, dy], undefined);
    return withIndices(operation, labels, x.shape[x.rank - 1], x.backend, classes);
  },
  ([[5], [7, 10], [2, 3, 33], [3, 1025], [4, 1], [0, 3]] as const).flatMap((shape) => {
    const rows = shape.slice(0, -1), dy = floats(rows, -2, 2), x = floats(shape, -4, 4);
    const call = (t: Tensor, x: Tensor, dy: Tensor) => softmaxCrossEntropyGradient(t, x, dy);
    const classes = integers(rows, 0, shape[shape.length - 1]);
    return [
      { name: `probabilities [${shape}]`, inputs: [floats(shape, 0, 1), x, dy], call },
      { name: `class numbers for [${shape}]`, inputs: [classes, x, dy], call },
    ];
  }),
);
