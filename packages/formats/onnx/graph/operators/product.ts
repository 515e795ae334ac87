/** Products of matrices. */
import { add, einsum, matmul, mul, type Tensor } from "@neurite/tensor";
import type { Call, Made, Operators } from "../call.ts";

/** `alpha A B + beta C`, where A and B may be transposed. */
function gemm(call: Call): Made {
  const { attributes } = call, a = call.tensor(0), b = call.tensor(1), c = call.optional(2);
  const alpha = attributes.float("alpha", 1), beta = attributes.float("beta", 1);
  const transposeA = attributes.int("transA", 0) === 1,
    transposeB = attributes.int("transB", 0) === 1;
  const [columns] = transposeB ? b.shape : b.shape.slice(1);
  const fused = alpha === 1 && beta === 1 && c?.rank === 1 && c.shape[0] === columns;
  const product = matmul(a, b, { transposeA, transposeB, bias: fused ? c : undefined });
  const scaled = (x: Tensor, factor: number) => factor === 1 ? x : mul(x, factor);
  return c === undefined || fused
    ? scaled(product, alpha)
    : add(scaled(product, alpha), scaled(c, beta));
}

/** The operators of this file. */
export const products: Operators = {
  MatMul: { attributes: [], run: (call) => matmul(call.tensor(0), call.tensor(1)) },
  Gemm: { attributes: ["alpha", "beta", "broadcast", "transA", "transB"], run: gemm },
  Einsum: {
    attributes: ["equation"],
    run: (call) => {
      const tensors = call.inputs.map((_, i) => call.tensor(i));
      return einsum(call.attributes.text("equation", ""), ...tensors);
    },
  },
};
