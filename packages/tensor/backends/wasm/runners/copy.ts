/**
 * Operations that move values: every one of them is a strided copy from one array to another, of
 * four bytes a number, so float32 and int32 share it.
 */
import type { Borders } from "../../../ops/shape/pad.ts";
import type { Slicing } from "../../../ops/shape/strided_slice.ts";
import { broadcastStrides, rowMajorStrides, sizeOf } from "../../../shape.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = 16384;
/** Below this size in either direction, matrices are not transposed in blocks. */
const BLOCK = 4;

/** An axis of a copy: its size, and the distance of its elements in the source and the destination. */
interface Axis {
  size: number;
  readonly from: number;
  readonly to: number;
}

/** The axes of a copy, outermost first, without those of size 1; neighbours that go on are joined. */
function joinAxes(
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
): Axis[] {
  const axes: Axis[] = [];
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 1) continue;
    const inner = axes[0];
    if (inner && from[i] === inner.from * inner.size && to[i] === inner.to * inner.size) {
      inner.size *= shape[i];
    } else axes.unshift({ size: shape[i], from: from[i], to: to[i] });
  }
  return axes;
}

/** Axes as the kernels read them: all sizes, then all strides of the source, then of the destination. */
function columns(axes: readonly Axis[]): number[] {
  return [...axes.map((a) => a.size), ...axes.map((a) => a.from), ...axes.map((a) => a.to)];
}

/**
 * Copies an array of `shape` from the address `source` to `target`; strides are in numbers, and may
 * be 0 or negative in the source.
 */
function copy(
  engine: Engine,
  source: number,
  target: number,
  shape: readonly number[],
  from: readonly number[],
  to: readonly number[],
): void {
  const size = sizeOf(shape);
  if (size > 0) copyAxes(engine, source, target, joinAxes(shape, from, to), size);
}

function copyAxes(
  engine: Engine,
  source: number,
  target: number,
  axes: readonly Axis[],
  size: number,
): void {
  if (axes.length < 2) {
    const { from, to } = axes[0] ?? { from: 1, to: 1 };
    engine.launch("copyFlat", size, GRAIN, source, target, from, to);
    return;
  }
  let row = axes[axes.length - 1];
  const dense = axes.find((axis) => axis.from === 1);
  if (row.to === 1 && row.from !== 0 && dense !== undefined && dense !== row) {
    if (dense.size >= BLOCK && row.size >= BLOCK) {
      const outer = axes.filter((axis) => axis !== row && axis !== dense);
      const groups = Math.ceil(dense.size / 4);
      const meta = [outer.length, dense.size, row.size, row.from, dense.to, ...columns(outer)];
      const total = groups * size / (dense.size * row.size);
      const grain = Math.ceil(GRAIN / (4 * row.size));
      engine.launch("transposeRows", total, grain, source, target, engine.meta(meta));
      return;
    }
    if (dense.size > row.size) row = dense;
  }
  // A few long parts are copied one by one, each by all threads.
  const [outermost, ...rest] = axes, part = size / outermost.size;
  if (outermost.size < 16 && part >= 2 * GRAIN) {
    for (let i = 0; i < outermost.size; i++) {
      const at = 4 * i;
      copyAxes(engine, source + at * outermost.from, target + at * outermost.to, rest, part);
    }
    return;
  }
  const outer = axes.filter((axis) => axis !== row);
  const meta = [outer.length, row.size, row.from, row.to, ...columns(outer)];
  const grain = Math.ceil(GRAIN / row.size);
  engine.launch("copy", size / row.size, grain, source, target, engine.meta(meta));
}

/** Copies from a source of any strides to a new, dense storage. */
function gathered(
  engine: Engine,
  source: number,
  shape: readonly number[],
  from: readonly number[],
): WasmStorage {
  const y = engine.allocate(sizeOf(shape));
  copy(engine, source, y.address, shape, from, rowMajorStrides(shape));
  return y;
}

/** The source is read in another order. */
export const transpose: Runner<readonly number[]> = (engine, [x], perm, { shape }) => {
  const strides = rowMajorStrides(x.shape);
  return gathered(engine, address(x), shape, perm.map((axis) => strides[axis]));
};

/** The source is read with strides of 0. */
export const broadcastTo: Runner<readonly number[]> = (engine, [x], _, { shape }) =>
  gathered(engine, address(x), shape, broadcastStrides(x.shape, shape));

/** The source is read from another place on, with other strides. */
export const stridedSlice: Runner<Slicing> = (engine, [x], { begin, step }, { shape }) => {
  const strides = rowMajorStrides(x.shape);
  const first = begin.reduce((at, b, i) => at + b * strides[i], 0);
  return gathered(engine, address(x) + 4 * first, shape, strides.map((s, i) => s * step[i]));
};

/** Every part is written to its place. */
export const concat: Runner<number> = (engine, parts, axis, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), strides = rowMajorStrides(shape);
  let at = y.address;
  for (const x of parts) {
    copy(engine, address(x), at, x.shape, rowMajorStrides(x.shape), strides);
    at += 4 * x.shape[axis] * strides[axis];
  }
  return y;
};

/** All is filled, then the values are written to their place. */
export const pad: Runner<Borders> = (engine, [x], { paddings, value }, { shape, dtype }) => {
  const size = sizeOf(shape), y = engine.allocate(size), strides = rowMajorStrides(shape);
  const bits = dtype === "int32" ? value : new Int32Array(Float32Array.of(value).buffer)[0];
  if (size > x.size) {
    engine.launch("copyFlat", size, GRAIN, engine.meta([bits]), y.address, 0, 1);
  }
  const first = paddings.reduce((at, [before], i) => at + before * strides[i], 0);
  copy(engine, address(x), y.address + 4 * first, x.shape, rowMajorStrides(x.shape), strides);
  return y;
};
