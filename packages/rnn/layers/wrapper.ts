/** What layers made of layers have in common. */
import { Layer, type State, type Variable } from "@neurite/nn";

/**
 * The base of layers that are made of others: weights, their names and states are those of the layers
 * in it.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Bidirectional, SimpleRNN, Wrapper } from "@neurite/rnn";
 *
 * const layer = new Bidirectional(new SimpleRNN(4));
 * assert(layer instanceof Wrapper);
 * ```
 */
export abstract class Wrapper extends Layer {
  /** The layers in it, in the order of their weights. */
  abstract readonly wrapped: readonly Layer[];

  /** The weights, layer by layer. */
  override get weights(): readonly Variable[] {
    return this.wrapped.flatMap((layer) => layer.weights);
  }

  /** The weights that the optimizer changes. */
  override get trainableWeights(): readonly Variable[] {
    return this.trainable ? this.wrapped.flatMap((layer) => layer.trainableWeights) : [];
  }

  /** The weights with their names: `bidirectional/forward_simple_rnn/kernel`. */
  override namedWeights(): [name: string, weight: Variable][] {
    return this.#named((layer) => layer.namedWeights());
  }

  /** What the layers in it carry from batch to batch, with names. */
  override namedStates(): [name: string, state: State][] {
    return this.#named((layer) => layer.namedStates());
  }

  #named<T>(of: (layer: Layer) => [name: string, T][]): [name: string, T][] {
    return this.wrapped.flatMap((layer) =>
      of(layer).map(([name, one]): [string, T] => [`${this.name}/${name}`, one])
    );
  }

  /** Forgets what the layers in it carried from batch to batch. */
  override resetStates(): void {
    for (const layer of this.wrapped) layer.resetStates();
  }
}
