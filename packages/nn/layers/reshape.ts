/** Each example in another shape. */
import { reshape, ShapeError, type Tensor } from "@neurite/tensor";
import { Layer, type LayerOptions } from "../layer.ts";
import { formatSizes, knownSize, only, type Shape } from "../shape.ts";

/**
 * Reads each example in another shape of as many elements, row-major. One size may be -1: it is
 * what remains.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Reshape, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Reshape([2, -1])]);
 * assertEquals(model.predict([[1, 2, 3, 4]]).array(), [[[1, 2], [3, 4]]]);
 * ```
 */
export class Reshape extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["targetShape"];
  /** The shape of an example, with at most one -1. */
  readonly targetShape: readonly number[];

  /** A layer that gives examples this shape. */
  constructor(targetShape: readonly number[], options: LayerOptions = {}) {
    super(options);
    const free = targetShape.filter((n) => n === -1).length;
    if (free > 1 || !targetShape.every((n) => Number.isSafeInteger(n) && (n > 0 || n === -1))) {
      throw new RangeError(
        "Cannot make a Reshape layer as its sizes must be integers above 0, one of them " +
          `perhaps -1: current ${JSON.stringify(targetShape)}`,
      );
    }
    this.targetShape = [...targetShape];
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = only("reshape", inputShapes), size = knownSize("reshape", shape);
    const known = this.targetShape.reduce((product, n) => n === -1 ? product : product * n, 1);
    const sizes = this.targetShape.map((n) => n === -1 ? size / known : n);
    if (knownSize("reshape", sizes) !== size || !sizes.every(Number.isInteger)) {
      throw new ShapeError(
        "reshape",
        `as many elements must come out as go in`,
        [],
        `${formatSizes(shape)} to ${formatSizes(this.targetShape)}`,
      );
    }
    return sizes;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    const [batch, ...sizes] = x.shape;
    return reshape(x, [batch, ...this.computeOutputShape([sizes]) as number[]]);
  }
}
