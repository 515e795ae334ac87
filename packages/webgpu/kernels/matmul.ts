/** Matrix products of operands in any strides, with a bias and an activation on the way. */
import type { FusedActivation } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { broadcastStrides, matmulSizes, rowMajorStrides } from "@neurite/tensor/internal";
import type { Device } from "../device/device.ts";
import type { Kernel } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { activated } from "./activation.ts";
import { sizeOf } from "./reduce.ts";
import { allocate, blockOf, type Runner } from "./runner.ts";
import { collapsed, placeCode, placeParams, placeValues } from "./strided.ts";

/** A matrix in a buffer. */
export interface Matrix {
  /** Where it is. */
  readonly block: Block;
  /** Where it begins. */
  readonly offset?: number;
  /** How far apart its rows are, and its columns. */
  readonly strides: readonly [rows: number, columns: number];
  /** How far apart the matrices of a batch are, along its axes. */
  readonly batch?: readonly number[];
}

/** A product `m x k` by `k x n`. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly a: Matrix;
  readonly b: Matrix;
  /** Where the result goes; its columns lie together. */
  readonly y: Matrix;
  /** The shape of the batch. */
  readonly batch?: readonly number[];
  /** What is added to every row. */
  readonly bias?: Block;
  /** What is applied in the end. */
  readonly activation?: FusedActivation;
}

/** Each of 8 x 8 invocations makes 4 x 4 numbers, of panels of 16 terms in the workgroup's memory. */
const SIDE = 8, EACH = 4, TILE = SIDE * EACH, DEPTH = 16;

/** Records a product. */
export function product(device: Device, wanted: Product): void {
  const { m, n, k, a, b, y, batch = [], bias, activation = "linear" } = wanted;
  const strided = collapsed({
    shape: batch,
    strides: [a, b, y].map((x) => x.batch ?? []),
  });
  const rank = strided.shape.length, names = ["of_a", "of_b", "of_y"];
  const count = batch.reduce((total, size) => total * size, 1);
  const kernel = (): Kernel => ({
    params: [
      ...["m: u32", "n: u32", "k: u32", "across: u32"],
      ...["a_row: u32", "a_column: u32", "b_row: u32", "b_column: u32", "y_row: u32"],
      ...names.map((x) => `${x}: i32`),
      ...placeParams(rank, names),
    ],
    reads: ["a: f32", "b: f32", ...bias ? ["bias: f32"] : []],
    writes: ["y: f32"],
    workgroup: [SIDE * SIDE, 1, 1],
    declarations: `
var<workgroup> tile_a: array<array<f32, ${TILE}>, ${DEPTH}>;
var<workgroup> tile_b: array<array<f32, ${TILE}>, ${DEPTH}>;`,
    main: `
  ${names.map((x) => `var ${x} = p.${x};`).join(" ")}
  ${placeCode(rank, names, "group.z")}
  let top = group.y * ${TILE}u;
  let left = group.x * ${TILE}u;
  let row = lane / ${SIDE}u * ${EACH}u;
  let column = lane % ${SIDE}u * ${EACH}u;
  var sums = array<vec4f, ${EACH}>();
  for (var begin = 0u; begin < p.k; begin += ${DEPTH}u) {
    for (var t = lane; t < ${TILE * DEPTH}u; t += ${SIDE * SIDE}u) {
      // Neighbours read what lies together: along rows or along columns.
      let i = select(t / ${DEPTH}u, t % ${TILE}u, p.a_row == 1u);
      let l = select(t % ${DEPTH}u, t / ${TILE}u, p.a_row == 1u);
      var v = 0.0;
      if (top + i < p.m && begin + l < p.k) {
        v = a[u32(of_a) + (top + i) * p.a_row + (begin + l) * p.a_column];
      }
      tile_a[l][i] = v;
    }
    for (var t = lane; t < ${TILE * DEPTH}u; t += ${SIDE * SIDE}u) {
      let j = select(t / ${DEPTH}u, t % ${TILE}u, p.b_column == 1u);
      let l = select(t % ${DEPTH}u, t / ${TILE}u, p.b_column == 1u);
      var v = 0.0;
      if (left + j < p.n && begin + l < p.k) {
        v = b[u32(of_b) + (begin + l) * p.b_row + (left + j) * p.b_column];
      }
      tile_b[l][j] = v;
    }
    workgroupBarrier();
    for (var l = 0u; l < ${DEPTH}u; l++) {
      let b0 = vec4f(tile_b[l][column], tile_b[l][column + 1u], tile_b[l][column + 2u], tile_b[l][column + 3u]);
      for (var i = 0u; i < ${EACH}u; i++) { sums[i] += tile_a[l][row + i] * b0; }
    }
    workgroupBarrier();
  }
  for (var i = 0u; i < ${EACH}u && top + row + i < p.m; i++) {
    for (var j = 0u; j < 4u && left + column + j < p.n; j++) {
      let z = sums[i][j]${bias ? " + bias[left + column + j]" : ""};
      y[u32(of_y) + (top + row + i) * p.y_row + left + column + j] = ${activated(activation, "z")};
    }
  }`,
  });
  device.run(
    `product ${activation} ${bias ? "bias" : ""} ${rank}`,
    kernel,
    [a.block, b.block, ...bias ? [bias] : [], y.block],
    [
      ...[m, n, k, Math.ceil(n / TILE), ...a.strides, ...b.strides, y.strides[0]],
      ...[a, b, y].map(({ offset = 0 }) => offset),
      ...placeValues(strided),
    ],
    [Math.ceil(n / TILE), Math.ceil(m / TILE), count],
  );
}

export const matmul: Runner<KernelAttributes["matmul"]> = (
  device,
  [a, b, bias],
  attributes,
  spec,
) => {
  const { batch, m, n, k } = matmulSizes(a.shape, b.shape, attributes);
  const result = allocate(device, sizeOf(spec));
  const matrix = (x: typeof a, transposed: boolean): Matrix => {
    const outer = x.shape.slice(0, -2), [rows, columns] = x.shape.slice(-2);
    return {
      block: blockOf(x),
      strides: transposed ? [1, columns] : [columns, 1],
      batch: broadcastStrides(outer, batch).map((s) => s * rows * columns),
    };
  };
  product(device, {
    ...{ m, n, k, batch, activation: attributes.activation },
    a: matrix(a, attributes.transposeA),
    b: matrix(b, attributes.transposeB),
    y: {
      block: result.block,
      strides: [n, 1],
      batch: rowMajorStrides(batch).map((s) => s * m * n),
    },
    bias: bias && blockOf(bias),
  });
  return result;
};
