import { asTensor, type TensorLike } from "../../convert.ts";
import type { Tensor } from "../../tensor.ts";
import { type Unary, unary } from "../rules/elementwise.ts";
import { convert, release } from "../rules/operands.ts";
import { equal } from "./equal.ts";
import { where } from "./where.ts";

const clipped = unary<[min: number, max: number]>({
  name: "clip",
  reference: (x, min, max) => Math.min(Math.max(x, min), max),
  gradient: (dy, x, y) => where(equal(x, y), dy, 0),
  parameters: [-1, 1],
  otherParameters: [[-Infinity, 0.5], [-0.75, Infinity]],
  check: (min, max) => {
    if (!(min <= max)) {
      throw new RangeError(
        `Cannot clip as min must not be above max: current min ${min}, max ${max}`,
      );
    }
  },
  ofIntegers: "int32",
});

/** Whether a bound leaves integers whole. */
function isWhole(bound: number): boolean {
  return Math.round(bound) === bound;
}

/**
 * `x` kept between `min` and `max`: `min(max(x, min), max)`, element by element; NaN stays NaN. A
 * bound may be infinite. int32 stays int32 if both bounds are integers or infinite.
 *
 * `dy/dx = 1` where `min <= x <= max`, else 0
 *
 * Throws `RangeError` if `min` is above `max` or one of them is NaN.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { clip } from "@neurite/tensor";
 *
 * assertEquals(clip([-5, 0.5, 7], 0, 1).array(), [0, 0.5, 1]);
 * ```
 */
export const clip: Unary<[min: number, max: number]> = Object.assign(
  (value: TensorLike, min: number, max: number): Tensor => {
    const given = asTensor(value), whole = isWhole(min) && isWhole(max);
    const x = whole ? given : convert(given, value, "float32");
    const y = clipped(x, min, max);
    release(x, value);
    return y;
  },
  { op: clipped.op, samples: clipped.samples, elementwise: clipped.elementwise },
);
