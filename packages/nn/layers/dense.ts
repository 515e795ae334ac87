/** The fully connected layer. */
import { type FusedActivation, matmul, type Rng, ShapeError, type Tensor } from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";
import { KernelLayer, type KernelOptions } from "../kernel_layer.ts";
import type { Masks } from "../layer.ts";
import { formatSizes, only, type Shape } from "../shape.ts";

/**
 * Every unit sees every input: `y = f(x W + b)` with `W` of shape `[inputs, units]`, as in Keras
 * (PyTorch's `Linear` keeps the transpose). Axes before the last are taken as further examples.
 *
 * Throws `RangeError` for a number of units below 1 or an unknown activation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const model = new Sequential([new Dense(1, { activation: "relu", inputShape: [2] })]);
 * model.setWeights([tensor([[1], [-1]]), tensor([0.5])]);
 * assertEquals(model.predict([[3, 1], [1, 3]]).array(), [[2.5], [0]]);
 * ```
 */
export class Dense extends KernelLayer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["units"];
  /** The number of units. */
  readonly units: number;

  /** A layer of `units` units. */
  constructor(units: number, options: KernelOptions = {}) {
    super(options);
    checkCount("make a Dense layer", "units", units);
    this.units = units;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    const shape = only("compute Dense", inputShapes);
    if (shape.length === 0 || shape[shape.length - 1] === null) {
      throw new ShapeError(
        "compute Dense",
        "the last size of an example must be known",
        [],
        formatSizes(shape),
      );
    }
    return [...shape.slice(0, -1), this.units];
  }

  /** Makes the weights. */
  protected override build([shape]: readonly Shape[], rng: Rng): void {
    this.makeKernel([shape[shape.length - 1]!, this.units], this.units, rng);
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** The result before the part of the activation that is left. */
  protected override linear(
    x: Tensor,
    bias: Tensor | undefined,
    activation: FusedActivation,
  ): Tensor {
    return matmul(x, this.kernel, { bias, activation });
  }
}
