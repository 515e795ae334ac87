/**
 * Operations with indices. An index beyond its axis, which nobody could check, reads 0 and writes nothing.
 * Sums over equal indices are taken in the order of the updates, by the invocation that makes the result:
 * they are the same every time.
 */
import type { Operand, TensorSpec } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { sizeOf } from "./reduce.ts";
import {
  allocate,
  blockOf,
  type DeviceStorage,
  groupsFor,
  type Runner,
  TYPES,
  withScratch,
} from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** The product of sizes. */
function product(sizes: readonly number[]): number {
  return sizes.reduce((total, n) => total * n, 1);
}

/**
 * Numbers of x along an axis, by indices that are given: for number i of the result `source` computes
 * which index it takes, and in which part of x that is, before the axis.
 */
function pick(
  device: Device,
  name: string,
  [x, indices]: readonly Operand[],
  axis: number,
  spec: TensorSpec,
  count: number,
  source: string,
): DeviceStorage {
  const size = sizeOf(spec), y = allocate(device, size);
  device.run(
    name,
    () => ({
      params: ["n: u32", "length: u32", "inner: u32", "count: u32"],
      reads: ["x: u32", "indices: i32"],
      writes: ["y: u32"],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}
  let outer = i / p.inner / p.count;
  let index = u32(indices[${source}]);
  if (index >= p.length) { y[i] = 0u; return; }
  y[i] = x[(outer * p.length + index) * p.inner + i % p.inner];`,
    }),
    [blockOf(x), blockOf(indices), y.block],
    [size, x.shape[axis], product(x.shape.slice(axis + 1)), count],
    groupsFor(size),
  );
  return y;
}

export const gather: Run<"gather"> = (device, inputs, axis, spec) =>
  pick(device, "gather", inputs, axis, spec, inputs[1].size, "(i / p.inner) % p.count");

/** Updates `[outer, count, inner]` that are added up by their index, to `[outer, size, inner]`. */
interface SumsAt {
  readonly updates: Block;
  readonly indices: Block;
  readonly count: number;
  readonly size: number;
  readonly outer: number;
  readonly inner: number;
  readonly target: Block;
  /** Where the result begins. */
  readonly offset: number;
}

/**
 * Records the sums. First the updates of each index are chained, from each to the next of the same index;
 * then every element of the result follows its chain.
 */
export function sumAt(
  device: Device,
  type: "f32" | "i32",
  { updates, indices, count, size, outer, inner, target, offset }: SumsAt,
): void {
  const total = outer * size * inner;
  withScratch(device, count + size, (chains) => {
    device.run(
      "chains",
      () => ({
        params: ["n: u32", "count: u32"],
        reads: ["indices: i32"],
        writes: ["chains: u32"],
        workgroup: [WIDTH, 1, 1],
        main: `${EACH_ELEMENT}
  // The first of each index stands behind the next ones of each update.
  let is_first = i >= p.count;
  var wanted = i32(i - p.count);
  if (!is_first) { wanted = indices[i]; }
  var j = select(i + 1u, 0u, is_first);
  while (j < p.count && indices[j] != wanted) { j++; }
  chains[i] = j;`,
      }),
      [indices, chains],
      [count + size, count],
      groupsFor(count + size),
    );
    device.run(
      `sumAt ${type}`,
      () => ({
        params: ["n: u32", "count: u32", "size: u32", "inner: u32", "offset: u32"],
        reads: [`updates: ${type}`, "chains: u32"],
        writes: [`y: ${type}`],
        workgroup: [WIDTH, 1, 1],
        main: `${EACH_ELEMENT}
  let rest = i / p.inner;
  let first = (rest / p.size) * p.count;
  var total = ${type}(0);
  for (var j = chains[p.count + rest % p.size]; j < p.count; j = chains[j]) {
    total += updates[(first + j) * p.inner + i % p.inner];
  }
  y[p.offset + i] = total;`,
      }),
      [updates, chains, target],
      [total, count, size, inner, offset],
      groupsFor(total),
    );
  });
}

export const scatterAdd: Run<"scatterAdd"> = (device, [updates, indices], { axis, size }, spec) => {
  const y = allocate(device, sizeOf(spec)), { shape } = spec;
  sumAt(device, TYPES[updates.dtype], {
    ...{ updates: blockOf(updates), indices: blockOf(indices), count: indices.size, size },
    ...{ outer: product(shape.slice(0, axis)), inner: product(shape.slice(axis + 1)) },
    ...{ target: y.block, offset: 0 },
  });
  return y;
};

export const takeAlongAxis: Run<"takeAlongAxis"> = (device, inputs, axis, spec) =>
  pick(device, "takeAlongAxis", inputs, axis, spec, inputs[1].shape[axis], "i");

/** How an update joins what is there: `a` is the old number, `b` the update. */
const JOINED = {
  set: ["b", "b"],
  add: ["a + b", "a + b"],
  max: ["larger(a, b)", "max(a, b)"],
  min: ["smaller(a, b)", "min(a, b)"],
} as const;

/** An invocation goes along a line of the axis: what is there first, then one update after the other. */
export const scatter: Run<"scatter"> = (device, [x, indices, updates], { axis, reduction }) => {
  const y = allocate(device, x.size), type = TYPES[x.dtype];
  const inner = product(x.shape.slice(axis + 1)), length = x.shape[axis];
  const lines = length === 0 ? 0 : x.size / length;
  device.run(
    `scatter ${reduction} ${type}`,
    () => ({
      params: ["n: u32", "length: u32", "inner: u32", "count: u32"],
      reads: [`x: ${type}`, "indices: i32", `updates: ${type}`],
      writes: [`y: ${type}`],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}
  let first = (i / p.inner) * p.length * p.inner + i % p.inner;
  let begin = (i / p.inner) * p.count * p.inner + i % p.inner;
  for (var j = 0u; j < p.length; j++) { y[first + j * p.inner] = x[first + j * p.inner]; }
  for (var j = 0u; j < p.count; j++) {
    let at = u32(indices[begin + j * p.inner]);
    if (at >= p.length) { continue; }
    let a = y[first + at * p.inner];
    let b = updates[begin + j * p.inner];
    y[first + at * p.inner] = ${JOINED[reduction][type === "f32" ? 0 : 1]};
  }`,
    }),
    [blockOf(x), blockOf(indices), blockOf(updates), y.block],
    [lines, length, inner, indices.shape[axis]],
    groupsFor(lines),
  );
  return y;
};

