/**
 * Convolutions as products of which one operand is read from under the windows, in place: no patches in
 * memory. Each invocation makes a block of numbers in registers. `simple_conv.ts` has what is done where
 * groups are too narrow for blocks.
 */
import type { Convolution, Operand } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Device } from "../device/device.ts";
import type { Kernel } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { activated } from "./activation.ts";
import { DIRECT, fitted, SMALL, sumsOf, type Variant } from "./product.ts";
import { reduce, sizeOf, SUM } from "./reduce.ts";
import {
  allocate,
  blockOf,
  type DeviceStorage,
  groupsFor,
  type Runner,
  withScratch,
} from "./runner.ts";
import * as simple from "./simple_conv.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** The sizes of images, windows and channels; `inputs` and `share` are a group's channels and outputs. */
const PARAMS = [
  ...["height: u32", "width: u32", "channels: u32", "rows: u32", "columns: u32"],
  ...["outputs: u32", "down: u32", "across: u32", "step_y: u32", "step_x: u32"],
  ...["apart_y: u32", "apart_x: u32", "top: u32", "left: u32", "inputs: u32", "share: u32"],
  ...["m: u32", "n: u32", "tiles_m: u32", "tiles_n: u32", "count: u32", "lines: u32"],
  "all_lines: u32",
];

/** A convolution's sizes, beside what windows say. */
interface Sizes {
  readonly images: number;
  readonly channels: number;
  readonly outputs: number;
}

/** A kernel that makes blocks of an `m x n` matrix for each group, or part. */
interface Blocks {
  readonly name: string;
  readonly variant: Variant;
  readonly m: number;
  readonly n: number;
  /** How many matrices: groups, or parts. */
  readonly count: number;
  /** Rows of windows that a part goes through, and of all parts. */
  readonly lines?: readonly [each: number, all: number];
  readonly reads: readonly string[];
  readonly blocks: readonly Block[];
  readonly target: Block;
  /** Statements that leave the sums in `c<i>_<j>`. */
  readonly sums: string;
  /** Where the sum `z` of row `row + i` and column `o` goes, `at`, and what becomes of it. */
  readonly place: string;
  readonly value: string;
}

function each(n: number, f: (i: number) => string): string {
  return Array.from({ length: n }, (_, i) => f(i)).join("\n    ");
}

/** Records it. */
function over(
  device: Device,
  { image, kernel, strides, dilations, pads, output, groups }: Convolution,
  { channels, outputs }: Sizes,
  wanted: Blocks,
): void {
  const { variant: { team: [down, across], block: [tm, tn] }, m, n, count, lines = [0, 0] } =
    wanted;
  const program = (): Kernel => ({
    params: PARAMS,
    reads: wanted.reads,
    writes: ["result: f32"],
    workgroup: [down * across, 1, 1],
    main: `
  let tile = group.x + group.y * groups.x;
  if (tile >= p.tiles_m * p.tiles_n * p.count) { return; }
  let part = tile / (p.tiles_m * p.tiles_n);
  let row = tile / p.tiles_n % p.tiles_m * ${down * tm}u + lane / ${across}u * ${tm}u;
  let column = tile % p.tiles_n * ${across * tn}u + lane % ${across}u * ${tn}u;
  ${each(tm, (i) => each(tn / 4, (j) => `var c${i}_${j} = vec4f();`))}
  ${wanted.sums}
  // A loop, as what follows the sums may be long.
  var sums = array<vec4f, ${tm * tn / 4}>(${sumsOf(wanted.variant)});
  for (var i = 0u; i < ${tm}u && row + i < p.m; i++) {
    for (var j = 0u; j < ${tn}u && column + j < p.n; j++) {
      let o = column + j;
      let at = ${wanted.place};
      let z = sums[i * ${tn / 4}u + j / 4u][j % 4u];
      result[at] = ${wanted.value};
    }
  }`,
  });
  const tiles = [Math.ceil(m / (down * tm)), Math.ceil(n / (across * tn))];
  device.run(
    `${wanted.name} ${wanted.variant.name}`,
    program,
    [...wanted.blocks, wanted.target],
    [
      ...[...image, channels, ...output, outputs, ...kernel, ...strides, ...dilations],
      ...[pads[0][0], pads[1][0], channels / groups, outputs / groups],
      ...[m, n, ...tiles, count, ...lines],
    ],
    groupsFor(tiles[0] * tiles[1] * count, 1),
  );
}

