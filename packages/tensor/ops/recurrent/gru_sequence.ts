import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { SEQUENCE_OPTIONS, type SequenceOptions } from "../rules/recurrence.ts";
import { runSequence, type SequenceStates } from "../rules/recurrent_result.ts";

/** What a layer of gated recurrent units takes beside its input and its recurrent kernel. */
export interface GruOptions extends SequenceOptions {
  /**
   * Whether the reset gate is applied after the product of the state, as Keras does by default and
   * PyTorch always (by default), or before it, as the book does.
   */
  resetAfter?: boolean;
  /** A bias of the recurrent product, `[3 units]`, with `resetAfter` only; zeros by default. */
  recurrentBias?: TensorLike;
}

const OPTIONS: Record<keyof GruOptions, true> = {
  ...SEQUENCE_OPTIONS,
  resetAfter: true,
  recurrentBias: true,
};

const OPERATION = "run gated recurrent units";

/**
 * A layer of gated recurrent units over a whole sequence, Keras's `GRU`:
 *
 * - `z = σ(x_t W_z + h_(t-1) U_z + b_z)`, the update gate; `r` likewise, the reset gate
 * - `a = tanh(x_t W_h + b_h + r (h_(t-1) U_h + b'_h))`, or without `resetAfter`
 *   `a = tanh(x_t W_h + (r h_(t-1)) U_h + b_h)`: the candidate
 * - `h_t = z h_(t-1) + (1 - z) a`
 *
 * The input `x` is `[batch, time, features]`, with an `inputKernel` `W` of `[features, 3 units]` and a
 * `bias` `b`. It may be `[batch, time]`, numbers of symbols, each of which stands for a one-hot vector of
 * `features` numbers. Without an input kernel, `x` is what the inputs add already, `[batch, time, 3 units]`.
 * `kernel`, `U`, is `[units, 3 units]`, the gates side by side in Keras's order z, r, h (PyTorch has
 * r, z, n). The recurrent bias `b'` is added to all three products of the state. The book has z and 1 - z the other way
 * round, which is the same network with the signs of the update gate's weights changed. `h` is the
 * state after the last step, `[batch, units]`; `output` is the same, or with `returnSequences` the
 * states after all steps, `[batch, time, units]`.
 *
 * Gradients are found by backpropagation through time, as those of {@linkcode lstmSequence};
 * gradients of gradients step by step, slowly. From Cho et al., "Learning phrase representations
 * using RNN encoder-decoder for statistical machine translation", 2014.
 *
 * Throws `ShapeError` where shapes do not fit, `RangeError` for a recurrent bias without
 * `resetAfter` and for a symbol out of range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { gruSequence } from "@neurite/tensor";
 *
 * // The update gate is half open: half of the old state, half of the candidate.
 * const { h } = gruSequence([[[0, 0, 1]]], [[0, 0, 0]], { h0: [[0.5]] });
 * assertAlmostEquals(h.item(), 0.5 * 0.5 + 0.5 * Math.tanh(1), 1e-6);
 * ```
 */
export const gruSequence: Composite<
  [x: TensorLike, kernel: TensorLike, options?: GruOptions],
  SequenceStates
> = composite(
  (x: TensorLike, kernel: TensorLike, options: GruOptions = {}): SequenceStates => {
    checkOptions(OPERATION, options, OPTIONS);
    const { resetAfter = true, recurrentBias } = options;
    if (!resetAfter && recurrentBias !== undefined) {
      throw new RangeError(
        `Cannot ${OPERATION} as a recurrent bias takes resetAfter: current resetAfter false. ` +
          "Use bias",
      );
    }
    return tidy(() => {
      const cell = resetAfter ? "gruResetAfter" : "gru";
      const { output, h } = runSequence(OPERATION, cell, x, kernel, options);
      return { output, h };
    });
  },
  [
    {
      name: "reset after the product",
      inputs: [floats([3, 4, 15], -1, 1), floats([5, 15], -0.7, 0.7), floats([15], -0.5, 0.5)],
      call: (xz, kernel, recurrentBias) => gruSequence(xz, kernel, { recurrentBias }).output,
    },
    {
      name: "reset before the product, all steps",
      inputs: [floats([2, 3, 9], -1, 1), floats([3, 9], -0.7, 0.7), floats([2, 3], -1, 1)],
      call: (xz, kernel, h0) =>
        gruSequence(xz, kernel, { h0, resetAfter: false, returnSequences: true }).output,
    },
    ...[true, false].map((resetAfter) => ({
      name: `recurrent dropout and a mask, reset ${resetAfter ? "after" : "before"}`,
      inputs: [
        floats([2, 3, 12], -1, 1),
        floats([4, 12], -0.7, 0.7),
        given([2, 4], [0, 2, 2, 0, 2, 2, 0, 2]),
        given([2, 3], [1, 0, 1, 0, 1, 1], "int32"),
      ],
      call: (xz: Tensor, kernel: Tensor, recurrentMask: Tensor, mask: Tensor) =>
        gruSequence(xz, kernel, { recurrentMask, mask, resetAfter, returnSequences: true }).output,
    })),
  ],
);
