/** Products of matrices. */
import type { KernelAttributes } from "@neurite/tensor/contract";
import { type Kernels, sameShape, sizeOf, type TfTensor } from "../kernels.ts";
import { finish, type Runner } from "./runner.ts";

export const matmul: Runner<KernelAttributes["matmul"]> = (
  tf,
  [a, b, bias],
  { transposeA, transposeB, activation },
  { shape },
) => finish(tf, product(tf, a, b, transposeA, transposeB, shape), bias, activation);

/** A product in a shape: the batches of both sides are stretched to it. */
export function product(
  tf: Kernels,
  a: TfTensor,
  b: TfTensor,
  transposeA: boolean,
  transposeB: boolean,
  shape: readonly number[],
): TfTensor {
  if (a.size === 0 || b.size === 0) return tf.fill(shape, 0);
  const batch = shape.slice(0, -2);
  const [left, right] = [a, b].map((x) =>
    sameShape(x.shape.slice(0, -2), batch) ? x : tf.broadcast(x, [...batch, ...x.shape.slice(-2)])
  );
  return tf.matmul(left, right, transposeA, transposeB);
}

/** A tensor as a matrix with its last axis across. */
export function asRows(tf: Kernels, x: TfTensor): TfTensor {
  const width = x.shape[x.shape.length - 1];
  return tf.reshape(x, [width === 0 ? 0 : sizeOf(x.shape) / width, width]);
}
