/** Optimizers by name. */
import { checkOneOf } from "@neurite/tensor/internal";
import { Adagrad } from "./adagrad.ts";
import { Adam } from "./adam.ts";
import { AdamW } from "./adamw.ts";
import { type Optimizer, optimizers } from "./optimizer.ts";
import { RMSProp } from "./rms_prop.ts";
import { SGD } from "./sgd.ts";

optimizers.register({ SGD, RMSProp, Adagrad, Adam, AdamW });

/** Optimizers by the names that `compile({ optimizer })` knows; made with their default options. */
export const namedOptimizers = {
  sgd: SGD,
  rmsprop: RMSProp,
  adagrad: Adagrad,
  adam: Adam,
  adamw: AdamW,
};

/** The names that `compile({ optimizer })` knows. */
export type OptimizerName = keyof typeof namedOptimizers;

/**
 * The optimizer of a name, with its default options, or the optimizer itself. Throws `RangeError`
 * for another name, listing those there are.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { optimizerOf } from "@neurite/nn";
 *
 * assertEquals(optimizerOf("adam").learningRate, 0.001);
 * assertThrows(() => optimizerOf("adadelta"), RangeError, "sgd, rmsprop, adagrad");
 * ```
 */
export function optimizerOf(value: string | Optimizer): Optimizer {
  if (typeof value !== "string") return value;
  checkOneOf("find an optimizer", "its name", value, Object.keys(namedOptimizers));
  return new namedOptimizers[value as OptimizerName]();
}
