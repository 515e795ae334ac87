/** Initializers by name. */
import { checkOneOf } from "@neurite/tensor/internal";
import { Constant, Identity, Ones, Zeros } from "./constant.ts";
import { GlorotNormal, GlorotUniform } from "./glorot.ts";
import { HeNormal, HeUniform } from "./he.ts";
import { type Initializer, initializers } from "./initializer.ts";
import { LecunNormal, LecunUniform } from "./lecun.ts";
import { Orthogonal } from "./orthogonal.ts";
import { RandomNormal, RandomUniform, TruncatedNormal } from "./random.ts";
import { VarianceScaling } from "./variance_scaling.ts";

initializers.register({
  Constant,
  GlorotNormal,
  GlorotUniform,
  HeNormal,
  HeUniform,
  Identity,
  LecunNormal,
  LecunUniform,
  Ones,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
  Zeros,
});

/** Initializers by the names that layers know; made with their default options. */
export const namedInitializers = {
  constant: Constant,
  glorotNormal: GlorotNormal,
  glorotUniform: GlorotUniform,
  heNormal: HeNormal,
  heUniform: HeUniform,
  identity: Identity,
  lecunNormal: LecunNormal,
  lecunUniform: LecunUniform,
  ones: Ones,
  orthogonal: Orthogonal,
  randomNormal: RandomNormal,
  randomUniform: RandomUniform,
  truncatedNormal: TruncatedNormal,
  varianceScaling: VarianceScaling,
  zeros: Zeros,
};

/** The names that {@linkcode initializerOf} knows. */
export type InitializerName = keyof typeof namedInitializers;

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
  checkOneOf("find an initializer", "its name", value, Object.keys(namedInitializers));
  return new namedInitializers[value as InitializerName]();
}
