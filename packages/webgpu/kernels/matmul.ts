/** Matrix products of operands in any strides, with a bias and an activation on the way. */
import type { KernelAttributes } from "@neurite/tensor/contract";
import { broadcastStrides, matmulSizes, rowMajorStrides } from "@neurite/tensor/internal";
import { type Matrix, product } from "./product.ts";
import { sizeOf } from "./reduce.ts";
import { allocate, blockOf, type Runner } from "./runner.ts";

export const matmul: Runner<KernelAttributes["matmul"]> = (
  device,
  [a, b, bias],
  attributes,
  spec,
) => {
  const { batch, m, n, k } = matmulSizes(a.shape, b.shape, attributes);
  const result = allocate(device, sizeOf(spec));
  const matrix = (x: typeof a, transposed: boolean): Matrix => {
    const outer = x.shape.slice(0, -2), [rows, columns] = x.shape.slice(-2);
    return {
      block: blockOf(x),
      strides: transposed ? [1, columns] : [columns, 1],
      batch: broadcastStrides(outer, batch).map((s) => s * rows * columns),
    };
  };
  product(device, {
    ...{ m, n, k, batch, activation: attributes.activation },
    a: matrix(a, attributes.transposeA),
    b: matrix(b, attributes.transposeB),
    y: {
      block: result.block,
      strides: [n, 1],
      batch: rowMajorStrides(batch).map((s) => s * m * n),
    },
    bias: bias && blockOf(bias),
  });
  return result;
};
