/** Start values at right angles to each other. */
import {
  concat,
  div,
  matmul,
  mul,
  normal,
  reshape,
  type Rng,
  ShapeError,
  slice,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
  tidy,
  transpose,
} from "@neurite/tensor";
import type { Config } from "../variable.ts";
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
export class Orthogonal implements Initializer {
  /** The name in files. */
  static readonly className = "Orthogonal";
  /** What the matrix is multiplied by. */
  readonly gain: number;

  /** Takes the factor. */
  constructor({ gain = 1 }: OrthogonalOptions = {}) {
    this.gain = gain;
  }

  /** An orthogonal matrix in the shape. */
  make(shape: readonly number[], rng?: Rng): Tensor {
    if (shape.length < 2) {
      throw new ShapeError("start orthogonal", "the weight must have two axes at least", [shape]);
    }
    const columns = shape.at(-1)!, rows = shape.slice(0, -1).reduce((a, b) => a * b, 1);
    return tidy(() => {
      // The shorter side is made of rows, which are one piece of memory each.
      const start = normal([Math.min(rows, columns), Math.max(rows, columns)], 0, 1, { rng });
      // What rounding leaves of the other rows after the first time, the second takes away.
      const q = mul(orthonormalRows(orthonormalRows(start)), this.gain);
      return reshape(rows < columns ? q : transpose(q), shape);
    });
  }

  /** What makes the same initializer again. */
  toConfig(): Config {
    return { className: Orthogonal.className, config: { gain: this.gain } };
  }

  /** Makes an initializer of what `toConfig` gave. */
  static fromConfig(config: Record<string, unknown>): Orthogonal {
    return new Orthogonal(config);
  }
}

/**
 * Orthonormal rows that span what the rows of `a` span, each on the side of its own row (Gram and
 * Schmidt, by halves, so that nearly all of the work is products of matrices).
 */
function orthonormalRows(a: Tensor): Tensor {
  const half = a.shape[0] >> 1;
  if (half === 0) return div(a, sqrt(sum(square(a))));
  return tidy(() => {
    const first = orthonormalRows(slice(a, [0], [half])), rest = slice(a, [half], [-1]);
    // The rest without its parts along the first rows.
    const parts = matmul(rest, first, { transposeB: true });
    return concat([first, orthonormalRows(sub(rest, matmul(parts, first)))]);
  });
}
