/** Features with mean 0 and variance 1. */
import { type Affine, FeatureScaler, readLists } from "./feature_scaler.ts";

/** A {@linkcode StandardScaler} as plain data, for JSON. */
export interface StandardScalerJSON {
  /** The mean of each feature. */
  mean: number[];
  /** The variance of each feature. */
  variance: number[];
}

/**
 * Brings each feature to mean 0 and variance 1, by those of the training data:
 *
 * `y = (x - mean) / sqrt(variance)`
 *
 * The variance is that of a population; a feature that never changes becomes 0. Names are
 * scikit-learn's. Put it into `model.metadata` and it is saved with the model; or let the layer
 * `Normalization` of `@neurite/nn` do the same within the model.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { StandardScaler } from "@neurite/datasets";
 *
 * const scaler = new StandardScaler();
 * const X = scaler.fitTransform([[1, 10], [3, 30]]);
 * assertEquals([...X.data], [-1, -1, 1, 1]);
 * assertEquals([...scaler.transform([[5, 20]]).data], [3, 0]);
 * const again = StandardScaler.fromJSON(JSON.parse(JSON.stringify(scaler)));
 * assertEquals([...again.inverseTransform(X).data], [1, 10, 3, 30]);
 * ```
 */
export class StandardScaler extends FeatureScaler {
  #mean: Float64Array | undefined;
  #variance: Float64Array | undefined;

  /**
   * The scaler that {@linkcode StandardScaler.toJSON} wrote.
   *
   * @throws {DataError} if it is none.
   */
  static fromJSON(json: unknown): StandardScaler {
    const { mean, variance } = readLists("standard scaler", json, ["mean", "variance"]);
    const scaler = new StandardScaler();
    scaler.affine = scaler.#take(mean, variance);
    return scaler;
  }

  /** The mean of each feature; empty before `fit`. */
  get mean(): number[] {
    return [...this.#mean ?? []];
  }

  /** The variance of each feature; empty before `fit`. */
  get variance(): number[] {
    return [...this.#variance ?? []];
  }

  /** Mean and variance of each feature, in two passes. */
  protected override learn(columns: readonly Float64Array[]): Affine {
    const average = (values: Float64Array) => values.reduce((sum, x) => sum + x, 0) / values.length;
    const mean = Float64Array.from(columns, average);
    const variance = Float64Array.from(
      columns,
      (values, f) => average(values.map((x) => (x - mean[f]) ** 2)),
    );
    return this.#take(mean, variance);
  }

  #take(mean: Float64Array, variance: Float64Array): Affine {
    this.#mean = mean;
    this.#variance = variance;
    // What remains of a mean that is not exact is no variance.
    const factor = variance.map((v, f) =>
      v <= (10 * Number.EPSILON * mean[f]) ** 2 ? 1 : 1 / Math.sqrt(v)
    );
    return { offset: mean, factor };
  }

  /** Plain data for `JSON.stringify`. */
  toJSON(): StandardScalerJSON {
    void this.features; // Throws before fit.
    return { mean: this.mean, variance: this.variance };
  }
}
