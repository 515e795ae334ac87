/** What operations on channels, the last axis, have in common. */
import type { Backend } from "../../backend.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { reshape } from "../shape/reshape.ts";
import { split } from "../shape/split.ts";

/** A tensor with channels along its last axis, as float32. */
export function channels(operation: string, value: TensorLike, backend?: Backend): Tensor {
  const x = asTensor(value, backend);
  if (x.rank === 0) {
    throw new ShapeError(operation, "channels must lie along a last axis", [x.shape]);
  }
  return cast(x, "float32");
}

/** Numbers as float32, one for each channel of `x`. */
export function perChannel(operation: string, what: string, value: TensorLike, x: Tensor): Tensor {
  const numbers = asTensor(value, x.backend), count = x.shape[x.rank - 1];
  if (numbers.rank !== 1 || numbers.size !== count) {
    throw new ShapeError(
      operation,
      `${what} must have one number for each of the ${count} channels`,
      [numbers.shape],
    );
  }
  return cast(numbers, "float32");
}

/** The rows of a tensor of shape `[2, channels]`, each of shape `[channels]`. */
export function channelRows(x: Tensor): [first: Tensor, second: Tensor] {
  const [first, second] = split(x, 2).map((row) => reshape(row, [x.shape[1]]));
  return [first, second];
}
