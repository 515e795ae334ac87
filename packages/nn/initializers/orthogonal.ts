/** Initial values whose columns are orthogonal. */
import {
  asTensor,
  concat,
  currentBackend,
  matmul,
  mul,
  normal,
  reshape,
  type Rng,
  ShapeError,
  slice,
  sub,
  type Tensor,
  tensor,
  tidy,
  transpose,
} from "@neurite/tensor";
import { inverseCholesky, onHost } from "@neurite/tensor/internal";
import { Configurable, type Known } from "../configurable.ts";
import type { Initializer } from "./initializer.ts";

/** The options of {@linkcode Orthogonal}. */
export interface OrthogonalOptions {
  /** What the matrix is multiplied by; 1 by default. */
  gain?: number;
}

/**
 * A random matrix with orthonormal columns, `WᵀW = I`, or where it has more columns than rows with
 * orthonormal rows, `W Wᵀ = I`. It changes no vector's length, so a recurrent layer that starts so
 * neither fades nor grows what it remembers (Saxe et al., 2014).
 *
 * It is the Q of the decomposition `A = Q R` of a normally distributed matrix, with the signs that
 * make the diagonal of R positive, so that every orthogonal matrix is equally likely. From one seed
 * it is the same on every backend up to rounding. Weights of more than two axes are taken as a matrix
 * with the last axis for its columns.
 *
 * Throws `ShapeError` for weights of less than two axes.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { Orthogonal } from "@neurite/nn";
 * import { eye, matmul, norm, Rng, sub } from "@neurite/tensor";
 *
 * const W = new Orthogonal().make([64, 32], new Rng(1));
 * const off = sub(matmul(W, W, { transposeA: true }), eye(32));
 * assert(norm(off, { ord: Infinity }).item() < 1e-5);
 * ```
 */
export class Orthogonal extends Configurable implements Initializer {
  /** The names of its options. */
  static override readonly options: Known<OrthogonalOptions> = { gain: true };
  /** What the matrix is multiplied by. */
  readonly gain: number;

  /** Takes the factor. */
  constructor(options: OrthogonalOptions = {}) {
    super(options);
    const { gain = 1 } = options;
    this.gain = gain;
  }

  /** An orthogonal matrix in the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    if (shape.length < 2) {
      throw new ShapeError("start orthogonal", "the weight must have two axes at least", [shape]);
    }
    const columns = shape.at(-1)!, rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    // Whether rows are too much alike is decided on the way: where the host can read.
    const made = onHost(() => {
      // The shorter side is made of rows, which are one piece of memory each.
      const start = normal([Math.min(rows, columns), Math.max(rows, columns)], 0, 1, { rng });
      const q = mul(refined(orthonormalRows(start)), this.gain);
      return reshape(rows < columns ? q : transpose(q), shape);
    });
    if (made.backend === currentBackend()) return made;
    try {
      return tensor(made.dataSync(), { shape });
    } finally {
      made.dispose();
    }
  }
}

/** Up to so many rows are made orthonormal at once. */
const FEW = 32;
/** What share of a row's square must be its own for that: float32 rounds products to 1e-7 of it. */
const OWN = 1e-3;
/** So many rows at the end are made orthonormal once more. */
const LAST = 64;

/**
 * Orthonormal rows that span what the rows of `a` span, each on the side of its own row: by Cholesky's
 * factor of `a a^T` where they are few and not too much alike, else by halves (Gram and Schmidt). Nearly
 * all of the work is products of matrices.
 */
function orthonormalRows(a: Tensor): Tensor {
  return tidy(() => {
    const count = a.shape[0], half = count >> 1;
    // Of a single row, all is its own.
    const inverse = count > FEW
      ? undefined
      : inverseCholesky(matmul(a, a, { transposeB: true }), OWN);
    if (inverse !== undefined) return matmul(asTensor(inverse, a.backend), a);
    return continued(orthonormalRows(slice(a, [0], [half])), slice(a, [half], [-1]));
  });
}

/** Orthonormal rows `first`, and the `rest` without its parts along them, made orthonormal. */
function continued(first: Tensor, rest: Tensor): Tensor {
  const parts = matmul(rest, first, { transposeB: true });
  return concat([first, orthonormalRows(sub(rest, matmul(parts, first)))]);
}

/**
 * The last rows once more: of them, the first ones have left the least, so that rounding has left the
 * most of the first ones.
 */
function refined(q: Tensor): Tensor {
  const count = q.shape[0] - LAST;
  return count <= 0
    ? orthonormalRows(q)
    : continued(slice(q, [0], [count]), slice(q, [count], [-1]));
}
