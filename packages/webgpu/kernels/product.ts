/**
 * Products of matrices, in a few variants. Each invocation makes a block of numbers in registers, terms in
 * their order; the variants differ in the size of the blocks and in whether panels of the operands go
 * through the memory that a workgroup shares, which is fast on graphics cards and slow where a processor
 * stands in for one: that is measured once.
 */
import type { FusedActivation } from "@neurite/tensor";
import type { Device } from "../device/device.ts";
import type { Kernel } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { activated } from "./activation.ts";
import { groupsFor } from "./runner.ts";
import { collapsed, placeCode, placeParams, placeValues } from "./strided.ts";

/** A matrix in a buffer. */
export interface Matrix {
  /** Where it is. */
  readonly block: Block;
  /** Where it begins. */
  readonly offset?: number;
  /** How far apart its rows are, and its columns; one of the two is 1. */
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

/** How a product is computed. */
export interface Variant {
  /** Its name. */
  readonly name: string;
  /** Terms that go through the workgroup's memory at once; 0 where operands are read directly. */
  readonly depth: number;
  /** The invocations of a workgroup, down and across. */
  readonly team: readonly [number, number];
  /** What an invocation makes: rows, and columns, a multiple of 4. */
  readonly block: readonly [number, number];
}

/** Without the workgroup's memory: for processors, and small products. */
export const DIRECT: Variant = { name: "direct", depth: 0, team: [8, 8], block: [4, 8] };
/** The same with smaller blocks: where operands are not read four numbers at a time, code is long. */
export const SMALL: Variant = { name: "small", depth: 0, team: [8, 8], block: [4, 4] };
/** Through the workgroup's memory. */
export const SHARED: Variant = { name: "shared", depth: 16, team: [16, 16], block: [4, 4] };
/** The same with larger blocks. */
export const LARGE: Variant = { name: "large", depth: 8, team: [16, 16], block: [8, 8] };

/** How an operand of a kernel is read: four numbers at a time. */
interface Reading {
  /** The declaration of its array. */
  readonly array: string;
  /** Whether the four lie along the terms of the sums, or along the rows (of `b` the columns). */
  readonly alongTerms: boolean;
  /** Of names of the place among rows and among terms: the four numbers, 0 beyond the terms. */
  readonly four: (row: string, term: string) => string;
}

/** Code that repeats for each of `n`. */
function each(n: number, f: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => f(i)).join("\n    ");
}

/** The names of the sums of a block, row by row. */
export function sumsOf({ block: [tm, tn] }: Variant): string {
  const names = Array.from(
    { length: tm * tn / 4 },
    (_, k) => [Math.floor(k / (tn / 4)), k % (tn / 4)],
  );
  return names.map(([i, j]) => `c${i}_${j}`).join(", ");
}

/** How a matrix is read. */
function reading(
  name: string,
  alongTerms: boolean,
  whole: boolean,
  rows: string,
  tail: boolean,
): Reading {
  const at = (row: string, term: string) =>
    alongTerms
      ? `of_${name} + (${row}) * p.${name}_step + ${term}`
      : `of_${name} + (${term}) * p.${name}_step + ${row}`;
  if (whole) {
    const four = (row: string, term: string) => {
      const together = alongTerms ? 4 : 1, most = `min(${term}, p.k - ${together}u)`;
      const inside = at(`min(${row}, ${rows} - ${5 - together}u)`, tail ? most : term);
      const value = `${name}[(${inside}) / 4u]`;
      return tail ? `select(vec4f(), ${value}, ${term} < p.k)` : value;
    };
    return { array: `${name}: vec4f`, alongTerms, four };
  }
  const four = (row: string, term: string) => {
    const one = (i: number) => {
      const [r, t] = alongTerms ? [row, `${term} + ${i}u`] : [`${row} + ${i}u`, term];
      return `select(0.0, ${name}[${
        at(`min(${r}, ${rows} - 1u)`, `min(${t}, p.k - 1u)`)
      }], ${t} < p.k)`;
    };
    return `vec4f(${[0, 1, 2, 3].map(one).join(", ")})`;
  };
  return { array: `${name}: f32`, alongTerms, four };
}

/** Whether a matrix can be read four numbers at a time. */
function isWhole({ offset = 0, strides, batch = [] }: Matrix, together: number): boolean {
  const step = Math.max(...strides);
  return [offset, step, together, ...batch].every((n) => n % 4 === 0);
}

