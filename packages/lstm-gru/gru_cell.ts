/** One step of gated recurrent units, equation by equation. */
import {
  add,
  concat,
  matmul,
  mul,
  neg,
  reshape,
  sigmoid,
  split,
  stack,
  sub,
  tanh,
  type Tensor,
  type TensorLike,
  tidy,
  zeros,
} from "@neurite/tensor";
import { checkGates } from "./check_gates.ts";

/**
 * The weights as the equations have them: a matrix `[units + inputs, units]` and a bias `[units]` for
 * each gate, the rows for `h` before the rows for `x`.
 */
export interface GruCellWeights {
  /** The weights of the update gate. */
  Wz: Tensor;
  /** The weights of the reset gate. */
  Wr: Tensor;
  /** The weights of the candidate. */
  Wh: Tensor;
  /** The bias of the update gate; zeros by default. */
  bz?: Tensor;
  /** The bias of the reset gate; zeros by default. */
  br?: Tensor;
  /** The bias of the candidate; zeros by default. */
  bh?: Tensor;
  /**
   * The bias inside of the reset gate's reach, which says that the reset comes after the product;
   * without it the reset comes before, as in the textbook.
   */
  bu?: Tensor;
}

/**
 * A cell of gated recurrent units, written as the textbook does, with `[h; x]` the hidden state and
 * the input next to each other (the textbook leaves the biases out):
 *
 * - `z_t = σ(W_z [h_(t-1); x_t] + b_z)`, the update gate: forget and write in one
 * - `r_t = σ(W_r [h_(t-1); x_t] + b_r)`, the reset gate: how much the candidate sees of the past
 * - `h̃_t = tanh(W_h [r_t ⊙ h_(t-1); x_t] + b_h)`, the candidate
 * - `h_t = (1 - z_t) ⊙ h_(t-1) + z_t ⊙ h̃_t`, the hidden state
 *
 * Keras by default, and PyTorch always, reset after the product, which lets one product serve all
 * gates: with `W_h` in its parts `U` for `h` and `V` for `x`,
 *
 * - `h̃_t = tanh(V x_t + b_h + r_t ⊙ (U h_(t-1) + b_u))`
 *
 * Both have `z_t` and `1 - z_t` the other way round. That is the same network with the signs of `W_z`
 * and `b_z` changed, since `σ(-a) = 1 - σ(a)`: {@linkcode GRUCell.fromKeras} does it.
 *
 * Examples are rows, so products are `[h; x] W` in the code. It is here to be read, and to hold
 * {@linkcode GRU} against: the layer computes the same, many times faster. From Cho et al., "Learning
 * phrase representations using RNN encoder-decoder for statistical machine translation", 2014.
 *
 * @example A layer and its cell
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { GRU, GRUCell } from "@neurite/lstm-gru";
 * import { Sequential } from "@neurite/nn";
 *
 * const layer = new GRU(1, { inputShape: [2, 1], resetAfter: false });
 * const model = new Sequential([layer], { seed: 1 });
 * const cell = GRUCell.fromKeras(model.getWeights());
 * let h = cell.initialState(1);
 * for (const x of [0.5, -1]) h = cell.step([[x]], h);
 * assertAlmostEquals(model.predict([[[0.5], [-1]]]).item(), h.item(), 1e-6);
 * ```
 */
export class GRUCell {
  /** The weights. */
  readonly weights: Readonly<GruCellWeights & Required<Pick<GruCellWeights, "bz" | "br" | "bh">>>;

  /** A cell with these weights. */
  constructor({ Wz, Wr, Wh, bz, br, bh, bu }: GruCellWeights) {
    const none = (given: Tensor | undefined) => given ?? zeros([Wz.shape[1]]);
    this.weights = { Wz, Wr, Wh, bz: none(bz), br: none(br), bh: none(bh), bu };
  }

  /** The state after one step: `x` is `[batch, inputs]`, `h` is `[batch, units]`. */
  step(x: TensorLike, h: Tensor): Tensor {
    const { Wz, Wr, Wh, bz, br, bh, bu } = this.weights;
    return tidy(() => {
      const hx = concat([h, x], 1);
      const z = sigmoid(add(matmul(hx, Wz), bz));
      const r = sigmoid(add(matmul(hx, Wr), br));
      const candidate = bu === undefined
        ? tanh(add(matmul(concat([mul(r, h), x], 1), Wh), bh))
        : this.#resetAfter(x, h, r, bu);
      return add(mul(sub(1, z), h), mul(z, candidate));
    });
  }

  /** `tanh(V x_t + b_h + r_t ⊙ (U h_(t-1) + b_u))` */
  #resetAfter(x: TensorLike, h: Tensor, r: Tensor, bu: Tensor): Tensor {
    const { Wh, bh } = this.weights, [U, V] = split(Wh, [bh.size, Wh.shape[0] - bh.size]);
    return tanh(add(add(matmul(x, V), bh), mul(r, add(matmul(h, U), bu))));
  }

  /** The state before the first step: zeros. */
  initialState(batch: number): Tensor {
    return zeros([batch, this.weights.bz.size]);
  }

  /**
   * A cell with the weights of a layer, ours or Keras's: `kernel` `[inputs, 3 units]`,
   * `recurrent_kernel` `[units, 3 units]` and, unless the layer has none, `bias`: `[2, 3 units]` with
   * the reset after the product, the input's above the recurrent one, else `[3 units]`. The gates are
   * in the order z, r, h. `resetAfter` has to be said where there is no bias to see it from.
   *
   * @throws {ShapeError} for the weights of other layers.
   * @throws {RangeError} without a bias and `resetAfter`.
   */
  static fromKeras(
    [kernel, recurrentKernel, bias]: readonly Tensor[],
    resetAfter: boolean | undefined = bias && bias.rank === 2,
  ): GRUCell {
    checkGates("make a GRU cell", recurrentKernel, 3);
    if (resetAfter === undefined) {
      throw new RangeError(
        "Cannot make a GRU cell as resetAfter must be told where there is no bias to see it from: " +
          "current neither",
      );
    }
    return new GRUCell(tidy(() => {
      const [Wz, Wr, Wh] = split(concat([recurrentKernel, kernel]), 3, 1);
      const units = recurrentKernel.shape[0], none = zeros([units]);
      const parts = bias === undefined ? [] : split(reshape(bias, [bias.size]), bias.size / units);
      const [iz = none, ir = none, bh = none, rz = none, rr = none, rh = none] = parts;
      const bz = neg(add(iz, rz)), br = add(ir, rr), bu = resetAfter ? rh : undefined;
      return { Wz: neg(Wz), Wr, Wh, bz, br, bh, bu };
    }));
  }

  /** The weights as a layer has them: `kernel`, `recurrent_kernel` and `bias`. */
  toKeras(): [kernel: Tensor, recurrentKernel: Tensor, bias: Tensor] {
    const { Wz, Wr, Wh, bz, br, bh, bu } = this.weights, units = bz.size;
    return tidy(() => {
      const all = concat([neg(Wz), Wr, Wh], 1), bias = concat([neg(bz), br, bh]);
      const [recurrentKernel, kernel] = split(all, [units, all.shape[0] - units]);
      if (bu === undefined) return [kernel, recurrentKernel, bias];
      return [kernel, recurrentKernel, stack([bias, concat([zeros([2 * units]), bu])])];
    });
  }
}
