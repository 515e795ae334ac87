/**
 * Stand-in for the part of `@std/assert` that Neurite uses, for machines where JSR does not
 * answer. Same names, arguments and verdicts; messages come from `node:assert`.
 */
import { AssertionError as NodeAssertionError } from "node:assert";
import { inspect, stripVTControlCharacters } from "node:util";
import { equal } from "./equal.ts";

export { equal };

/** What a failed assertion throws. */
export class AssertionError extends Error {
  /** The class name, as shown in stack traces. */
  override name = "AssertionError";
}

/** A class whose instances are errors. */
export type ErrorClass<E extends Error> = new (...args: never[]) => E;

/** An array or typed array, but no string. */
export type ArrayLikeArg<T> = ArrayLike<T> & object;

/** The values that `assertFalse` lets through. */
export type Falsy = false | 0 | 0n | "" | null | undefined;

function reject(text: string, msg?: string): never {
  throw new AssertionError(msg ? `${text}: ${msg}` : `${text}.`);
}

const show = (x: unknown): string => inspect(x, { depth: 6, breakLength: 100 });

/** Passes if `expr` is truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  if (!expr) throw new AssertionError(msg);
}

/** Passes if `expr` is falsy. */
export function assertFalse(expr: unknown, msg?: string): asserts expr is Falsy {
  if (expr) reject(`Expected ${show(expr)} to be falsy`, msg);
}

/** Passes if both are deeply equal. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) return;
  const diff = new NodeAssertionError({ actual, expected, operator: "deepStrictEqual" }).message;
  reject("Values are not equal", msg ? `${msg}\n${diff}` : `\n${diff}`);
}

/** Passes if they are not deeply equal. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  if (equal(actual, expected)) reject(`Expected ${show(actual)} not to equal it`, msg);
}

/** Passes if `Object.is(actual, expected)`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  if (Object.is(actual, expected)) return;
  reject(`Expected ${show(actual)} to be strictly ${show(expected)}`, msg);
}

/** Passes if `|actual - expected| <= tolerance`, by default `1e-7` of the expected value. */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance: number = Number.isFinite(expected) ? Math.abs(expected * 1e-7) : 1e-7,
  msg?: string,
): void {
  if (Object.is(actual, expected)) return;
  const delta = Math.abs(expected - actual);
  if (delta <= tolerance) return;
  reject(`Expected ${actual} to be close to ${expected}: ${delta} is above ${tolerance}`, msg);
}

/** Passes if the value is neither `null` nor `undefined`. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  if (actual === undefined || actual === null) reject(`Expected ${actual} to exist`, msg);
}

/** Passes if `actual` is an instance of `type`. */
// deno-lint-ignore no-explicit-any -- constructors take anything, as in the original
export function assertInstanceOf<T extends abstract new (...args: any[]) => any>(
  actual: unknown,
  type: T,
  msg?: string,
): asserts actual is InstanceType<T> {
  if (actual instanceof type) return;
  reject(`Expected ${show(actual)} to be an instance of ${type.name}`, msg);
}

/** Passes if `actual > expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual > expected)) reject(`Expected ${show(actual)} > ${show(expected)}`, msg);
}

/** Passes if `actual >= expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual >= expected)) reject(`Expected ${show(actual)} >= ${show(expected)}`, msg);
}

/** Passes if `actual < expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual < expected)) reject(`Expected ${show(actual)} < ${show(expected)}`, msg);
}

/** Passes if `actual <= expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  if (!(actual <= expected)) reject(`Expected ${show(actual)} <= ${show(expected)}`, msg);
}

/** Passes if `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  if (!actual.includes(expected)) {
    reject(`Expected ${show(actual)} to include ${show(expected)}`, msg);
  }
}

/** Passes if `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  if (!expected.test(actual)) reject(`Expected ${show(actual)} to match ${expected}`, msg);
}

/** Passes if `actual` contains every value of `expected`, in any order. */
export function assertArrayIncludes<T>(
  actual: ArrayLikeArg<T>,
  expected: ArrayLikeArg<T>,
  msg?: string,
): void {
  const missing = Array.from(expected).filter((e) => !Array.from(actual).some((a) => equal(e, a)));
  if (missing.length > 0) reject(`Expected ${show(actual)} to include ${show(missing)}`, msg);
}

/** Fails. */
export function fail(msg?: string): never {
  return reject("Failed assertion", msg);
}

/** Fails: the line should not have been reached. */
export function unreachable(reason?: string): never {
  return reject("Unreachable", reason);
}

function checkError<E extends Error>(
  error: unknown,
  type: ErrorClass<E>,
  includes?: string,
  msg?: string,
): E {
  if (!(error instanceof Error)) return reject(`Expected an error, got ${show(error)}`, msg);
  if (!(error instanceof type)) {
    return reject(`Expected a ${type.name}, got ${error.constructor.name}: ${error.message}`, msg);
  }
  if (includes && !stripVTControlCharacters(error.message).includes(includes)) {
    return reject(
      `Expected the message to include ${show(includes)}, got ${show(error.message)}`,
      msg,
    );
  }
  return error;
}

/** Passes if `fn` throws, returns what it threw. */
export function assertThrows(fn: () => unknown, msg?: string): unknown;
/** Passes if `fn` throws a `type` whose message includes `includes`, returns the error. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type: ErrorClass<E>,
  includes?: string,
  msg?: string,
): E;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  type?: ErrorClass<E> | string,
  includes?: string,
  msg?: string,
): unknown {
  try {
    fn();
  } catch (error) {
    return typeof type === "function" ? checkError(error, type, includes, msg) : error;
  }
  return reject("Expected function to throw", typeof type === "string" ? type : msg);
}

/** Passes if the promise of `fn` rejects, returns what it rejected with. */
export function assertRejects(fn: () => PromiseLike<unknown>, msg?: string): Promise<unknown>;
/** Passes if it rejects with a `type` whose message includes `includes`, returns the error. */
export function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type: ErrorClass<E>,
  includes?: string,
  msg?: string,
): Promise<E>;
export async function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  type?: ErrorClass<E> | string,
  includes?: string,
  msg?: string,
): Promise<unknown> {
  const said = typeof type === "string" ? type : msg;
  let promise: PromiseLike<unknown> | undefined;
  try {
    promise = fn();
  } catch (error) {
    reject(`Expected function to reject, but it threw ${show(error)}`, said);
  }
  if (typeof promise?.then !== "function") reject("Expected function to return a promise", said);
  try {
    await promise;
  } catch (error) {
    return typeof type === "function" ? checkError(error, type, includes, msg) : error;
  }
  return reject("Expected function to reject", said);
}
