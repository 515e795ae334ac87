/**
 * Reductions. Axes that lie side by side are joined, so that a tensor is [outer, n, inner] and n is
 * reduced; axes apart are reduced one after the other. A long axis is cut into blocks of a length
 * that depends on the shape only, and the blocks' results are reduced again: the same numbers come
 * out for any number of threads.
 */
import type { Cumulation } from "../../../ops/reduce/cumsum.ts";
import type { Reduction } from "../../../ops/rules/reduction.ts";
import type { Variance } from "../../../ops/reduce/variance.ts";
import { sizeOf } from "../../../shape.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address, type Runner } from "./runner.ts";

/** Elements that are worth a thread of their own. */
const GRAIN = 16384;
/** Elements of a block of a row. */
const BLOCK = 4096;
/** Columns of a tile, four cache lines of each row; and the elements of a tile. */
const WIDTH = 64, TILE = 16384;

/** A tensor seen as [outer, n, inner], of which n is reduced. */
export interface Group {
  readonly outer: number;
  readonly n: number;
  readonly inner: number;
}

/**
 * The groups of adjacent axes, in the order in which they are reduced: the last one first, so that
 * `outer` counts all that is before it, and `inner` only what is kept.
 */
function groupsOf(shape: readonly number[], axes: readonly number[]): Group[] {
  const groups: Group[] = [];
  let inner = 1, n = 1, outer = sizeOf(shape);
  const close = () => {
    if (n > 1) groups.push({ outer, n, inner });
    n = 1;
  };
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] === 1) continue;
    if (!axes.includes(i)) {
      close();
      inner *= shape[i];
    } else {
      n *= shape[i];
    }
    outer /= shape[i];
  }
  close();
  return groups;
}

/** The largest of 4, 2 and 1 that divides a number. */
function greatestOf(n: number): 1 | 2 | 4 {
  return n % 4 === 0 ? 4 : n % 2 === 0 ? 2 : 1;
}

/** Reduces one group with the kernels `<fold>Rows` and `<fold>Columns`. */
export function fold(
  engine: Engine,
  name: "sum" | "max" | "min" | "deviation",
  x: number,
  { outer, n, inner }: Group,
  ...center: number[]
): WasmStorage {
  // Short rows, such as three channels, are folded several at a time, and these after that.
  const copies = 4 / greatestOf(inner);
  if (inner > 1 && inner < 16 && copies > 1 && n % copies === 0 && center.length === 0 && n > 64) {
    const y = fold(engine, name, x, { outer, n: n / copies, inner: copies * inner });
    const z = fold(engine, name, y.address, { outer, n: copies, inner });
    engine.free(y);
    return z;
  }
  const width = Math.min(inner, WIDTH);
  const block = inner === 1 ? BLOCK : 8 * Math.ceil(TILE / width / 8);
  const blocks = Math.ceil(n / block), length = Math.min(n, block);
  const y = engine.allocate(outer * blocks * inner);
  if (inner === 1) {
    const grain = Math.ceil(GRAIN / length);
    engine.launch(`${name}Rows`, outer * blocks, grain, x, y.address, n, block, ...center);
  } else {
    const grain = Math.ceil(GRAIN / (length * width));
    const items = outer * blocks * Math.ceil(inner / width), sizes = [n, inner, block, width];
    engine.launch(`${name}Columns`, items, grain, x, y.address, ...sizes, ...center);
  }
  if (blocks === 1) return y;
  const rest = { outer, n: blocks, inner };
  const z = fold(engine, name === "deviation" ? "sum" : name, y.address, rest);
  engine.free(y);
  return z;
}

/** A storage of `size` equal values. */
function filled(engine: Engine, size: number, value: number): WasmStorage {
  const y = engine.allocate(size);
  engine.view(y, "float32", size).fill(value);
  return y;
}

/** Runs the kernels of a fold; over no elements at all its result is `none`. */
export function foldRunner(name: "sum" | "max" | "min", none: number): Runner<Reduction> {
  return (engine, [x], { axes }, { shape }) => {
    if (x.size === 0) return filled(engine, sizeOf(shape), none);
    let y = x.storage as WasmStorage;
    y.references++;
    for (const group of groupsOf(x.shape, axes)) {
      const z = fold(engine, name, y.address, group);
      if (--y.references === 0) engine.free(y);
      y = z;
    }
    return y;
  };
}

