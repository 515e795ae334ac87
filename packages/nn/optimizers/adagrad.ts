/** Adagrad. */
import { add, div, neg, sgdUpdate, sqrt, square, type Tensor } from "@neurite/tensor";
import { checkPositive } from "@neurite/tensor/internal";
import type { Known } from "../configurable.ts";
import { Optimizer, type OptimizerOptions, type Step } from "./optimizer.ts";

/** The options of {@linkcode Adagrad}. */
export interface AdagradOptions extends OptimizerOptions {
  /** The learning rate η, or how it changes from step to step; 0.001 by default. */
  learningRate?: OptimizerOptions["learningRate"];
  /** What the sum of squares starts with; 0.1 by default. */
  initialAccumulatorValue?: number;
  /** What is added to the sum of squares, ε; 1e-7 by default. */
  epsilon?: number;
}

/**
 * Adagrad (Duchi, Hazan and Singer, 2011): every weight's gradient is divided by the root of the sum of
 * all its squares so far, so that rarely used weights take larger steps than others,
 *
 * ```text
 * a ← a + g²
 * w ← w - η g / sqrt(a + ε)
 * ```
 *
 * The sum starts with `initialAccumulatorValue`, as in Keras; in PyTorch with 0, and there ε, 1e-10, is
 * added to the root.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Adagrad, Variable } from "@neurite/nn";
 * import { tensor } from "@neurite/tensor";
 *
 * const w = new Variable("w", tensor([1, 1]));
 * const options = { learningRate: 0.5, initialAccumulatorValue: 9, epsilon: 0 };
 * new Adagrad(options).apply([tensor([4, -4])], [w]); // 0.5 * 4 / sqrt(9 + 16)
 * assertEquals(w.value.array().toString(), "0.6000000238418579,1.399999976158142");
 * ```
 */
export class Adagrad extends Optimizer {
  /** The names of its options. */
  static override readonly options: Known<AdagradOptions> = {
    ...Optimizer.options,
    learningRate: true,
    initialAccumulatorValue: true,
    epsilon: true,
  };
  /** The name that `compile` knows. */
  readonly name = "adagrad";
  /** What the sum of squares starts with. */
  readonly initialAccumulatorValue: number;
  /** What is added to the sum of squares, ε. */
  readonly epsilon: number;
  /** The sum of squares. */
  protected override readonly moments: Readonly<Record<string, number>>;

  /** Checks the options. */
  constructor(options: AdagradOptions = {}) {
    super(options);
    const { initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
    checkPositive("optimize", "initialAccumulatorValue", initialAccumulatorValue, true);
    checkPositive("optimize", "epsilon", epsilon, true);
    this.initialAccumulatorValue = initialAccumulatorValue;
    this.epsilon = epsilon;
    this.moments = { accumulator: initialAccumulatorValue };
  }

  /** The rule: two steps of plain descent, of the sum along `-g²` and of the weight. */
  protected update(w: Tensor, g: Tensor, [accumulator]: readonly Tensor[], step: Step): void {
    const { rate, decay, guard } = step;
    sgdUpdate(accumulator, neg(square(g)), { rate: 1, guard });
    sgdUpdate(w, div(g, sqrt(add(accumulator, this.epsilon))), { rate, decay, guard });
  }
}