/** The sums of a block of an invocation, `c<i>_<j>`, directly from the operands. */
function directSums({ block: [tm, tn] }: Variant, a: Reading, b: Reading): string {
  const columns = tn / 4;
  const loadA = a.alongTerms
    ? each(tm, (i) => `let a${i} = ${a.four(`row + ${i}u`, "l")};`)
    : each(4, (t) =>
      each(tm / 4, (i) => `let a${i}_${t} = ${a.four(`row + ${4 * i}u`, `l + ${t}u`)};`));
  const ofA = (i: number, t: number) => a.alongTerms ? `a${i}[${t}]` : `a${i >> 2}_${t}[${i & 3}]`;
  const loadB = b.alongTerms
    ? each(
      columns,
      (j) => each(4, (s) => `let t${j}_${s} = ${b.four(`column${j} + ${s}u`, "l")};`),
    ) +
      each(
        4,
        (t) =>
          each(columns, (j) =>
            `let b${j}_${t} = vec4f(t${j}_0[${t}], t${j}_1[${t}], t${j}_2[${t}], t${j}_3[${t}]);`),
      )
    : each(
      4,
      (t) => each(columns, (j) => `let b${j}_${t} = ${b.four(`column${j}`, `l + ${t}u`)};`),
    );
  return `
  for (var l = 0u; l < p.k; l += 4u) {
    ${loadA}
    ${loadB}
    ${
    each(
      4,
      (t) => each(tm, (i) => each(columns, (j) => `c${i}_${j} += ${ofA(i, t)} * b${j}_${t};`)),
    )
  }
  }`;
}

/** The same through panels in the workgroup's memory. */
function sharedSums(variant: Variant, a: Reading, b: Reading): string {
  const { depth, team: [down, across], block: [tm, tn] } = variant;
  const rows = down * tm, columns = across * tn, size = down * across;
  /** Each invocation reads some fours of a panel of `wide` rows (or columns) and so many terms. */
  const fill = (panel: string, { alongTerms, four }: Reading, wide: number, first: string) => {
    const fours = wide * depth / 4;
    const body = alongTerms
      ? `let r = t / ${depth / 4}u; let l = t % ${depth / 4}u * 4u;
      let v = ${four(`${first} + r`, "begin + l")};
      ${each(4, (s) => `${panel}[(l + ${s}u) * ${wide / 4}u + r / 4u][r % 4u] = v[${s}];`)}`
      : `let r = t % ${wide / 4}u; let l = t / ${wide / 4}u;
      ${panel}[l * ${wide / 4}u + r] = ${four(`${first} + 4u * r`, "begin + l")};`;
    return `for (var t = lane; t < ${fours}u; t += ${size}u) {
      ${body}
    }`;
  };
  return `
  for (var begin = 0u; begin < p.k; begin += ${depth}u) {
    ${fill("panel_a", a, rows, "top")}
    ${fill("panel_b", b, columns, "left")}
    workgroupBarrier();
    for (var l = 0u; l < ${depth}u; l++) {
      ${
    each(tm / 4, (i) =>
      `let a${i} = panel_a[l * ${rows / 4}u + lane / ${across}u * ${tm / 4}u + ${i}u];`)
  }
      ${
    each(tn / 4, (j) =>
      `let b${j} = panel_b[l * ${columns / 4}u + ${j * across}u + lane % ${across}u];`)
  }
      ${each(tm, (i) => each(tn / 4, (j) => `c${i}_${j} += a${i >> 2}[${i & 3}] * b${j};`))}
    }
    workgroupBarrier();
  }`;
}

/** What both are tried on. */
const TRIAL = 256;

/** Measures whether products go faster through the memory that a workgroup shares. */
export async function measureProducts(device: Device): Promise<boolean> {
  const size = TRIAL, matrices = Array.from({ length: 3 }, () => device.take(4 * size * size));
  const [a, b, y] = matrices.map((block): Matrix => ({ block, strides: [size, 1] }));
  const times: number[] = [];
  for (const variant of [DIRECT, SHARED]) {
    const once = () => product(device, { m: size, n: size, k: size, a, b, y }, variant);
    once(); // Compiled, and warm.
    times.push(await device.time(once));
  }
  for (const block of matrices) device.pool.give(block);
  return times[1] < times[0];
}

/** The variant with its team only as wide as so many columns need, and higher instead. */
export function fitted(variant: Variant, n: number): Variant {
  const { name, team: [down, across], block: [, tn] } = variant;
  let wide = across;
  while (wide > 1 && (wide / 2) * tn >= n) wide /= 2;
  return { ...variant, name: `${name}${wide}`, team: [down * across / wide, wide] };
}

/** Which variant is taken: where invocations share memory, large blocks for large products. */
function variantFor(
  device: Device,
  { m, n }: Product,
  count: number,
  whole: boolean,
): Variant {
  if (!device.sharesMemory || m < 32 || n < 32) return fitted(whole ? DIRECT : SMALL, n);
  const blocks = (size: number) => Math.ceil(m / size) * Math.ceil(n / size) * count;
  return blocks(128) >= 96 ? LARGE : SHARED;
}

