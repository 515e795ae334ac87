/** Penalties for the size of weights, which the training adds to the error: C = E + λ R(W). */
import { checkOptions } from "@neurite/tensor/internal";
import { Configurable, type Regularizer, regularizers } from "@neurite/nn";
import { abs, add, mul, square, sum, type Tensor } from "@neurite/tensor";

/**
 * `λ1 sum_k |w_k| + λ2 sum_k w_k²`; made by {@linkcode l1}, {@linkcode l2} and {@linkcode l1l2}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { L1L2 } from "@neurite/regularization";
 * import { tensor } from "@neurite/tensor";
 *
 * assertEquals(new L1L2(1, 2).penalty(tensor([3, -1])).item(), 1 * 4 + 2 * 10);
 * ```
 */
export class L1L2 extends Configurable implements Regularizer {
  /** The arguments. */
  static override readonly positional: readonly string[] = ["l1", "l2"];
  /** How much the absolute values count. */
  readonly l1: number;
  /** How much the squares count. */
  readonly l2: number;

  /** Throws `RangeError` unless both are finite and at least 0. */
  constructor(l1: number, l2: number) {
    super();
    for (const λ of [l1, l2]) {
      if (λ >= 0 && Number.isFinite(λ)) continue;
      throw new RangeError(
        `Cannot penalize weights as the strength must be finite and at least 0: current ${λ}`,
      );
    }
    this.l1 = l1;
    this.l2 = l2;
  }

  /** The penalty for the weights `w`. */
  penalty(w: Tensor): Tensor {
    const R1 = () => sum(abs(w)); // R(W) = sum_k |w_k|
    const R2 = () => sum(square(w)); // R(W) = sum_k w_k²
    if (this.l1 === 0) return mul(this.l2, R2());
    if (this.l2 === 0) return mul(this.l1, R1());
    return add(mul(this.l1, R1()), mul(this.l2, R2()));
  }
}

regularizers.register({ L1L2 });

/**
 * `R(W) = sum_k |w_k|`, times `λ`. Each step pulls every weight towards 0 by the same amount, and
 * weights that the error does not hold on to arrive there: what is left are the inputs that matter.
 *
 * `d/dw_k = λ sign(w_k)`
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { l1 } from "@neurite/regularization";
 * import { tensor } from "@neurite/tensor";
 *
 * assertAlmostEquals(l1(0.1).penalty(tensor([3, -1])).item(), 0.4, 1e-6);
 * ```
 */
export function l1(λ = 0.01): L1L2 {
  return new L1L2(λ, 0);
}

/**
 * `R(W) = sum_k w_k²`, times `λ`. Large weights are pulled hardest: it prefers many small weights to
 * a few large ones. As in Keras, there is no factor 1/2.
 *
 * `d/dw_k = 2 λ w_k`: under plain gradient descent with rate η each step shrinks the weights by
 * `1 - 2 η λ`, which is weight decay. Under Adam it is not (Loshchilov and Hutter, "Decoupled weight
 * decay regularization", 2019): there, use `AdamW` or an optimizer's `weightDecay`.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { l2 } from "@neurite/regularization";
 * import { tensor } from "@neurite/tensor";
 *
 * assertAlmostEquals(l2(0.1).penalty(tensor([3, -1])).item(), 1, 1e-6);
 * ```
 */
export function l2(λ = 0.01): L1L2 {
  return new L1L2(0, λ);
}

/**
 * Both: `λ1 sum_k |w_k| + λ2 sum_k w_k²`, also known as the elastic net.
 *
 * @example
 * ```ts
 * import { assertAlmostEquals } from "@std/assert";
 * import { l1l2 } from "@neurite/regularization";
 * import { tensor } from "@neurite/tensor";
 *
 * assertAlmostEquals(l1l2({ l1: 1, l2: 0.5 }).penalty(tensor([2])).item(), 4, 1e-6);
 * ```
 */
export function l1l2(options: { l1?: number; l2?: number } = {}): L1L2 {
  checkOptions("make a penalty", options, { l1: true, l2: true });
  const { l1 = 0.01, l2 = 0.01 } = options;
  return new L1L2(l1, l2);
}
