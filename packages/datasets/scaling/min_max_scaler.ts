/** Features from 0 to 1. */
import { checkOptions } from "@neurite/tensor/internal";
import { type Affine, FeatureScaler, readLists } from "./feature_scaler.ts";

/** The options of {@linkcode MinMaxScaler}. */
export interface MinMaxScalerOptions {
  /** The least and the greatest value of a feature of the training data; `[0, 1]` unless given. */
  range?: readonly [low: number, high: number];
  /** Whether what is beyond those of the training data is brought to the ends; `false` unless given. */
  clip?: boolean;
}

/** A {@linkcode MinMaxScaler} as plain data, for JSON. */
export interface MinMaxScalerJSON {
  /** The least value of each feature. */
  min: number[];
  /** The greatest value of each feature. */
  max: number[];
  /** What they become. */
  range: [low: number, high: number];
  /** Whether what is beyond is brought to the ends. */
  clip: boolean;
}

const OPTIONS: Readonly<Record<keyof MinMaxScalerOptions, true>> = { range: true, clip: true };

/**
 * Brings each feature from its least and greatest value in the training data to 0 and 1, or another
 * range:
 *
 * `y = low + (x - min) / (max - min) (high - low)`
 *
 * A feature that never changes becomes `low`. scikit-learn's, with `range` for `feature_range`.
 *
 * @throws {RangeError} if the range does not rise.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MinMaxScaler } from "@neurite/datasets";
 *
 * const scaler = new MinMaxScaler({ clip: true }).fit([[1, 10], [3, 30]]);
 * assertEquals([...scaler.transform([[2, 30], [9, 20]]).data], [0.5, 1, 1, 0.5]);
 * assertEquals([...scaler.inverseTransform([[0.5, 1]]).data], [2, 30]);
 * ```
 */
export class MinMaxScaler extends FeatureScaler {
  /** What the least and the greatest value become. */
  readonly range: readonly [low: number, high: number];
  /** Whether what is beyond is brought to the ends. */
  readonly clip: boolean;
  #min: Float64Array | undefined;
  #max: Float64Array | undefined;

  /** A scaler with these options. */
  constructor(options: MinMaxScalerOptions = {}) {
    super();
    checkOptions("make a MinMaxScaler", options, OPTIONS);
    const { range = [0, 1], clip = false } = options;
    if (!(range.length === 2 && range.every(Number.isFinite) && range[0] < range[1])) {
      throw new RangeError(
        `Cannot make a MinMaxScaler as range must be two numbers, the second one greater: current ${
          JSON.stringify(range)
        }`,
      );
    }
    this.range = range;
    this.clip = clip;
  }

  /**
   * The scaler that {@linkcode MinMaxScaler.toJSON} wrote.
   *
   * @throws {DataError} if it is none.
   */
  static fromJSON(json: unknown): MinMaxScaler {
    const { min, max } = readLists("min-max scaler", json, ["min", "max"]);
    const { range, clip } = json as MinMaxScalerJSON;
    const scaler = new MinMaxScaler({ range, clip });
    scaler.affine = scaler.#take(min, max);
    return scaler;
  }

  /** The least value of each feature; empty before `fit`. */
  get min(): number[] {
    return [...this.#min ?? []];
  }

  /** The greatest value of each feature; empty before `fit`. */
  get max(): number[] {
    return [...this.#max ?? []];
  }

  /** The least and the greatest value of each feature. */
  protected override learn(columns: readonly Float64Array[]): Affine {
    const ends = (better: (a: number, b: number) => number) =>
      Float64Array.from(columns, (values) => values.reduce((a, b) => better(a, b)));
    return this.#take(ends(Math.min), ends(Math.max));
  }

  #take(min: Float64Array, max: Float64Array): Affine {
    this.#min = min;
    this.#max = max;
    const [low, high] = this.range;
    const factor = min.map((least, f) => (high - low) / (max[f] - least || 1));
    return { offset: min.map((least, f) => least - low / factor[f]), factor };
  }

  /** Brings what is beyond the range to its ends, where that is wanted. */
  protected override limit(y: number): number {
    return this.clip ? Math.min(this.range[1], Math.max(this.range[0], y)) : y;
  }

  /** Plain data for `JSON.stringify`. */
  toJSON(): MinMaxScalerJSON {
    void this.features; // Throws before fit.
    return { min: this.min, max: this.max, range: [...this.range], clip: this.clip };
  }
}
