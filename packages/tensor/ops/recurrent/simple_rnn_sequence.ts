import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, given } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { SEQUENCE_OPTIONS, type SequenceOptions } from "../rules/recurrence.ts";
import { runSequence, type SequenceStates } from "../rules/recurrent_result.ts";

/** What a simple recurrent layer takes beside its input and its recurrent kernel. */
export interface SimpleRnnOptions extends SequenceOptions {
  /** The activation, `tanh` by default. */
  activation?: "tanh" | "relu";
}

const OPTIONS: Record<keyof SimpleRnnOptions, true> = { ...SEQUENCE_OPTIONS, activation: true };

const OPERATION = "run a simple recurrent layer";

/**
 * A simple recurrent layer over a whole sequence, the book's RNN and Keras's `SimpleRNN`:
 *
 * `h_t = f(x_t W + h_(t-1) U + b)`, for `f` tanh or relu
 *
 * The input `x` is `[batch, time, features]`, with an `inputKernel` `W` of `[features, units]` and a
 * `bias` `b`. It may be `[batch, time]`, numbers of symbols, each of which stands for a one-hot vector of
 * `features` numbers. Without an input kernel, `x` is what the inputs add already, `[batch, time, units]`.
 * `kernel`, `U`, is `[units, units]`. `h` is the state after the last step, `[batch, units]`;
 * `output` is the same, or with `returnSequences` the states after all steps,
 * `[batch, time, units]`.
 *
 * Back through time: `dz_t = f'(z_t) (dh_t + dz_(t+1) U^T)`, `dx_t = dz_t W^T`,
 * `dW = sum_t x_t^T dz_t`, `dU = sum_t h_(t-1)^T dz_t`, `db = sum_t dz_t`, `dh_0 = dz_1 U^T`. Gradients of gradients go step by step, slowly.
 *
 * Throws `ShapeError` where shapes do not fit, `RangeError` for an activation that is not known and for a
 * symbol out of range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { simpleRnnSequence } from "@neurite/tensor";
 *
 * // One example, three steps, one unit: h_t = max(0, x_t + 2 h_(t-1))
 * const { output, h } = simpleRnnSequence([[[1], [-5], [3]]], [[2]], {
 *   activation: "relu",
 *   returnSequences: true,
 * });
 * assertEquals(output.array(), [[[1], [0], [3]]]);
 * assertEquals(h.array(), [[3]]);
 * ```
 */
export const simpleRnnSequence: Composite<
  [x: TensorLike, kernel: TensorLike, options?: SimpleRnnOptions],
  SequenceStates
> = composite(
  (x: TensorLike, kernel: TensorLike, options: SimpleRnnOptions = {}): SequenceStates => {
    checkOptions(OPERATION, options, OPTIONS);
    const { activation = "tanh" } = options;
    if (activation !== "tanh" && activation !== "relu") {
      throw new RangeError(
        `Cannot ${OPERATION} as the activation must be tanh or relu: current "${activation}"`,
      );
    }
    return tidy(() => {
      const { output, h } = runSequence(OPERATION, activation, x, kernel, options);
      return { output, h };
    });
  },
  [
    {
      name: "tanh",
      inputs: [floats([3, 4, 5], -1, 1), floats([5, 5], -0.7, 0.7), floats([3, 5], -1, 1)],
      call: (xz, kernel, h0) => simpleRnnSequence(xz, kernel, { h0 }).output,
    },
    {
      name: "relu, all steps, without a state",
      inputs: [floats([2, 3, 9], -1, 1), floats([9, 9], -0.7, 0.7)],
      call: (xz, kernel) =>
        simpleRnnSequence(xz, kernel, { activation: "relu", returnSequences: true }).output,
    },
    {
      name: "recurrent dropout and a mask",
      inputs: [
        floats([2, 3, 4], -1, 1),
        floats([4, 4], -0.7, 0.7),
        given([2, 4], [0, 2, 2, 0, 2, 2, 0, 2]),
        given([2, 3], [1, 0, 1, 0, 1, 1], "int32"),
      ],
      call: (xz, kernel, recurrentMask, mask) =>
        simpleRnnSequence(xz, kernel, { recurrentMask, mask, returnSequences: true }).output,
    },
  ],
);
