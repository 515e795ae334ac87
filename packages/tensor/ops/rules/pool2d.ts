/** What max pooling and average pooling have in common: the windows. */
import { checkOptions } from "../../arguments.ts";
import { ShapeError } from "../../errors.ts";
import type { Tensor } from "../../tensor.ts";
import { pad } from "../shape/pad.ts";
import { stridedSlice } from "../shape/strided_slice.ts";
import { type Padding, type Pair, type Windows, windowsOver } from "./window.ts";

/** How pooling windows lie on an image. */
export interface PoolOptions {
  /** The height and width of a window. */
  readonly size: Pair;
  /** How far windows move, down and across; the size by default: side by side. */
  readonly strides?: Pair;
  /** What stands around the image; `"valid"`, nothing, by default. */
  readonly padding?: Padding;
  /** How far the elements of a window are apart; 1 by default: next to each other. */
  readonly dilations?: Pair;
  /** Whether a last window that reaches beyond the image counts. `false` by default. */
  readonly ceilMode?: boolean;
}

const OPTIONS: Record<keyof PoolOptions, true> = {
  size: true,
  strides: true,
  padding: true,
  dilations: true,
  ceilMode: true,
};

/** The attributes of a pooling: its windows and the image they lie on. */
export interface Pooling extends Windows {
  /** The height and width of the image. */
  readonly image: readonly [number, number];
}

/** The windows that options ask for on images of `[height, width]`. */
export function poolingOver(
  operation: string,
  image: readonly [number, number],
  options: PoolOptions,
): Pooling {
  checkOptions(operation, options, OPTIONS);
  const { size, strides = size, padding, dilations, ceilMode } = options ?? {} as PoolOptions;
  const windows = windowsOver(operation, image, size, { strides, padding, dilations });
  for (const axis of [0, 1]) {
    const size = windows.kernel[axis], pads = windows.pads[axis];
    if (Math.max(...pads) >= size) {
      throw new RangeError(
        `Cannot ${operation} as every window must meet the image, so padding must be smaller than ` +
          `the window: current ${pads.join(" and ")} beside a window of ${size}`,
      );
    }
  }
  return ceilMode ? roundedUp({ ...windows, image }) : { ...windows, image };
}

/** The windows with one more along an axis where it begins within the image, as PyTorch counts. */
function roundedUp(windows: Pooling): Pooling {
  const along = ([0, 1] as const).map((axis) => {
    const n = windows.image[axis], stride = windows.strides[axis];
    const extent = windows.dilations[axis] * (windows.kernel[axis] - 1) + 1;
    const [before, after] = windows.pads[axis];
    let output = Math.ceil((before + n + after - extent) / stride) + 1;
    if ((output - 1) * stride >= before + n) output--;
    const end = Math.max(after, (output - 1) * stride + extent - before - n);
    return { output, pads: [before, end] as const };
  });
  return {
    ...windows,
    pads: [along[0].pads, along[1].pads],
    output: [along[0].output, along[1].output],
  };
}

/** Whether the elements of a window lie next to each other: kernels know no others. */
export function isDense({ dilations }: Pooling): boolean {
  return dilations[0] === 1 && dilations[1] === 1;
}

/**
 * For each element of a window, in row-major order, what all windows see there: tensors of the result's
 * shape. Outside of the image they see `border`.
 */
export function windowElements(x: Tensor, pooling: Pooling, border: number): Tensor[] {
  const { kernel, strides, dilations, pads, output } = pooling;
  const around = pad(x, [[0, 0], pads[0], pads[1], [0, 0]], border), list: Tensor[] = [];
  const along = (axis: 0 | 1, i: number) => {
    const start = i * dilations[axis], step = strides[axis];
    return { start, stop: start + (output[axis] - 1) * step + 1, step };
  };
  for (let p = 0; p < kernel[0]; p++) {
    for (let q = 0; q < kernel[1]; q++) {
      list.push(stridedSlice(around, [{}, along(0, p), along(1, q)]));
    }
  }
  return list;
}

/**
 * For every window, how many of its elements lie in the image, with `margins` around it:
 * `[height, width]` in row-major order.
 */
