/** Losses by name. */
import { BinaryCrossentropy } from "./binary_crossentropy.ts";
import { CategoricalCrossentropy } from "./categorical_crossentropy.ts";
import { Huber } from "./huber.ts";
import { KLDivergence } from "./kl_divergence.ts";
import { type Loss, losses } from "./loss.ts";
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
 * The loss of a name, with its default options, or the loss itself. Throws `RangeError` for another
 * name, listing those there are.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { lossOf } from "@neurite/nn";
 *
 * assertEquals(lossOf("mse").name, "meanSquaredError");
 * assertThrows(() => lossOf("error"), RangeError, "meanSquaredError");
 * ```
 */
export function lossOf(value: string | Loss): Loss {
  if (typeof value !== "string") return value;
  if (Object.hasOwn(namedLosses, value)) return new namedLosses[value as LossName]();
  throw new RangeError(
    `Cannot find a loss as its name must be one of ${lossNames.join(", ")}: current ` +
      JSON.stringify(value),
  );
}
