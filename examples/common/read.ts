/** What tensors hold, when it is computed: a device has to be awaited. */
import { type NdArray, ndarray, type Tensor } from "@neurite/tensor";

/** The number of a tensor that has one. */
export async function numberOf(x: Tensor): Promise<number> {
  return (await x.data())[0];
}

/** The numbers of a tensor, one after the other. */
export async function numbersOf(x: Tensor): Promise<number[]> {
  return Array.from(await x.data());
}

/** The rows of a matrix. */
export async function rowsOf(x: Tensor): Promise<number[][]> {
  const numbers = await numbersOf(x), [n, width] = x.shape;
  return Array.from({ length: n }, (_, i) => numbers.slice(i * width, (i + 1) * width));
}

/** The array of a tensor. */
export async function arrayOf(x: Tensor): Promise<NdArray> {
  return ndarray(await x.data(), [...x.shape]);
}
