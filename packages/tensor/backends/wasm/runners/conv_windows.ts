/**
 * Convolutions as the kernels see them: as correlations, windows that slide over a source, described
 * by what lies under them. See kernels/conv_layout.as.ts.
 */
import type { Convolution } from "../../../ops/rules/convolution.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address } from "./runner.ts";

/** Multiply-adds that are worth a thread of their own. */
export const GRAIN = 1 << 19;
/** Elements of a pass over memory that are worth a thread of their own. */
export const PASS_GRAIN = 32768;
/** Pixels, or lines, and outputs of a tile. */
export const MR = 6, NR = 8;
/** Up to so many outputs are computed one by one. */
export const NARROW = 3;

/** Windows along one axis of a correlation, and the taps of the filter that lie in them. */
export interface Axis {
  /** Elements of the source. */
  readonly size: number;
  /** Elements of the result that are computed, where the first lies and how far they are apart. */
  readonly results: number;
  readonly resultStart: number;
  readonly resultStep: number;
  /** How far windows are apart in the source, and where the first begins. */
  readonly step: number;
  readonly origin: number;
  /** Taps in a window, and how far they are apart in the source. */
  readonly taps: number;
  readonly spacing: number;
  /** The element of the filter at the first tap, and from tap to tap. */
  readonly filterStart: number;
  readonly filterStep: number;
}

/** One correlation: windows down and across. */
export type Axes = readonly [Axis, Axis];

/** A convolution as a correlation, along one axis. */
export function forward(c: Convolution, axis: 0 | 1): Axis {
  return {
    size: c.image[axis],
    results: c.output[axis],
    resultStart: 0,
    resultStep: 1,
    step: c.strides[axis],
    origin: -c.pads[axis][0],
    taps: c.kernel[axis],
    spacing: c.dilations[axis],
    filterStart: 0,
    filterStep: 1,
  };
}

/**
 * A transposed convolution along one axis: for each phase, the results `i` with
 * `i + padding = phase` (modulo the stride). Window `m` meets, by element `p` of the filter, number
 * `m + (phase - dilation p) / stride` of the source, where that is whole.
 */
export function transposed(c: Convolution, axis: 0 | 1): Axis[] {
  const stride = c.strides[axis], dilation = c.dilations[axis], before = c.pads[axis][0];
  const common = gcd(stride, dilation), filterStep = stride / common, phases: Axis[] = [];
  for (let phase = 0; phase < stride; phase++) {
    let first = 0;
    while (first < filterStep && (phase - dilation * first) % stride !== 0) first++;
    const last = c.kernel[axis] - 1, meets = first < filterStep && first <= last;
    const taps = meets ? Math.floor((last - first) / filterStep) + 1 : 0;
    const filterStart = meets ? first + filterStep * (taps - 1) : 0;
    const window = Math.max(0, Math.ceil((before - phase) / stride));
    const resultStart = phase - before + stride * window;
    if (resultStart >= c.image[axis]) continue;
    phases.push({
      size: c.output[axis],
      results: Math.floor((c.image[axis] - 1 - resultStart) / stride) + 1,
      resultStart,
      resultStep: stride,
      step: 1,
      origin: window + (taps === 0 ? 0 : (phase - dilation * filterStart) / stride),
      taps,
      spacing: dilation / common,
      filterStart,
      filterStep: -filterStep,
    });
  }
  return phases;
}

function gcd(a: number, b: number): number {
  return b === 0 ? a : gcd(b, a % b);
}

/**
 * The classes along an axis, as the kernels read them: results whose windows have the same taps
 * inside of the image. Of each, the first result, how many, the first tap inside, how many.
 */
export function classes({ size, results, step, origin, taps, spacing }: Axis): number[] {
  const found: number[] = [];
  for (let i = 0; i < results; i++) {
    const begin = i * step + origin, first = Math.max(0, Math.ceil(-begin / spacing));
    const count = Math.max(0, Math.min(taps, Math.ceil((size - begin) / spacing)) - first);
    const last = found.length - 4;
    if (last >= 0 && found[last + 2] === first && found[last + 3] === count) found[last + 1]++;
    else found.push(i, 1, first, count);
  }
  return found;
}

