/**
 * State of which a process has one, however many copies of this package are loaded: npm and Bun
 * install two where a project and its dependencies name it differently. A tensor made by one copy is
 * counted, recorded and freed by the other, and classes are told apart by brands.
 */

/** The version of every package, in lock-step: `deno task version` writes it. */
export const VERSION = "0.1.0";

/** What copies find of each other. */
interface Process {
  /** The version of the copy that was loaded first. */
  readonly version: string;
  /** The module of that copy. */
  readonly module: string;
  /** State by its name. */
  readonly parts: Map<string, unknown>;
}

const KEY = Symbol.for("@neurite/tensor");

/** Copies of one minor version keep the same state. */
function minorOf(version: string): string {
  return version.split(".", 2).join(".");
}

/**
 * The state that the copies in this process share: made by the first, found by the others. Throws
 * where they do not know each other's state, and says which two met.
 */
export function processState(
  version: string = VERSION,
  module: string = import.meta.url,
): Map<string, unknown> {
  const all = globalThis as { [KEY]?: Process };
  const first = all[KEY] ??= { version, module, parts: new Map() };
  if (minorOf(first.version) === minorOf(version)) return first.parts;
  throw new Error(
    `Cannot load version ${version} of @neurite/tensor (${module}) as a process computes with one: ` +
      `current ${first.version} (${first.module}). Ask for packages of one version`,
  );
}

const parts = processState();

/**
 * The state of this name, made when it is asked for first.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shared } from "@neurite/tensor/internal";
 *
 * shared("example.counter", () => ({ calls: 0 })).calls++;
 * assertEquals(shared("example.counter", () => ({ calls: 0 })).calls, 1);
 * ```
 */
export function shared<T extends object>(name: string, make: () => T): T {
  let state = parts.get(name) as T | undefined;
  if (state === undefined) parts.set(name, state = make());
  return state;
}

/** The symbol that marks objects of a class, the same in every copy. */
export function brandOf(name: string): symbol {
  return Symbol.for(`@neurite/${name}`);
}

/**
 * Lets `instanceof` know objects of the same class from another copy, by their brand; to be called
 * in the class's `static` block. Classes derived from it are told apart as ever, unless they have
 * brands of their own.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { brand } from "@neurite/tensor/internal";
 *
 * const [Point, Copy] = [0, 0].map(() =>
 *   class Point {
 *     static {
 *       brand(this, "example.Point");
 *     }
 *   }
 * );
 * assertEquals([Point === Copy, new Copy() instanceof Point], [false, true]);
 * ```
 */
export function brand(named: abstract new (...args: never) => object, name: string): void {
  const key = brandOf(name), ordinary = Function.prototype[Symbol.hasInstance];
  Object.defineProperty(named.prototype, key, { value: true, configurable: true });
  Object.defineProperty(named, Symbol.hasInstance, {
    configurable: true,
    value(this: unknown, value: unknown): boolean {
      if (this !== named) return ordinary.call(this, value);
      return typeof value === "object" && value !== null && key in value;
    },
  });
}
