/** Functions as losses, as Keras takes them. */
import { add, ShapeError, type Tensor, zeros } from "@neurite/tensor";
import type { Config } from "../variable.ts";
import { Loss } from "./loss.ts";
import { perExample } from "./targets.ts";

/**
 * A loss or a metric as a function of targets and predictions, both with the batch in front: it gives
 * one number, or several, for each example, or one number for the whole batch.
 */
export type LossFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * The result of a function, `[batch, ...]` or one number. Throws `TypeError` for a result that is no
 * tensor, and `ShapeError` for one of another shape.
 */
export function applyFunction(f: LossFunction, yTrue: Tensor, yPred: Tensor): Tensor {
  const values = f(yTrue, yPred) as Tensor | undefined;
  if (values?.shape === undefined) {
    throw new TypeError(
      `Cannot compute ${nameOf(f)} as the function must give a tensor: current ${typeof values}`,
    );
  }
  if (values.rank === 0 || values.shape[0] === yPred.shape[0]) return values;
  const rule = "the function must give a number for each example, or one for the batch";
  throw new ShapeError(`compute ${nameOf(f)}`, rule, [values.shape, yPred.shape]);
}

/** Refuses a class, which has to be made an object by `new`. */
export function checkFunction(kind: "loss" | "metric", f: LossFunction): LossFunction {
  if (!/^class\b/.test(Function.prototype.toString.call(f))) return f;
  throw new TypeError(
    `Cannot use ${nameOf(f)} as a ${kind} as it must be an object: current a class. Use new ${
      nameOf(f)
    }()`,
  );
}

/** The name of a function, for logs and messages. */
export function nameOf(f: LossFunction): string {
  return f.name || "function";
}

/** What says of a function where it cannot be saved. */
export function cannotSave(kind: "loss" | "metric", f: LossFunction): TypeError {
  const base = kind === "loss" ? "Loss" : "Metric";
  return new TypeError(
    `Cannot save ${kind} "${
      nameOf(f)
    }" as it must be recreated when the model is loaded: current ` +
      `a function. Make it a class that extends ${base} and is registered, or save the weights only: ` +
      "save(path, { weightsOnly: true })",
  );
}

/** A function as a loss: its mean over all that it gives. */
export class FunctionLoss extends Loss {
  /** The name of the function. */
  readonly name: string;
  readonly #f: LossFunction;

  /** Takes the function. */
  constructor(f: LossFunction) {
    super();
    this.name = nameOf(f);
    this.#f = f;
  }

  /** The loss of each example, `[batch]`; one number for the batch is that of each. */
  override call(yTrue: Tensor, yPred: Tensor): Tensor {
    const values = applyFunction(this.#f, this.prepare(yTrue, yPred), yPred);
    return values.rank === 0 ? add(zeros([yPred.shape[0]]), values) : perExample(values);
  }

  /** Throws `TypeError`: a function cannot be saved. */
  override toConfig(): Config {
    throw cannotSave("loss", this.#f);
  }
}
