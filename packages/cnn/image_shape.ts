/** Shapes of images, and of what is left of them where windows slide over. */
import { formatSizes, type Shape } from "@neurite/nn";
import { ShapeError } from "@neurite/tensor";
import { slidingAlong, slidingOutputSize, type WindowSettings } from "@neurite/tensor/internal";

/** Height, width and channels of an image; the first two may be another in each batch. */
export type ImageShape = readonly [
  height: number | null,
  width: number | null,
  channels: number,
];

/** The one shape of images among those a layer is given; throws `ShapeError` for anything else. */
export function imageShape(operation: string, inputShapes: readonly Shape[]): ImageShape {
  const [shape] = inputShapes;
  if (inputShapes.length === 1 && shape.length === 3 && shape[2] !== null) {
    return [shape[0], shape[1], shape[2]];
  }
  throw new ShapeError(
    operation,
    "it takes images of shape [height, width, channels] with a known number of channels",
    inputShapes.map((shape) => shape.map((n) => n ?? -1)),
    inputShapes.map(formatSizes).join(" and "),
  );
}

/**
 * How many windows there are, down and across, by {@linkcode slidingOutputSize}; of an axis whose
 * size is not known, neither is that. Throws `ShapeError` where none fits.
 */
export function windowCounts(
  operation: string,
  [height, width]: ImageShape,
  windows: WindowSettings,
): [down: number | null, across: number | null] {
  const along = (axis: 0 | 1, size: number | null): number | null => {
    if (size === null) return null;
    const count = slidingOutputSize(size, windows.kernel[axis], slidingAlong(windows, axis));
    if (count > 0) return count;
    const { kernel, dilations, padding } = windows;
    throw new ShapeError(
      operation,
      `a window of ${kernel.join(" x ")} must fit into the image`,
      [],
      `height and width ${formatSizes([height, width])}, padding ${JSON.stringify(padding)}, ` +
        `dilations ${dilations.join(" and ")}`,
    );
  };
  return [along(0, height), along(1, width)];
}
