/** Models of layers as something to sample from. */
import type { Layer, Model, Variable } from "@neurite/nn";
import { asTensor, oneHot, reshape, type Tensor, tidy } from "@neurite/tensor";
import { quoted, readTogether } from "@neurite/tensor/internal";
import { RecurrentLayer } from "../recurrent_layer.ts";
import type { Stepped, Stepper } from "./stepper.ts";

/** The states of a model's recurrent layers, on the host, by layer. */
export type ModelState = ReadonlyMap<Layer, readonly Float32Array[]>;

/**
 * Steps through a model of recurrent layers symbol by symbol. The states of the layers are carried from
 * step to step, so that a symbol costs one step, whatever length of window the model was trained with.
 *
 * The model reads numbers of symbols, `[time]`, or one-hot vectors, `[time, symbols]`, and ends with a
 * score for each symbol: a layer with softmax, or logits. It must read forwards only.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Dense, Input, Sequential } from "@neurite/nn";
 * import { collect, generate, ModelStepper, SimpleRNN } from "@neurite/rnn";
 *
 * const model = new Sequential([
 *   new Input({ shape: [25, 4] }), // trained with windows of 25
 *   new SimpleRNN(8, { returnSequences: true }),
 *   new Dense(4, { activation: "softmax" }),
 * ], { seed: 1 });
 * const stepper = new ModelStepper(model);
 * assertEquals((await collect(generate(stepper, [0, 1], 10, { seed: 2 }))).length, 10);
 * ```
 */
export class ModelStepper implements Stepper<ModelState> {
  /** The number of symbols. */
  readonly symbols: number;
  readonly #model: Model;
  readonly #vectors: boolean;
  readonly #softmax: boolean;
  /** A weight, whose backend computes. */
  readonly #weight: Variable;

  /**
   * Steps through `model`, which must be built.
   *
   * @throws {RangeError} if its input or its output is not one of symbols, or a layer reads backwards.
   */
  constructor(model: Model) {
    const [input] = model.inputs, [output] = model.outputs, { shape } = output;
    const symbols = shape[shape.length - 1], rank = input.shape.length;
    const reads = rank === 1 || (rank === 2 && input.shape[1] === symbols);
    const one = model.inputs.length === 1 && model.outputs.length === 1;
    if (!one || !reads || symbols === null || shape.length < 1 || shape.length > 2) {
      throw new RangeError(
        `Cannot step through model ${quoted(model.name)} as it must read numbers [time] or ` +
          "one-hot vectors [time, symbols], and give a score for each symbol: current input " +
          `[${input.shape.map(String).join(", ")}], output [${shape.map(String).join(", ")}]`,
      );
    }
    const backwards = layersOf(model).find((layer) =>
      layer instanceof RecurrentLayer && layer.goBackwards
    );
    if (backwards !== undefined) {
      throw new RangeError(
        `Cannot step through model ${quoted(model.name)} as it must read forwards: current layer ` +
          `${quoted(backwards.name)} goes backwards`,
      );
    }
    this.symbols = symbols;
    this.#model = model;
    [this.#weight] = model.weights;
    this.#vectors = rank === 2;
    this.#softmax = model.activationName === "softmax";
    if (this.#softmax || (model.activationName ?? "linear") === "linear") return;
    throw new RangeError(
      `Cannot step through model ${quoted(model.name)} as it must end with softmax or with ` +
        "logits: current " + model.activationName,
    );
  }

  /** No states: zeros. */
  begin(): ModelState {
    return new Map();
  }

  /** Reads a symbol: one step of each layer. A device that has to be awaited is asked once a step. */
  step(state: ModelState, symbol: number): Stepped<ModelState> | Promise<Stepped<ModelState>> {
    const model = this.#model, { backend } = this.#weight.value;
    const states = new Map<Layer, readonly Tensor[]>();
    const stepped = ([logits, ...rest]: ArrayLike<number>[]): Stepped<ModelState> => {
      const after = new Map<Layer, readonly Float32Array[]>();
      for (const [layer, { length }] of states) {
        after.set(layer, rest.splice(0, length) as Float32Array[]);
      }
      return { state: after, logits };
    };
    const result = tidy(() => {
      for (const [layer, values] of state) {
        states.set(layer, values.map((h) => reshape(asTensor(h, backend), [1, h.length])));
      }
      const numbers = asTensor(Int32Array.of(symbol), backend);
      const x = this.#vectors
        ? reshape(oneHot(numbers, this.symbols), [1, 1, this.symbols])
        : reshape(numbers, [1, 1]);
      const context = { training: false, rng: model.rng, states };
      const z = this.#softmax
        ? model.callBeforeActivation([x], context)
        : model.call([x], context) as Tensor;
      const results = [z, ...[...states.values()].flat()];
      return backend.synchronous ? stepped(results.map((x) => x.dataSync())) : results;
    });
    if (!Array.isArray(result)) return result;
    return readTogether(result).then(stepped).finally(() => result.forEach((x) => x.dispose()));
  }
}

/** The layers of a model that are made of no others. */
function layersOf(layer: Layer): readonly Layer[] {
  return layer.sublayers.length === 0 ? [layer] : layer.sublayers.flatMap(layersOf);
}