/** Whether groups are wide enough for blocks. */
function isWide({ groups }: Convolution, { channels, outputs }: Sizes): boolean {
  return groups === 1 || Math.min(channels, outputs) / groups >= 4;
}

/** Four columns of the filter at a row of it. */
function weights(whole: boolean, at: string, column: string, n: string): string {
  if (whole) return `w[(${at} + min(${column}, ${n} - 4u)) / 4u]`;
  const one = (s: number) => `w[${at} + min(${column} + ${s}u, ${n} - 1u)]`;
  return `vec4f(${[0, 1, 2, 3].map(one).join(", ")})`;
}

/** The sums of a convolution: rows are windows, columns outputs. */
function forwardSums({ block: [tm, tn] }: Variant, whole: boolean): string {
  const step = whole ? 4 : 1, columns = tn / 4;
  return `
  ${
    each(tm, (i) =>
      `let pixel${i} = min(row + ${i}u, p.m - 1u);
    let y${i} = i32(pixel${i} / p.columns % p.rows * p.step_y) - i32(p.top);
    let x${i} = i32(pixel${i} % p.columns * p.step_x) - i32(p.left);
    let image${i} = pixel${i} / p.columns / p.rows * p.height;`)
  }
  for (var a = 0u; a < p.down; a++) {
  for (var b = 0u; b < p.across; b++) {
    ${
    each(tm, (i) =>
      `let u${i} = y${i} + i32(a * p.apart_y); let v${i} = x${i} + i32(b * p.apart_x);
    let in${i} = u${i} >= 0 && u${i} < i32(p.height) && v${i} >= 0 && v${i} < i32(p.width);
    let at${i} = select(0u, ((image${i} + u32(u${i})) * p.width + u32(v${i})) * p.channels, in${i}) + part * p.inputs;`)
  }
    let filter_ = (a * p.across + b) * p.inputs * p.outputs + part * p.share;
  for (var l = 0u; l < p.inputs; l += ${step}u) {
    ${
    each(tm, (i) =>
      whole
        ? `let a${i} = select(vec4f(), x[(at${i} + l) / 4u], in${i});`
        : `let a${i} = select(0.0, x[at${i} + l], in${i});`)
  }
    ${
    each(step, (t) =>
      each(columns, (j) =>
        `let b${j}_${t} = ${
          weights(whole, `filter_ + (l + ${t}u) * p.outputs`, `column + ${4 * j}u`, "p.share")
        };`))
  }
    ${
    each(step, (t) =>
      each(tm, (i) =>
        each(columns, (j) =>
          `c${i}_${j} += a${i}${whole ? `[${t}]` : ""} * b${j}_${t};`)))
  }
  } } }`;
}

/** A convolution with what is done to its sums. */
function forward(
  device: Device,
  name: string,
  attributes: Convolution,
  [x, w]: readonly Operand[],
  more: Readonly<Record<string, Operand>>,
  size: number,
  value: string,
): DeviceStorage {
  const y = allocate(device, size), { groups, output } = attributes;
  const sizes = { images: x.shape[0], channels: x.shape[3], outputs: w.shape[3] };
  const whole = [sizes.channels, sizes.outputs].every((n) => n / groups % 4 === 0);
  const share = sizes.outputs / groups, variant = fitted(whole ? DIRECT : SMALL, share);
  over(device, attributes, sizes, {
    ...{ name: `${name} ${whole}`, variant, count: groups },
    ...{ m: sizes.images * output[0] * output[1], n: share },
    reads: [
      ...whole ? ["x: vec4f", "w: vec4f"] : ["x: f32", "w: f32"],
      ...Object.keys(more).map((name) => `${name}: f32`),
    ],
    blocks: [x, w, ...Object.values(more)].map(blockOf),
    target: y.block,
    sums: forwardSums(variant, whole),
    place: "(row + i) * p.outputs + part * p.share + o",
    value,
  });
  return y;
}

export const conv2d: Run<"conv2d"> = (device, inputs, attributes, spec) => {
  const [x, w, bias] = inputs, { activation } = attributes;
  const sizes = { images: x.shape[0], channels: x.shape[3], outputs: w.shape[3] };
  if (!isWide(attributes, sizes)) return simple.conv2d(device, inputs, attributes, spec);
  return forward(
    device,
    `conv ${activation} ${bias ? "bias" : ""}`,
    attributes,
    inputs,
    bias ? { bias } : {},
    sizeOf(spec),
    activated(activation, bias ? "z + bias[part * p.share + o]" : "z"),
  );
};

