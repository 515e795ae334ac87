/** Means over so many parts of an image, whatever its size. */
import { Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { avgPool2d, matmul, type Pair, reshape, type Tensor, tensor } from "@neurite/tensor";
import { pair } from "@neurite/tensor/internal";
import { imageShape } from "../image_shape.ts";

/**
 * Divides images into `outputSize` parts, down and across, and keeps the mean of each: part `i` of `n` goes
 * from pixel `floor(i h / n)` to before `ceil((i + 1) h / n)`. Parts overlap where `n` does not divide `h`,
 * and repeat pixels where `n` is larger, as in PyTorch. Dense layers can so follow images of any size;
 * images that have the size already stay as they are.
 *
 * The mean of rows is a product with a matrix of `1 / (number of rows)`, and so is that of columns:
 * `y = A x B^T`, for every channel.
 *
 * Throws `RangeError` for sizes below 1.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AdaptiveAveragePooling2D } from "@neurite/cnn";
 * import { Sequential } from "@neurite/nn";
 * import { reshape } from "@neurite/tensor";
 *
 * const model = new Sequential([new AdaptiveAveragePooling2D([1, 2])]);
 * const image = reshape([1, 2, 6], [1, 1, 3, 1]); // Parts: pixels 0 and 1, pixels 1 and 2.
 * assertEquals(model.predict(image).array(), [[[[1.5], [4]]]]);
 * ```
 */
export class AdaptiveAveragePooling2D extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["outputSize"];
  /** How many parts, down and across. */
  readonly outputSize: readonly [number, number];

  /** A layer that keeps the means of `outputSize` parts. */
  constructor(outputSize: Pair, options: LayerOptions = {}) {
    super(options);
    const what = "the output size";
    this.outputSize = pair("make an AdaptiveAveragePooling2D layer", what, outputSize, 1);
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const [, , channels] = imageShape("compute AdaptiveAveragePooling2D", inputShapes);
    return [...this.outputSize, channels];
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const [n, height, width, channels] = x.shape, [rows, columns] = this.outputSize;
    if (height === rows && width === columns) return x;
    if (height % rows === 0 && width % columns === 0) {
      return avgPool2d(x, { size: [height / rows, width / columns] });
    }
    const down = matmul(means(rows, height), reshape(x, [n, height, width * channels]));
    const y = matmul(means(columns, width), reshape(down, [n * rows, width, channels]));
    return reshape(y, [n, rows, columns, channels]);
  }
}

/** The matrix that makes means of `parts` parts of `size` numbers. */
function means(parts: number, size: number): Tensor {
  const matrix = new Float32Array(parts * size);
  for (let i = 0; i < parts; i++) {
    const from = Math.floor(i * size / parts), to = Math.ceil((i + 1) * size / parts);
    matrix.fill(1 / (to - from), i * size + from, i * size + to);
  }
  return tensor(matrix, { shape: [parts, size] });
}
