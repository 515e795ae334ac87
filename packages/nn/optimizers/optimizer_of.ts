/** Optimizers by name. */
import { Adam } from "./adam.ts";
import { AdamW } from "./adamw.ts";
import { type Optimizer, optimizers } from "./optimizer.ts";
import { RMSProp } from "./rms_prop.ts";
import { SGD } from "./sgd.ts";

optimizers.register({ SGD, RMSProp, Adam, AdamW });

/** Optimizers by the names that `compile({ optimizer })` knows; made with their default options. */
export const namedOptimizers = { sgd: SGD, rmsprop: RMSProp, adam: Adam, adamw: AdamW };

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
 * assertThrows(() => optimizerOf("adagrad"), RangeError, "sgd, rmsprop, adam, adamw");
 * ```
 */
export function optimizerOf(value: string | Optimizer): Optimizer {
  if (typeof value !== "string") return value;
  if (Object.hasOwn(namedOptimizers, value)) return new namedOptimizers[value as OptimizerName]();
  throw new RangeError(
    `Cannot find an optimizer as its name must be one of ${
      Object.keys(namedOptimizers).join(", ")
    }: current ${JSON.stringify(value)}`,
  );
}
