/** What layers, losses, optimizers and their parts have in common: options, and a name in files. */
import { checkOptions } from "@neurite/tensor/internal";
import { registeredName, type Registry } from "./registry.ts";
import type { Config } from "./variable.ts";

/** The names of the options of an interface, each once: the type check finds one that is missing. */
export type Known<Options> = Readonly<Record<keyof Options, true>>;

/**
 * The base of whatever is made of options and can be saved. A class says which options it takes, keeps
 * them under their names, and is registered: then it is saved and loaded without further code.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { Layer, type LayerOptions, layers, type Shape } from "@neurite/nn";
 * import { mul, type Tensor } from "@neurite/tensor";
 *
 * class Times extends Layer {
 *   static override readonly positional = ["factor"];
 *   readonly factor: number;
 *   constructor(factor: number, options?: LayerOptions) {
 *     super(options);
 *     this.factor = factor;
 *   }
 *   computeOutputShape([shape]: readonly Shape[]): Shape {
 *     return shape;
 *   }
 *   call([x]: readonly Tensor[]): Tensor {
 *     return mul(x, this.factor);
 *   }
 * }
 * layers.register({ Times });
 *
 * const config = new Times(3, { name: "triple" }).toConfig();
 * assertEquals(config, { className: "Times", config: { factor: 3, name: "triple" } });
 * assertEquals((layers.make(config) as Times).factor, 3);
 * ```
 */
export abstract class Configurable {
  /** The names of the constructor's arguments before its options. */
  static readonly positional: readonly string[] = [];
  /** The names of its options; others are refused. */
  static readonly options: Readonly<Record<string, true>> = {};
  /** The family that the class is registered in. */
  static readonly family: Registry<unknown> | undefined = undefined;

  /** Refuses options that the class does not have: they would be ignored. */
  constructor(options?: object) {
    const { name, options: known } = new.target;
    checkOptions(`make a ${registeredName(new.target) ?? name}`, options, known);
  }

  /** The name in files: that under which the class is registered. */
  get className(): string {
    return registeredName(this.constructor) ?? this.constructor.name;
  }

  /** The arguments of the constructor as plain data: what the object has under their names. */
  getConfig(): Record<string, unknown> {
    const { positional, options } = this.constructor as typeof Configurable;
    const names = [...positional, ...Object.keys(options)];
    return plainOptions(names.map((name) => [name, this[name as keyof this]]));
  }

  /**
   * What an equal object is made from.
   *
   * @throws {TypeError} for a class that is not registered: it could not be recreated.
   */
  toConfig(): Config {
    const type = this.constructor as typeof Configurable, { family } = type;
    const className = registeredName(type);
    if (className === undefined) {
      throw new TypeError(
        `Cannot save a ${type.name} as its class must be registered, so that it can be recreated: ` +
          `current unknown. Call ${family?.kind ?? "loss, optimizer or initializer"}s.register({ ` +
          `${type.name} })`,
      );
    }
    return { className, config: this.getConfig() };
  }
}

/**
 * Options as JSON has them: objects by what they are recreated from, without those that are not given.
 *
 * @throws {TypeError} for a function, which JSON has no form for.
 */
export function plainOptions(
  options: Iterable<readonly [name: string, value: unknown]>,
): Record<string, unknown> {
  const plain = (name: string, value: unknown): unknown => {
    if (Array.isArray(value)) return value.map((one) => plain(name, one));
    if (typeof value === "function") {
      throw new TypeError(
        `Cannot save ${name} as it must be plain data or the name of something registered: current ` +
          "a function. Write a class of your own, and register it",
      );
    }
    const object = value as { toConfig?(): unknown } | undefined | null;
    return typeof object?.toConfig === "function" ? object.toConfig() : value;
  };
  return Object.fromEntries(
    Array.from(options, ([name, value]) => [name, plain(name, value)])
      .filter(([, value]) => value !== undefined),
  );
}