/** Every element looks for the updates of its line that have its index. */
export const addAlongAxis: Run<"addAlongAxis"> = (device, [updates, indices], { axis, size }) => {
  const inner = product(updates.shape.slice(axis + 1)), count = updates.shape[axis];
  const outer = product(updates.shape.slice(0, axis)), total = outer * size * inner;
  const y = allocate(device, total), type = TYPES[updates.dtype];
  device.run(
    `addAlongAxis ${type}`,
    () => ({
      params: ["n: u32", "size: u32", "inner: u32", "count: u32"],
      reads: [`updates: ${type}`, "indices: i32"],
      writes: [`y: ${type}`],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}
  let wanted = i32((i / p.inner) % p.size);
  let first = (i / p.inner / p.size) * p.count * p.inner + i % p.inner;
  var total = ${type}(0);
  for (var j = 0u; j < p.count; j++) {
    if (indices[first + j * p.inner] == wanted) { total += updates[first + j * p.inner]; }
  }
  y[i] = total;`,
    }),
    [blockOf(updates), blockOf(indices), y.block],
    [total, size, inner, count],
    groupsFor(total),
  );
  return y;
};

export const oneHot: Run<"oneHot"> = (device, [indices], { depth, on, off }, spec) => {
  const size = sizeOf(spec), y = allocate(device, size);
  device.run(
    "oneHot",
    () => ({
      params: ["n: u32", "depth: u32", "on: f32", "off: f32"],
      reads: ["indices: i32"],
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}
  y[i] = select(p.off, p.on, u32(indices[i / p.depth]) == i % p.depth);`,
    }),
    [blockOf(indices), y.block],
    [size, depth, on, off],
    groupsFor(size),
  );
  return y;
};

/** The place of an element is how many come before it; equal ones keep their order. */
export const topKIndices: Run<"topKIndices"> = (device, [x], { k, largest }, spec) => {
  const y = allocate(device, sizeOf(spec)), n = x.shape[x.shape.length - 1];
  const type = TYPES[x.dtype], nan = (v: string) => type === "f32" ? `isNan(${v})` : "false";
  device.run(
    `topK ${type}`,
    () => ({
      params: ["n: u32", "length: u32", "k: u32", "largest: u32"],
      reads: [`x: ${type}`],
      writes: ["y: i32"],
      workgroup: [WIDTH, 1, 1],
      declarations: `
/** Whether a is below b; NaN is above all. */
fn below(a: ${type}, b: ${type}) -> bool {
  if (${nan("a")}) { return false; }
  return ${nan("b")} || a < b;
}`,
      main: `${EACH_ELEMENT}
  let first = i - i % p.length;
  let own = x[i];
  var place = 0u;
  for (var j = first; j < first + p.length; j++) {
    let other = x[j];
    var before = below(other, own);
    var after = below(own, other);
    if (p.largest == 1u) { let t = before; before = after; after = t; }
    if (before || (!after && j < i)) { place++; }
  }
  if (place < p.k) { y[(i / p.length) * p.k + place] = i32(i - first); }`,
    }),
    [blockOf(x), y.block],
    [x.size, n, k, Number(largest)],
    groupsFor(x.size),
  );
  return y;
};
