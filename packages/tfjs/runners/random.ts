/** Random choices, which are the same on every backend: drawn on the host, from the one stream. */
import { ndarray } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Runner } from "./runner.ts";

/** Multiplies by what becomes of ones: 0 where a unit is dropped, and what the others grow by. */
export const dropout: Runner<KernelAttributes["dropout"]> = (
  tf,
  [x],
  attributes,
  { shape },
  { reference },
) => {
  const array = (value: number) => ndarray(new Float32Array(x.size).fill(value), [...shape]);
  const factors = array(0);
  reference([array(1)], attributes, factors);
  return tf.mul(x, tf.tensor(factors.data, shape));
};
