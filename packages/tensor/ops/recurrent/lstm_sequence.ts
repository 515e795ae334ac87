import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { expandDims } from "../shape/expand_dims.ts";
import { SEQUENCE_OPTIONS, type SequenceOptions } from "../rules/recurrence.ts";
import { runSequence, type SequenceStates } from "../rules/recurrent_result.ts";

/** What a layer of long short-term memory takes beside its input and its recurrent kernel. */
export interface LstmOptions extends SequenceOptions {
  /** The cell state before the first step, `[batch, units]`; zeros by default. */
  c0?: TensorLike;
}

const OPTIONS: Record<keyof LstmOptions, true> = { ...SEQUENCE_OPTIONS, c0: true };

/** What a layer of long short-term memory gives. */
export interface LstmStates extends SequenceStates {
  /** The cell state after the last step, `[batch, units]`. */
  c: Tensor;
}

const OPERATION = "run a long short-term memory";

/**
 * A layer of long short-term memory over a whole sequence, Keras's `LSTM`:
 *
 * - `[i, f, g, o] = [σ(z_i), σ(z_f), tanh(z_g), σ(z_o)]` with `z = x_t W + h_(t-1) U + b`: the input gate,
 *   the forget gate, what may be added, and the output gate
 * - `c_t = f c_(t-1) + i g`, `h_t = o tanh(c_t)`
 *
 * The input `x` is `[batch, time, features]`, with an `inputKernel` `W` of `[features, 4 units]` and a
 * `bias` `b`. It may be `[batch, time]`, numbers of symbols, each of which stands for a one-hot vector of
 * `features` numbers. Without an input kernel, `x` is what the inputs add already, `[batch, time, 4 units]`.
 * `kernel`, `U`, is `[units, 4 units]`. The gates lie side by side in the order i, f, g, o, as in
 * Keras and PyTorch. `h` and `c` are the states after the last step, `[batch, units]`; `output` is
 * `h`, or with `returnSequences` the states `h` after all steps, `[batch, time, units]`. All three
 * have gradients.
 *
 * Back through time: `dc_t = dh_t o (1 - tanh^2 c_t) + f_(t+1) dc_(t+1)`, the gradients of the gates
 * `dz_t` from `dc_t` and `dh_t`, `dh_(t-1) = dz_t U^T`; then `dx_t = dz_t W^T`,
 * `dW = sum_t x_t^T dz_t`, `dU = sum_t h_(t-1)^T dz_t` and `db = sum_t dz_t`. Gradients of gradients go step by step, slowly. From Hochreiter and
 * Schmidhuber, "Long short-term memory", 1997, with the forget gate of Gers et al., 2000.
 *
 * Throws `ShapeError` where shapes do not fit, `RangeError` for a symbol out of range.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { lstmSequence } from "@neurite/tensor";
 *
 * // Gates wide open, nothing forgotten: the cell adds up tanh(x).
 * const step = (x: number) => [50, 50, x, 50];
 * const { h, c } = lstmSequence([[step(0.5), step(-1)]], [[0, 0, 0, 0]]);
 * assertAlmostEquals(c.item(), Math.tanh(0.5) + Math.tanh(-1), 1e-6);
 * assertAlmostEquals(h.item(), Math.tanh(c.item()), 1e-6);
 * ```
 */
export const lstmSequence: Composite<
  [x: TensorLike, kernel: TensorLike, options?: LstmOptions],
  LstmStates
> = composite(
  (x: TensorLike, kernel: TensorLike, options: LstmOptions = {}): LstmStates =>
    tidy(() => {
      checkOptions(OPERATION, options, OPTIONS);
      const { output, h, c } = runSequence(OPERATION, "lstm", x, kernel, options);
      return { output, h, c: c! };
    }),
  [
    {
      name: "the last states",
      inputs: [
        floats([3, 4, 20], -1, 1),
        floats([5, 20], -0.7, 0.7),
        floats([3, 5], -1, 1),
        floats([3, 5], -1, 1),
      ],
      call: (xz, kernel, h0, c0) => {
        const { output, c } = lstmSequence(xz, kernel, { h0, c0 });
        return add(output, c);
      },
    },
    {
      name: "all steps and the last cell state, reversed",
      inputs: [floats([2, 3, 12], -1, 1), floats([3, 12], -0.7, 0.7)],
      call: (xz, kernel) => {
        const { output, c } = lstmSequence(xz, kernel, { returnSequences: true, reverse: true });
        return add(output, expandDims(c, 1));
      },
    },
    {
      name: "recurrent dropout and a mask",
      inputs: [
        floats([2, 3, 16], -1, 1),
        floats([4, 16], -0.7, 0.7),
        given([2, 4], [0, 2, 2, 0, 2, 2, 0, 2]),
        given([2, 3], [1, 0, 1, 0, 1, 1], "int32"),
      ],
      call: (xz, kernel, recurrentMask, mask) =>
        lstmSequence(xz, kernel, { recurrentMask, mask, reverse: true }).output,
    },
  ],
);
