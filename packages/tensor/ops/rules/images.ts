/** What operations on images have in common: tensors of shape `[n, height, width, channels]`. */
import type { Backend } from "../../backend.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";

/** Images as float32; refuses tensors of another rank. */
export function images(operation: string, value: TensorLike, backend?: Backend): Tensor {
  const x = asTensor(value, backend);
  if (x.rank !== 4) {
    throw new ShapeError(operation, "images must be of shape [n, height, width, channels]", [
      x.shape,
    ]);
  }
  return cast(x, "float32");
}
