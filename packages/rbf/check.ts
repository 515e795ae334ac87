/** What k-means and RBF nets refuse, and what they say then. */
import {
  asTensor,
  cast,
  checkFinite,
  DataError,
  expandDims,
  max,
  min,
  notEqual,
  ShapeError,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
} from "@neurite/tensor";
import { checkCount } from "@neurite/tensor/internal";

/** Between these, squares of float32 neither vanish nor overflow. */
const SMALLEST = 1e-30, LARGEST = 1e38;

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
  checkCount("find clusters", "k", k);
  const x = matrix(X, "X"), [N] = x.shape;
  if (k > N) {
    throw new RangeError(
      `Cannot find clusters as k must be at most the number of points: current k = ${k} for ${N}`,
    );
  }
  if (sum(notEqual(x, slice(x, [0], [1]))).item() === 0) {
    throw new DataError(
      "Cannot find clusters as the points must not all be equal, as float32 has them: current " +
        `${N} times [${slice(x, [0], [1]).dataSync().join(", ")}]`,
    );
  }
  checkExtent(x);
  return x;
}

/** The squared distances of points must be numbers of float32, their sum over all points, too. */
function checkExtent(x: Tensor): void {
  const extent = sub(max(x, { axis: 0 }), min(x, { axis: 0 })),
    largest = sum(square(extent)).item();
  if (largest >= SMALLEST && x.shape[0] * largest <= LARGEST) return;
  throw new DataError(
    `Cannot find clusters as the squared distances of points must be from ${SMALLEST} to ${LARGEST} in ` +
      `all: current extents [${extent.dataSync().join(", ")}] of ${x.shape[0]} points. Scale them`,
  );
}

/** Initial values of a given shape, as a float32 matrix; a vector is one column. */
export function checkInitial(name: string, value: TensorLike, shape: readonly number[]): Tensor {
  const initial = matrix(value, name);
  if (initial.shape.join() === shape.join()) return initial;
  throw new ShapeError(`use ${name}`, `they must be of shape [${shape.join(", ")}]`, [
    initial.shape,
  ]);
}

/** The inputs of a radial function: points and centres of one dimension, a spread for each centre. */
export function checkRadial(x: Tensor, c: Tensor, s: Tensor): void {
  const fits = x.rank === 2 && c.rank === 2 && s.rank === 1 && x.shape[1] === c.shape[1];
  if (!fits || c.shape[0] !== s.shape[0]) {
    const rule = "they must be points [N, d], centres [k, d] and spreads [k]";
    throw new ShapeError("compute radial functions", rule, [x.shape, c.shape, s.shape]);
  }
  if (!s.backend.synchronous) return;
  const wrong = s.dataSync().findIndex((σ) => !(σ > 0));
  if (wrong < 0) return;
  throw new RangeError(
    "Cannot compute radial functions as every spread must be greater than 0: current " +
      `${s.dataSync()[wrong]} at ${wrong}`,
  );
}
