/** Images mirrored at random. */
import { type CallContext, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import type { Tensor } from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";
import { imageShape, transformEach } from "./augmentation.ts";

/** Along which axes images are mirrored. */
export type FlipMode = "horizontal" | "vertical" | "horizontalAndVertical";

const MODES: readonly FlipMode[] = ["horizontal", "vertical", "horizontalAndVertical"];

/**
 * In training, mirrors each image with probability 1/2: `"horizontal"` exchanges left and right,
 * `"vertical"` above and below, `"horizontalAndVertical"` (Keras's default) each of both on its own. At
 * prediction it does nothing.
 *
 * Photographs of most things stay what they are in a mirror; digits and letters do not.
 *
 * Throws `RangeError` for another mode.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { RandomFlip } from "@neurite/images";
 * import { reshape, Rng, tile } from "@neurite/tensor";
 *
 * const x = tile(reshape([1, 2], [1, 1, 2, 1]), [50, 1, 1, 1]);
 * const y = new RandomFlip("horizontal").call([x], { training: true, rng: new Rng(1) });
 * const images = reshape(y, [50, 2]).array() as number[][];
 * assertEquals([...new Set(images.map(String))].sort(), ["1,2", "2,1"]);
 * ```
 */
export class RandomFlip extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["mode"];
  /** Along which axes images are mirrored. */
  readonly mode: FlipMode;

  /** A layer that mirrors images. */
  constructor(mode: FlipMode = "horizontalAndVertical", options: LayerOptions = {}) {
    super(options);
    checkOneOf("make a RandomFlip layer", "mode", mode, MODES);
    this.mode = mode;
  }

  /** The shape of the result; throws `ShapeError` where the inputs are not images. */
  override computeOutputShape(shapes: readonly Shape[]): Shape {
    return imageShape(this, shapes);
  }

  /** The images, in training mirrored or not. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    if (!training) return x;
    const flip = (axis: FlipMode) =>
      (this.mode === axis || this.mode === MODES[2]) &&
      rng.uniform() < 0.5;
    return transformEach(x, (height, width) => {
      const [across, down] = [flip("horizontal"), flip("vertical")];
      return [across ? -1 : 1, 0, across ? width - 1 : 0, 0, down ? -1 : 1, down ? height - 1 : 0];
    }, { interpolation: "nearest" });
  }
}
