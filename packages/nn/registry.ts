/** Classes by name: how a saved model finds the code it was made of. */
import type { Config } from "./variable.ts";

/** A class whose objects can be made again from plain data. */
export interface Registered<T> {
  /** The name in files, by default the class's own. */
  readonly className: string;
  /** Makes an object of the options that `toConfig` gave. */
  fromConfig(config: Record<string, unknown>): T;
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
  /** What its members are, for messages: `"layer"`. */
  readonly kind: string;
  readonly #classes = new Map<string, Registered<T>>();

  /** An empty family. */
  constructor(kind: string) {
    this.kind = kind;
  }

  /** Adds classes under their `className`. */
  register(...classes: readonly Registered<T>[]): void {
    for (const one of classes) this.#classes.set(one.className, one);
  }

  /** The names, sorted. */
  get names(): string[] {
    return [...this.#classes.keys()].sort();
  }

  /** Makes the object again that gave `config`. Throws `RangeError` for an unknown name. */
  make({ className, config }: Config): T {
    const found = this.#classes.get(className);
    if (found !== undefined) return found.fromConfig(config);
    throw new RangeError(
      `Cannot make a ${this.kind} as its class must be registered: current "${className}", known ` +
        `${this.names.join(", ")}. Import the package it comes from first`,
    );
  }
}
