/** Images as networks take them. */
import {
  asTensor,
  div,
  ShapeError,
  sub,
  type Tensor,
  tensor,
  type TensorLike,
  tidy,
} from "@neurite/tensor";
import { checkOptions } from "@neurite/tensor/internal";
import { checkImage, type Image } from "./image.ts";

/**
 * Images as a float32 tensor `[n, height, width, channels]` with numbers from 0 to 1, `x = v / 255`. One
 * image is a batch of one. Whoever makes it disposes of it, outside of `tidy`.
 *
 * @throws {ShapeError} where images are not of one size. @throws {TypeError} for what is no image.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { toTensor } from "@neurite/images";
 *
 * const pixel = { width: 1, height: 1, channels: 3, data: Uint8Array.of(255, 0, 51) } as const;
 * using x = toTensor(pixel);
 * assertEquals(x.shape, [1, 1, 1, 3]);
 * assertEquals([...x.dataSync()], [1, 0, Math.fround(0.2)]);
 * ```
 */
export function toTensor(images: Image | readonly Image[]): Tensor {
  const action = "make a tensor of images",
    list = Array.isArray(images) ? images : [images as Image];
  for (const image of list) checkImage(action, image);
  const shapeOf = ({ height, width, channels }: Image) => [height, width, channels];
  const shape = list.length > 0 ? shapeOf(list[0]) : [0, 0, 0];
  const other = list.find((image) => shapeOf(image).join() !== shape.join());
  if (list.length === 0 || other !== undefined) {
    throw new ShapeError(
      action,
      "there must be at least one, and all of one size",
      other === undefined ? [] : [shape, shapeOf(other)],
      other === undefined ? "none" : undefined,
    );
  }
  const each = list[0].data.length, data = new Float32Array(list.length * each);
  list.forEach((image, i) => data.set(image.data, i * each));
  for (let i = 0; i < data.length; i++) data[i] /= 255;
  return tensor(data, { shape: [list.length, ...shape] });
}

/** The mean and the standard deviation of each channel. */
export interface Statistics {
  /** The means. */
  readonly mean: readonly number[];
  /** The standard deviations. */
  readonly std: readonly number[];
}

/**
 * The means and standard deviations of ImageNet's red, green and blue, from 0 to 1, with which torchvision's
 * networks were trained.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { IMAGENET_STATISTICS } from "@neurite/images";
 *
 * assertEquals(IMAGENET_STATISTICS.mean, [0.485, 0.456, 0.406]);
 * ```
 */
export const IMAGENET_STATISTICS: Statistics = {
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
};

/**
 * Each channel with another mean and scale: `y_c = (x_c - mean_c) / std_c`, for `x` of shape
 * `[..., channels]`. By default those of {@linkcode IMAGENET_STATISTICS}.
 *
 * @throws {ShapeError} unless there is a mean and a deviation for each channel. @throws {RangeError} for a
 * deviation that is not above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { normalize } from "@neurite/images";
 *
 * using y = normalize([[0.5, 1]], { mean: [0.5, 0.5], std: [0.25, 0.25] });
 * assertEquals(y.array(), [[0, 2]]);
 * ```
 */
export function normalize(x: TensorLike, statistics: Statistics = IMAGENET_STATISTICS): Tensor {
  const action = "normalize images";
  checkOptions(action, statistics, { mean: true, std: true });
  const { mean, std } = statistics;
  return tidy(() => {
    const images = asTensor(x), channels = images.shape.at(-1);
    if (mean?.length !== channels || std?.length !== channels) {
      throw new ShapeError(
        action,
        `there must be a mean and a standard deviation for each of the ${channels} channels`,
        [images.shape],
        `${mean?.length ?? "no"} and ${std?.length ?? "no"}`,
      );
    }
    const wrong = std.find((s) => !(s > 0 && Number.isFinite(s)));
    if (wrong !== undefined) {
      throw new RangeError(
        `Cannot ${action} as standard deviations must be finite and above 0: current ${wrong}`,
      );
    }
    return div(sub(images, [...mean]), [...std]);
  });
}
