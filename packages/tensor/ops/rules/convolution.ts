/**
 * What the three operations of convolution have in common. An image `x`, a filter `w` and an output
 * `y` are tied by sums of products, `y = sum x w`; each operation computes one of the three from
 * the other two, and its gradients are the other two operations.
 */
import type { TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import type { NdArray } from "../../ndarray.ts";
import type { Tensor } from "../../tensor.ts";
import { ACTIVATIONS, checkActivation } from "./fused_activation.ts";
import type { FusedActivation } from "./fused_activation.ts";
import { type WindowOptions, type Windows, windowsOver } from "./window.ts";

/** How filters slide over images, and what is done to the result. */
export interface ConvolutionOptions extends WindowOptions {
  /** Parts of the channels that are convolved on their own; 1 by default. */
  groups?: number;
  /** A vector that is added to every pixel. */
  bias?: TensorLike;
  /** A function that is applied to every element in the end; `linear` by default. */
  activation?: FusedActivation;
}

/** The names of the options. */
export const CONVOLUTION_OPTIONS: Record<keyof ConvolutionOptions, true> = {
  strides: true,
  dilations: true,
  padding: true,
  groups: true,
  bias: true,
  activation: true,
};

/** The attributes of a convolution. */
export interface Convolution extends Windows {
  /** The height and width of the images. */
  readonly image: readonly [number, number];
  /** Parts of the channels that are convolved on their own. */
  readonly groups: number;
  /** The activation. */
  readonly activation: FusedActivation;
}

/** The windows that options ask for, for filters of `kernel` on images of `[height, width]`. */
export function convolutionOver(
  operation: string,
  image: readonly [number, number],
  kernel: readonly [number, number],
  options: ConvolutionOptions,
): Convolution {
  const { groups = 1, activation = "linear" } = options;
  if (!Number.isSafeInteger(groups) || groups < 1) {
    throw new RangeError(
      `Cannot ${operation} as groups must be an integer of at least 1: current ${groups}`,
    );
  }
  checkActivation(operation, activation);
  return { ...windowsOver(operation, image, kernel, options), image, groups, activation };
}

/** Refuses filters that are not `[height, width, inputs, outputs]`. */
export function checkFilter(operation: string, { rank, shape }: Tensor): void {
  if (rank === 4) return;
  throw new ShapeError(operation, "filters must be of shape [height, width, inputs, outputs]", [
    shape,
  ]);
}

/** Refuses channels that groups do not divide. */
export function checkGroups(operation: string, channels: readonly number[], groups: number): void {
  if (channels.every((n) => n % groups === 0)) return;
  throw new ShapeError(
    operation,
    `groups must divide the channels`,
    [],
    `${groups} groups, ${channels.join(" and ")} channels`,
  );
}

/** Refuses a bias that is not one number a channel. */
export function checkBias(operation: string, bias: Tensor | undefined, channels: number): void {
  if (bias === undefined || (bias.rank === 1 && bias.size === channels)) return;
  throw new ShapeError(
    operation,
    `the bias must be a vector of ${channels} numbers, one a channel`,
    [bias.shape],
  );
}

/**
 * Goes through all products of a convolution: `f` is given the positions of the image's, the
 * filter's and the output's number that belong together. What is padding is left out.
 */
export function eachProduct(
  { x: [n, height, width, channels], y: [, , , outputs] }: {
    readonly x: readonly number[];
    readonly y: readonly number[];
  },
  { kernel, strides, dilations, pads, output, groups }: Convolution,
  f: (x: number, w: number, y: number) => void,
): void {
  const inputs = channels / groups, share = outputs / groups;
  for (let image = 0; image < n; image++) {
    for (let i = 0; i < output[0]; i++) {
      for (let j = 0; j < output[1]; j++) {
        for (let p = 0; p < kernel[0]; p++) {
          for (let q = 0; q < kernel[1]; q++) {
            const row = i * strides[0] - pads[0][0] + p * dilations[0];
            const column = j * strides[1] - pads[1][0] + q * dilations[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            const pixel = ((image * height + row) * width + column) * channels;
            for (let o = 0; o < outputs; o++) {
              const y = ((image * output[0] + i) * output[1] + j) * outputs + o;
              for (let c = 0; c < inputs; c++) {
                const x = pixel + Math.floor(o / share) * inputs + c;
                f(x, ((p * kernel[1] + q) * inputs + c) * outputs + o, y);
              }
            }
          }
        }
      }
    }
  }
}

/** Adds the bias to every pixel and applies the activation, in place. */
export function finish(
  { data, shape }: NdArray,
  bias: NdArray | undefined,
  activation: FusedActivation,
): void {
  const channels = shape[3], f = ACTIVATIONS[activation];
  for (let at = 0; at < data.length; at++) {
    data[at] = f(data[at] + (bias?.get(at % channels) ?? 0));
  }
}

/** A setting that samples try: images `[n, height, width, channels]`, filters, windows. */
export interface ConvolutionCase {
  /** What is special about it. */
  readonly name: string;
  /** The shape of the images. */
  readonly x: readonly [n: number, height: number, width: number, channels: number];
  /** The shape of the filters. */
  readonly filter: readonly [height: number, width: number, inputs: number, outputs: number];
  /** The options. */
  readonly options: Omit<ConvolutionOptions, "bias">;
}

/** The shape of what {@linkcode ConvolutionCase} gives. */
export function outputShape(
  { x, filter, options }: ConvolutionCase,
): readonly [number, number, number, number] {
  const { output } = convolutionOver("convolve", [x[1], x[2]], [filter[0], filter[1]], options);
  return [x[0], output[0], output[1], filter[3]];
}

/** What samples try: widths around those of vectors and tiles, and the odd ones. */
export const CASES: readonly ConvolutionCase[] = [
  { name: "a 3 x 3 filter", x: [2, 5, 6, 3], filter: [3, 3, 3, 8], options: {} },
  { name: "same", x: [1, 6, 5, 1], filter: [5, 5, 1, 6], options: { padding: "same" } },
  { name: "one output", x: [2, 5, 4, 8], filter: [3, 3, 8, 1], options: { padding: "same" } },
  { name: "sixteen outputs", x: [1, 4, 4, 6], filter: [2, 2, 6, 16], options: {} },
  { name: "the whole image", x: [7, 3, 3, 4], filter: [3, 3, 4, 9], options: {} },
  { name: "1 x 1", x: [2, 3, 3, 5], filter: [1, 1, 5, 7], options: {} },
  { name: "1 x 1, strides 2", x: [2, 5, 4, 3], filter: [1, 1, 3, 4], options: { strides: 2 } },
  {
    name: "strides 2, same",
    x: [2, 7, 6, 3],
    filter: [3, 3, 3, 4],
    options: { strides: 2, padding: "same" },
  },
  {
    name: "strides 3 and 2",
    x: [1, 8, 9, 2],
    filter: [2, 3, 2, 3],
    options: { strides: [3, 2] },
  },
  {
    name: "strides beyond the window",
    x: [2, 7, 7, 2],
    filter: [1, 2, 2, 3],
    options: { strides: 3 },
  },
  { name: "dilations 2", x: [2, 7, 8, 3], filter: [3, 3, 3, 6], options: { dilations: 2 } },
  {
    name: "dilations and strides",
    x: [1, 9, 8, 2],
    filter: [2, 3, 2, 5],
    options: { dilations: [3, 2], strides: 2, padding: "same" },
  },
  {
    name: "uneven padding",
    x: [2, 4, 5, 3],
    filter: [3, 2, 3, 8],
    options: { padding: [[2, 0], [1, 3]] },
  },
  {
    name: "padding beyond the window",
    x: [1, 3, 2, 2],
    filter: [2, 2, 2, 3],
    options: { padding: [[3, 0], [0, 4]] },
  },
  { name: "2 groups", x: [2, 4, 4, 6], filter: [3, 3, 3, 4], options: { groups: 2 } },
  {
    name: "2 groups, strides 2",
    x: [2, 5, 5, 4],
    filter: [3, 3, 2, 18],
    options: { groups: 2, strides: 2, padding: "same" },
  },
  {
    name: "depthwise",
    x: [2, 5, 5, 7],
    filter: [3, 3, 1, 7],
    options: { groups: 7, padding: "same" },
  },
  {
    name: "depthwise, two outputs a channel, strides 2",
    x: [1, 6, 6, 5],
    filter: [3, 3, 1, 10],
    options: { groups: 5, strides: 2 },
  },
  {
    name: "depthwise, dilations 2",
    x: [1, 6, 7, 20],
    filter: [3, 3, 1, 20],
    options: { groups: 20, dilations: 2 },
  },
  {
    name: "two windows in a row, one output",
    x: [1, 4, 4, 8],
    filter: [3, 3, 8, 1],
    options: {},
  },
  { name: "no images", x: [0, 4, 4, 2], filter: [3, 3, 2, 3], options: {} },
  { name: "no channels", x: [1, 3, 3, 0], filter: [2, 2, 0, 3], options: {} },
  {
    name: "many pixels",
    x: [3, 17, 19, 2],
    filter: [3, 3, 2, 9],
    options: { padding: "same" },
  },
  {
    name: "by minimal filtering",
    x: [1, 8, 9, 12],
    filter: [3, 3, 12, 12],
    options: { padding: "same" },
  },
  { name: "long sums", x: [1, 3, 4, 70], filter: [3, 3, 70, 9], options: {} },
];
