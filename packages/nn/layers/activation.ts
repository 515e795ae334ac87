/** An activation as a layer of its own. */
import type { Tensor } from "@neurite/tensor";
import { type Activation as Function, type ActivationLike, activationOf } from "../activations.ts";
import { Layer, type LayerOptions, type Masks } from "../layer.ts";
import { only, type Shape } from "../shape.ts";

/**
 * Applies an activation to every element: `y = f(x)`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Activation, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Activation("relu")]);
 * assertEquals(model.predict([[-1, 2]]).array(), [[0, 2]]);
 * ```
 */
export class Activation extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["activation"];
  /** The activation. */
  readonly activation: Function;

  /** A layer that applies the activation of this name, or a function; `RangeError` lists what exists. */
  constructor(activation: ActivationLike, options: LayerOptions = {}) {
    super(options);
    this.activation = activationOf(activation);
  }

  /** The name of the activation. */
  override get activationName(): string {
    return this.activation.name;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return only("compute Activation", inputShapes);
  }

  /** Hands the mask of a sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return this.activation.apply(x);
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation([x]: readonly Tensor[]): Tensor {
    return x;
  }
}
