import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { broadcastStrides, rowMajorStrides, sizeOf, visit } from "../../shape.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { backendOf } from "../rules/operands.ts";
import {
  ACTIVATIONS,
  checkActivation,
  type FusedActivation,
  gradientOfZ,
} from "../rules/fused_activation.ts";
import { matmulSizes } from "../rules/matmul_sizes.ts";
import { reshape } from "../shape/reshape.ts";
import { unbroadcast } from "../rules/unbroadcast.ts";

/** What {@linkcode matmul} does besides multiplying. */
export interface MatmulOptions {
  /** Multiply by the transpose of `a`, which is then `[..., k, m]`. */
  transposeA?: boolean;
  /** Multiply by the transpose of `b`, which is then `[..., n, k]`. */
  transposeB?: boolean;
  /** A vector `[n]` that is added to every row. */
  bias?: TensorLike;
  /** A function that is applied to every element in the end; `linear` by default. */
  activation?: FusedActivation;
}

const OPTIONS: Record<keyof MatmulOptions, true> = {
  transposeA: true,
  transposeB: true,
  bias: true,
  activation: true,
};

/** The attributes of a matrix product. */
export interface Matmul {
  /** Whether `a` is multiplied transposed. */
  readonly transposeA: boolean;
  /** Whether `b` is multiplied transposed. */
  readonly transposeB: boolean;
  /** The activation. */
  readonly activation: FusedActivation;
}

const op: OpDefinition<Matmul> = {
  name: "matmul",
  shape: ([a, b, bias], attributes) => {
    const { batch, m, n } = matmulSizes(a.shape, b.shape, attributes);
    if (bias !== undefined && (bias.rank !== 1 || bias.size !== n)) {
      throw new ShapeError("add a bias", `it must be a vector of ${n} numbers, one a column`, [
        bias.shape,
      ]);
    }
    return { shape: [...batch, m, n], dtype: "float32" };
  },
  reference: ([a, b, bias], attributes, output) => {
    const { batch, m, n, k } = matmulSizes(a.shape, b.shape, attributes);
    const f = ACTIVATIONS[attributes.activation];
    const [rowA, columnA] = rowMajorStrides(a.shape).slice(-2);
    const [rowB, columnB] = rowMajorStrides(b.shape).slice(-2);
    const [stepM, stepK] = attributes.transposeA ? [columnA, rowA] : [rowA, columnA];
    const [stepL, stepN] = attributes.transposeB ? [columnB, rowB] : [rowB, columnB];
    const strides = [a, b].map((x) => {
      const outer = x.shape.slice(0, -2),
        matrix = x.shape[x.shape.length - 1] *
          x.shape[x.shape.length - 2];
      return broadcastStrides(outer, batch).map((s) => s * matrix);
    });
    visit(batch, strides, (at, [p, q]) => {
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          let z = 0;
          for (let l = 0; l < k; l++) {
            z += a.data[a.offset + p + i * stepM + l * stepK] *
              b.data[b.offset + q + l * stepL + j * stepN];
          }
          output.data[(at * m + i) * n + j] = f(z + (bias?.get(j) ?? 0));
        }
      }
    });
  },
  gradient: (context, index) => {
    const { inputs: [a, b, bias], attributes: { transposeA: tA, transposeB: tB } } = context;
    const dz = gradientOfZ(context);
    if (index === 0) {
      const da = tA
        ? matmul(b, dz, { transposeA: tB, transposeB: true })
        : matmul(dz, b, { transposeB: !tB });
      return unbroadcast(da, a.shape);
    }
    if (index === 1) {
      const db = tB
        ? matmul(dz, a, { transposeA: true, transposeB: tA })
        : matmul(a, dz, { transposeA: !tA });
      return unbroadcast(db, b.shape);
    }
    return unbroadcast(dz, bias.shape);
  },
};

/** Checks the options and runs the product; what is made on the way is freed. */
function call(left: TensorLike, right: TensorLike, options: MatmulOptions = {}): Tensor {
  checkOptions("multiply matrices", options, OPTIONS);
  const { transposeA = false, transposeB = false, activation = "linear" } = options;
  checkActivation("multiply matrices", activation);
  const given = options.bias === undefined ? [left, right] : [left, right, options.bias];
  return tidy(() => {
    const backend = backendOf(...given);
    const [a, b, ...bias] = given.map((x) => cast(asTensor(x, backend), "float32"));
    return product(a, b, bias, { transposeA, transposeB, activation });
  });
}

