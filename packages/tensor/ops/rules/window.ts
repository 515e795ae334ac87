/** Windows that slide over images: how convolution and pooling place them. */
import { ShapeError } from "../../errors.ts";

/**
 * What stands around an image before a window slides over it:
 *
 * - `"valid"`: nothing; windows stay inside.
 * - `"same"`: as many zeros as it takes for `ceil(size / stride)` windows. Of an odd number, the
 *   one more is at the end, as TensorFlow has it (PyTorch pads both sides alike).
 * - `[[top, bottom], [left, right]]`: so many.
 */
export type Padding =
  | "valid"
  | "same"
  | readonly [readonly [number, number], readonly [number, number]];

/** How windows move along one axis. */
export interface Sliding {
  /** How far a window moves; 1 by default. */
  stride?: number;
  /** How far the elements of a window are apart; 1 by default: next to each other. */
  dilation?: number;
  /** What is added before and after; `"valid"` by default. */
  padding?: "valid" | "same" | readonly [number, number];
}

/**
 * How many windows of `kernel` elements fit along an axis of `size` elements:
 *
 * `out = floor((in + before + after - (dilation (F - 1) + 1)) / stride) + 1`
 *
 * With stride 1, dilation 1 and no padding it is the formula of the chapter on convolution,
 * `W_out = W_in - F_w + 1`. With `"same"` it is `ceil(in / stride)`. 0 where no window fits.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slidingOutputSize } from "@neurite/tensor/internal";
 *
 * assertEquals(slidingOutputSize(32, 5), 28);
 * assertEquals(slidingOutputSize(28, 5, { padding: "same" }), 28);
 * assertEquals(slidingOutputSize(28, 2, { stride: 2 }), 14);
 * ```
 */
export function slidingOutputSize(size: number, kernel: number, sliding: Sliding = {}): number {
  const { stride = 1, dilation = 1 } = sliding;
  const [before, after] = slidingPadding(size, kernel, sliding);
  const extent = dilation * (kernel - 1) + 1;
  return Math.max(0, Math.floor((size + before + after - extent) / stride) + 1);
}

/**
 * How many elements are added before and after an axis.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slidingPadding } from "@neurite/tensor/internal";
 *
 * assertEquals(slidingPadding(28, 5, { padding: "same" }), [2, 2]);
 * assertEquals(slidingPadding(7, 2, { stride: 2, padding: "same" }), [0, 1]);
 * ```
 */
export function slidingPadding(
  size: number,
  kernel: number,
  { stride = 1, dilation = 1, padding = "valid" }: Sliding = {},
): [before: number, after: number] {
  if (padding === "valid") return [0, 0];
  if (padding !== "same") return [padding[0], padding[1]];
  const extent = dilation * (kernel - 1) + 1;
  const total = Math.max(0, (Math.ceil(size / stride) - 1) * stride + extent - size);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}

/** How windows move along one axis of a transposed convolution. */
export interface TransposedSliding extends Sliding {
  /** What is added at the end to the smallest result; by default the size is the one below. */
  outputPadding?: number;
}

/**
 * The size of the result of a transposed convolution along an axis of `size` elements, as Keras has
 * it. With the extent of a filter `E = dilation (F - 1) + 1`:
 *
 * - `"valid"`: `(in - 1) stride + max(E, stride)`
 * - `"same"`: `in stride`
 * - `[before, after]`: `(in - 1) stride + E - before - after`
 *
 * With `outputPadding` it is `(in - 1) stride + E - before - after + outputPadding` in each case,
 * where `"same"` takes `floor(E / 2)` away on both sides. {@linkcode slidingOutputSize} leads back.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slidingOutputSize, transposedOutputSize } from "@neurite/tensor/internal";
 *
 * assertEquals(transposedOutputSize(7, 3, { stride: 2, padding: "same" }), 14);
 * assertEquals(slidingOutputSize(14, 3, { stride: 2, padding: "same" }), 7);
 * ```
 */
export function transposedOutputSize(
  size: number,
  kernel: number,
  { stride = 1, dilation = 1, padding = "valid", outputPadding }: TransposedSliding = {},
): number {
  const extent = dilation * (kernel - 1) + 1, most = (size - 1) * stride + extent;
  if (outputPadding === undefined) {
    if (padding === "same") return size * stride;
    if (padding === "valid") return (size - 1) * stride + Math.max(extent, stride);
  }
  const half = padding === "same" ? Math.floor(extent / 2) : 0;
  const [before, after] = typeof padding === "string" ? [half, half] : padding;
  return most - before - after + (outputPadding ?? 0);
}

/** A number for both axes of an image, or one for the height and one for the width. */
export type Pair = number | readonly [height: number, width: number];

/** Windows over the height and the width of images, all numbers known. */
export interface Windows {
  /** The elements of a window, down and across. */
  readonly kernel: readonly [number, number];
  /** How far windows move. */
  readonly strides: readonly [number, number];
  /** How far the elements of a window are apart. */
  readonly dilations: readonly [number, number];
  /** What is added above and below, left and right. */
  readonly pads: readonly [readonly [number, number], readonly [number, number]];
  /** How many windows there are, down and across. */
  readonly output: readonly [number, number];
}

