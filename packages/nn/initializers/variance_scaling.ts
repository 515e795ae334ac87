/**
 * Random initial values whose spread fits the shape of the weight, so that signals neither fade nor
 * grow on their way through a deep network.
 */
import { normal, type Rng, type Tensor, truncatedNormal, uniform } from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";
import { Configurable, type Known } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";

/** How many numbers come in to and go out of a unit. */
export interface Fans {
  /** Inputs of a unit. */
  fanIn: number;
  /** Units that an input goes to. */
  fanOut: number;
}

/**
 * The fans of a weight as Keras counts them: of a dense kernel `[inputs, units]` its two sizes; of
 * a convolution's kernel `[height, width, inputs, filters]` the last two sizes, each times the
 * positions of the window.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { computeFans } from "@neurite/nn";
 *
 * assertEquals(computeFans([784, 30]), { fanIn: 784, fanOut: 30 });
 * assertEquals(computeFans([5, 5, 3, 8]), { fanIn: 75, fanOut: 200 });
 * ```
 */
export function computeFans(shape: readonly number[]): Fans {
  if (shape.length === 0) return { fanIn: 1, fanOut: 1 };
  if (shape.length === 1) return { fanIn: shape[0], fanOut: shape[0] };
  const window = shape.slice(0, -2).reduce((product, n) => product * n, 1);
  return { fanIn: shape.at(-2)! * window, fanOut: shape.at(-1)! * window };
}

/** A distribution of initial values. */
export type Distribution = "truncatedNormal" | "untruncatedNormal" | "uniform";

/** The options of {@linkcode VarianceScaling}. */
export interface VarianceScalingOptions {
  /** The variance times the fan; 1 by default. */
  scale?: number;
  /** Which fan divides the scale; `fanAvg` is the mean of both. `fanIn` by default. */
  mode?: "fanIn" | "fanOut" | "fanAvg";
  /** The distribution; `truncatedNormal` by default. */
  distribution?: Distribution;
}

const DISTRIBUTIONS: readonly Distribution[] = ["truncatedNormal", "untruncatedNormal", "uniform"];

/** The standard deviation of a standard normal number that lies between -2 and 2. */
const TRUNCATED = 0.87962566103423978;

/** Random numbers for a shape, of mean 0 and variance `scale / n`. */
export function scaled(
  shape: readonly number[],
  { scale, mode, distribution }: Required<VarianceScalingOptions>,
  rng: Rng | undefined,
): Tensor {
  const { fanIn, fanOut } = computeFans(shape);
  const n = { fanIn, fanOut, fanAvg: (fanIn + fanOut) / 2 }[mode];
  const variance = scale / Math.max(1, n);
  if (distribution === "untruncatedNormal") return normal(shape, 0, Math.sqrt(variance), { rng });
  if (distribution === "truncatedNormal") {
    return truncatedNormal(shape, 0, Math.sqrt(variance) / TRUNCATED, { rng });
  }
  const limit = Math.sqrt(3 * variance);
  return uniform(shape, -limit, limit, { rng });
}

/**
 * Random numbers of mean 0 and variance `scale / n`, where n is the number of inputs of a unit, or
 * of units that an input goes to, or the mean of both.
 *
 * - `truncatedNormal`: normal numbers within two standard deviations, spread so that what is left
 *   has the variance
 * - `untruncatedNormal`: normal numbers of that variance, as in PyTorch
 * - `uniform`: even between `±sqrt(3 scale / n)`
 *
 * The initializers of Glorot, He and LeCun are cases of it. Throws `RangeError` for a scale that is
 * not above 0, or another distribution.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { VarianceScaling } from "@neurite/nn";
 * import { Rng } from "@neurite/tensor";
 *
 * const start = new VarianceScaling({ scale: 1, mode: "fanOut", distribution: "uniform" });
 * const limit = Math.sqrt(3 / 30);
 * assert(start.make([50, 30], new Rng(1)).dataSync().every((w) => Math.abs(w) <= limit));
 * ```
 */
export class VarianceScaling extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<VarianceScalingOptions> = {
    scale: true,
    mode: true,
    distribution: true,
  };
  /** The variance times the fan. */
  readonly scale: number;
  /** Which fan divides the scale. */
  readonly mode: "fanIn" | "fanOut" | "fanAvg";
  /** The distribution. */
  readonly distribution: Distribution;

  /** Takes scale, fan and distribution. */
  constructor(options: VarianceScalingOptions = {}) {
    super(options);
    const { scale = 1, mode = "fanIn", distribution = "truncatedNormal" } = options;
    if (!(scale > 0)) {
      throw new RangeError(
        `Cannot scale a variance as the scale must be above 0: current ${scale}`,
      );
    }
    checkOneOf("scale a variance", "distribution", distribution, DISTRIBUTIONS);
    this.scale = scale;
    this.mode = mode;
    this.distribution = distribution;
  }

  /** Random numbers of the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    return scaled(shape, this, rng);
  }
}