/** The product of operands of any rank. */
function product(a: Tensor, b: Tensor, bias: readonly Tensor[], attributes: Matmul): Tensor {
  const { transposeA, transposeB } = attributes;
  if (a.rank === 0 || b.rank === 0) {
    throw new ShapeError("multiply matrices", "both must have an axis; use mul for numbers", [
      a.shape,
      b.shape,
    ]);
  }
  // A vector on the left is a row, on the right a column; its axis is dropped from the result.
  const A = a.rank === 1 ? reshape(a, transposeA ? [-1, 1] : [1, -1]) : a;
  const B = b.rank === 1 ? reshape(b, transposeB ? [1, -1] : [-1, 1]) : b;
  let y: Tensor;
  if (A.rank > 2 && B.rank === 2 && !transposeA) {
    // One tall product instead of many: the leading axes are rows.
    matmulSizes(A.shape, B.shape, attributes);
    const rows = reshape(A, [sizeOf(A.shape.slice(0, -1)), A.shape[A.rank - 1]]);
    y = apply(op, [rows, B, ...bias], attributes);
    y = reshape(y, [...A.shape.slice(0, -1), y.shape[1]]);
  } else {
    y = apply(op, [A, B, ...bias], attributes);
  }
  if (a.rank > 1 && b.rank > 1) return y;
  const shape = y.shape.filter((_, i) =>
    !(a.rank === 1 && i === y.rank - 2) && !(b.rank === 1 && i === y.rank - 1)
  );
  return reshape(y, shape);
}

const shapes: [number[], number[], MatmulOptions?][] = [
  [[3, 4], [4, 5]],
  [[7, 13], [13, 9]],
  [[13, 7], [13, 9], { transposeA: true }],
  [[7, 13], [9, 13], { transposeB: true }],
  [[13, 7], [9, 13], { transposeA: true, transposeB: true }],
  [[1, 1], [1, 1]],
  [[1, 5], [5, 1]],
  [[6, 1], [1, 8]],
  [[0, 3], [3, 2]],
  [[2, 0], [0, 3]],
  [[2, 3, 0], [0, 3]],
  [[2, 3, 4], [4, 5]],
  [[2, 3, 4], [2, 4, 5]],
  [[2, 1, 3, 4], [5, 4, 2]],
  [[9, 2, 3], [9, 2, 4], { transposeA: true }],
  [[4], [4, 3]],
  [[3, 4], [4]],
  [[4], [4]],
  [[12, 8], [8, 16]],
];

/**
 * The product of matrices, `y_ij = f(sum_k a_ik b_kj + bias_j)`.
 *
 * `a` is `[..., m, k]`, `b` is `[..., k, n]`; leading axes are broadcast, and vectors are taken as
 * NumPy takes them: a row on the left, a column on the right. Transposes, a bias and an activation
 * are done on the way, without a copy of the operands. int32 operands are converted to float32.
 *
 * `da = dz b^T`, `db = a^T dz`, `dbias = sum_i dz_i`, where `dz = dy f'(z)`
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { matmul } from "@neurite/tensor";
 *
 * assertEquals(matmul([[1, 2], [3, 4]], [[5], [6]]).array(), [[17], [39]]);
 * assertEquals(
 *   matmul([[1, -2]], [[3], [4]], { bias: [1], activation: "relu" }).array(),
 *   [[0]],
 * );
 * ```
 */
export const matmul: Primitive<[a: TensorLike, b: TensorLike, options?: MatmulOptions], Matmul> =
  primitive(op, call, [
    ...shapes.map(([a, b, options]) => ({
      name: `[${a}] and [${b}]${options ? ` ${Object.keys(options)}` : ""}`,
      inputs: [floats(a, -2, 2), floats(b, -2, 2)],
      call: (x: Tensor, w: Tensor) => call(x, w, options),
    })),
    ...(["linear", "relu", "sigmoid", "tanh"] as const).map((activation) => ({
      name: `bias and ${activation}`,
      inputs: [floats([5, 3], -1, 1), floats([3, 7], -1, 1), floats([7], -1, 1)],
      call: (x: Tensor, w: Tensor, bias: Tensor) => call(x, w, { bias, activation }),
    })),
    {
      name: "several blocks",
      inputs: [floats([5, 900], -1, 1), floats([900, 11], -1, 1)],
      call: (x: Tensor, w: Tensor) => call(x, w),
    },
  ]);
