/** The backward pass of broadcasting. */
import { sameShape } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { reshape } from "../shape/reshape.ts";
import { sum } from "../reduce/sum.ts";

/** Sums a gradient over the axes along which an operand of `shape` was stretched. */
export function unbroadcast(dy: Tensor, shape: readonly number[]): Tensor {
  if (sameShape(dy.shape, shape)) return dy;
  const shift = dy.rank - shape.length;
  const axes = dy.shape.map((_, i) => i)
    .filter((i) => i < shift || (shape[i - shift] === 1 && dy.shape[i] !== 1));
  return reshape(sum(dy, { axis: axes }), shape);
}