export function countsOf(
  { image, kernel, strides, dilations, pads, output }: Pooling,
  margins: Pooling["pads"],
): Float32Array {
  const [rows, columns] = ([0, 1] as const).map((axis) =>
    Float32Array.from({ length: output[axis] }, (_, i) => {
      let count = 0;
      for (let p = 0; p < kernel[axis]; p++) {
        const at = i * strides[axis] - pads[axis][0] + p * dilations[axis];
        if (at >= -margins[axis][0] && at < image[axis] + margins[axis][1]) count++;
      }
      return count;
    })
  );
  return Float32Array.from(
    { length: rows.length * columns.length },
    (_, i) => rows[Math.floor(i / columns.length)] * columns[i % columns.length],
  );
}

/** The height and width of images. */
export function imageOf({ shape }: Tensor): [height: number, width: number] {
  return [shape[1], shape[2]];
}

/** The shape with another height and width. */
export function withImage(
  shape: readonly number[],
  [height, width]: readonly [number, number],
): readonly number[] {
  return [shape[0], height, width, shape[3]];
}

/** Refuses a gradient, or values, of another shape than the windows give. */
export function checkShapeOf(
  operation: string,
  what: string,
  x: Tensor,
  shape: readonly number[],
): void {
  if (x.shape.every((n, i) => n === shape[i])) return;
  throw new ShapeError(operation, `${what} must be of shape [${shape.join(", ")}]`, [x.shape]);
}

/**
 * Goes through the windows in row-major order, every channel on its own: `at` is the position in
 * the result, `places` are those in the image, in row-major order, without what is padding.
 */
export function eachWindow(
  [n, , , channels]: readonly number[],
  { image: [height, width], kernel, strides, pads, output }: Pooling,
  f: (at: number, places: number[]) => void,
): void {
  let at = 0;
  for (let image = 0; image < n; image++) {
    for (let i = 0; i < output[0]; i++) {
      for (let j = 0; j < output[1]; j++) {
        for (let c = 0; c < channels; c++) {
          const places: number[] = [];
          for (let p = 0; p < kernel[0]; p++) {
            for (let q = 0; q < kernel[1]; q++) {
              const y = i * strides[0] - pads[0][0] + p, x = j * strides[1] - pads[1][0] + q;
              if (y < 0 || y >= height || x < 0 || x >= width) continue;
              places.push(((image * height + y) * width + x) * channels + c);
            }
          }
          f(at++, places);
        }
      }
    }
  }
}

/** What samples pool with windows whose elements are apart. */
export const DILATED: readonly [shape: readonly number[], options: PoolOptions][] = [
  [[2, 7, 6, 3], { size: 2, strides: 1, dilations: 2 }],
  [[1, 8, 9, 2], { size: [3, 2], strides: 2, dilations: [2, 3], padding: [[1, 2], [1, 0]] }],
  [[1, 9, 7, 1], { size: 2, strides: 3, dilations: 2, ceilMode: true }],
];

/** What samples pool: shapes of images and windows on them, odd ones among them. */
export const POOLINGS: readonly [shape: readonly number[], options: PoolOptions][] = [
  [[2, 4, 6, 4], { size: 2 }],
  [[2, 6, 4, 6], { size: 2 }],
  [[1, 5, 7, 8], { size: 2 }],
  [[3, 5, 7, 3], { size: 2, padding: "same" }],
  [[2, 8, 18, 1], { size: 2 }],
  [[2, 7, 7, 1], { size: 3, strides: 2 }],
  [[2, 6, 5, 21], { size: 3, strides: 2, padding: "same" }],
  [[1, 5, 5, 5], { size: [2, 3], strides: 1 }],
  [[1, 7, 6, 7], { size: 2, strides: 3, padding: [[1, 0], [0, 1]] }],
  [[2, 3, 4, 33], { size: [3, 4] }],
  [[9, 6, 6, 4], { size: [3, 2], strides: [1, 2], padding: "same" }],
  [[0, 4, 4, 2], { size: 2 }],
  [[2, 6, 7, 3], { size: 3, strides: 2, ceilMode: true }],
  [[1, 5, 8, 4], { size: 2, strides: 3, padding: [[1, 1], [0, 0]], ceilMode: true }],
];
