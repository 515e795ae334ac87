/**
 * How a convolution is computed. Each way is counted, in multiply-adds as the kernels of the matrix
 * product make them, and the one with the fewest is taken: by the sizes only, never by a clock, so
 * that the same network gives the same numbers every time.
 *
 * | Way                | What it does                                                                |
 * | ------------------ | --------------------------------------------------------------------------- |
 * | `direct`           | Windows are read where they lie; for any convolution                        |
 * | `product`          | A product of matrices; windows are packed in the cache as it packs its rows |
 * | `winograd`         | 3 x 3, stride 1: tiles of 4 x 4 results by 36 products in place of 144      |
 * | `library`          | Windows are written out as rows of a matrix, a library multiplies           |
 * | `winograd library` | As `winograd`, and a library makes the products                             |
 */
import { type Axes, type Group, isDepthwise, MR, NARROW, NR } from "./conv_windows.ts";
import { isForProduct } from "./conv_product.ts";
import { isFilterForWinograd, isForWinograd, PLACES, tilesOf } from "./conv_winograd.ts";

/** A way to compute a convolution. */
export type ConvolutionWay = "direct" | "product" | "winograd" | "library" | "winograd library";

/** What each way costs that can be taken. */
export type Costs = Partial<Record<ConvolutionWay, number>> & { readonly direct: number };

/** What a convolution is counted by. */
export interface Correlation {
  /** How many images. */
  readonly images: number;
  /** Windows down and across. */
  readonly axes: Axes;
  /** Parts of the channels, and what each has. */
  readonly groups: number;
  readonly group: Group;
}

/**
 * What the ways cost beside their multiply-adds, measured on x86-64 with AVX-512, in multiply-adds:
 * one of the direct kernel, which loads more.
 */
const DIRECT = 1.1;
/** To pack a number under a window, and a number of the filters. */
const WINDOW = 4, WEIGHT = 8;
/** Of minimal filtering: a tile, a number of it to be transformed, a result, and a filter of one input and output. */
const TILE = 4400, IMAGE = 410, RESULT = 310, FILTER = 300;
/** The same for the gradient by the filters: what is transformed is written further away. */
const IMAGE_APART = 630, GRADIENT = 440;
/** A multiply-add of a library with wider vectors, and a number of a window that is written out. */
const LIBRARY = 0.25, PATCH = 6;
/** Rows and columns of filters from which on a library is worth its calls. */
const LIBRARY_INPUTS = 64, LIBRARY_OUTPUTS = 32;
/** The same for transformed filters. */
const WINOGRAD_CHANNELS = 16;
/** A transformed filter that is written and read again, in the second-level cache, or beyond so many numbers. */
const FILTER_NEAR = 350, FILTER_FAR = 750, NEAR = 1 << 20;

/** Rounds up to a multiple. */
const upTo = (n: number, unit: number): number => Math.ceil(n / unit) * unit;

/** Whether windows can be written out for a library, and are large enough for its calls. */
export function isForLibrary({ axes: [down, right], groups, group }: Correlation): boolean {
  return groups === 1 && down.resultStep === 1 && right.resultStep === 1 &&
    down.taps * right.taps * group.inputs >= LIBRARY_INPUTS && group.outputs >= LIBRARY_OUTPUTS;
}

/** What each way costs that can be taken, with a library or without. */
export function costs(
  { images, axes, groups, group }: Correlation,
  library: boolean,
): Costs {
  const [down, right] = axes, { inputs, outputs } = group;
  const pixels = images * down.results * right.results, taps = down.taps * right.taps;
  const wide = outputs <= NARROW || isDepthwise(groups, group) ? outputs : upTo(outputs, NR);
  const direct = DIRECT * groups * upTo(pixels, MR) * taps * inputs * wide;
  const found: Costs = { direct };
  if (isForProduct(groups, axes, group)) {
    const terms = taps * inputs;
    found.product = upTo(pixels, MR) * terms * (upTo(outputs, NR) + WINDOW) +
      WEIGHT * terms * outputs;
  }
  if (isForWinograd(groups, axes, group)) {
    const tiles = tilesOf(images, axes), left = tiles % MR;
    const rows = tiles - left + (left === 0 ? 0 : left <= 4 ? 4 : MR);
    const pairs = inputs * outputs, passes = tiles * (TILE + IMAGE * inputs + RESULT * outputs);
    found.winograd = PLACES * rows * inputs * upTo(outputs, NR) + passes + FILTER * pairs;
    if (library && Math.min(inputs, outputs) >= WINOGRAD_CHANNELS) {
      const perFilter = PLACES * pairs <= NEAR ? FILTER_NEAR : FILTER_FAR;
      found["winograd library"] = passes + (LIBRARY * PLACES * tiles + perFilter) * pairs;
    }
  }
  if (library && isForLibrary({ images, axes, groups, group })) {
    found.library = taps * inputs * (pixels * (LIBRARY * outputs + PATCH) + WEIGHT * outputs);
  }
  return found;
}

/** The way that costs least. */
export function cheapest(correlation: Correlation, library: boolean): ConvolutionWay {
  return least(costs(correlation, library));
}

/** The same for the gradient by the filters. */
export function cheapestForFilter(correlation: Correlation, library: boolean): ConvolutionWay {
  const { images, axes, groups, group } = correlation, [down, right] = axes;
  const { inputs, outputs } = group, terms = down.taps * right.taps * inputs;
  const pixels = images * down.results * right.results;
  const found: Costs = { direct: DIRECT * groups * pixels * terms * upTo(outputs, NR) };
  if (isFilterForWinograd(groups, axes, group)) {
    const tiles = tilesOf(images, axes);
    const passes = tiles * (TILE + IMAGE_APART * inputs + GRADIENT * outputs) +
      FILTER * inputs * outputs;
    found.winograd = PLACES * tiles * inputs * outputs + passes;
    if (library && Math.min(inputs, outputs) >= WINOGRAD_CHANNELS) {
      found["winograd library"] = LIBRARY * PLACES * tiles * inputs * outputs + passes;
    }
  }
  if (library && isForLibrary(correlation)) {
    found.library = pixels * terms * (LIBRARY * outputs + PATCH);
  }
  return least(found);
}

function least(costs: Costs): ConvolutionWay {
  const found = Object.entries(costs) as [ConvolutionWay, number][];
  return found.reduce((best, one) => one[1] < best[1] ? one : best)[0];
}
