/** From bytes to the numbers a network takes. */
import {
  DTypeError,
  isNdArray,
  type NdArray,
  ndarray,
  rowMajor,
  ShapeError,
} from "@neurite/tensor";

/** How {@linkcode scale} shapes its result. */
export interface ScaleOptions {
  /** Whether each example becomes one row, `[n, pixels]` (unless given), or keeps its shape. */
  flatten?: boolean;
}

/**
 * Scales bytes to float32 from 0 to 1, `x / 255`, and lays each example out in one row:
 * `[n, 28, 28]` becomes `[n, 784]`, or stays as it is with `{ flatten: false }`. Strided views are
 * taken in their own row-major order; the result owns its data.
 *
 * @throws {DTypeError} if the elements are not unsigned bytes.
 * @throws {ShapeError} if there is no axis for the examples.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scale } from "@neurite/datasets";
 * import { ndarray } from "@neurite/tensor";
 *
 * const images = ndarray(new Uint8Array([0, 51, 102, 153, 204, 255, 0, 255]), [2, 2, 2]);
 * const X = scale(images);
 * assertEquals(X.shape, [2, 4]);
 * assertEquals(X.get(1, 1), 1);
 * assertEquals(scale(images, { flatten: false }).shape, [2, 2, 2]);
 * ```
 */
export function scale(
  images: NdArray<Uint8Array | Uint8ClampedArray>,
  options: ScaleOptions = {},
): NdArray<Float32Array> {
  const { data, shape } = images;
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) {
    throw new DTypeError(
      `Cannot scale as the elements must be unsigned bytes, 0 to 255: current ` +
        (isNdArray(images) ? (data as object).constructor.name : "no NdArray"),
    );
  }
  if (shape.length === 0) {
    throw new ShapeError("scale", "the first axis must count the examples", [shape]);
  }
  const scaled = Float32Array.from(rowMajor(images), (byte) => byte / 255);
  const { flatten = true } = options;
  const row = shape.slice(1).reduce((product, length) => product * length, 1);
  return ndarray(scaled, flatten ? [shape[0], row] : shape);
}
