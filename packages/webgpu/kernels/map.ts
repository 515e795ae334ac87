/**
 * One kernel for all that makes each number of its own: an expression of the corresponding numbers of
 * some arrays, each read in strides of its own. Broadcasting is a stride of 0, a transposition another
 * order of strides; nothing is copied for either.
 */
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, type Kernel, WIDTH } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { groupsFor } from "./runner.ts";
import { collapsed, placeCode, placeParams, placeValues } from "./strided.ts";

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

/** Records the kernel. */
export function map(device: Device, mapping: Mapping): void {
  const { name, sources, shape, target, params = [], values = [] } = mapping;
  const all = [...sources, { ...target, name: "y" }];
  const strided = collapsed({ shape, strides: all.map((x) => x.strides) });
  const rank = strided.shape.length, size = shape.reduce((product, n) => product * n, 1);
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
  device.run(
    `${name} ${types} ${rank}`,
    kernel,
    all.map(({ block }) => block),
    [size, ...all.map(({ offset = 0 }) => offset), ...placeValues(strided), ...values],
    groupsFor(size),
  );
}
