import {
  type CallContext,
  type Known,
  Layer,
  type LayerOptions,
  layers,
  type Masks,
  type Shape,
} from "@neurite/nn";
import {
  add,
  concat,
  div,
  expandDims,
  mul,
  type Rng,
  ShapeError,
  type Tensor,
} from "@neurite/tensor";
import { RecurrentLayer } from "../recurrent_layer.ts";

/** How {@linkcode Bidirectional} puts the results of both directions together. */
export type MergeMode = "concat" | "sum" | "mul" | "ave" | null;

/** The options of {@linkcode Bidirectional}. */
export interface BidirectionalOptions extends LayerOptions {
  /** How results are put together; `"concat"` by default. With `null` both come out. */
  mergeMode?: MergeMode;
  /** The layer that reads from the end; by default one with the options of the other. */
  backwardLayer?: RecurrentLayer;
}

const MERGE: Readonly<Record<Exclude<MergeMode, null>, (a: Tensor, b: Tensor) => Tensor>> = {
  concat: (a, b) => concat([a, b], -1),
  sum: (a, b) => add(a, b),
  mul: (a, b) => mul(a, b),
  ave: (a, b) => div(add(a, b), 2),
};

/**
 * Reads a sequence in both directions, by two layers with weights of their own, and puts their results
 * together: at each step, what was there before and what is still to come. Keras's `Bidirectional`.
 * With `returnSequences` both results are in the order of time, and 0 at steps that are masked.
 * States, where they come out or go in, are those of the forward layer, then those of the backward one.
 *
 * Schuster and Paliwal, "Bidirectional recurrent neural networks", 1997.
 *
 * Throws `RangeError` for a layer or a mode that makes no sense.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Input, Sequential } from "@neurite/nn";
 * import { Bidirectional, SimpleRNN } from "@neurite/rnn";
 *
 * // A running sum from the beginning, and one from the end.
 * const sum = new SimpleRNN(1, { activation: "relu", returnSequences: true });
 * const model = new Sequential([new Input({ shape: [null, 1] }), new Bidirectional(sum)]);
 * model.setWeights([[[1]], [[1]], [0], [[1]], [[1]], [0]]);
 * assertEquals(model.predict([[[1], [2], [3]]]).array(), [[[1, 6], [3, 5], [6, 3]]]);
 * ```
 */
export class Bidirectional extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["layer"];
  /** The names of its options. */
  static override readonly options: Known<BidirectionalOptions> = {
    ...Layer.options,
    mergeMode: true,
    backwardLayer: true,
  };
  /** The layer that reads from the beginning. */
  readonly forwardLayer: RecurrentLayer;
  /** The layer that reads from the end. */
  readonly backwardLayer: RecurrentLayer;
  /** How results are put together. */
  readonly mergeMode: MergeMode;
  /** The names that the layers came with. */
  readonly #given: readonly [forward: string, backward: string];

  /** Takes a layer, and makes its twin. */
  constructor(layer: RecurrentLayer, options: BidirectionalOptions = {}) {
    super(options);
    const { mergeMode = "concat", backwardLayer } = options;
    if (!(layer instanceof RecurrentLayer)) {
      throw new RangeError(
        "Cannot read in both directions as there must be a recurrent layer: current " +
          (layer as Layer)?.className,
      );
    }
    if (mergeMode !== null && !Object.hasOwn(MERGE, mergeMode)) {
      throw new RangeError(
        `Cannot read in both directions as mergeMode must be null or one of ${
          Object.keys(MERGE).join(", ")
        }: current ${JSON.stringify(mergeMode)}`,
      );
    }
    this.mergeMode = mergeMode;
    this.#given = [layer.name, backwardLayer?.name ?? layer.name];
    const { className, config } = layer.toConfig(), goBackwards = !layer.goBackwards;
    this.forwardLayer = layer;
    this.backwardLayer = backwardLayer ??
      layers.make({ className, config: { ...config, goBackwards } }) as RecurrentLayer;
    const [forward, backward] = this.sublayers;
    const same = (["units", "returnSequences", "returnState"] as const).every((name) =>
      forward[name] === backward[name]
    );
    if (!same || forward.goBackwards === backward.goBackwards) {
      throw new RangeError(
        "Cannot read in both directions as the layers must go in different ones, and have the same " +
          "units, returnSequences and returnState: current other options",
      );
    }
    this.freezeSublayers();
    const [ofForward, ofBackward] = this.#given;
    forward.assignName(`forward_${ofForward}`);
    backward.assignName(`backward_${ofBackward}`);
  }

  /** Both layers. */
  override get sublayers(): readonly [forward: RecurrentLayer, backward: RecurrentLayer] {
    return [this.forwardLayer, this.backwardLayer];
  }

  /** The shapes of the results; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[] {
    const { forwardLayer: { units, returnSequences, returnState, stateCount }, mergeMode } = this;
    const [shape] = inputShapes;
    const [, ...given] = inputShapes;
    if (given.length !== 0 && given.length !== 2 * stateCount) {
      throw new ShapeError(
        "compute a recurrent layer",
        `after the sequence there must be no state or ${
          2 * stateCount
        }, half of them for each direction`,
        [],
        `${given.length}`,
      );
    }
    this.#split(inputShapes).forEach((own, i) => this.sublayers[i].computeOutputShape(own));
    const one: Shape = returnSequences ? [shape[0], units] : [units];
    const merged: Shape = mergeMode === "concat" ? [...one.slice(0, -1), 2 * units] : one;
    const outputs = mergeMode === null ? [one, one] : [merged];
    const states = Array.from({ length: returnState ? 2 * stateCount : 0 }, () => [units]);
    return outputs.length + states.length === 1 ? merged : [...outputs, ...states];
  }

  /** Makes the weights of both. */
  protected override build(inputShapes: readonly Shape[], rng: Rng): void {
    for (const layer of this.sublayers) layer.ensureBuilt(inputShapes, rng);
  }

  /** The states after all steps have the mask of the sequence. */
  override computeMasks([mask]: Masks): Masks {
    if (!this.forwardLayer.returnSequences) return [];
    return this.mergeMode === null ? [mask, mask] : [mask];
  }

  /** Runs the layer. */
  override call(inputs: readonly Tensor[], context: CallContext): Tensor | readonly Tensor[] {
    const [forward, backward] = this.#split(inputs).map((own, i) =>
      this.sublayers[i].read(own, context)
    );
    const mask = this.forwardLayer.returnSequences ? context.masks?.get(inputs[0]) : undefined;
    const there = mask && expandDims(mask, 2);
    const outputs = [forward.output, backward.output].map((y) => there ? mul(y, there) : y);
    const merged = this.mergeMode === null
      ? outputs
      : [MERGE[this.mergeMode](outputs[0], outputs[1])];
    if (this.forwardLayer.returnState) merged.push(...forward.states, ...backward.states);
    return merged.length === 1 ? merged[0] : merged;
  }

  /** The sequence with the first half of the states, and with the second. */
  #split<T>([x, ...states]: readonly T[]): [forward: T[], backward: T[]] {
    const half = Math.ceil(states.length / 2);
    return [[x, ...states.slice(0, half)], [x, ...states.slice(half)]];
  }

  /** The arguments of the constructor as plain data, the layers under the names that they came with. */
  override getConfig(): Record<string, unknown> {
    const [layer, backwardLayer] = this.sublayers.map((layer, i) => {
      const { className, config } = layer.toConfig();
      return { className, config: { ...config, name: this.#given[i] } };
    });
    return { ...super.getConfig(), layer, backwardLayer, mergeMode: this.mergeMode };
  }
}
