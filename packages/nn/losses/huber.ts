import { clip, mul, sub, type Tensor } from "@neurite/tensor";
import type { Known } from "../configurable.ts";
import { ElementwiseLoss } from "./elementwise_loss.ts";

/** Options of {@linkcode Huber}. */
export interface HuberOptions {
  /** The error at which the loss changes from quadratic to linear; 1 by default. */
  delta?: number;
}

/**
 * Huber's loss: with the error `e = y - t`, `e^2 / 2` up to `|e| = δ` and `δ (|e| - δ/2)` beyond, the
 * mean over the numbers of an example. A parabola near 0, so that small errors settle, and a line
 * farther out, so that outliers do not rule. In `compile`: `"huber"`.
 *
 * `de/dy = min(max(e, -δ), δ)`
 *
 * Source: P. J. Huber, Robust Estimation of a Location Parameter, 1964. Throws `RangeError` unless
 * `delta` is above 0.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Huber } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const t = tensor([[0], [0]]), y = tensor([[1], [-4]]);
 * assertEquals(new Huber().call(t, y).array(), [0.5, 3.5]);
 * assertEquals(new Huber({ delta: 2 }).call(t, y).array(), [0.5, 6]);
 * ```
 */
export class Huber extends ElementwiseLoss {
  /** The names of its options. */
  static override readonly options: Known<HuberOptions> = { delta: true };
  /** Its name in `compile`. */
  readonly name = "huber";
  /** The error at which the loss changes from quadratic to linear. */
  readonly delta: number;

  /** Takes the options. */
  constructor(options: HuberOptions = {}) {
    super(options);
    const { delta = 1 } = options;
    if (!(delta > 0 && delta < Infinity)) {
      throw new RangeError(`Cannot make huber as delta must be above 0: current ${delta}`);
    }
    this.delta = delta;
  }

  /** `q (e - q/2)` with `q`, the error kept within `delta`: both branches in one. */
  protected override each(yTrue: Tensor, yPred: Tensor): Tensor {
    const e = sub(yPred, yTrue), q = clip(e, -this.delta, this.delta);
    return mul(q, sub(e, mul(q, 0.5)));
  }
}
