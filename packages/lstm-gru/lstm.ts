/** The layer of long short-term memory. */
import type { Initializer, Known } from "@neurite/nn";
import {
  RecurrentLayer,
  type RecurrentOptions,
  type SequenceCall,
  type SequenceResult,
} from "@neurite/rnn";
import { concat, lstmSequence, ones, split, type Tensor } from "@neurite/tensor";

/** The options of {@linkcode LSTM}. */
export interface LSTMOptions extends RecurrentOptions {
  /**
   * Whether the bias of the forget gate starts at 1, so that nothing is forgotten until that is
   * learnt; `true` by default. (Jozefowicz, Zaremba and Sutskever, 2015.)
   */
  unitForgetBias?: boolean;
}

/**
 * A layer of long short-term memory: {@linkcode LSTMCell} at each step of a sequence, computed for all
 * gates together and for the inputs of all steps at once.
 *
 * Its weights are Keras's: `kernel` `[features, 4 units]`, `recurrent_kernel` `[units, 4 units]` and
 * `bias` `[4 units]`, with the gates in the order i, f, C, o. States are `h` and `C`.
 * {@linkcode fromTorch} takes those of PyTorch. Activations are the textbook's: sigmoid for gates,
 * tanh else.
 *
 * Throws `RangeError` for options that make no sense, `ShapeError` where inputs do not fit.
 *
 * @example Remember the first of five numbers
 * ```ts
 * import { assert } from "@std/assert";
 * import { LSTM } from "@neurite/lstm-gru";
 * import { Adam, Dense, Sequential } from "@neurite/nn";
 * import { Rng, slice, uniform } from "@neurite/tensor";
 *
 * const x = uniform([64, 5, 1], -1, 1, { rng: new Rng(1) });
 * const model = new Sequential([new LSTM(8, { inputShape: [5, 1] }), new Dense(1)], { seed: 1 });
 * model.compile({ optimizer: new Adam({ learningRate: 0.03 }), loss: "meanSquaredError" });
 * const first = slice(x, [0, 0, 0], [64, 1, 1]).array() as number[][][];
 * const { history } = await model.fit(x, first.map(([y]) => y), { epochs: 60, verbose: 0 });
 * assert(history.loss.at(-1)! < 0.02); // guessing the mean costs 0.33
 * ```
 *
 * @example The states, too
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { LSTM } from "@neurite/lstm-gru";
 * import { Input, Model } from "@neurite/nn";
 *
 * const x = new Input({ shape: [null, 3] });
 * const outputs = new LSTM(4, { returnSequences: true, returnState: true }).applyAll(x);
 * assertEquals(outputs.map(({ shape }) => shape), [[null, 4], [4], [4]]); // all h, last h, last C
 * assertEquals(new Model({ inputs: x, outputs }).countParams(), 4 * 4 * (3 + 4 + 1));
 * ```
 */
export class LSTM extends RecurrentLayer {
  /** The names of its options. */
  static override readonly options: Known<LSTMOptions> = {
    ...RecurrentLayer.options,
    unitForgetBias: true,
  };
  /** Input gate, forget gate, what may be added, output gate. */
  protected readonly gates = 4;
  /** The hidden state and the cell state. */
  readonly stateCount = 2;
  /** Whether the bias of the forget gate starts at 1. */
  readonly unitForgetBias: boolean;

  /** A layer of `units` units. */
  constructor(units: number, options: LSTMOptions = {}) {
    super(units, options);
    this.unitForgetBias = options.unitForgetBias ?? true;
  }

  /** What makes the initial values of the bias. */
  protected override startOfBias(initializer: Initializer): Initializer {
    if (!this.unitForgetBias) return initializer;
    return {
      make: (shape, rng) => {
        const [i, , g, o] = split(initializer.make(shape, rng), 4);
        return concat([i, ones([this.units]), g, o]);
      },
      toConfig: () => initializer.toConfig(),
    };
  }

  /** Runs the operation of the cell. */
  protected override sequence(
    x: Tensor,
    { kernel, recurrentKernel, states, ...options }: SequenceCall,
  ): SequenceResult {
    const [h0, c0] = states ?? [];
    const { output, h, c } = lstmSequence(x, recurrentKernel, {
      ...options,
      inputKernel: kernel,
      h0,
      c0,
    });
    return { output, states: [h, c] };
  }
}
