/** Layers one after the other. */
import { Graph } from "./graph.ts";
import { type Layer, layers } from "./layer.ts";
import { Model, type ModelSettings } from "./model.ts";
import { revive } from "./registry.ts";
import type { Shape } from "./shape.ts";
import { Input, type SymbolicTensor } from "./symbolic.ts";

/**
 * A model of layers one after the other. The shape of an example comes from an `Input` in front,
 * from the first layer's `inputShape`, or from the first data the model sees.
 *
 * @example XOR
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Adam, Dense, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([
 *   new Dense(8, { activation: "tanh", inputShape: [2] }),
 *   new Dense(1, { activation: "sigmoid" }),
 * ], { seed: 1 });
 * model.compile({ optimizer: new Adam({ learningRate: 0.1 }), loss: "binaryCrossentropy" });
 * const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];
 * await model.fit(X, y, { epochs: 100, verbose: 0 });
 * assertEquals((model.predict(X).array() as number[][]).map(([a]) => Math.round(a)), [0, 1, 1, 0]);
 * ```
 */
export class Sequential extends Model {
  readonly #layers: Layer[] = [];
  #input: Input | undefined;

  /** A model of these layers; an `Input` may stand in front of them. */
  constructor(layers: readonly (Layer | Input)[] = [], settings: ModelSettings = {}) {
    super(settings);
    for (const layer of layers) this.add(layer);
    this.freezeSublayers();
  }

  /** Puts a layer behind the others. The weights of those before it stay. */
  add(layer: Layer | Input): void {
    if (layer instanceof Input) {
      if (this.#layers.length > 0 || this.#input !== undefined) {
        throw new RangeError(
          `Cannot add an Input as it must come first: current ${this.#layers.length} layers before it`,
        );
      }
      this.#input = layer;
    } else {
      this.#layers.push(layer);
    }
    this.define(undefined);
  }

  /** The layers. */
  override get layers(): readonly Layer[] {
    return this.#layers;
  }

  /** The shape of an example, where it is known. */
  override get inputShape(): Shape | undefined {
    return this.#input?.shape ?? this.#layers[0]?.inputShape;
  }

  /** The connections; made when they can be. */
  protected override get graph(): Graph {
    if (!super.built && this.inputShape !== undefined) this.buildFor([this.inputShape]);
    return super.graph;
  }

  /** Makes the connections for examples of these shapes, where they are not known yet. */
  override buildFor(inputShapes: readonly Shape[]): void {
    if (super.built || this.#layers.length === 0 || inputShapes.length !== 1) return;
    this.#input ??= new Input({ shape: this.inputShape ?? inputShapes[0] });
    this.#connect(this.#input);
  }

  #connect(input: Input): void {
    let output: SymbolicTensor = input;
    for (const layer of this.#layers) output = layer.apply(output);
    this.define(new Graph([input], [output]));
  }

  /** The layers, in or out of connections. */
  override get sublayers(): readonly Layer[] {
    return this.#layers;
  }

  /** The options as plain data. */
  override getConfig(): Record<string, unknown> {
    const { name, trainable } = this;
    return {
      name,
      ...(!trainable && { trainable }),
      ...(this.#input && { inputShape: this.#input.shape }),
      layers: this.#layers.map((layer) => layer.toConfig()),
    };
  }

  /** Makes a model, with new weights, of what `getConfig` gave. */
  static override fromConfig(config: Record<string, unknown>): Sequential {
    const { layers, inputShape, ...settings } = revive(config);
    const input = inputShape === undefined ? [] : [new Input({ shape: inputShape as Shape })];
    return new Sequential([...input, ...layers as Layer[]], settings);
  }
}

layers.register({ Sequential });
