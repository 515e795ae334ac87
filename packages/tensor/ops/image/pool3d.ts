import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, type Sample } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import type { PoolOptions } from "../rules/pool2d.ts";
import {
  checkAxes,
  splitPadding,
  type Triple,
  triple,
  type VolumePadding,
} from "../rules/window_axes.ts";
import { reshape } from "../shape/reshape.ts";
import { avgPool2d } from "./avg_pool2d.ts";
import { maxPool2d } from "./max_pool2d.ts";

/** How pooling windows lie on a volume. */
export interface VolumePoolOptions {
  /** The depth, height and width of a window. */
  readonly size: Triple;
  /** How far windows move; the size by default: side by side. */
  readonly strides?: Triple;
  /** What stands around the volume; `"valid"`, nothing, by default. */
  readonly padding?: VolumePadding;
  /** How far the elements of a window are apart; 1 by default. */
  readonly dilations?: Triple;
  /** Whether last windows that reach beyond the volume count. `false` by default. */
  readonly ceilMode?: boolean;
}

const OPTIONS: Record<keyof VolumePoolOptions, true> = {
  size: true,
  strides: true,
  padding: true,
  dilations: true,
  ceilMode: true,
};

/** Pools the height and the width, then the depth: the largest, or the mean, of those of the layers. */
function pooled(
  operation: string,
  value: TensorLike,
  options: VolumePoolOptions,
  pool: (x: Tensor, options: PoolOptions) => Tensor,
): Tensor {
  checkOptions(operation, options, OPTIONS);
  return tidy(() => {
    const x = asTensor(value), { size, strides = size, dilations = 1, ceilMode } = options;
    checkAxes(operation, x, "volumes", "[n, depth, height, width, channels]");
    const window = triple(operation, "the window", size), padding = splitPadding(options.padding);
    const by = triple(operation, "strides", strides),
      apart = triple(operation, "dilations", dilations);
    const [n, depth, height, width, channels] = x.shape;
    const layers = pool(reshape(x, [n * depth, height, width, channels]), {
      size: [window[1], window[2]],
      strides: [by[1], by[2]],
      padding: padding.image,
      dilations: [apart[1], apart[2]],
      ceilMode,
    });
    const [, rows, columns] = layers.shape;
    const y = pool(reshape(layers, [n, depth, rows * columns, channels]), {
      size: [window[0], 1],
      strides: [by[0], 1],
      padding: typeof padding.depth === "string" ? padding.depth : [padding.depth, [0, 0]],
      dilations: [apart[0], 1],
      ceilMode,
    });
    return reshape(y, [n, y.shape[1], rows, columns, channels]);
  });
}

const CASES: readonly [shape: readonly number[], options: VolumePoolOptions][] = [
  [[2, 4, 4, 6, 3], { size: 2 }],
  [[1, 5, 4, 5, 2], { size: [3, 2, 2], strides: [2, 1, 2], padding: "same" }],
  [[1, 5, 6, 5, 1], { size: 2, strides: 3, padding: [[1, 0], [0, 1], [1, 1]], ceilMode: true }],
  [[1, 5, 5, 4, 2], { size: 2, strides: 1, dilations: [2, 3, 1] }],
];

function samples(call: (x: Tensor, options: VolumePoolOptions) => Tensor): Sample[] {
  return CASES.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: [floats(shape, -2, 2)],
    call: (x) => call(x, options),
  }));
}

/**
 * Max pooling of volumes `[n, depth, height, width, channels]`: the largest number of each window, for every
 * channel on its own. Gradients, padding and errors are those of {@linkcode maxPool2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maxPool3d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2, 1]);
 * assertEquals([...maxPool3d(x, { size: 2 }).dataSync()], [8]);
 * ```
 */
export const maxPool3d: Composite<[x: TensorLike, options: VolumePoolOptions]> = composite(
  (x: TensorLike, options: VolumePoolOptions) => pooled("maxPool3d", x, options, maxPool2d),
  samples((x, options) => maxPool3d(x, options)),
);

/**
 * Average pooling of volumes `[n, depth, height, width, channels]`: the mean of each window, for every
 * channel on its own. Gradients, padding and errors are those of {@linkcode avgPool2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { avgPool3d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2, 1]);
 * assertEquals([...avgPool3d(x, { size: 2 }).dataSync()], [4.5]);
 * ```
 */
export const avgPool3d: Composite<[x: TensorLike, options: VolumePoolOptions]> = composite(
  (x: TensorLike, options: VolumePoolOptions) => pooled("avgPool3d", x, options, avgPool2d),
  samples((x, options) => avgPool3d(x, options)),
);
