/**
 * Reductions: an expression of corresponding numbers of some arrays, put together over some axes. Where
 * few results are made of many numbers each, a first stage makes several parts of each result, and a
 * second one puts these together: every order is fixed by the shapes alone.
 */
import type { TensorSpec } from "@neurite/tensor";
import { broadcastStrides } from "@neurite/tensor/internal";
import type { Device } from "../device/device.ts";
import type { Kernel } from "../device/kernel.ts";
import type { Source } from "./map.ts";
import { allocate, blockOf, type Runner, TYPES, withScratch } from "./runner.ts";
import { collapsed, placeCode, placeParams, placeValues, type Strided } from "./strided.ts";

/** How numbers are put together: of none, and of two, `a` and `b`. */
export interface Fold {
  /** Its name. */
  readonly name: string;
  /** What there is of no numbers. */
  readonly none: Readonly<Record<"f32" | "i32", string>>;
  /** Two put together. */
  readonly both: Readonly<Record<"f32" | "i32", string>>;
}

/** The sum. */
export const SUM: Fold = {
  name: "sum",
  none: { f32: "0.0", i32: "0" },
  both: { f32: "a + b", i32: "a + b" },
};

/** The largest number; NaN, if there is one. */
export const MAX: Fold = {
  name: "max",
  none: { f32: "withBits(0xff800000u)", i32: "-2147483647 - 1" },
  both: { f32: "larger(a, b)", i32: "max(a, b)" },
};

/** The smallest number; NaN, if there is one. */
export const MIN: Fold = {
  name: "min",
  none: { f32: "withBits(0x7f800000u)", i32: "2147483647" },
  both: { f32: "smaller(a, b)", i32: "min(a, b)" },
};

/** A reduction. */
export interface Reducing {
  /** A name for the expressions. */
  readonly name: string;
  /** What is put together, of the sources' numbers. */
  readonly term: string;
  /** How. */
  readonly fold: Fold;
  /** What becomes of it in the end, `r`; itself by default. */
  readonly finish?: string;
  /** The sources. */
  readonly sources: readonly Source[];
  /** The shape over which they go. */
  readonly shape: readonly number[];
  /** The axes that are reduced. */
  readonly axes: readonly number[];
  /** Where results go, in row-major order. */
  readonly target: Pick<Source, "block" | "offset"> & { readonly type: "f32" | "i32" };
  /** Parameters, as `["rate: f32"]`, and their values. */
  readonly params?: readonly string[];
  readonly values?: readonly number[];
}

/** Invocations that put numbers of one result together. */
const TEAM = 64;
/** Terms that one invocation adds up in a row, at most, where it can be helped. */
const ROW = 256;
/** Invocations that keep a device busy. */
const BUSY = 8192;

/** Records the kernels. */
export function reduce(device: Device, reducing: Reducing): void {
  const { shape, axes, sources } = reducing,
    kept = shape.map((_, i) => i)
      .filter((i) => !axes.includes(i));
  const part = (wanted: readonly number[]): Strided =>
    collapsed({
      shape: wanted.map((i) => shape[i]),
      strides: sources.map(({ strides }) => wanted.map((i) => strides[i])),
    });
  const outer = part(kept), inner = part(axes);
  const count = outer.shape.reduce((product, n) => product * n, 1);
  const terms = inner.shape.reduce((product, n) => product * n, 1);
  if (count === 0) return;
  const large = sources.some(({ block, first }) =>
    first === undefined && block.used > device.mostBound
  );
  if (count === 1 && large) {
    const plain = inner.shape.length === 1 &&
      inner.strides.every(([s], k) => s === 1 && !sources[k].offset);
    if (plain) return reduceParts(device, reducing, terms);
  }
  // Numbers of one result that lie together are read by invocations side by side.
  const last = inner.shape.length - 1;
  const together = terms >= TEAM / 2 && inner.strides.every((s) => s[last] <= 1) &&
    (count < BUSY || terms >= 4 * TEAM);
  const most = together ? TEAM * ROW : ROW;
  const wanted = Math.ceil(BUSY / (count * (together ? TEAM : 1)));
  const least = together ? 4 * TEAM : 32;
  const parts = Math.max(
    Math.ceil(terms / most),
    Math.min(wanted, Math.ceil(terms / least)),
    1,
  );
  const run = { ...reducing, outer, inner, count, terms, together };
  if (parts === 1) return stage(device, { ...run, parts });
  const { target, finish } = reducing;
  withScratch(device, count * parts, (scratch) => {
    stage(device, {
      ...run,
      parts,
      finish: undefined,
      target: { block: scratch, type: target.type },
    });
    reduce(device, {
      ...reducing,
      name: `parts of ${reducing.name}`,
      term: "v",
      finish,
      sources: [{ name: "v", block: scratch, type: target.type, strides: [1, count] }],
      shape: [count, parts],
      axes: [1],
    });
  });
}

