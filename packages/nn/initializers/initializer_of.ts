/** Initializers by name. */
import type { Registered } from "../registry.ts";
import { Constant, Identity, Ones, Zeros } from "./constant.ts";
import { GlorotNormal, GlorotUniform } from "./glorot.ts";
import { HeNormal, HeUniform } from "./he.ts";
import { type Initializer, initializers } from "./initializer.ts";
import { LecunNormal, LecunUniform } from "./lecun.ts";
import { Orthogonal } from "./orthogonal.ts";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.ts";
import { VarianceScaling } from "./variance_scaling.ts";

/** The names that {@linkcode initializerOf} knows. */
export type InitializerName =
  | "zeros"
  | "ones"
  | "constant"
  | "identity"
  | "randomNormal"
  | "randomUniform"
  | "truncatedNormal"
  | "varianceScaling"
  | "glorotUniform"
  | "glorotNormal"
  | "heUniform"
  | "heNormal"
  | "lecunUniform"
  | "lecunNormal"
  | "orthogonal";

const NAMED: Readonly<Record<InitializerName, Registered<Initializer> & (new () => Initializer)>> =
  {
    zeros: Zeros,
    ones: Ones,
    constant: Constant,
    identity: Identity,
    randomNormal: RandomNormal,
    randomUniform: RandomUniform,
    truncatedNormal: TruncatedNormal,
    varianceScaling: VarianceScaling,
    glorotUniform: GlorotUniform,
    glorotNormal: GlorotNormal,
    heUniform: HeUniform,
    heNormal: HeNormal,
    lecunUniform: LecunUniform,
    lecunNormal: LecunNormal,
    orthogonal: Orthogonal,
  };

initializers.register(...Object.values(NAMED));

/**
 * The initializer of a name, with its default options, or the initializer itself. Throws
 * `RangeError` for another name, listing those there are.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { initializerOf } from "@neurite/nn";
 *
 * assertEquals(initializerOf("heNormal").toConfig().className, "HeNormal");
 * assertThrows(() => initializerOf("xavier"), RangeError, "glorotUniform");
 * ```
 */
export function initializerOf(value: string | Initializer): Initializer {
  if (typeof value !== "string") return value;
  if (Object.hasOwn(NAMED, value)) return new NAMED[value as InitializerName]();
  throw new RangeError(
    `Cannot find an initializer as its name must be one of ${
      Object.keys(NAMED).join(", ")
    }: current ${JSON.stringify(value)}`,
  );
}
