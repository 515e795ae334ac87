/** One step of a long short-term memory, equation by equation. */
import {
  add,
  concat,
  matmul,
  mul,
  sigmoid,
  split,
  tanh,
  type Tensor,
  type TensorLike,
  tidy,
  zeros,
} from "@neurite/tensor";
import { checkGates } from "./check_gates.ts";

/** What a long short-term memory carries from step to step. */
export interface LstmState {
  /** The hidden state `h`, `[batch, units]`. */
  h: Tensor;
  /** The cell state `C`, `[batch, units]`. */
  c: Tensor;
}

/**
 * The weights as the equations have them: a matrix `[units + inputs, units]` and a bias `[units]` for
 * each gate, the rows for `h` before the rows for `x`.
 */
export interface LstmCellWeights {
  /** The weights of the forget gate. */
  Wf: Tensor;
  /** The weights of the input gate. */
  Wi: Tensor;
  /** The weights of what may be added to the cell state. */
  WC: Tensor;
  /** The weights of the output gate. */
  Wo: Tensor;
  /** The bias of the forget gate. */
  bf: Tensor;
  /** The bias of the input gate. */
  bi: Tensor;
  /** The bias of what may be added to the cell state. */
  bC: Tensor;
  /** The bias of the output gate. */
  bo: Tensor;
}

/**
 * A cell of long short-term memory, written as the textbook does, with `[h; x]` the hidden state and
 * the input next to each other:
 *
 * - `f_t = σ(W_f [h_(t-1); x_t] + b_f)`, the forget gate: how much of each number in the cell is kept
 * - `i_t = σ(W_i [h_(t-1); x_t] + b_i)`, the input gate: which numbers are written
 * - `C̃_t = tanh(W_C [h_(t-1); x_t] + b_C)`: what would be written
 * - `C_t = f_t ⊙ C_(t-1) + i_t ⊙ C̃_t`, the cell state
 * - `o_t = σ(W_o [h_(t-1); x_t] + b_o)`, the output gate: which numbers are shown
 * - `h_t = o_t ⊙ tanh(C_t)`, the hidden state
 *
 * Examples are rows, so products are `[h; x] W` in the code. It is here to be read, and to hold
 * {@linkcode LSTM} against: the layer computes the same, all gates and steps together, many times
 * faster. From Hochreiter and Schmidhuber, "Long short-term memory", 1997, with the forget gate of
 * Gers, Schmidhuber and Cummins, "Learning to forget", 2000.
 *
 * @example A layer and its cell
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { LSTM, LSTMCell } from "@neurite/lstm-gru";
 * import { Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new LSTM(1, { inputShape: [2, 1] })], { seed: 1 });
 * const cell = LSTMCell.fromKeras(model.getWeights());
 * let state = cell.initialState(1);
 * for (const x of [0.5, -1]) state = cell.step([[x]], state);
 * assertAlmostEquals(model.predict([[[0.5], [-1]]]).item(), state.h.item(), 1e-6);
 * ```
 */
export class LSTMCell {
  /** The weights. */
  readonly weights: Readonly<LstmCellWeights>;

  /** A cell with these weights. */
  constructor(weights: LstmCellWeights) {
    this.weights = weights;
  }

  /** The state after one step: `x` is `[batch, inputs]`. */
  step(x: TensorLike, { h, c }: LstmState): LstmState {
    const { Wf, Wi, WC, Wo, bf, bi, bC, bo } = this.weights;
    return tidy(() => {
      const hx = concat([h, x], 1);
      const f = sigmoid(add(matmul(hx, Wf), bf));
      const i = sigmoid(add(matmul(hx, Wi), bi));
      const candidate = tanh(add(matmul(hx, WC), bC));
      const C = add(mul(f, c), mul(i, candidate));
      const o = sigmoid(add(matmul(hx, Wo), bo));
      return { h: mul(o, tanh(C)), c: C };
    });
  }

  /** The state before the first step: zeros. */
  initialState(batch: number): LstmState {
    const shape = [batch, this.weights.bf.size];
    return { h: zeros(shape), c: zeros(shape) };
  }

  /**
   * A cell with the weights of a layer, ours or Keras's: `kernel` `[inputs, 4 units]`,
   * `recurrent_kernel` `[units, 4 units]` and, unless the layer has none, `bias` `[4 units]`; the
   * gates in the order i, f, C, o.
   *
   * @throws {ShapeError} for the weights of other layers.
   */
  static fromKeras([kernel, recurrentKernel, bias]: readonly Tensor[]): LSTMCell {
    checkGates("make an LSTM cell", recurrentKernel, 4);
    return new LSTMCell(tidy(() => {
      const [Wi, Wf, WC, Wo] = split(concat([recurrentKernel, kernel]), 4, 1);
      const [bi, bf, bC, bo] = split(bias ?? zeros([kernel.shape[1]]), 4);
      return { Wf, Wi, WC, Wo, bf, bi, bC, bo };
    }));
  }

  /** The weights as a layer has them: `kernel`, `recurrent_kernel` and `bias`. */
  toKeras(): [kernel: Tensor, recurrentKernel: Tensor, bias: Tensor] {
    const { Wf, Wi, WC, Wo, bf, bi, bC, bo } = this.weights, units = bf.size;
    return tidy(() => {
      const all = concat([Wi, Wf, WC, Wo], 1);
      const [recurrentKernel, kernel] = split(all, [units, all.shape[0] - units]);
      return [kernel, recurrentKernel, concat([bi, bf, bC, bo])];
    });
  }
}
