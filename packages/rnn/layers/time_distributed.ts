import {
  type CallContext,
  formatSizes,
  Layer,
  type LayerOptions,
  type Masks,
  type Shape,
} from "@neurite/nn";
import { reshape, type Rng, ShapeError, split, stack, type Tensor } from "@neurite/tensor";

/**
 * Applies a layer to every step of a sequence `[batch, time, ...]`, with the same weights: each step is
 * an example of its own for it. Keras's `TimeDistributed`. (A `Dense` layer does so without it.) In
 * training a `BatchNormalization` takes its statistics step after step, as in Keras.
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
    this.freezeSublayers();
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

  /** Hands the mask of the sequence on. */
  override computeMasks(masks: Masks): Masks {
    return masks;
  }

  /** Runs the layer. */
  override call([x]: readonly Tensor[], context: CallContext): Tensor {
    return this.#overSteps(x, context, (x, context) => this.layer.call([x], context) as Tensor);
  }

  /** The activation that the layer ends with. */
  override get activationName(): string | undefined {
    return this.layer.callBeforeActivation === undefined ? undefined : this.layer.activationName;
  }

  /** Runs the layer without its activation. */
  override callBeforeActivation([x]: readonly Tensor[], context: CallContext): Tensor {
    return this.#overSteps(
      x,
      context,
      (x, context) => this.layer.callBeforeActivation!([x], context),
    );
  }

  /**
   * Applies `f` with every step as an example: all of them at once, unless the layer learns statistics of
   * a batch, which those of one step are.
   */
  #overSteps(
    x: Tensor,
    { training, rng, masks }: CallContext,
    f: (x: Tensor, context: CallContext) => Tensor,
  ): Tensor {
    const [batch, time, ...step] = x.shape;
    if (!training || this.layer.weights.every(({ trainable }) => trainable)) {
      const y = f(reshape(x, [batch * time, ...step]), { training, rng });
      return reshape(y, [batch, time, ...y.shape.slice(1)]);
    }
    const mask = masks?.get(x), steps = split(x, time, 1), there = mask && split(mask, time, 1);
    const results = steps.map((one, t) => {
      const example = reshape(one, [batch, ...step]), own = new Map<Tensor, Tensor>();
      if (there !== undefined) own.set(example, reshape(there[t], [batch]));
      return f(example, { training, rng, masks: own });
    });
    return stack(results, 1);
  }
}
