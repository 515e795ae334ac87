/** The layer of gated recurrent units. */
import type { Known } from "@neurite/nn";
import {
  RecurrentLayer,
  type RecurrentOptions,
  type SequenceCall,
  type SequenceResult,
} from "@neurite/rnn";
import { gruSequence, reshape, slice, type Tensor } from "@neurite/tensor";

/** The options of {@linkcode GRU}. */
export interface GRUOptions extends RecurrentOptions {
  /**
   * Whether the reset gate is applied after the product of the state, as in Keras by default (here
   * too) and in PyTorch, or before it, as in the textbook and in Cho et al., 2014.
   */
  resetAfter?: boolean;
}

/**
 * A layer of gated recurrent units: {@linkcode GRUCell} at each step of a sequence, computed for all
 * gates together and for the inputs of all steps at once. Three quarters of the weights and of the
 * work of an {@linkcode LSTM}.
 *
 * Its weights are Keras's: `kernel` `[features, 3 units]`, `recurrent_kernel` `[units, 3 units]` and
 * `bias`, `[2, 3 units]` with `resetAfter`, the one of the inputs above the recurrent one, else
 * `[3 units]`; the gates in the order z, r, h, with `z` the share of the old state that stays.
 * {@linkcode fromTorch} takes those of PyTorch.
 *
 * Throws `RangeError` for options that make no sense, `ShapeError` where inputs do not fit.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { GRU, LSTM } from "@neurite/lstm-gru";
 * import { Sequential } from "@neurite/nn";
 *
 * const count = (layer: GRU | LSTM) => new Sequential([layer]).countParams();
 * assertEquals(count(new GRU(128, { inputShape: [40, 38] })), 64_512);
 * assertEquals(count(new GRU(128, { inputShape: [40, 38], resetAfter: false })), 64_128);
 * assertEquals(count(new LSTM(128, { inputShape: [40, 38] })), 85_504);
 * ```
 */
export class GRU extends RecurrentLayer {
  /** The names of its options. */
  static override readonly options: Known<GRUOptions> = {
    ...RecurrentLayer.options,
    resetAfter: true,
  };
  /** Update gate, reset gate, candidate. */
  protected readonly gates = 3;
  /** The hidden state. */
  readonly stateCount = 1;
  /** Whether the reset gate is applied after the product of the state. */
  readonly resetAfter: boolean;

  /** A layer of `units` units. */
  constructor(units: number, options: GRUOptions = {}) {
    super(units, options);
    this.resetAfter = options.resetAfter ?? true;
  }

  /** The shape of the bias. */
  protected override biasShape(): readonly number[] {
    const width = 3 * this.units;
    return this.resetAfter ? [2, width] : [width];
  }

  /** Runs the operation of the cell. */
  protected override sequence(
    x: Tensor,
    { kernel, recurrentKernel, bias, states, ...options }: SequenceCall,
  ): SequenceResult {
    const row = (i: number) => bias && reshape(slice(bias, [i], [1]), [3 * this.units]);
    const { resetAfter } = this;
    const biases = resetAfter ? { bias: row(0), recurrentBias: row(1) } : { bias };
    const run = { ...options, ...biases, resetAfter, inputKernel: kernel, h0: states?.[0] };
    const { output, h } = gruSequence(x, recurrentKernel, run);
    return { output, states: [h] };
  }
}
