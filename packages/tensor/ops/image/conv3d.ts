import { checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { backendOf } from "../rules/operands.ts";
import { slidingOutputSize, slidingPadding } from "../rules/window.ts";
import {
  checkAxes,
  splitPadding,
  type Triple,
  triple,
  type VolumePadding,
} from "../rules/window_axes.ts";
import { pad } from "../shape/pad.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";
import { stridedSlice } from "../shape/strided_slice.ts";
import { conv2d } from "./conv2d.ts";

/** How filters slide over a volume. */
export interface VolumeConvolutionOptions {
  /** How far windows move; 1 by default. */
  strides?: Triple;
  /** How far the elements of a window are apart; 1 by default. */
  dilations?: Triple;
  /** What stands around the volume; `"valid"`, nothing, by default. */
  padding?: VolumePadding;
  /** Parts of the channels that are convolved on their own; 1 by default. */
  groups?: number;
  /** A number for each filter that is added to its results. */
  bias?: TensorLike;
}

const OPTIONS: Record<keyof VolumeConvolutionOptions, true> = {
  strides: true,
  dilations: true,
  padding: true,
  groups: true,
  bias: true,
};

const OPERATION = "convolve a volume";

/**
 * Convolution of volumes, or of short films, with filters: {@linkcode conv2d} over three axes.
 *
 * `y_hijo = sum_upqc x_(sh+du)(si+dp)(sj+dq)c w_upqco + bias_o`
 *
 * `x` is `[n, depth, height, width, channels]`, the filter
 * `[depth, height, width, channels / groups, outputs]`, the result
 * `[n, depth', height', width', outputs]`. It is the sum of a `conv2d` for each layer of the filter;
 * gradients and errors are those of `conv2d`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { conv3d, ones } from "@neurite/tensor";
 *
 * const y = conv3d(ones([1, 3, 4, 5, 2]), ones([2, 2, 2, 2, 1]));
 * assertEquals(y.shape, [1, 2, 3, 4, 1]);
 * assertEquals(y.dataSync()[0], 16);
 * ```
 */
export const conv3d: Composite<
  [x: TensorLike, filter: TensorLike, options?: VolumeConvolutionOptions]
> = composite(
  (value: TensorLike, weights: TensorLike, options: VolumeConvolutionOptions = {}): Tensor => {
    checkOptions(OPERATION, options, OPTIONS);
    return tidy(() => {
      const backend = backendOf(value, weights), x = asTensor(value, backend);
      const filter = asTensor(weights, x.backend);
      checkAxes(OPERATION, x, "volumes", "[n, depth, height, width, channels]");
      checkAxes(OPERATION, filter, "filters", "[depth, height, width, inputs, outputs]");
      const strides = triple(OPERATION, "strides", options.strides ?? 1);
      const dilations = triple(OPERATION, "dilations", options.dilations ?? 1);
      const padding = splitPadding(options.padding), [layers] = filter.shape;
      const sliding = { stride: strides[0], dilation: dilations[0], padding: padding.depth };
      const size = slidingOutputSize(x.shape[1], layers, sliding);
      if (size === 0) {
        throw new ShapeError(OPERATION, "a filter must fit into the depth of the volume", [
          x.shape,
          filter.shape,
        ]);
      }
      const ends = slidingPadding(x.shape[1], layers, sliding), none = [0, 0] as const;
      const deep = pad(x, [none, ends, none, none, none]), [n, , ...image] = deep.shape;
      const y = Array.from({ length: layers }, (_, u) => {
        const start = u * dilations[0], stop = start + (size - 1) * strides[0] + 1;
        const part = stridedSlice(deep, [{}, { start, stop, step: strides[0] }]);
        const layer = reshape(slice(filter, [u], [1]), filter.shape.slice(1));
        return conv2d(reshape(part, [n * size, ...image]), layer, {
          strides: [strides[1], strides[2]],
          dilations: [dilations[1], dilations[2]],
          padding: padding.image,
          groups: options.groups,
          // Once is enough.
          bias: u === 0 ? options.bias : undefined,
        });
      }).reduce((a, b) => add(a, b));
      return reshape(y, [n, size, ...y.shape.slice(1)]);
    });
  },
  [
    {
      name: "valid",
      inputs: [floats([2, 3, 4, 5, 2], -1, 1), floats([2, 3, 2, 2, 4], -1, 1)],
      call: (x, w) => conv3d(x, w),
    },
    {
      name: "strides, same, bias",
      inputs: [
        floats([1, 5, 4, 4, 2], -1, 1),
        floats([3, 2, 2, 2, 3], -1, 1),
        floats([3], -1, 1),
      ],
      call: (x, w, bias) => conv3d(x, w, { strides: [2, 1, 2], padding: "same", bias }),
    },
    {
      name: "dilations, padding, groups",
      inputs: [floats([1, 5, 4, 5, 4], -1, 1), floats([2, 2, 2, 2, 4], -1, 1)],
      call: (x, w) =>
        conv3d(x, w, {
          dilations: [2, 1, 2],
          padding: [[1, 0], [0, 1], [1, 1]],
          groups: 2,
        }),
    },
  ],
);
