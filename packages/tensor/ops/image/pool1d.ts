import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { type Composite, composite, floats, type Sample } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import type { PoolOptions } from "../rules/pool2d.ts";
import { type AxisPadding, checkAxes, imagePadding } from "../rules/window_axes.ts";
import { expandDims } from "../shape/expand_dims.ts";
import { squeeze } from "../shape/squeeze.ts";
import { avgPool2d } from "./avg_pool2d.ts";
import { maxPool2d } from "./max_pool2d.ts";

/** How pooling windows lie on a signal. */
export interface SignalPoolOptions {
  /** The length of a window. */
  readonly size: number;
  /** How far windows move; the size by default: side by side. */
  readonly stride?: number;
  /** What stands around the signal; `"valid"`, nothing, by default. */
  readonly padding?: AxisPadding;
  /** How far the elements of a window are apart; 1 by default. */
  readonly dilation?: number;
  /** Whether a last window that reaches beyond the signal counts. `false` by default. */
  readonly ceilMode?: boolean;
}

const OPTIONS: Record<keyof SignalPoolOptions, true> = {
  size: true,
  stride: true,
  padding: true,
  dilation: true,
  ceilMode: true,
};

/** Pools a signal as an image of height 1. */
function pooled(
  operation: string,
  value: TensorLike,
  options: SignalPoolOptions,
  pool: (x: Tensor, options: PoolOptions) => Tensor,
): Tensor {
  checkOptions(operation, options, OPTIONS);
  return tidy(() => {
    const x = asTensor(value), { size, stride = size, padding, dilation = 1, ceilMode } = options;
    checkAxes(operation, x, "signals", "[n, time, channels]");
    const y = pool(expandDims(x, 1), {
      size: [1, size],
      strides: [1, stride],
      padding: imagePadding(padding),
      dilations: [1, dilation],
      ceilMode,
    });
    return squeeze(y, 1);
  });
}

const CASES: readonly [shape: readonly number[], options: SignalPoolOptions][] = [
  [[2, 8, 3], { size: 2 }],
  [[1, 9, 2], { size: 3, stride: 2, padding: "same" }],
  [[2, 7, 1], { size: 2, stride: 3, padding: [1, 0], ceilMode: true }],
  [[1, 9, 4], { size: 3, stride: 1, dilation: 2 }],
];

function samples(call: (x: Tensor, options: SignalPoolOptions) => Tensor): Sample[] {
  return CASES.map(([shape, options]) => ({
    name: `[${shape}], ${JSON.stringify(options)}`,
    inputs: [floats(shape, -2, 2)],
    call: (x) => call(x, options),
  }));
}

/**
 * Max pooling of signals `[n, time, channels]`: the largest number of each window, for every channel on its
 * own. Gradients, padding and errors are those of {@linkcode maxPool2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { maxPool1d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 4, 6, 8], [1, 4, 1]);
 * assertEquals([...maxPool1d(x, { size: 2 }).dataSync()], [4, 8]);
 * ```
 */
export const maxPool1d: Composite<[x: TensorLike, options: SignalPoolOptions]> = composite(
  (x: TensorLike, options: SignalPoolOptions) => pooled("maxPool1d", x, options, maxPool2d),
  samples((x, options) => maxPool1d(x, options)),
);

/**
 * Average pooling of signals `[n, time, channels]`: the mean of each window, for every channel on its
 * own. Gradients, padding and errors are those of {@linkcode avgPool2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { avgPool1d, reshape } from "@neurite/tensor";
 *
 * const x = reshape([1, 4, 6, 8], [1, 4, 1]);
 * assertEquals([...avgPool1d(x, { size: 2 }).dataSync()], [2.5, 7]);
 * ```
 */
export const avgPool1d: Composite<[x: TensorLike, options: SignalPoolOptions]> = composite(
  (x: TensorLike, options: SignalPoolOptions) => pooled("avgPool1d", x, options, avgPool2d),
  samples((x, options) => avgPool1d(x, options)),
);
