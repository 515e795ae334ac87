/**
 * What a layer of convolutions has learnt to look for.
 *
 * @module
 */
import type { NdArrayLike } from "./arrays.ts";
import { type ChannelOptions, keyOf, readBlock, toBytes } from "./channels.ts";
import { gridPicture } from "./image_grid.ts";
import type { ImageStack } from "./images.ts";
import type { Picture } from "./picture.ts";
import { formatNumber } from "./scale.ts";

/** Options of {@linkcode filters}. */
export interface FiltersOptions extends ChannelOptions {
  /** A text under every filter, where there is one image a filter; `"\n"` breaks the line. */
  captions?: readonly string[];
  /**
   * Whether the three input channels of a filter are red, green and blue of one image. Without it
   * they are where there are three and `colours` is not given.
   */
  rgb?: boolean;
  /** Write every weight on its place; not by default, and not in red, green and blue. */
  numbers?: boolean;
  /**
   * What lies side by side where a filter is several images: its `"inputs"`, each filter a row, as without
   * it; or the `"filters"`, each a column.
   */
  across?: "inputs" | "filters";
}

/**
 * The filters of a convolution, `[height, width, input channels, output channels]` (HWIO, as Keras
 * has them). With one input channel, or three taken for red, green and blue, a filter is one image;
 * otherwise it is a row of them, one an input channel. Images that are scaled each for themselves
 * show patterns, not strengths.
 *
 * `key` says below them what colours stand for, `numbers` writes every weight on its place.
 *
 * @throws {TypeError} where `weights` has not four axes.
 * @throws {RangeError} where a number is NaN or infinite, `rgb` is asked for without three input
 * channels or with diverging colours, captions are given where a filter is a row of images, or an
 * option is none of its values.
 *
 * @example
 * ```ts
 * import { filters } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * // Two filters of 2 by 2: a horizontal edge and a vertical one.
 * const weights = [[[[1, 1]], [[1, -1]]], [[[-1, 1]], [[-1, -1]]]];
 * const svg = await filters(weights, { colours: "diverging", captions: ["up", "left"] }).toSVG();
 * assertEquals(svg.match(/<text [^>]*>\w+/g)?.map((text) => text.split(">")[1]), ["up", "left"]);
 * ```
 */
export function filters(
  weights: NdArrayLike | ArrayLike<ArrayLike<ArrayLike<ArrayLike<number>>>>,
  options: FiltersOptions = {},
): Picture {
  const task = "draw filters";
  const axes = ["height", "width", "input channels", "output channels"];
  const { values, shape: [height, width, inputs, outputs] } = readBlock(
    weights,
    axes,
    task,
    "weights",
  );
  const rgb = options.rgb ?? (inputs === 3 && options.colours === undefined);
  if (rgb && (inputs !== 3 || options.colours === "diverging")) {
    throw new RangeError(
      `Cannot ${task} as red, green and blue take three input channels and no other colours: ` +
        `there are ${inputs} input channels, colours is "${options.colours ?? "grey"}"`,
    );
  }
  const single = rgb || inputs === 1;
  const { title, columns, scale, gap, captions, numbers = false, across = "inputs" } = options;
  if (numbers && rgb) {
    throw new RangeError(
      `Cannot ${task} as numbers go with one input channel an image: ` +
        `current images show three, red, green and blue (give colours, or rgb: false)`,
    );
  }
  if (across !== "inputs" && across !== "filters") {
    throw new RangeError(
      `Cannot ${task} as across must be "inputs" or "filters": current across is "${across}"`,
    );
  }
  if (!single && captions !== undefined) {
    throw new RangeError(
      `Cannot ${task} as captions go with one image a filter: ` +
        `${inputs} input channels make ${inputs} images a filter`,
    );
  }
  // The input channels that each image shows: all three at once, or one.
  const shown = rgb ? [[0, 1, 2]] : Array.from({ length: inputs }, (_, input) => [input]);
  const imageOf = (channels: number[], output: number) =>
    Array.from(
      { length: height * width },
      (_, pixel) => channels.map((input) => values[(pixel * inputs + input) * outputs + output]),
    ).flat();
  const every = Array.from({ length: outputs }, (_, output) => output);
  const images = across === "inputs"
    ? every.flatMap((output) => shown.map((channels) => imageOf(channels, output)))
    : shown.flatMap((channels) => every.map((output) => imageOf(channels, output)));
  const labels = {
    inputs: Array.from({ length: inputs }, (_, input) => `input ${input}`),
    // Columns are narrow: numbers do where there are many.
    filters: every.map((output) =>
      across === "filters" && outputs > 8 ? String(output) : `filter ${output}`
    ),
  };
  const grid = single
    ? { columns, captions }
    : across === "inputs"
    ? { columns: inputs, rowLabels: labels.filters, columnLabels: labels.inputs }
    : { columns: outputs, rowLabels: labels.inputs, columnLabels: labels.filters };
  const stack: ImageStack = {
    height,
    width,
    channels: rgb || options.colours === "diverging" ? 3 : 1,
    pixels: toBytes(images, options, task),
  };
  return gridPicture(stack, { title, scale, gap, ...grid }, {
    key: keyOf(images, options),
    numbers: numbers ? images.map((image) => image.map((value) => formatNumber(value))) : undefined,
  });
}