export const fusedConv2d: Run<"fusedConv2d"> = (device, inputs, attributes, spec) => {
  const [x, w, scale, shift, residual] = inputs, { activation } = attributes;
  const sizes = { images: x.shape[0], channels: x.shape[3], outputs: w.shape[3] };
  if (!isWide(attributes, sizes)) return simple.fusedConv2d(device, inputs, attributes, spec);
  const of = (vector: string) => `${vector}[part * p.share + o]`;
  return forward(
    device,
    `fusedConv ${activation} ${residual ? "residual" : ""}`,
    attributes,
    inputs,
    residual ? { scale, shift, residual } : { scale, shift },
    sizeOf(spec),
    activated(
      activation,
      `z * ${of("scale")} + ${of("shift")}${residual ? " + residual[at]" : ""}`,
    ),
  );
};

/** The sums of a transposed convolution: rows are pixels of the images, columns channels. */
function backwardSums({ block: [tm, tn] }: Variant, whole: boolean): string {
  const step = whole ? 4 : 1;
  const weight = (j: number) => {
    const at = `filter_ + min(column + ${j}u, p.inputs - 1u) * p.outputs + l`;
    return whole ? `w[(${at}) / 4u]` : `w[${at}]`;
  };
  return `
  ${
    each(tm, (i) =>
      `let pixel${i} = min(row + ${i}u, p.m - 1u);
    let y${i} = i32(pixel${i} / p.width % p.height + p.top);
    let x${i} = i32(pixel${i} % p.width + p.left);
    let image${i} = pixel${i} / p.width / p.height * p.rows;`)
  }
  for (var a = 0u; a < p.down; a++) {
  for (var b = 0u; b < p.across; b++) {
    ${
    each(tm, (i) =>
      `let d${i} = y${i} - i32(a * p.apart_y); let e${i} = x${i} - i32(b * p.apart_x);
    let u${i} = u32(d${i}) / p.step_y; let v${i} = u32(e${i}) / p.step_x;
    let in${i} = d${i} >= 0 && e${i} >= 0 && u${i} < p.rows && v${i} < p.columns &&
      u${i} * p.step_y == u32(d${i}) && v${i} * p.step_x == u32(e${i});
    let at${i} = select(0u, ((image${i} + u${i}) * p.columns + v${i}) * p.outputs, in${i}) + part * p.share;`)
  }
    let filter_ = (a * p.across + b) * p.inputs * p.outputs + part * p.share;
  for (var l = 0u; l < p.share; l += ${step}u) {
    ${
    each(tm, (i) =>
      whole
        ? `let a${i} = select(vec4f(), y[(at${i} + l) / 4u], in${i});`
        : `let a${i} = select(0.0, y[at${i} + l], in${i});`)
  }
    ${each(tn, (j) => `let t${j} = ${weight(j)};`)}
    ${
    each(step, (t) =>
      each(tn / 4, (j) => {
        const of = (s: number) => `t${4 * j + s}${whole ? `[${t}]` : ""}`;
        return `let b${j}_${t} = vec4f(${[0, 1, 2, 3].map(of).join(", ")});`;
      }))
  }
    ${
    each(step, (t) =>
      each(tm, (i) =>
        each(tn / 4, (j) =>
          `c${i}_${j} += a${i}${whole ? `[${t}]` : ""} * b${j}_${t};`)))
  }
  } } }`;
}

export const conv2dTranspose: Run<"conv2dTranspose"> = (device, inputs, attributes, spec) => {
  const [y, , bias] = inputs, { activation, groups, image } = attributes;
  const sizes = { images: y.shape[0], channels: spec.shape[3], outputs: y.shape[3] };
  if (!isWide(attributes, sizes)) return simple.conv2dTranspose(device, inputs, attributes, spec);
  const x = allocate(device, sizeOf(spec)), whole = sizes.outputs / groups % 4 === 0;
  const own = sizes.channels / groups, variant = fitted(whole ? DIRECT : SMALL, own);
  over(device, attributes, sizes, {
    ...{ name: `convTranspose ${activation} ${bias ? "bias" : ""} ${whole}`, variant },
    ...{ count: groups, m: sizes.images * image[0] * image[1], n: own },
    reads: [
      ...whole ? ["y: vec4f", "w: vec4f"] : ["y: f32", "w: f32"],
      ...bias ? ["bias: f32"] : [],
    ],
    blocks: inputs.map(blockOf),
    target: x.block,
    sums: backwardSums(variant, whole),
    place: "(row + i) * p.channels + part * p.inputs + o",
    value: activated(activation, bias ? "z + bias[part * p.inputs + o]" : "z"),
  });
  return x;
};

