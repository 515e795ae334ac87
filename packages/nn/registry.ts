/** Classes by name: how a saved model finds the code it was made of. */
import { brand, quoted, shared } from "@neurite/tensor/internal";
import type { Config } from "./variable.ts";

/**
 * A class whose objects can be recreated from plain data: by `fromConfig` where it has one, else by its
 * constructor, which is given the options named in `positional` and then all others as one object.
 */
export interface Registered<T> {
  /** What a constructor takes is its own. */
  // deno-lint-ignore no-explicit-any
  new (...args: any[]): T;
  /** What its objects have in common. */
  readonly prototype: T;
  /** The names of the constructor's arguments before its options: `["units"]`. */
  readonly positional?: readonly string[];
  /** Makes an object of the options that `toConfig` gave. */
  fromConfig?(config: Record<string, unknown>): T;
}

/** The names under which classes are registered, in any copy of this package. */
const NAMES = shared("nn.names", () => new WeakMap<object, string>());

/** How many objects are being made of plain data. */
let making = 0;

/** Whether an object is being recreated from what its `toConfig` gave, rather than by a user. */
export function isMaking(): boolean {
  return making > 0;
}

/** The families by the ends of the names of options that hold their members. */
const FAMILIES = shared("nn.families", () => new Map<string, Registry<unknown>>());

/**
 * The name under which a class is registered, `undefined` where it is not. It does not depend on the
 * name of the class in the code, which bundlers change.
 */
export function registeredName(type: object): string | undefined {
  return NAMES.get(type);
}

/**
 * A family of classes by name: layers, losses, optimizers, ...
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Flatten, layers } from "@neurite/nn";
 *
 * const made = layers.make({ className: "Flatten", config: { name: "flat" } });
 * assertEquals([made instanceof Flatten, made.name], [true, "flat"]);
 * ```
 */
export class Registry<T> {
  /** What its members are, for messages and as the end of the names of options: `"layer"`. */
  readonly kind: string;
  readonly #classes: Map<string, Registered<T>>;

  /**
   * A family, which copies of this package share by its `kind`. An option whose name ends with its
   * `kind`, or with `option`, may hold a member, or several where an s follows: `kernelInitializer`,
   * `layer`, `layers`.
   */
  constructor(kind: string, option: string = kind) {
    this.kind = kind;
    this.#classes = shared(`nn.${kind}`, () => new Map<string, Registered<T>>());
    FAMILIES.set(option.toLowerCase(), this as Registry<unknown>);
  }

  /** Adds classes under the names of their keys: `layers.register({ Dense, Flatten })`. */
  register(classes: Readonly<Record<string, Registered<T>>>): void {
    for (const [name, type] of Object.entries(classes)) {
      this.#classes.set(name, type);
      NAMES.set(type, name);
      brand(type as unknown as new (...args: never) => object, `${this.kind}.${name}`);
    }
  }

  /** The names, sorted. */
  get names(): string[] {
    return [...this.#classes.keys()].sort();
  }

  /** The class of a name, where it is registered. */
  typeOf(name: string): Registered<T> | undefined {
    return this.#classes.get(name);
  }

  /** Recreates the object that gave `config`. Throws `RangeError` for an unknown name. */
  make({ className, config }: Config): T {
    const found = this.#classes.get(className);
    if (found === undefined) {
      throw new RangeError(
        `Cannot make a ${this.kind} as its class must be registered: current ${
          quoted(className)
        }, known ` +
          `${this.names.join(", ")}. Import the package it comes from first`,
      );
    }
    making++;
    try {
      return this.#make(found, config);
    } finally {
      making--;
    }
  }

  #make(found: Registered<T>, config: Record<string, unknown>): T {
    if (found.fromConfig !== undefined) return found.fromConfig(config);
    const { positional = [] } = found, options = revive(config);
    const first = positional.map((name) => {
      const value = options[name];
      delete options[name];
      return value;
    });
    return new found(...first, options);
  }
}

/** Options as the constructor took them: their objects are recreated from what `toConfig` gave. */
export function revive(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(config).map(([name, value]) => {
      const end = name.toLowerCase().replace(/s$/, "");
      const [, family] = [...FAMILIES].find(([option]) => end.endsWith(option)) ?? [];
      const made = (one: unknown) => family !== undefined && isConfig(one) ? family.make(one) : one;
      return [name, Array.isArray(value) ? value.map(made) : made(value)];
    }),
  );
}

function isConfig(value: unknown): value is Config {
  return typeof value === "object" && value !== null && "className" in value && "config" in value;
}
