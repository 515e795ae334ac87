/**
 * Reads stacks of images, from bytes or floats in any array, into bytes.
 *
 * @module
 */
import { elements, type Flat, isNdArray, type NdArrayLike, readNested } from "./arrays.ts";

/**
 * One image: an ndarray or nested arrays `[height, width]` (grey), `[height, width, 1]` (grey) or
 * `[height, width, 3]` (red, green, blue); or a flat list, whose shape an option then gives.
 */
export type Image =
  | NdArrayLike
  | ArrayLike<number>
  | ArrayLike<ArrayLike<number>>
  | ArrayLike<ArrayLike<ArrayLike<number>>>;

/** Images of one size as bytes. */
export interface ImageStack {
  height: number;
  width: number;
  channels: 1 | 3;
  /** One array an image, row by row, channels innermost, 0 to 255. */
  pixels: Uint8Array[];
}

/** What the numbers mean and how flat images are folded. */
export interface ReadImages {
  /** The numbers for black and white. */
  range?: readonly [black: number, white: number];
  /** Shape of one image, for flat ones. */
  shape?: readonly number[];
}

/** Reads `images` ([n, ...] as one ndarray, or a list of images). */
export function readImages(
  images: NdArrayLike | readonly Image[],
  options: ReadImages,
  task: string,
): ImageStack {
  const list = isNdArray(images)
    ? split(images, task)
    : images.map((image, i) => readNested(image, task, `images[${i}]`));
  if (list.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be an image: none given`);
  }
  const [height, width, channels] = list.map((image, i) => {
    const shape = foldedShape(image, options.shape, task, i);
    if (shape.join() !== foldedShape(list[0], options.shape, task, 0).join()) {
      throw new RangeError(
        `Cannot ${task} as all images must have one size: images[0] is ` +
          `[${foldedShape(list[0], options.shape, task, 0)}], images[${i}] is [${shape}]`,
      );
    }
    return shape;
  })[0];
  const range = options.range ?? usualRange(list[0].source, task);
  if (!(Number.isFinite(range[0]) && Number.isFinite(range[1]) && range[0] !== range[1])) {
    throw new RangeError(
      `Cannot ${task} as range must be two different numbers: current range is [${range}]`,
    );
  }
  const pixels = list.map(({ values }, n) =>
    Uint8Array.from(values, (value, at) => {
      const share = (value - range[0]) / (range[1] - range[0]);
      if (!Number.isFinite(share)) {
        throw new RangeError(
          `Cannot ${task} as every pixel must be finite: images[${n}] holds ${value} at ${at}`,
        );
      }
      if (options.range === undefined && (share < -0.001 || share > 1.001)) {
        throw new RangeError(
          `Cannot ${task} as its pixels must lie between ${range[0]} and ${
            range[1]
          }: images[${n}] ` +
            `holds ${value} (give the numbers for black and white as range)`,
        );
      }
      return Math.round(Math.min(1, Math.max(0, share)) * 255);
    })
  );
  return { height, width, channels: channels as 1 | 3, pixels };
}

/** Images along the first axis of one ndarray. */
function split(array: NdArrayLike, task: string): Flat[] {
  const { data, stride, offset } = array;
  if (array.shape.length < 2) {
    throw new TypeError(
      `Cannot ${task} as images must be [n, height, width] or [n, height, width, channels]: ` +
        `current shape is [${array.shape}]`,
    );
  }
  const [count, ...shape] = array.shape;
  return Array.from({ length: count }, (_, i) => {
    const image = { data, shape, stride: stride.slice(1), offset: offset + i * stride[0] };
    return { values: elements(image), shape, source: data };
  });
}

/** Height, width and channels of an image. */
function foldedShape(image: Flat, fold: readonly number[] | undefined, task: string, i: number) {
  const shape = fold ?? image.shape;
  const [height, width, channels = 1] = shape;
  const right = (shape.length === 2 || shape.length === 3) && (channels === 1 || channels === 3) &&
    shape.every((length) => Number.isInteger(length) && length > 0);
  if (!right) {
    throw new TypeError(
      `Cannot ${task} as an image must be [height, width], [height, width, 1] or ` +
        `[height, width, 3]: images[${i}] is [${shape}]` +
        (shape.length === 1 ? " (say how to fold it, as shape: [height, width])" : ""),
    );
  }
  if (height * width * channels !== image.values.length) {
    throw new RangeError(
      `Cannot ${task} as an image of shape [${shape}] has ${height * width * channels} numbers: ` +
        `images[${i}] has ${image.values.length}`,
    );
  }
  return [height, width, channels];
}

/** Bytes go from 0 to 255, floats from 0 to 1; other arrays do not say. */
function usualRange(source: unknown, task: string): readonly [number, number] {
  if (source instanceof Uint8Array || source instanceof Uint8ClampedArray) return [0, 255];
  if (ArrayBuffer.isView(source) && /^Float\d+Array$/.test(source.constructor.name)) return [0, 1];
  throw new TypeError(
    `Cannot ${task} as ${
      source?.constructor?.name ?? typeof source
    } does not tell what black and ` +
      `white are: no range is given (set range: [0, 255] or range: [0, 1])`,
  );
}