/** A reduction of whole arrays to one number, in parts that can be bound. */
function reduceParts(device: Device, reducing: Reducing, terms: number): void {
  const { target, finish, sources } = reducing, most = Math.floor(device.mostBound / 256) * 64;
  const count = Math.ceil(terms / most);
  withScratch(device, count, (scratch) => {
    for (let part = 0; part < count; part++) {
      const first = part * most, size = Math.min(most, terms - first);
      reduce(device, {
        ...reducing,
        ...{ finish: undefined, shape: [size], axes: [0] },
        sources: sources.map((x) => ({ ...x, strides: [1], first })),
        target: { block: scratch, type: target.type, offset: part },
      });
    }
    reduce(device, {
      ...reducing,
      ...{ name: `parts of ${reducing.name}`, term: "v", finish, shape: [count], axes: [0] },
      sources: [{ name: "v", block: scratch, type: target.type, strides: [1] }],
    });
  });
}

interface Stage extends Reducing {
  readonly outer: Strided;
  readonly inner: Strided;
  readonly count: number;
  readonly terms: number;
  readonly parts: number;
  readonly together: boolean;
}

/** One stage: part number `s` of result `k` goes to `s * count + k`. */
function stage(device: Device, reducing: Stage): void {
  const { name, term, fold, finish = "r", sources, target } = reducing;
  const { outer, inner, count, terms, parts, together, params = [], values = [] } = reducing;
  const names = sources.map((x) => `of_${x.name}`), type = target.type;
  const places = names.map((x) => `at_${x}`);
  const [ranks, width] = [[outer.shape.length, inner.shape.length], together ? TEAM : 1];
  const kernel = (): Kernel => ({
    params: [
      ...["count: u32", "terms: u32", "parts: u32", "each: u32", "of_y: u32"],
      ...names.map((x) => `${x}: i32`),
      ...placeParams(ranks[0], names, "k_"),
      ...placeParams(ranks[1], places, "r_"),
      ...params,
    ],
    reads: sources.map(({ name, type }) => `in_${name}: ${type}`),
    writes: [`out: ${type}`],
    workgroup: [TEAM, 1, 1],
    declarations: `
fn fold(a: ${type}, b: ${type}) -> ${type} { return ${fold.both[type]}; }
${together ? `var<workgroup> shared_: array<${type}, ${TEAM}>;` : ""}`,
    main: `
  let which = ${together ? "group.x + group.y * groups.x" : `id.x + id.y * groups.x * ${TEAM}u`};
  let inside = which < p.count * p.parts;
  ${together ? "" : "if (!inside) { return; }"}
  let k = which % p.count;
  let part = which / p.count;
  ${names.map((x) => `var ${x} = p.${x};`).join(" ")}
  ${placeCode(ranks[0], names, "k", "k_")}
  let end = min(p.terms, (part + 1u) * p.each);
  var r = ${fold.none[type]};
  for (var j = part * p.each${together ? " + lane" : ""}; j < end; j += ${width}u) {
    ${names.map((x, i) => `var ${places[i]} = ${x};`).join(" ")}
    ${placeCode(ranks[1], places, "j", "r_")}
    ${sources.map(({ name }, i) => `let ${name} = in_${name}[${places[i]}];`).join("\n    ")}
    r = fold(r, ${term});
  }${
      together
        ? `
  shared_[lane] = r;
  for (var half = ${TEAM / 2}u; half > 0u; half >>= 1u) {
    workgroupBarrier();
    if (lane < half) { shared_[lane] = fold(shared_[lane], shared_[lane + half]); }
  }
  if (lane != 0u || !inside) { return; }
  r = shared_[0];`
        : ""
    }
  out[p.of_y + which] = ${finish};`,
  });
  const types = [...sources, target].map(({ type }) => type).join("");
  device.run(
    `${name} ${fold.name} ${finish === "r" ? "" : "end"} ${types} ${ranks} ${width}`,
    kernel,
    [
      ...sources.map(({ block, first }) =>
        first === undefined ? block : { block, begin: 4 * first, size: 4 * terms }
      ),
      target.block,
    ],
    [
      ...[count, terms, parts, Math.ceil(terms / parts), target.offset ?? 0],
      ...sources.map(({ offset = 0 }) => offset),
      ...placeValues(outer),
      ...placeValues(inner),
      ...values,
    ],
    teams(count * parts, together ? 1 : TEAM),
  );
}

/** Workgroups for so many results, so many in each. */
function teams(n: number, each: number): [number, number, number] {
  const count = Math.ceil(n / each), rows = Math.ceil(count / 65535);
  return [rows > 1 ? Math.ceil(count / rows) : count, rows, 1];
}

/** A source of the whole tensor in its own shape, or broadcast to another. */
export function sourceOf(
  name: string,
  x: Parameters<typeof blockOf>[0],
  shape: readonly number[] = x.shape,
): Source {
  return {
    name,
    block: blockOf(x),
    type: TYPES[x.dtype],
    strides: broadcastStrides(x.shape, shape),
  };
}

/** Runs `sum`, `max` or `min`. */
export function foldRunner(fold: Fold): Runner<{ readonly axes: readonly number[] }> {
  return (device, [x], { axes }, spec) => {
    const y = allocate(device, sizeOf(spec));
    reduce(device, {
      name: "fold",
      term: "x",
      fold,
      sources: [sourceOf("x", x)],
      shape: x.shape,
      axes,
      target: { block: y.block, type: TYPES[spec.dtype] },
    });
    return y;
  };
}

/** How many numbers. */
export function sizeOf({ shape }: TensorSpec): number {
  return shape.reduce((product, n) => product * n, 1);
}
