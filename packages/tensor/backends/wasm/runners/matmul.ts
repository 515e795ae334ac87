/** The matrix product. */
import type { Matmul } from "../../../ops/product/matmul.ts";
import { matmulSizes } from "../../../ops/rules/matmul_sizes.ts";
import { broadcastStrides, sizeOf } from "../../../shape.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address, type Runner } from "./runner.ts";

/** Multiply-adds that are worth a thread of their own. */
const GRAIN = 1 << 19;
/** Numbers of a matrix that is beyond the caches: its rows are read straight through. */
const STREAMED = 1 << 19;
/** Elements of an epilogue that are worth a thread of their own. */
const EPILOGUE_GRAIN = 32768;

const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const;

/** Runs the products, then adds the bias and applies the activation in place. */
export const matmul: Runner<Matmul> = (engine, [a, b, bias], attributes, { shape }) => {
  const sizes = matmulSizes(a.shape, b.shape, attributes);
  const size = sizeOf(shape), y = engine.allocate(size);
  if (size === 0) return y;
  const { batch, m, n, k } = sizes, products = sizeOf(batch);
  const trans = [attributes.transposeA ? 1 : 0, attributes.transposeB ? 1 : 0];
  if (k === 0) {
    engine.view(y, "float32", size).fill(0);
  } else if (products === 1) {
    multiply(engine, address(a), address(b), y.address, m, n, k, trans);
  } else {
    const offsets = batchOffsets(batch, a.shape, b.shape);
    if (m * n * k >= 4 * GRAIN) {
      for (let i = 0; i < products; i++) {
        const at = [address(a) + 4 * offsets[2 * i], address(b) + 4 * offsets[2 * i + 1]];
        multiply(engine, at[0], at[1], y.address + 4 * i * m * n, m, n, k, trans);
      }
    } else {
      multiplyMany(engine, address(a), address(b), y, m, n, k, trans, offsets);
    }
  }
  if (bias !== undefined || attributes.activation !== "linear") {
    const f = ACTIVATIONS[attributes.activation], rows = size / n;
    const from = bias === undefined ? 0 : address(bias);
    engine.launch("biasActivation", rows, Math.ceil(EPILOGUE_GRAIN / n), y.address, from, n, f);
  }
  return y;
};

/** One product. */
export function multiply(
  engine: Engine,
  a: number,
  b: number,
  c: number,
  m: number,
  n: number,
  k: number,
  trans: readonly number[],
): void {
  const large = n % 4 === 0 && n * k >= STREAMED && engine.has("streamRow");
  if (m === 1 && trans[1] === 0 && (large || !engine.library)) {
    // Every number of b is used once: packing it would cost more than the product.
    engine.launch(
      large ? "streamRow" : "gemv",
      n,
      Math.max(32, Math.ceil(GRAIN / k)),
      a,
      b,
      c,
      n,
      k,
    );
    return;
  }
  const { byRows, lines, grain } = sharesOf(engine, m, n, k);
  engine.launch("gemm", lines, grain, a, b, c, m, n, k, trans[0], trans[1], byRows ? 1 : 0);
}

/**
 * How threads share a product: its rows, so that what they write lies together, unless there are far
 * fewer of them than columns; one share for each thread, as every share packs the other operand.
 */
export function sharesOf(
  engine: Engine,
  m: number,
  n: number,
  k: number,
): { byRows: boolean; lines: number; grain: number } {
  const byRows = 4 * m >= n, lines = byRows ? m : n;
  const grain = Math.max(8, Math.ceil(lines / engine.threads), GRAIN * lines / (m * n * k));
  return { byRows, lines, grain };
}

/** Many small products; threads share them. */
function multiplyMany(
  engine: Engine,
  a: number,
  b: number,
  y: WasmStorage,
  m: number,
  n: number,
  k: number,
  trans: readonly number[],
  offsets: readonly number[],
): void {
  const table = engine.allocate(offsets.length), products = offsets.length / 2;
  engine.view(table, "int32", offsets.length).set(offsets);
  const grain = Math.ceil(GRAIN / (m * n * k));
  engine.launch(
    "gemmBatch",
    products,
    grain,
    a,
    b,
    y.address,
    m,
    n,
    k,
    trans[0],
    trans[1],
    table.address,
  );
  engine.free(table);
}

/** Where the matrices of each product begin: in a, in b, in a, in b, ... */
function batchOffsets(
  batch: readonly number[],
  a: readonly number[],
  b: readonly number[],
): number[] {
  const strides = [a, b].map((shape) => {
    const matrix = shape[shape.length - 1] * shape[shape.length - 2];
    return broadcastStrides(shape.slice(0, -2), batch).map((s) => s * matrix);
  });
  const offsets: number[] = [];
  const walk = (axis: number, p: number, q: number): void => {
    if (axis === batch.length) offsets.push(p, q);
    else {
      for (let i = 0; i < batch[axis]; i++) {
        walk(axis + 1, p + i * strides[0][axis], q + i * strides[1][axis]);
      }
    }
  };
  walk(0, 0, 0);
  return offsets;
}
