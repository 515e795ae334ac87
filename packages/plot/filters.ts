/**
 * What a layer of convolutions has learnt to look for.
 *
 * @module
 */
import type { NdArrayLike } from "./arrays.ts";
import { type ChannelOptions, readBlock, toBytes } from "./channels.ts";
import { imageGrid } from "./image_grid.ts";
import type { Picture } from "./picture.ts";

/** Options of {@linkcode filters}. */
export interface FiltersOptions extends ChannelOptions {
  /** A text under every filter, where there is one image a filter; `"\n"` breaks the line. */
  captions?: readonly string[];
  /**
   * Whether the three input channels of a filter are red, green and blue of one image. Without it
   * they are where there are three and `colours` is not given.
   */
  rgb?: boolean;
}

/**
 * The filters of a convolution, `[height, width, input channels, output channels]` (HWIO, as Keras
 * has them). With one input channel, or three taken for red, green and blue, a filter is one image;
 * otherwise it is a row of them, one an input channel. Images that are scaled each for themselves
 * show patterns, not strengths.
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
  const { title, columns, scale, gap, captions } = options;
  if (!single && captions !== undefined) {
    throw new RangeError(
      `Cannot ${task} as captions go with one image a filter: ` +
        `${inputs} input channels make ${inputs} images a filter`,
    );
  }
  // The input channels that each image shows: all three at once, or one.
  const shown = rgb ? [[0, 1, 2]] : Array.from({ length: inputs }, (_, input) => [input]);
  const images = Array.from(
    { length: outputs },
    (_, output) =>
      shown.map((channels) =>
        Array.from(
          { length: height * width },
          (_, pixel) =>
            channels.map((input) => values[(pixel * inputs + input) * outputs + output]),
        ).flat()
      ),
  ).flat();
  return imageGrid(toBytes(images, options, task), {
    shape: [height, width, rgb || options.colours === "diverging" ? 3 : 1],
    title,
    scale,
    gap,
    ...(single ? { columns, captions } : {
      columns: inputs,
      rowLabels: Array.from({ length: outputs }, (_, output) => `filter ${output}`),
      columnLabels: Array.from({ length: inputs }, (_, input) => `input ${input}`),
    }),
  });
}
