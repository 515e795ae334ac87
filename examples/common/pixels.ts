/** Digits as networks want them. */
import { type Digits, scale } from "@neurite/datasets";
import { type NdArray, ndarray } from "@neurite/tensor";

/** Pixels from 0 to 1 with an axis for the one channel, `[n, 28, 28, 1]`. */
export const asImages = ({ images }: Digits): NdArray<Float32Array> =>
  ndarray(scale(images).data, [...images.shape, 1]);

/** Pixels from 0 to 1 in rows, `[n, 784]`. */
export const asRows = ({ images }: Digits): NdArray<Float32Array> => scale(images);

/** The first `count` of an array's items, without a copy. */
export const first = <T extends NdArray>(array: T, count: number): T =>
  array.hi(...array.shape.map((n, i) => i === 0 ? count : n)) as T;
