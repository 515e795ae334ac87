import type { Known } from "@neurite/nn";
import { simpleRnnSequence, type Tensor } from "@neurite/tensor";
import {
  RecurrentLayer,
  type RecurrentOptions,
  type SequenceCall,
  type SequenceResult,
} from "../recurrent_layer.ts";

/** The options of {@linkcode SimpleRNN}. */
export interface SimpleRNNOptions extends RecurrentOptions {
  /** The activation f; `"tanh"` by default. */
  activation?: "tanh" | "relu";
}

/**
 * The plain recurrent layer, `h_t = f(x_t W + h_{t-1} U + b)`, Keras's `SimpleRNN`. Its result is the
 * last state, `[batch, units]`, or with `returnSequences` all of them, `[batch, time, units]`. The
 * length of the sequences may differ from batch to batch.
 *
 * (PyTorch's `RNN` has the transposes, and two biases, of which this one is the sum.)
 *
 * Throws `RangeError` for options that make no sense, `ShapeError` for inputs that are no sequences.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Input, Sequential } from "@neurite/nn";
 * import { SimpleRNN } from "@neurite/rnn";
 *
 * const model = new Sequential([
 *   new Input({ shape: [null, 1] }),
 *   new SimpleRNN(1, { activation: "relu" }),
 * ]);
 * model.setWeights([[[1]], [[2]], [0]]); // h_t = max(0, x_t + 2 h_{t-1})
 * assertEquals(model.predict([[[1], [1]]]).array(), [[3]]);
 * assertEquals(model.predict([[[1], [1], [1]]]).array(), [[7]]);
 * ```
 */
export class SimpleRNN extends RecurrentLayer {
  /** The names of its options. */
  static override readonly options: Known<SimpleRNNOptions> = {
    ...RecurrentLayer.options,
    activation: true,
  };
  /** The activation f. */
  readonly activation: "tanh" | "relu";
  /** One: what goes into f. */
  protected readonly gates = 1;
  /** One: h. */
  readonly stateCount = 1;

  /** A layer of `units` units. */
  constructor(units: number, options: SimpleRNNOptions = {}) {
    super(units, options);
    const { activation = "tanh" } = options;
    if (activation !== "tanh" && activation !== "relu") {
      throw new RangeError(
        `Cannot make a SimpleRNN as its activation must be tanh or relu: current "${activation}"`,
      );
    }
    this.activation = activation;
  }

  /** Runs the operation of the cell. */
  protected override sequence(
    x: Tensor,
    { kernel, recurrentKernel, states, ...options }: SequenceCall,
  ): SequenceResult {
    const { output, h } = simpleRnnSequence(x, recurrentKernel, {
      ...options,
      inputKernel: kernel,
      h0: states?.[0],
      activation: this.activation,
    });
    return { output, states: [h] };
  }
}
