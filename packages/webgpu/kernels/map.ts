/**
 * One kernel for all that makes each number of its own: an expression of the corresponding numbers of
 * some arrays, each read in strides of its own. Broadcasting is a stride of 0, a transposition another
 * order of strides; nothing is copied for either.
 */
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, type Kernel, WIDTH } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { groupsFor } from "./runner.ts";
import { collapsed, placeCode, placeParams, placeValues, type Strided } from "./strided.ts";

/** An array. */
export interface Source {
  /** What the expression calls its number. */
  readonly name: string;
  /** Where it is. */
  readonly block: Block;
  /** The type of its elements; as `u32`, bits are moved as they are. */
  readonly type: "f32" | "i32" | "u32";
  /** The strides along the axes of the shape. */
  readonly strides: readonly number[];
  /** Where it begins; 0 by default. */
  readonly offset?: number;
  /** Of an array that is bound in parts: the first element of this one. */
  readonly first?: number;
}

/** What is made. */
export interface Mapping {
  /** A name for the expression. */
  readonly name: string;
  /** The number that is made, in WGSL, of those of the sources and of `p.` parameters. */
  readonly expression: string;
  /** The sources. */
  readonly sources: readonly Source[];
  /** The shape over which they go. */
  readonly shape: readonly number[];
  /** Where the numbers go: the name of this source is not used. */
  readonly target: Omit<Source, "name">;
  /** Parameters, as `["rate: f32"]`, and their values. */
  readonly params?: readonly string[];
  readonly values?: readonly number[];
}

/** Records the kernel, for parts of the outermost axis where arrays are more than can be bound. */
export function map(device: Device, mapping: Mapping): void {
  const { name, sources, shape, target, params = [], values = [] } = mapping;
  const all = [...sources, { ...target, name: "y" }];
  const strided = collapsed({ shape, strides: all.map((x) => x.strides) });
  const rank = strided.shape.length;
  const types = all.map(({ type }) => type).join("");
  const names = all.map((x) => `of_${x.name}`);
  const kernel = (): Kernel => ({
    params: [
      "n: u32",
      ...names.map((x) => `${x}: i32`),
      ...placeParams(rank, names),
      ...params,
    ],
    reads: sources.map(({ name, type }) => `in_${name}: ${type}`),
    writes: [`out: ${target.type}`],
    workgroup: [WIDTH, 1, 1],
    main: `${EACH_ELEMENT}
  ${names.map((x) => `var ${x} = p.${x};`).join(" ")}
  ${placeCode(rank, names, "i")}
  ${sources.map(({ name }) => `let ${name} = in_${name}[of_${name}];`).join("\n  ")}
  out[of_y] = ${mapping.expression};`,
  });
  const [rows = 1, ...inner] = strided.shape, width = product(inner);
  const each = rowsAtOnce(device, all, strided);
  for (let first = 0; first < rows; first += each) {
    const count = Math.min(each, rows - first);
    const arrays = each === rows ? all.map(({ block }) => block) : all.map(({ block }, k) => {
      const strides = strided.strides[k], begin = 4 * first * strides[0];
      return { block, begin, size: extent([count, ...inner], strides) };
    });
    device.run(
      `${name} ${types} ${rank}`,
      kernel,
      arrays,
      [
        count * width,
        ...all.map(({ offset = 0 }) => offset),
        ...placeValues(strided),
        ...values,
      ],
      groupsFor(count * width),
    );
  }
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((total, n) => total * n, 1);
}

/** The bytes from the first element to the last. */
function extent(shape: readonly number[], strides: readonly number[]): number {
  return 4 * shape.reduce((last, n, axis) => last + (n - 1) * strides[axis], 1);
}

/**
 * How many rows of the outermost axis a kernel is bound to at once: all, if the arrays are small enough or
 * cannot be bound in parts.
 */
function rowsAtOnce(device: Device, arrays: readonly { block: Block; offset?: number }[], {
  shape,
  strides,
}: Strided): number {
  const [rows = 1, ...inner] = shape, most = device.mostBound;
  const large = arrays.some(({ block }) => block.used > most);
  const plain = arrays.every(({ offset = 0 }, k) =>
    offset === 0 && strides[k].every((s) => s >= 0)
  );
  if (!large || !plain) return rows;
  let each = rows, step = 1;
  strides.forEach((list) => {
    const stride = list[0] ?? 0;
    if (stride === 0) return;
    // Parts begin at a multiple of 64 elements.
    while (stride * step % 64 !== 0) step *= 2;
    each = Math.min(each, Math.floor((most - extent([1, ...inner], list)) / (4 * stride)) + 1);
  });
  return each < step ? rows : Math.floor(each / step) * step;
}
