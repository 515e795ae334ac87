/**
 * Checks of arguments, for every package: each says what was to be done, what was expected and what
 * was found, so that they read alike everywhere.
 */

/** A value as a message shows it. */
function shown(value: unknown): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/**
 * Refuses what is not an integer of at least `least`.
 *
 * @throws {RangeError} `Cannot <action> as <what> must be an integer of at least <least>: ...`
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkCount } from "@neurite/tensor/internal";
 *
 * checkCount("train", "epochs", 3);
 * assertThrows(() => checkCount("train", "epochs", 2.5), RangeError, "at least 1: current 2.5");
 * ```
 */
export function checkCount(
  action: string,
  what: string,
  value: unknown,
  least = 1,
): asserts value is number {
  if (Number.isSafeInteger(value) && value as number >= least) return;
  throw new RangeError(
    `Cannot ${action} as ${what} must be an integer of at least ${least}: current ${shown(value)}`,
  );
}

/**
 * Refuses what is not a finite number above 0; with `orZero`, 0 is taken too.
 *
 * @throws {RangeError} `Cannot <action> as <what> must be a finite number above 0: ...`
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkPositive } from "@neurite/tensor/internal";
 *
 * checkPositive("train", "learningRate", 0.1);
 * assertThrows(() => checkPositive("train", "learningRate", NaN), RangeError, "current NaN");
 * ```
 */
export function checkPositive(
  action: string,
  what: string,
  value: unknown,
  orZero = false,
): asserts value is number {
  if (Number.isFinite(value) && (value as number > 0 || (orZero && value === 0))) return;
  const bound = orZero ? "of at least 0" : "above 0";
  throw new RangeError(
    `Cannot ${action} as ${what} must be a finite number ${bound}: current ${shown(value)}`,
  );
}

/**
 * Refuses what is no array.
 *
 * @throws {TypeError} `Cannot <action> as <what> must be an array: ...`
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkArray } from "@neurite/tensor/internal";
 *
 * checkArray("reshape", "the shape", [2, 3]);
 * assertThrows(() => checkArray("reshape", "the shape", 6), TypeError, "current 6");
 * ```
 */
export function checkArray(action: string, what: string, value: unknown): void {
  if (Array.isArray(value)) return;
  throw new TypeError(`Cannot ${action} as ${what} must be an array: current ${shown(value)}`);
}

/**
 * Refuses what is not among `known`.
 *
 * @throws {RangeError} `Cannot <action> as <what> must be one of ...: current ... (did you mean ...?)`
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkOneOf } from "@neurite/tensor/internal";
 *
 * checkOneOf("pad", "mode", "edge", ["constant", "edge"]);
 * assertThrows(() => checkOneOf("pad", "mode", "Edge", ["constant", "edge"]), RangeError, "edge");
 * ```
 */
export function checkOneOf<T extends string>(
  action: string,
  what: string,
  value: unknown,
  known: readonly T[],
): asserts value is T {
  if (typeof value === "string" && (known as readonly string[]).includes(value)) return;
  throw new RangeError(
    `Cannot ${action} as ${what} must be one of ${known.join(", ")}: current ${shown(value)}` +
      suggestion(value, known),
  );
}

/**
 * Refuses options that do not exist: they would be ignored. `known` is written as an object with
 * every option as a key, so that the type check finds one that is missing.
 *
 * @throws {TypeError} for what is not a plain object of options, and for the first unknown option; it
 * names the nearest one that exists.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkOptions } from "@neurite/tensor/internal";
 *
 * interface Options {
 *   batchSize?: number;
 *   epochs?: number;
 * }
 * const known: Record<keyof Options, true> = { batchSize: true, epochs: true };
 * checkOptions("train", { epochs: 3 }, known);
 * assertThrows(() => checkOptions("train", { batch_size: 3 }, known), TypeError, "batchSize");
 * ```
 */
export function checkOptions(
  action: string,
  options: unknown,
  known: Readonly<Record<string, true>>,
): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TypeError(
      `Cannot ${action} as its options must be an object with ${Object.keys(known).join(", ")}: ` +
        `current ${shown(options)}`,
    );
  }
  for (const name in options) {
    if (Object.hasOwn(known, name)) continue;
    const names = Object.keys(known);
    throw new TypeError(
      `Cannot ${action} as its options are ${names.join(", ") || "none"}: current ${shown(name)}` +
        suggestion(name, names),
    );
  }
}

/** `. Did you mean "batchSize"?`, or nothing where no name is near. */
function suggestion(value: unknown, known: readonly string[]): string {
  const nearest = typeof value === "string" ? nearestName(value, known) : undefined;
  return nearest === undefined ? "" : `. Did you mean ${JSON.stringify(nearest)}?`;
}

/**
 * The name that somebody may have meant: the one of `known` that differs least, if it is a third of the
 * letters or less; capitals and signs do not count.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nearestName } from "@neurite/tensor/internal";
 *
 * assertEquals(nearestName("batch_size", ["epochs", "batchSize"]), "batchSize");
 * assertEquals(nearestName("colour", ["epochs", "batchSize"]), undefined);
 * ```
 */
export function nearestName(value: string, known: readonly string[]): string | undefined {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = plain(value);
  let nearest: string | undefined, least = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const name of known) {
    const distance = editDistance(wanted, plain(name));
    if (distance < least) nearest = name, least = distance;
  }
  return nearest;
}

/** The least number of letters to put in, leave out or change (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, row[j] + 1, next[j - 1] + 1));
    }
    row = next;
  }
  return row[b.length];
}
