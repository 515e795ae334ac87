import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given, integers } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { mul } from "../elementwise/mul.ts";
import type { AxisOr } from "../rules/axis.ts";
import { reducedShape, type ReduceOptions, reduction } from "../rules/reduction.ts";
import { pad } from "../shape/pad.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { transpose } from "../shape/transpose.ts";

/**
 * The product over axes, `y = prod_i x_i`; over all of them by default. The product of nothing is 1.
 *
 * `dy/dx_i = prod_(j != i) x_j`, where some of them are 0, too.
 *
 * One half is multiplied with the other until one number is left, so that the gradient, and its own, are
 * those of `mul`. An int32 tensor has an int32 product, which wraps around beyond 2^31.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, prod, tensor } from "@neurite/tensor";
 *
 * assertEquals(prod([[1, 2], [3, 4]]).item(), 24);
 * assertEquals(prod([[1, 2], [3, 4]], 0).array(), [3, 8]);
 * assertEquals(grad((x) => prod(x))(tensor([0, 2, 3])).array(), [6, 0, 0]);
 * ```
 */
export const prod: Composite<[x: TensorLike, options?: AxisOr<ReduceOptions>]> = composite(
  (value: TensorLike, options?: AxisOr<ReduceOptions>): Tensor =>
    tidy(() => {
      const x = asTensor(value), attributes = reduction("take the product", x, options);
      const { axes } = attributes, kept = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
      let n = sizeOf(axes.map((i) => x.shape[i]));
      const rows = sizeOf(kept.map((i) => x.shape[i]));
      let y = reshape(transpose(x, [...kept, ...axes]), [rows, n]);
      if (n === 0) y = pad(y, [[0, 0], [0, n = 1]], 1);
      for (; n > 1; n = Math.ceil(n / 2)) {
        if (n % 2 === 1) y = pad(y, [[0, 0], [0, 1]], 1);
        const half = Math.ceil(n / 2);
        y = mul(slice(y, [0, 0], [-1, half]), slice(y, [0, half], [-1, half]));
      }
      return reshape(y, reducedShape(x.shape, attributes));
    }),
  [
    { name: "all", inputs: [floats([3, 4], 0.5, 2)], call: (x) => prod(x) },
    { name: "rows", inputs: [floats([3, 33], -1.5, 1.5)], call: (x) => prod(x, -1) },
    {
      name: "columns, kept",
      inputs: [floats([7, 5], -2, 2)],
      call: (x) => prod(x, { axis: 0, keepDims: true }),
    },
    {
      name: "two axes apart",
      inputs: [floats([3, 4, 2], -2, 2)],
      call: (x) => prod(x, [0, 2]),
    },
    {
      name: "zeros",
      inputs: [given([3, 3], [0, 2, 3, 0, 0, 5, 1, 2, 4])],
      call: (x) => prod(x, 1),
    },
    { name: "nothing", inputs: [floats([2, 0], -2, 2)], call: (x) => prod(x, 1) },
    { name: "one number", inputs: [floats([], -2, 2)], call: (x) => prod(x) },
    { name: "int32", inputs: [integers([3, 5], -9, 9)], call: (x) => prod(x, 1) },
  ],
);
