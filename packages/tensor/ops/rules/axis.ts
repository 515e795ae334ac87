/** Axes and options given to operations. */
import { checkOptions } from "../../arguments.ts";

/** Options, or the axis alone: `mean(x, 0)` means `mean(x, { axis: 0 })`, as in NumPy. */
export type AxisOr<Options extends { axis?: unknown }> = Options | Options["axis"];

const NONE = Object.freeze({});

/**
 * Options as an object: an axis that is given alone becomes one. Throws `TypeError` for an option
 * that does not exist, naming the nearest one.
 */
export function withAxis<Options extends { axis?: unknown }>(
  action: string,
  options: AxisOr<Options>,
  known: Readonly<Record<keyof Options & string, true>>,
): Options {
  if (options === undefined) return NONE as Options;
  if (typeof options === "number" || Array.isArray(options)) return { axis: options } as Options;
  checkOptions(action, options, known);
  return options as Options;
}