/** Multiplies values by a number, in place. */
function scale(engine: Engine, y: WasmStorage, size: number, factor: number): void {
  const by = filled(engine, 1, factor);
  engine.launch("mul", size, GRAIN, y.address, by.address, y.address, 1, 0);
  engine.free(by);
}

/**
 * The mean of the squared deviations from the mean. Over two groups of axes it is the mean over
 * the second of the variances over the first, and the variance of the means.
 */
export const variance: Runner<Variance> = (engine, [x], { axes, correction }, { shape }) => {
  const count = axes.reduce((product, i) => product * x.shape[i], 1);
  const unbiased = count / Math.max(0, count - correction);
  const groups = groupsOf(x.shape, axes);
  if (x.size === 0) return filled(engine, sizeOf(shape), 0 * unbiased);
  if (groups.length === 0) {
    // Each number is its own mean: what is left is 0, and NaN for what is not finite.
    const y = engine.allocate(x.size), at = address(x);
    engine.launch("sub", x.size, GRAIN, at, at, y.address, 1, 1);
    scale(engine, y, x.size, unbiased);
    return y;
  }
  let means = x.storage as WasmStorage, y: WasmStorage | undefined;
  means.references++;
  groups.forEach((group, i) => {
    const { outer, n, inner } = group, size = outer * inner;
    const center = fold(engine, "sum", means.address, group);
    scale(engine, center, size, 1 / n);
    const between = fold(engine, "deviation", means.address, group, center.address);
    if (y !== undefined) {
      const within = fold(engine, "sum", y.address, group);
      engine.launch("add", size, GRAIN, within.address, between.address, between.address, 1, 1);
      engine.free(within);
      engine.free(y);
    }
    scale(engine, between, size, (i === groups.length - 1 ? unbiased : 1) / n);
    if (--means.references === 0) engine.free(means);
    means = center;
    y = between;
  });
  engine.free(means);
  return y!;
};

/** Runs `<name>Rows` along the last axis and `<name>Columns` along others. */
export function argRunner(name: "argmax" | "argmin"): Runner<Reduction> {
  return (engine, [x], { axes: [axis] }, { shape }) => {
    const y = engine.allocate(sizeOf(shape));
    if (x.size === 0) return y;
    const n = x.shape[axis], inner = sizeOf(x.shape.slice(axis + 1)), outer = x.size / n / inner;
    if (inner === 1) {
      engine.launch(`${name}Rows`, outer, Math.ceil(GRAIN / n), address(x), y.address, n);
    } else {
      const items = outer * Math.ceil(inner / 4), grain = Math.ceil(GRAIN / 4 / n);
      engine.launch(`${name}Columns`, items, grain, address(x), y.address, n, inner);
    }
    return y;
  };
}

/** Runs `cumsum` over all columns. */
export const cumsum: Runner<Cumulation> = (engine, [x], { axis, exclusive, reverse }) => {
  const y = engine.allocate(x.size);
  if (x.size === 0) return y;
  const n = x.shape[axis], inner = sizeOf(x.shape.slice(axis + 1));
  const options = [exclusive ? 1 : 0, reverse ? 1 : 0];
  const grain = Math.ceil(GRAIN / n);
  engine.launch("cumsum", x.size / n, grain, address(x), y.address, n, inner, ...options);
  return y;
};

/** Elements of a block of which the largest magnitude is found. */
const MAGNITUDES = 16384;

/** The largest magnitude of all inputs: of each block, and then of these. */
export const infinityNorm: Runner<null> = (engine, inputs) => {
  const blocks = inputs.map(({ size }) => Math.ceil(size / MAGNITUDES));
  const total = blocks.reduce((sum, n) => sum + n, 0);
  const found = engine.allocate(Math.max(total, 1)), y = engine.allocate(1);
  let at = found.address;
  inputs.forEach((x, i) => {
    if (x.size === 0) return;
    engine.launch("magnitudes", blocks[i], 2, address(x), at, x.size, MAGNITUDES);
    at += 4 * blocks[i];
  });
  engine.launch("magnitudes", 1, 2, found.address, y.address, total, total);
  engine.free(found);
  return y;
};