/** How windows slide over an image, as users say it. */
export interface WindowOptions {
  /** How far windows move. */
  strides?: Pair;
  /** How far the elements of a window are apart; 1 by default. */
  dilations?: Pair;
  /** What stands around the image; `"valid"` by default. */
  padding?: Padding;
}

/** How windows slide over the height and the width of any image, all numbers known. */
export interface WindowSettings {
  /** The elements of a window, down and across. */
  readonly kernel: readonly [number, number];
  /** How far windows move, down and across. */
  readonly strides: readonly [number, number];
  /** How far the elements of a window are apart, down and across. */
  readonly dilations: readonly [number, number];
  /** What stands around the image. */
  readonly padding: Padding;
}

/**
 * Checks how windows are to slide, and says it for both axes; `operation` is for messages. Throws
 * `RangeError` for what is not an integer of at least 1, and for padding that is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { windowSettings } from "@neurite/tensor/internal";
 *
 * const { kernel, strides } = windowSettings("pool", 2, { strides: [2, 1] });
 * assertEquals(kernel, [2, 2]);
 * assertEquals(strides, [2, 1]);
 * ```
 */
export function windowSettings(
  operation: string,
  kernel: Pair,
  { strides = 1, dilations = 1, padding = "valid" }: WindowOptions = {},
): WindowSettings {
  checkPadding(operation, padding);
  return {
    kernel: pair(operation, "the window", kernel, 1),
    strides: pair(operation, "strides", strides, 1),
    dilations: pair(operation, "dilations", dilations, 1),
    padding,
  };
}

/**
 * How windows slide along one axis: 0 is down, 1 across.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { slidingAlong, slidingOutputSize, windowSettings } from "@neurite/tensor/internal";
 *
 * const windows = windowSettings("pool", [2, 3], { padding: [[0, 0], [1, 1]] });
 * assertEquals(slidingAlong(windows, 1), { stride: 1, dilation: 1, padding: [1, 1] });
 * assertEquals(slidingOutputSize(4, windows.kernel[1], slidingAlong(windows, 1)), 4);
 * ```
 */
export function slidingAlong(
  { strides, dilations, padding }: WindowSettings,
  axis: 0 | 1,
): Sliding {
  return {
    stride: strides[axis],
    dilation: dilations[axis],
    padding: typeof padding === "string" ? padding : padding[axis],
  };
}

/** The windows over an image of `[height, width]`; `operation` is for messages. */
export function windowsOver(
  operation: string,
  image: readonly [number, number],
  kernel: Pair,
  options: WindowOptions = {},
): Windows {
  const settings = windowSettings(operation, kernel, options);
  const { kernel: size, strides, dilations, padding } = settings;
  const [down, across] = ([0, 1] as const).map((axis) => ({
    pads: slidingPadding(image[axis], size[axis], slidingAlong(settings, axis)),
    output: slidingOutputSize(image[axis], size[axis], slidingAlong(settings, axis)),
  }));
  if (down.output === 0 || across.output === 0) {
    throw new ShapeError(
      operation,
      `a window of ${size.join(" x ")} must fit into the image`,
      [image],
      `height and width ${image.join(" x ")}, padding ${JSON.stringify(padding)}`,
    );
  }
  return {
    kernel: size,
    strides,
    dilations,
    pads: [down.pads, across.pads],
    output: [down.output, across.output],
  };
}

/**
 * A number for each of both axes, of one for both or of two: integers of at least `least`.
 * `operation` and `what` are for the message of the `RangeError`.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { pair } from "@neurite/tensor/internal";
 *
 * assertEquals(pair("pool", "strides", 2, 1), [2, 2]);
 * assertThrows(() => pair("pool", "strides", 0, 1), RangeError, "strides must be");
 * ```
 */
export function pair(
  operation: string,
  what: string,
  value: Pair,
  least: number,
): readonly [number, number] {
  const both = Array.isArray(value) ? [...value] : [value, value];
  if (both.length !== 2 || !both.every((n) => Number.isSafeInteger(n) && n >= least)) {
    throw new RangeError(
      `Cannot ${operation} as ${what} must be an integer of at least ${least}, or two: ` +
        `current ${JSON.stringify(value)}`,
    );
  }
  return [both[0], both[1]];
}

function checkPadding(operation: string, padding: Padding): void {
  if (padding === "valid" || padding === "same") return;
  const fits = Array.isArray(padding) && padding.length === 2 &&
    padding.every((side) =>
      Array.isArray(side) && side.length === 2 &&
      side.every((n) => Number.isSafeInteger(n) && n >= 0)
    );
  if (!fits) {
    throw new RangeError(
      `Cannot ${operation} as padding must be "valid", "same" or [[top, bottom], [left, right]] ` +
        `with integers: current ${JSON.stringify(padding)}`,
    );
  }
}
