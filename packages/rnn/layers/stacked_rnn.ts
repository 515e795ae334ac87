import { type CallContext, Layer, type LayerOptions, type Masks, type Shape } from "@neurite/nn";
import type { Rng, Tensor } from "@neurite/tensor";
import { RecurrentLayer } from "../recurrent_layer.ts";

/**
 * Recurrent layers one upon the other: each reads the states of the one below it, step by step, so that
 * all but the last have `returnSequences`. Its result is that of the last; where the last one has
 * `returnState`, the states of all layers come out, from the first on. Where states go in, they are
 * those of all layers, too.
 *
 * Graves, Mohamed and Hinton, "Speech recognition with deep recurrent neural networks", 2013.
 *
 * Throws `RangeError` for layers that make no stack.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Input, Sequential } from "@neurite/nn";
 * import { SimpleRNN, StackedRNN } from "@neurite/rnn";
 *
 * const sums = (returnSequences: boolean) =>
 *   new SimpleRNN(1, { activation: "relu", returnSequences });
 * const stack = new StackedRNN([sums(true), sums(false)]);
 * const model = new Sequential([new Input({ shape: [null, 1] }), stack]);
 * model.setWeights([[[1]], [[1]], [0], [[1]], [[1]], [0]]);
 * assertEquals(model.predict([[[1], [2], [3]]]).array(), [[10]]); // 1 + 3 + 6
 * ```
 */
export class StackedRNN extends Layer {
  /** The arguments before the options. */
  static override readonly positional: readonly string[] = ["layers"];
  /** The layers, from the first on. */
  readonly layers: readonly RecurrentLayer[];

  /** A stack of these layers. */
  constructor(stack: readonly RecurrentLayer[], options: LayerOptions = {}) {
    super(options);
    const fits = stack.every((layer, i) =>
      layer instanceof RecurrentLayer && (i + 1 === stack.length || layer.returnSequences)
    );
    if (stack.length === 0 || !fits) {
      throw new RangeError(
        "Cannot stack layers as there must be recurrent ones, with returnSequences all but the last: " +
          `current ${stack.length === 0 ? "none" : stack.map(({ name }) => name).join(", ")}`,
      );
    }
    this.layers = [...stack];
    this.freezeSublayers();
    const taken = new Set<string>();
    for (const layer of stack) {
      let name = layer.name;
      for (let n = 1; taken.has(name); n++) name = `${layer.name}_${n}`;
      taken.add(name);
      layer.assignName(name);
    }
  }

  /** The layers in it. */
  override get sublayers(): readonly RecurrentLayer[] {
    return this.layers;
  }

  /** The shapes of the results; throws `ShapeError` where the inputs do not fit. */
  override computeOutputShape(inputShapes: readonly Shape[]): Shape | readonly Shape[] {
    const shapes = this.#shapes(inputShapes), last = this.layers[this.layers.length - 1];
    if (!last.returnState) return shapes[shapes.length - 1];
    const states = this.layers.flatMap(({ units, stateCount }) =>
      Array.from({ length: stateCount }, () => [units])
    );
    return [shapes[shapes.length - 1], ...states];
  }

  /** Makes the weights of all. */
  protected override build(inputShapes: readonly Shape[], rng: Rng): void {
    const shapes = this.#shapes(inputShapes);
    this.layers.forEach((layer, i) => layer.ensureBuilt([shapes[i]], rng));
  }

  /** The states of the last layer after all steps have the mask of the sequence. */
  override computeMasks([mask]: Masks): Masks {
    return this.layers[this.layers.length - 1].returnSequences ? [mask] : [];
  }

  /** Runs the layers. */
  override call(
    [x, ...initial]: readonly Tensor[],
    context: CallContext,
  ): Tensor | readonly Tensor[] {
    const { masks } = context, states: Tensor[] = [];
    let output = x, at = 0;
    for (const layer of this.layers) {
      const own = initial.slice(at, at += initial.length > 0 ? layer.stateCount : 0);
      const mask = masks?.get(output), result = layer.call([output, ...own], context);
      const [next, ...last] = result instanceof Array ? result : [result];
      if (mask !== undefined && layer.returnSequences && !masks!.has(next)) masks!.set(next, mask);
      states.push(...last);
      output = next;
    }
    return this.layers[this.layers.length - 1].returnState ? [output, ...states] : output;
  }

  /** The shape of the input, and of the result of each layer; checks them. */
  #shapes([shape, ...initial]: readonly Shape[]): Shape[] {
    const shapes = [shape];
    let at = 0;
    for (const layer of this.layers) {
      const own = initial.slice(at, at += initial.length > 0 ? layer.stateCount : 0);
      const made = layer.computeOutputShape([shapes[shapes.length - 1], ...own]);
      shapes.push((layer.returnState ? made[0] : made) as Shape);
    }
    return shapes;
  }
}
