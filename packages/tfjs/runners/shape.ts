/** Operations that move values without changing them. */
import type { DType } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { type Kernels, sameShape, type TfTensor } from "../kernels.ts";
import type { Runner } from "./runner.ts";

export const broadcastTo: Runner<readonly number[]> = (tf, [x], shape) => tf.broadcast(x, shape);

export const cast: Runner<DType> = (tf, [x], dtype) => tf.cast(x, dtype);

export const concat: Runner<number> = (tf, parts, axis) => tf.concat(parts, axis);

export const pad: Runner<KernelAttributes["pad"]> = (tf, [x], { paddings, value }) =>
  tf.pad(x, paddings, value);

export const reshape: Runner<readonly number[]> = (tf, [x], shape) => tf.reshape(x, shape);

export const transpose: Runner<readonly number[]> = (tf, [x], perm) => tf.transpose(x, perm);

export const stridedSlice: Runner<KernelAttributes["stridedSlice"]> = (
  tf,
  [x],
  { begin, step, size },
) => {
  // Forwards first, then the axes that run backwards are turned round.
  const first = begin.map((b, i) => step[i] < 0 ? b + (size[i] - 1) * step[i] : b);
  const turned = step.flatMap((s, i) => s < 0 && size[i] > 1 ? [i] : []);
  const y = sliceForwards(tf, x, first, step.map(Math.abs), size);
  return turned.length === 0 ? y : tf.one("Reverse", y, { dims: turned });
};

/** Every `step`-th element from `begin` on, `size` of them, along each axis. */
export function sliceForwards(
  tf: Kernels,
  x: TfTensor,
  begin: readonly number[],
  step: readonly number[],
  size: readonly number[],
): TfTensor {
  if (sameShape(x.shape, size)) return x;
  if (step.every((s, i) => s === 1 || size[i] === 1)) return tf.slice(x, begin, size);
  return tf.one("StridedSlice", x, {
    begin: [...begin],
    end: begin.map((b, i) => b + (size[i] - 1) * step[i] + 1),
    strides: [...step],
    beginMask: 0,
    endMask: 0,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
  });
}

export const where: Runner<undefined> = (tf, [condition, a, b], _, { shape }) => {
  const zero = tf.number(0, condition.dtype as DType);
  return tf.select(tf.two("NotEqual", condition, zero), a, b, shape);
};
