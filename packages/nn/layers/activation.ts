/** An activation as a layer of its own. */
import type { Tensor } from "@neurite/tensor";
import { type Activation as Function, type ActivationName, activationOf } from "../activations.ts";
import { Layer, type LayerOptions } from "../layer.ts";
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
  /** The name in files. */
  static readonly className: string = "Activation";
  /** The name of the class. */
  readonly className: string = Activation.className;
  readonly #activation: Function;

  /** A layer that applies the activation of this name; `RangeError` lists what exists. */
  constructor(activation: ActivationName, options: LayerOptions = {}) {
    super(options);
    this.#activation = activationOf(activation);
  }

  /** The name of the activation. */
  override get activationName(): ActivationName {
    return this.#activation.name;
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape {
    return only("compute Activation", inputShapes);
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[]): Tensor {
    return this.#activation.apply(x);
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation([x]: readonly Tensor[]): Tensor {
    return x;
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), activation: this.#activation.name };
  }

  /** Makes a layer of what `getConfig` gave. */
  static fromConfig({ activation, ...config }: Record<string, unknown>): Activation {
    return new Activation(activation as ActivationName, config);
  }
}