/** Records a product. */
export function product(
  device: Device,
  wanted: Product,
  forced?: Variant,
): void {
  const { m, n, k, a, b, y, batch = [], bias, activation = "linear" } = wanted;
  const strided = collapsed({ shape: batch, strides: [a, b, y].map((x) => x.batch ?? []) });
  const rank = strided.shape.length, names = ["at_a", "at_b", "at_y"];
  const count = batch.reduce((total, size) => total * size, 1);
  const alongA = a.strides[1] === 1, alongB = b.strides[1] !== 1;
  const wholeA = isWhole(a, alongA ? k : m), wholeB = isWhole(b, alongB ? k : n);
  const variant = forced ?? variantFor(device, wanted, count, wholeA && wholeB);
  const { depth, team: [down, across], block: [tm, tn] } = variant;
  const wholeY = y.strides[0] % 4 === 0 && n % 4 === 0 && isWhole({ ...y, strides: [4, 1] }, n);
  // Beyond the last term, what is read together with others must not count.
  const tail = k % Math.max(4, depth) !== 0;
  const flags = [alongA, alongB, wholeA, wholeB, wholeY, tail].map(Number).join("");
  const kernel = (): Kernel => {
    const readA = reading("a", alongA, wholeA, "p.m", tail);
    const readB = reading("b", alongB, wholeB, "p.n", tail);
    const biased = bias
      ? "v += vec4f(bias[column], bias[min(column + 1u, p.n - 1u)], bias[min(column + 2u, p.n - 1u)], bias[min(column + 3u, p.n - 1u)]);"
      : "";
    const active = [0, 1, 2, 3].map((s) => activated(activation, `v[${s}]`));
    const store = wholeY
      ? "y[(at + column) / 4u] = z;"
      : "for (var s = 0u; s < 4u && column + s < p.n; s++) { y[at + column + s] = z[s]; }";
    return {
      params: [
        ...["m: u32", "n: u32", "k: u32", "tiles_m: u32", "tiles_n: u32", "count: u32"],
        ...["a_step: u32", "b_step: u32", "y_step: u32"],
        ...names.map((x) => `${x}: i32`),
        ...placeParams(rank, names, "z_"),
      ],
      reads: [readA.array, readB.array, ...bias ? ["bias: f32"] : []],
      writes: [wholeY ? "y: vec4f" : "y: f32"],
      workgroup: [down * across, 1, 1],
      declarations: depth === 0 ? "" : `
var<workgroup> panel_a: array<vec4f, ${depth * down * tm / 4}>;
var<workgroup> panel_b: array<vec4f, ${depth * across * tn / 4}>;`,
      main: `
  let tile = group.x + group.y * groups.x;
  let part = min(tile / (p.tiles_m * p.tiles_n), p.count - 1u);
  ${names.map((x) => `var ${x} = p.${x};`).join(" ")}
  ${placeCode(rank, names, "part", "z_")}
  let of_a = u32(at_a); let of_b = u32(at_b); let of_y = u32(at_y);
  let top = tile / p.tiles_n % p.tiles_m * ${down * tm}u;
  let left = tile % p.tiles_n * ${across * tn}u;
  let row = top + lane / ${across}u * ${tm}u;
  ${each(tn / 4, (j) => `let column${j} = left + ${4 * j * across}u + lane % ${across}u * 4u;`)}
  ${each(tm, (i) => each(tn / 4, (j) => `var c${i}_${j} = vec4f();`))}
  ${depth === 0 ? directSums(variant, readA, readB) : sharedSums(variant, readA, readB)}
  if (tile >= p.tiles_m * p.tiles_n * p.count) { return; }
  // A loop, as what follows the sums may be long.
  var sums = array<vec4f, ${tm * tn / 4}>(${sumsOf(variant)});
  for (var i = 0u; i < ${tm}u && row + i < p.m; i++) {
    let at = of_y + (row + i) * p.y_step;
    for (var j = 0u; j < ${tn / 4}u; j++) {
      let column = column0 + j * ${4 * across}u;
      if (column >= p.n) { continue; }
      var v = sums[i * ${tn / 4}u + j];
      ${biased}
      let z = vec4f(${active.join(", ")});
      ${store}
    }
  }`,
    };
  };
  const tiles = [Math.ceil(m / (down * tm)), Math.ceil(n / (across * tn))];
  device.run(
    `product ${variant.name} ${activation} ${bias ? "bias" : ""} ${flags} ${rank}`,
    kernel,
    [a.block, b.block, ...bias ? [bias] : [], y.block],
    [
      ...[m, n, k, ...tiles, count, alongA ? a.strides[0] : a.strides[1]],
      ...[alongB ? b.strides[1] : b.strides[0], y.strides[0]],
      ...[a, b, y].map(({ offset = 0 }) => offset),
      ...placeValues(strided),
    ],
    groupsFor(tiles[0] * tiles[1] * count, 1),
  );
}
