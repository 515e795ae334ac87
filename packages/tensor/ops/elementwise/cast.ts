import type { DType } from "../../backend.ts";
import { asTensor, checkDType, type TensorLike } from "../../convert.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastStrides, visit } from "../../shape.ts";

const op: OpDefinition<DType> = {
  name: "cast",
  shape: ([x], dtype) => ({ shape: x.shape, dtype }),
  reference: ([x], dtype, output) => {
    visit(output.shape, [broadcastStrides(x.shape, x.shape)], (at, [from]) => {
      const value = x.data[x.offset + from];
      output.data[at] = dtype === "int32" ? Math.trunc(value) : value;
    });
  },
  gradient: ({ dy, attributes }) => attributes === "int32" ? undefined : dy,
};

/**
 * The same numbers in another element type. Conversion to int32 drops the fraction (rounds toward
 * zero) and has no gradient.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { cast } from "@neurite/tensor";
 *
 * assertEquals(cast([1.7, -1.7], "int32").array(), [1, -1]);
 * ```
 */
export const cast: Primitive<[x: TensorLike, dtype: DType], DType> = primitive(
  op,
  (value: TensorLike, dtype: DType) => {
    checkDType(dtype);
    const x = asTensor(value);
    return x.dtype === dtype ? x : apply(op, [x], dtype);
  },
  [
    { name: "to int32", inputs: [floats([3, 7], -9, 9)], call: (x) => cast(x, "int32") },
    { name: "to float32", inputs: [integers([3, 7], -9, 9)], call: (x) => cast(x, "float32") },
  ],
);