/** Classes with those taken apart that hold more than whole vectors. */
export function wholeVectors(classes: readonly number[]): number[] {
  const apart: number[] = [];
  for (let i = 0; i < classes.length; i += 4) {
    const [start, count, first, taps] = classes.slice(i, i + 4), whole = count & ~3;
    if (whole > 0) apart.push(start, whole, first, taps);
    if (count > whole) apart.push(start + whole, count - whole, first, taps);
  }
  return apart;
}

/** What the parts of a filter that one group uses are: its inputs and outputs as seen by `y = x w`. */
export interface Group {
  readonly inputs: number;
  readonly outputs: number;
  /** Numbers from an input to the next, from an output to the next, and from group to group. */
  readonly inputStep: number;
  readonly outputStep: number;
  readonly groupStep: number;
}

/** What a correlation is described with; see kernels/conv_layout.as.ts. */
export interface Description {
  /** The shape of the source, and of what is as large as the result. */
  readonly x: readonly number[];
  readonly y: readonly number[];
  /** Windows down and across. */
  readonly axes: Axes;
  /** The filter's shape. */
  readonly filter: readonly number[];
  readonly group: Group;
  /** Classes down and across. */
  readonly classes: readonly [readonly number[], readonly number[]];
  /** Of a correlation: whether negative results become 0, whether shares are of tiles. */
  readonly relu?: boolean;
  readonly byTiles?: boolean;
  /** Of a gradient by filters: how pixels and the lines of a window are cut up. */
  readonly cut?: Cut;
}

/** How the work of a gradient by filters is cut up; by the sizes only. */
export interface Cut {
  /** Groups of pixels, each with sums of its own. */
  readonly pixelGroups: number;
  /** Parts of the lines, and lines of one. */
  readonly parts: number;
  readonly partLines: number;
  /** Pixels that are done at once. */
  readonly chunk: number;
}

/** Whether every channel has a filter of its own, and one. */
export function isDepthwise(groups: number, { inputs, outputs }: Group): boolean {
  return groups > 1 && inputs === 1 && outputs === 1;
}

/** Writes a description; to be freed by the caller. */
export function describe(
  engine: Engine,
  { x, y, axes: [down, right], filter, group, classes, relu, byTiles, cut }: Description,
): WasmStorage {
  const pixel = 4 * x[3], row = x[2] * pixel, result = 4 * y[3];
  const filterPixel = 4 * filter[2] * filter[3], filterRow = filter[1] * filterPixel;
  const numbers = [
    ...[x[0], down.results, right.results],
    ...[x[1] * row, down.step * row, right.step * pixel],
    ...[down.spacing * row, right.spacing * pixel],
    ...[y[1] * y[2] * result, down.resultStep * y[2] * result, right.resultStep * result],
    ...[down.taps, right.taps, group.inputs, group.outputs],
    ...[down.filterStep * filterRow, right.filterStep * filterPixel],
    ...[4 * group.outputStep, 4 * group.inputStep],
    ...[relu ? 1 : 0, byTiles ? 1 : 0],
    ...[cut?.pixelGroups ?? 0, cut?.parts ?? 0, cut?.partLines ?? 0, cut?.chunk ?? 0],
    ...[classes[0].length / 4, classes[1].length / 4, ...classes[0], ...classes[1]],
  ];
  const storage = engine.allocate(numbers.length);
  engine.view(storage, "int32", numbers.length).set(numbers);
  return storage;
}

/** The address of a correlation's first window, which may lie outside of the image. */
export function firstWindow(x: Operand, [down, right]: Axes): number {
  return address(x) + 4 * (down.origin * x.shape[2] + right.origin) * x.shape[3];
}

/** Sizes of a product of matrices. */
export interface Product {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/**
 * The product of matrices that a convolution is, of images [m, k] and filters [k, n], where each
 * number of the images is under one window: filters of 1 x 1, and those as large as the image.
 */
export function asProduct(
  x: readonly number[],
  outputs: number,
  c: Convolution,
): Product | undefined {
  const { kernel: [down, across], strides, dilations, pads, image, output, groups } = c;
  if (groups > 1 || pads.flat().some((n) => n > 0)) return undefined;
  const pixels = down * across === 1 && strides.every((s) => s === 1);
  const whole = output[0] * output[1] === 1 && down === image[0] && across === image[1] &&
    dilations.every((d) => d === 1);
  if (!pixels && !whole) return undefined;
  const m = x[0] * output[0] * output[1], k = down * across * x[3];
  return Math.min(m, outputs, k) === 0 ? undefined : { m, n: outputs, k };
}
