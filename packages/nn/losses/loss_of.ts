/** Losses by name. */
import { checkOneOf } from "@neurite/tensor/internal";
import { BinaryCrossentropy } from "./binary_crossentropy.ts";
import { CategoricalCrossentropy } from "./categorical_crossentropy.ts";
import { checkFunction, FunctionLoss, type LossFunction } from "./function_loss.ts";
import { Huber } from "./huber.ts";
import { KLDivergence } from "./kl_divergence.ts";
import { Loss, losses } from "./loss.ts";
import { MeanAbsoluteError } from "./mean_absolute_error.ts";
import { MeanSquaredError } from "./mean_squared_error.ts";
import { Poisson } from "./poisson.ts";
import { SparseCategoricalCrossentropy } from "./sparse_categorical_crossentropy.ts";

losses.register({
  BinaryCrossentropy,
  CategoricalCrossentropy,
  Huber,
  KLDivergence,
  MeanAbsoluteError,
  MeanSquaredError,
  Poisson,
  SparseCategoricalCrossentropy,
});

/** Losses by the names that `compile({ loss })` knows; made with their default options. */
export const namedLosses = {
  binaryCrossentropy: BinaryCrossentropy,
  categoricalCrossentropy: CategoricalCrossentropy,
  huber: Huber,
  klDivergence: KLDivergence,
  mae: MeanAbsoluteError,
  meanAbsoluteError: MeanAbsoluteError,
  meanSquaredError: MeanSquaredError,
  mse: MeanSquaredError,
  poisson: Poisson,
  sparseCategoricalCrossentropy: SparseCategoricalCrossentropy,
};

/** The names that `compile({ loss })` knows. */
export type LossName = keyof typeof namedLosses;

/** The names that {@linkcode lossOf} knows. */
export const lossNames: readonly string[] = Object.keys(namedLosses);

/**
 * The loss of a name, with its default options; a function of targets and predictions as a loss; or
 * the loss itself. Throws `RangeError` for another name, listing those there are, and `TypeError` for
 * what is none of these.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { lossOf } from "@neurite/nn";
 * import { sub, sum } from "@neurite/tensor";
 *
 * assertEquals(lossOf("mse").name, "meanSquaredError");
 * assertEquals(lossOf(function total(t, y) { return sum(sub(y, t)); }).name, "total");
 * assertThrows(() => lossOf("error"), RangeError, "meanSquaredError");
 * ```
 */
export function lossOf(value: string | Loss | LossFunction): Loss {
  if (typeof value === "function") return new FunctionLoss(checkFunction("loss", value));
  if (value instanceof Loss) return value;
  if (typeof value !== "string") {
    throw new TypeError(
      "Cannot find a loss as it must be a name, a loss, or a function of targets and predictions: " +
        `current ${value === null ? "null" : typeof value}`,
    );
  }
  checkOneOf("find a loss", "its name", value, lossNames);
  return new namedLosses[value as LossName]();
}
