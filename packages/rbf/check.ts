/** What k-means and RBF nets refuse, and what they say then. */
import {
  asTensor,
  cast,
  checkFinite,
  DataError,
  expandDims,
  notEqual,
  ShapeError,
  slice,
  sum,
  type Tensor,
  type TensorLike,
} from "@neurite/tensor";

/** Refuses what is not a whole number of at least 1. */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(
    `Cannot fit as ${name} must be a whole number of at least 1: current ${value}`,
  );
}

/** Refuses learning rates that do not go downhill. */
export function checkRate(learningRate: number): void {
  if (Number.isFinite(learningRate) && learningRate > 0) return;
  throw new RangeError(
    `Cannot fit as learningRate must be a number greater than 0: current ${learningRate}`,
  );
}

/** Refuses a name that is not known, and lists those that are. */
export function checkName(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new RangeError(
    `Cannot fit as ${what} must be one of ${known.join(", ")}: current ${JSON.stringify(name)}`,
  );
}

/** Finite numbers as a float32 matrix with one example a row; a vector is one column. */
export function matrix(value: TensorLike, name: string): Tensor {
  const given = asTensor(value);
  if (given.size === 0) {
    throw new DataError(`Cannot use ${name} as it must hold at least one example: current none`);
  }
  const rows = given.rank === 1 ? expandDims(given, 1) : given;
  if (rows.rank !== 2) {
    throw new ShapeError(`use ${name}`, "it must be a matrix, or a vector of numbers", [
      given.shape,
    ]);
  }
  checkFinite(rows, name);
  return cast(rows, "float32");
}

/** The points to cluster, `[N, d]`: at least `k`, not all equal. */
export function checkPoints(X: TensorLike, k: number): Tensor {
  checkCount("k", k);
  const x = matrix(X, "X"), [N] = x.shape;
  if (k > N) {
    throw new RangeError(
      `Cannot find clusters as k must be at most the number of points: current k = ${k} for ${N}`,
    );
  }
  if (sum(notEqual(x, slice(x, [0], [1]))).item() === 0) {
    throw new DataError(
      "Cannot find clusters as the points must not all be equal: current " +
        `${N} times [${slice(x, [0], [1]).dataSync().join(", ")}]`,
    );
  }
  return x;
}

/** Start values of a given shape, as a float32 matrix; a vector is one column. */
export function checkStart(name: string, value: TensorLike, shape: readonly number[]): Tensor {
  const start = matrix(value, name);
  if (start.shape.join() === shape.join()) return start;
  throw new ShapeError(`use ${name}`, `they must be of shape [${shape.join(", ")}]`, [start.shape]);
}
