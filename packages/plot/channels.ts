/**
 * From numbers of any size to pixels: what pictures of filters and of feature maps have in common.
 *
 * @module
 */
import { type NestedArray, readNested } from "./arrays.ts";
import { formatNumber } from "./scale.ts";
import { palette, rgbOf } from "./theme.ts";

/** What {@linkcode filters} and {@linkcode featureMaps} have in common. */
export interface ChannelOptions {
  /** Title above the grid. */
  title?: string;
  /**
   * `"grey"`, from black for the smallest number to white for the largest; or `"diverging"`, blue
   * below zero, white at zero, vermilion above. Without it grey.
   */
  colours?: "grey" | "diverging";
  /**
   * Whether every image has its own smallest and largest number (`"each"`, the default: shows the
   * pattern of weak ones too) or all share one pair (`"all"`: shows which ones are weak).
   */
  scaling?: "each" | "all";
  /** Write below the images what their colours stand for; not by default. */
  key?: boolean;
  /** Images in a row. */
  columns?: number;
  /** CSS pixels to a number, an integer; images grow to about 84 without it. */
  scale?: number;
  /** White space around images in CSS pixels: 4 without it, 12 with captions. */
  gap?: number;
}

/** What colours stand for: from the first text at the left to the last at the right. */
export interface ColourKey {
  diverging: boolean;
  texts: string[];
}

/** Numbers with their axes, all finite. */
export interface Block {
  values: number[];
  shape: number[];
}

/** Reads nested arrays or an ndarray with `axes.length` axes, none of them empty. */
export function readBlock(
  array: NestedArray,
  axes: readonly string[],
  task: string,
  name: string,
): Block {
  const { values, shape } = readNested(array, task, name);
  if (shape.length !== axes.length || shape.some((length) => length === 0)) {
    throw new TypeError(
      `Cannot ${task} as ${name} must be [${axes.join(", ")}]: current shape is [${shape}]`,
    );
  }
  const bad = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (bad >= 0) {
    let rest = bad;
    const at = shape.toReversed().map((length) => {
      const index = rest % length;
      rest = (rest - index) / length;
      return index;
    });
    throw new RangeError(
      `Cannot ${task} as every number must be finite: ` +
        `${name}[${at.reverse().join("][")}] is ${values[bad]}`,
    );
  }
  return { values: Array.from(values), shape };
}

/** Images of `channels` numbers a pixel as bytes; grey ones have one channel or, in colours, three. */
export function toBytes(
  images: readonly (readonly number[])[],
  { colours = "grey", scaling = "each" }: ChannelOptions,
  task: string,
): Uint8Array[] {
  if (colours !== "grey" && colours !== "diverging") {
    throw new RangeError(
      `Cannot ${task} as colours must be "grey" or "diverging": current colours is "${colours}"`,
    );
  }
  if (scaling !== "each" && scaling !== "all") {
    throw new RangeError(
      `Cannot ${task} as scaling must be "each" or "all": current scaling is "${scaling}"`,
    );
  }
  const own = images.map(extremes);
  const common: Extremes = [
    own.reduce((low, [value]) => Math.min(low, value), Infinity),
    own.reduce((high, [, value]) => Math.max(high, value), -Infinity),
  ];
  return images.map((image, i) => {
    const [low, high] = scaling === "all" ? common : own[i];
    return colours === "grey" ? greys(image, low, high) : diverging(image, low, high);
  });
}

/** The key of images that {@linkcode toBytes} has made, where one is asked for. */
export function keyOf(
  images: readonly (readonly number[])[],
  { key = false, colours = "grey", scaling = "each" }: ChannelOptions,
): ColourKey | undefined {
  if (!key) return undefined;
  const diverging = colours === "diverging";
  if (scaling === "each") {
    const ends = diverging ? ["−", "0", "+"] : ["smallest", "largest"];
    return { diverging, texts: ends };
  }
  const own = images.map(extremes);
  const low = Math.min(...own.map(([low]) => low)), high = Math.max(...own.map(([, high]) => high));
  const most = Math.max(-low, high);
  const ends = diverging ? [-most, 0, most] : [low, high];
  return { diverging, texts: ends.map((value) => formatNumber(value)) };
}

/** The colour of a place in the key, from 0 to 1. */
export function keyColour({ diverging: signed }: ColourKey, share: number): string {
  const [r, g = r, b = r] = signed
    ? diverging([-1, 2 * share - 1], -1, 1).subarray(3)
    : greys([share], 0, 1);
  return `rgb(${r},${g},${b})`;
}

type Extremes = [low: number, high: number];

const extremes = (list: readonly number[]): Extremes => [
  list.reduce((a, b) => Math.min(a, b), Infinity),
  list.reduce((a, b) => Math.max(a, b), -Infinity),
];

/** Black to white; numbers that are all the same are black. */
function greys(image: readonly number[], low: number, high: number): Uint8Array {
  const span = high - low || 1;
  return Uint8Array.from(image, (value) => Math.round((value - low) / span * 255));
}

const NEGATIVE = rgbOf(palette[0]);
const POSITIVE = rgbOf(palette[1]);

/** Three channels: white at zero, the full colour at the number farthest from it. */
function diverging(image: readonly number[], low: number, high: number): Uint8Array {
  const most = Math.max(-low, high) || 1;
  return Uint8Array.from(
    image.flatMap((value) => {
      const share = Math.abs(value) / most;
      return (value < 0 ? NEGATIVE : POSITIVE).map((c) => Math.round(255 + (c - 255) * share));
    }),
  );
}
