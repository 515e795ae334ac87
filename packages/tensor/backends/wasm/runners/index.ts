/** Operations that read and write at places named by a tensor of indices. */
import type { OneHot } from "../../../ops/index/one_hot.ts";
import type { Scatter } from "../../../ops/index/scatter_add.ts";
import type { Ranking } from "../../../ops/index/top_k.ts";
import { sizeOf } from "../../../shape.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = 8192;

/** The shape seen as [outer, size, inner], with the axis in the middle. */
function around(shape: readonly number[], axis: number): [number, number, number] {
  return [sizeOf(shape.slice(0, axis)), shape[axis], sizeOf(shape.slice(axis + 1))];
}

/** Rows of `x`, copied. */
export const gather: Runner<number> = (engine, [x, indices], axis, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), m = indices.size;
  const [outer, size, inner] = around(x.shape, axis);
  const args = [address(x), address(indices), y.address, size, m, inner];
  if (sizeOf(shape) > 0) engine.launch("gather", outer * m, Math.ceil(GRAIN / inner), ...args);
  return y;
};

/** Rows added to zeros. */
export const scatterAdd: Runner<Scatter> = (engine, [u, indices], { axis }, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), m = indices.size;
  const [outer, size, inner] = around(shape, axis);
  const args = [address(u), address(indices), y.address, size, m, inner];
  // The work on a row: to clear it, and to add its share of the updates.
  const grain = Math.ceil(GRAIN * size / ((size + m) * inner));
  if (sizeOf(shape) > 0) engine.launch("scatterAdd", outer * size, grain, ...args);
  return y;
};

/** Single elements along an axis. */
export const takeAlongAxis: Runner<number> = (engine, [x, indices], axis, { shape }) => {
  const y = engine.allocate(sizeOf(shape));
  const [outer, m, inner] = around(shape, axis);
  const args = [address(x), address(indices), y.address, x.shape[axis], m, inner];
  engine.launch("takeAlongAxis", outer * m, Math.ceil(GRAIN / inner), ...args);
  return y;
};

/** Single elements along an axis, added to zeros. */
export const addAlongAxis: Runner<Scatter> = (engine, [u, indices], { axis }, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), m = u.shape[axis];
  const [outer, size, inner] = around(shape, axis);
  const args = [address(u), address(indices), y.address, size, m, inner];
  engine.launch("addAlongAxis", outer, Math.ceil(GRAIN / ((size + m) * inner)), ...args);
  return y;
};

/** Rows of one value, with another at one place. */
export const oneHot: Runner<OneHot> = (engine, [indices], { depth, on, off }) => {
  const y = engine.allocate(indices.size * depth);
  const args = [address(indices), y.address, depth, on, off];
  engine.launch("oneHot", indices.size, Math.ceil(GRAIN / depth), ...args);
  return y;
};

/** A heap of the first in order so far, for each row. */
export const topKIndices: Runner<Ranking> = (engine, [x], { k, largest }, { shape }) => {
  const y = engine.allocate(sizeOf(shape)), n = x.shape[x.shape.length - 1];
  const args = [address(x), y.address, n, k, largest ? 1 : -1];
  if (x.size > 0) engine.launch("topKIndices", x.size / n, Math.ceil(GRAIN / n), ...args);
  return y;
};