/** The sums of the gradient by filters: rows are the filters', columns outputs, parts of the images. */
function filterSums({ block: [tm, tn] }: Variant, whole: boolean): string {
  const fours = whole ? tm / 4 : tm, width = whole ? 4 : 1;
  return `
  ${
    each(fours, (g) =>
      `let k${g} = min(row + ${g * width}u, p.m - ${width}u);
    let c${g} = k${g} % p.inputs;
    let b${g} = k${g} / p.inputs % p.across;
    let a${g} = k${g} / p.inputs / p.across;`)
  }
  let end = min((part + 1u) * p.lines, p.all_lines);
  for (var line = part * p.lines; line < end; line++) {
    let image = line / p.rows;
    ${
    each(fours, (g) =>
      `let y${g} = i32(line % p.rows * p.step_y + a${g} * p.apart_y) - i32(p.top);
    let at${g} = (image * p.height + u32(max(y${g}, 0))) * p.width;
    let in${g} = y${g} >= 0 && y${g} < i32(p.height);`)
  }
  for (var l = 0u; l < p.columns; l++) {
    let window = (line * p.columns + l) * p.outputs;
    ${
    each(fours, (g) =>
      `let x${g} = i32(l * p.step_x + b${g} * p.apart_x) - i32(p.left);
    let is${g} = in${g} && x${g} >= 0 && x${g} < i32(p.width);
    let p${g} = select(0u, (at${g} + u32(max(x${g}, 0))) * p.channels, is${g}) + c${g};
    let v${g} = ${
        whole ? `select(vec4f(), x[p${g} / 4u], is${g})` : `select(0.0, x[p${g}], is${g})`
      };`)
  }
    ${
    each(
      tn / 4,
      (j) => `let d${j} = ${weights(whole, "window", `column + ${4 * j}u`, "p.outputs")};`,
    )
  }
    ${
    each(tm, (i) =>
      each(
        tn / 4,
        (j) => `c${i}_${j} += ${whole ? `v${i >> 2}[${i & 3}]` : `v${i}`} * d${j};`,
      ))
  }
  } }`;
}

/** Rows of windows in a part, so that sums of 32 bits lose little. */
const TERMS = 2048;

export const conv2dFilterGradient: Run<"conv2dFilterGradient"> = (
  device,
  inputs,
  attributes,
  spec,
) => {
  const [x, dy] = inputs, { groups, output, kernel } = attributes;
  if (groups > 1) return simple.conv2dFilterGradient(device, inputs, attributes, spec);
  const sizes = { images: x.shape[0], channels: x.shape[3], outputs: dy.shape[3] };
  const whole = sizes.channels % 4 === 0 && sizes.outputs % 4 === 0, size = sizeOf(spec);
  const y = allocate(device, size), m = kernel[0] * kernel[1] * sizes.channels, n = sizes.outputs;
  const lines = sizes.images * output[0], each = Math.max(1, Math.ceil(TERMS / output[1]));
  const parts = Math.max(1, Math.ceil(lines / each));
  const variant = fitted(whole ? DIRECT : SMALL, n);
  const gradient = (target: Block) =>
    over(device, attributes, sizes, {
      ...{ name: `convFilter ${whole}`, variant, count: parts, lines: [each, lines], m, n, target },
      reads: whole ? ["x: vec4f", "w: vec4f"] : ["x: f32", "w: f32"],
      blocks: [blockOf(x), blockOf(dy)],
      sums: filterSums(variant, whole),
      place: "(part * p.m + row + i) * p.outputs + o",
      value: "z",
    });
  if (parts === 1) gradient(y.block);
  else {
    withScratch(device, parts * size, (scratch) => {
      gradient(scratch);
      reduce(device, {
        ...{ name: "fold", term: "x", fold: SUM, shape: [parts, size], axes: [0] },
        sources: [{ name: "x", block: scratch, type: "f32", strides: [size, 1] }],
        target: { block: y.block, type: "f32" },
      });
    });
  }
  return y;
};
