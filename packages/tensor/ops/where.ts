import type { TensorLike } from "../convert.ts";
import type { Tensor } from "../tensor.ts";
import { add } from "./add.ts";
import { mul } from "./mul.ts";
import { sub } from "./sub.ts";

/** a where the condition is not zero, else b. */
export function where(condition: TensorLike, a: TensorLike, b: TensorLike): Tensor {
  return add(mul(condition, a), mul(sub(1, condition), b));
}
