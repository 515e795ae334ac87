import { type CallContext, formatSizes, Layer, type LayerOptions, type Shape } from "@neurite/nn";
import { reshape, type Rng, ShapeError, type Tensor } from "@neurite/tensor";

/**
 * Applies a layer to every step of a sequence `[batch, time, ...]`, with the same weights: each step is
 * an example of its own for it. Keras's `TimeDistributed`. (A `Dense` layer does so without it.)
 *
 * Throws `ShapeError` for inputs without steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Flatten, Input, Sequential } from "@neurite/nn";
 * import { TimeDistributed } from "@neurite/rnn";
 *
 * const flatten = new TimeDistributed(new Flatten());
 * const model = new Sequential([new Input({ shape: [null, 2, 2] }), flatten]);
 * assertEquals(model.predict([[[[1, 2], [3, 4]]]]).array(), [[[1, 2, 3, 4]]]);
 * ```
 */
export class TimeDistributed extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["layer"];
  /** The layer that is applied. */
  readonly layer: Layer;

  /** Applies `layer`, which has one input and one result. */
  constructor(layer: Layer, options: LayerOptions = {}) {
    super(options);
    this.layer = layer;
  }

  /** The layer that is applied. */
  override get sublayers(): readonly Layer[] {
    return [this.layer];
  }

  /** The shape of the result; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    if (shape.length < 2) {
      throw new ShapeError(
        "apply a layer to every step",
        "an example must have steps in front, [time, ...]",
        [],
        formatSizes(shape),
      );
    }
    const [time, ...step] = shape;
    const result = this.layer.computeOutputShape([step]);
    if (result.some(Array.isArray)) {
      throw new ShapeError(
        "apply a layer to every step",
        "the layer must have one result",
        [],
        `${result.length} of "${this.layer.name}"`,
      );
    }
    return [time, ...result as Shape];
  }

  /** Makes the weights of the layer. */
  protected override build([[, ...step]]: readonly Shape[], rng: Rng): void {
    this.layer.ensureBuilt([step], rng);
  }

  /** Runs the layer on all steps at once. */
  override call([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    return overSteps(x, (steps) => this.layer.call([steps], { training, rng }) as Tensor);
  }

  /** The activation that the layer ends with. */
  override get activationName(): string | undefined {
    return this.layer.callBeforeActivation === undefined ? undefined : this.layer.activationName;
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation([x]: readonly Tensor[], { training, rng }: CallContext): Tensor {
    return overSteps(x, (steps) => this.layer.callBeforeActivation!([steps], { training, rng }));
  }
}

/** Applies `f` with every step as an example. */
function overSteps(x: Tensor, f: (steps: Tensor) => Tensor): Tensor {
  const [batch, time, ...step] = x.shape, y = f(reshape(x, [batch * time, ...step]));
  return reshape(y, [batch, time, ...y.shape.slice(1)]);
}
