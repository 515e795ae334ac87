/** Losses by name. */
import { Registry } from "../registry.ts";
import { BinaryCrossentropy } from "./binary_crossentropy.ts";
import { CategoricalCrossentropy } from "./categorical_crossentropy.ts";
import { Huber } from "./huber.ts";
import { KLDivergence } from "./kl_divergence.ts";
import type { Loss } from "./loss.ts";
import { MeanAbsoluteError } from "./mean_absolute_error.ts";
import { MeanSquaredError } from "./mean_squared_error.ts";
import { Poisson } from "./poisson.ts";
import { SparseCategoricalCrossentropy } from "./sparse_categorical_crossentropy.ts";

/** Losses by the names of their classes; a loss of your own joins by `losses.register`. */
export const losses: Registry<Loss> = new Registry<Loss>("loss");

losses.register(
  BinaryCrossentropy,
  CategoricalCrossentropy,
  Huber,
  KLDivergence,
  MeanAbsoluteError,
  MeanSquaredError,
  Poisson,
  SparseCategoricalCrossentropy,
);

/** The names that `compile({ loss })` knows; the objects have the default options. */
export type LossName =
  | "binaryCrossentropy"
  | "categoricalCrossentropy"
  | "huber"
  | "klDivergence"
  | "mae"
  | "meanAbsoluteError"
  | "meanSquaredError"
  | "mse"
  | "poisson"
  | "sparseCategoricalCrossentropy";

const NAMED: Readonly<Record<LossName, new () => Loss>> = {
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

/** The names that {@linkcode lossOf} knows. */
export const lossNames: readonly string[] = Object.keys(NAMED);

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
  if (Object.hasOwn(NAMED, value)) return new NAMED[value as LossName]();
  throw new RangeError(
    `Cannot find a loss as its name must be one of ${lossNames.join(", ")}: current ` +
      JSON.stringify(value),
  );
}
