/**
 * Many small images in one picture.
 *
 * @module
 */
import { printable } from "@neurite/tensor/texts";
import type { NdArrayLike } from "./arrays.ts";
import { type Image, type ImageStack, readImages } from "./images.ts";
import { base64, Picture } from "./picture.ts";
import { type ColourKey, keyColour } from "./channels.ts";
import { round, svgDocument, svgText, svgTitle } from "./document.ts";
import { drawImagesText } from "./terminal/images.ts";
import { ink, textWidth, type } from "./theme.ts";

/** Options of {@linkcode imageGrid}. */
export interface ImageGridOptions {
  /** Title above the grid. */
  title?: string;
  /** A text under every image; `"\n"` breaks the line. */
  captions?: readonly string[];
  /** A text left of every row, such as `["noisy", "denoised", "clean"]`. */
  rowLabels?: readonly string[];
  /** A text above every column. */
  columnLabels?: readonly string[];
  /**
   * Images in a row; without it as many as there are `columnLabels`, as fill the rows that
   * `rowLabels` name, or else as fit into 720 CSS pixels.
   */
  columns?: number;
  /** CSS pixels to an image pixel, an integer; images grow to about 84 without it. */
  scale?: number;
  /** White space around images in CSS pixels: 4 without it, 12 with captions. */
  gap?: number;
  /**
   * The numbers for black and white; what lies outside is drawn black or white. Without it bytes go
   * from 0 to 255 and floats from 0 to 1, and a number outside is an error; plain arrays need it.
   */
  range?: readonly [black: number, white: number];
  /** Shape of one image, `[height, width]` or `[height, width, channels]`, where images are flat. */
  shape?: readonly number[];
}

/**
 * A grid of images, filled row by row. `images` is one ndarray `[n, height, width]` or
 * `[n, height, width, channels]`, or a list of images. One channel is grey, three are red, green and
 * blue. Pixels stay sharp squares.
 *
 * @throws {TypeError} where the images are not two- or three-dimensional, or it is open what black and
 * white are.
 * @throws {RangeError} where there is no image, sizes or the number of captions or labels differ, or a
 * pixel is NaN, infinite or out of range.
 *
 * @example
 * ```ts
 * import { imageGrid } from "@neurite/plot";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const cross = Uint8Array.of(255, 0, 255, 0, 255, 0, 255, 0, 255);
 * const bar = Uint8Array.of(0, 255, 0, 0, 255, 0, 0, 255, 0);
 * const grid = imageGrid([cross, bar], { shape: [3, 3], captions: ["true ×, read +", "true 1, read 7"] });
 * assertStringIncludes(await grid.toSVG(), "true 1, read 7");
 * ```
 */
export function imageGrid(
  images: NdArrayLike | readonly Image[],
  options: ImageGridOptions = {},
): Picture {
  return gridPicture(readImages(images, options, "draw an image grid"), options, {});
}

/** What grids of filters and of maps have besides. */
export interface GridExtras {
  /** What the colours stand for. */
  key?: ColourKey;
  /** A text on each pixel of each image. */
  numbers?: string[][];
}

/** The picture of a grid. */
export function gridPicture(
  stack: ImageStack,
  options: ImageGridOptions,
  extras: GridExtras,
): Picture {
  const task = "draw an image grid";
  const { captions } = options, title = printable(options.title ?? "");
  if (captions !== undefined && captions.length !== stack.pixels.length) {
    throw new RangeError(
      `Cannot ${task} as every image needs one caption: ` +
        `there are ${stack.pixels.length} images and ${captions.length} captions`,
    );
  }
  const words: Words = {
    title,
    captions: captions?.map((caption) => caption.split("\n").map((line) => printable(line))),
    rowLabels: options.rowLabels?.map((label) => printable(label)) ?? [],
    columnLabels: options.columnLabels?.map((label) => printable(label)) ?? [],
  };
  const layout = arrange(stack, words, options, task);
  if (extras.key !== undefined) layout.height += KEY_HEIGHT;
  const { rowLabels, columnLabels } = words;
  const labelled = rowLabels.length + columnLabels.length > 0;
  const columns = labelled ? layout.columns : options.columns;
  return new Picture({
    svg: async () => {
      const png = await encodePng(compose(stack, layout, 1));
      return drawSvg(layout, png, words, drawExtras(stack, layout, extras));
    },
    terminal: (terminal) => {
      const text = drawImagesText(stack, { ...words, columns }, terminal);
      return extras.key === undefined ? text : `${text}\n${keyText(extras.key)}`;
    },
    ...(captions === undefined && title === "" && !labelled &&
        extras.key === undefined && extras.numbers === undefined
      ? { png: (scale) => encodePng(compose(stack, layout, wholeScale(scale, task))) }
      : {}),
  });
}

/** All that is written around the images. */
interface Words {
  title: string;
  /** The lines under each image. */
  captions: string[][] | undefined;
  rowLabels: string[];
  columnLabels: string[];
}

/** Sizes and places in CSS pixels. */
interface Layout {
  scale: number;
  columns: number;
  gap: number;
  cellWidth: number;
  cellHeight: number;
  /** Height of an image within its cell. */
  imageHeight: number;
  /** Where the first row of cells starts. */
  top: number;
  /** Where the first column of cells starts. */
  left: number;
  width: number;
  height: number;
}

const LINE = 15;
/** Room for the key below the images. */
const KEY_HEIGHT = 46;

/** The key in words. */
function keyText({ diverging, texts }: ColourKey): string {
  return diverging
    ? `blue: ${texts[0]}, white: ${texts[1]}, vermilion: ${texts[2]}`
    : `black: ${texts[0]}, white: ${texts[1]}`;
}

/** The key below the images, and the numbers on their pixels. */
function drawExtras(stack: ImageStack, layout: Layout, { key, numbers = [] }: GridExtras): string {
  const { scale, gap, height } = layout, { width, channels } = stack;
  const texts = numbers.flatMap((list, i) => {
    const [left, top] = place(layout, width * scale, i);
    return list.map((text, at) => {
      const [x, y] = [at % width, Math.floor(at / width)];
      const [r, g = r, b = r] = stack.pixels[i].subarray(at * channels, (at + 1) * channels);
      const dark = 0.299 * r + 0.587 * g + 0.114 * b < 140; // Rec. 601 luma
      return svgText(
        left + (x + 0.5) * scale,
        top + (y + 0.5) * scale + 0.35 * type.label,
        text,
        `font-size="${type.label}" text-anchor="middle" fill="${dark ? ink.paper : ink.text}"`,
      );
    });
  });
  if (key === undefined) return texts.join("");
  const [top, length, steps] = [height - KEY_HEIGHT + 8, Math.min(240, layout.width - 2 * gap), 40];
  const bar = Array.from({ length: steps }, (_, i) => {
    const colour = keyColour(key, i / (steps - 1));
    return `<rect x="${round(gap + i * length / steps)}" y="${top}" ` +
      `width="${round(length / steps + 0.3)}" height="10" fill="${colour}"/>\n`;
  });
  const ends = key.texts.map((text, i, { length: count }) => {
    const anchor = i === 0 ? "start" : i === count - 1 ? "end" : "middle";
    const x = gap + length * i / (count - 1);
    return svgText(x, top + 25, text, `text-anchor="${anchor}" fill="${ink.quiet}"`);
  });
  const frame = `<rect x="${gap}" y="${top}" width="${length}" height="10" fill="none" ` +
    `stroke="${ink.axis}"/>\n`;
  return texts.join("") + bar.join("") + frame + ends.join("");
}

function arrange(
  stack: ImageStack,
  { title, captions = [], rowLabels, columnLabels }: Words,
  options: ImageGridOptions,
  task: string,
): Layout {
  const count = stack.pixels.length;
  const scale = wholeScale(
    options.scale ?? Math.max(1, Math.round(84 / Math.max(stack.height, stack.width))),
    task,
  );
  const gap = options.gap ?? (captions.length > 0 ? 12 : 4);
  if (!Number.isInteger(gap) || gap < 0) {
    throw new RangeError(`Cannot ${task} as gap must be an integer of at least 0: it is ${gap}`);
  }
  const longest = (texts: string[]) =>
    Math.ceil(Math.max(0, ...texts.map((text) => textWidth(text, type.tick))));
  const cellWidth = Math.max(stack.width * scale, longest([...captions.flat(), ...columnLabels]));
  const left = gap + (rowLabels.length > 0 ? longest(rowLabels) + 10 : 0);
  const fitting = Math.max(1, Math.floor((720 - left) / (cellWidth + gap)));
  const even = Math.ceil(count / Math.ceil(count / fitting));
  const columns = options.columns ?? (columnLabels.length ||
    (rowLabels.length > 0 ? Math.ceil(count / rowLabels.length) : even));
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `Cannot ${task} as columns must be an integer of at least 1: it is ${columns}`,
    );
  }
  const rows = Math.ceil(count / columns);
  const used = Math.min(columns, count);
  for (
    const [what, labels, wanted] of [["row", rowLabels, rows], [
      "column",
      columnLabels,
      used,
    ]] as const
  ) {
    if (labels.length > 0 && labels.length !== wanted) {
      throw new RangeError(
        `Cannot ${task} as every ${what} needs one label: ` +
          `there are ${wanted} ${what}s and ${labels.length} labels`,
      );
    }
  }
  const imageHeight = stack.height * scale;
  const captionLines = Math.max(0, ...captions.map((lines) => lines.length));
  const cellHeight = imageHeight + (captionLines > 0 ? captionLines * LINE + 8 : 0);
  const top = gap + (title ? type.title + 16 : 0) + (columnLabels.length > 0 ? LINE + 4 : 0);
  return {
    scale,
    columns,
    gap,
    cellWidth,
    cellHeight,
    imageHeight,
    top,
    left,
    width: Math.max(
      left + used * (cellWidth + gap),
      title ? Math.ceil(textWidth(title, type.title) * 1.05) + 2 * gap : 0,
    ),
    height: top + rows * (cellHeight + gap),
  };
}

function wholeScale(scale: number, task: string): number {
  if (Number.isInteger(scale) && scale >= 1) return scale;
  throw new RangeError(
    `Cannot ${task} as a pixel must become an integer number of pixels: current scale is ${scale}`,
  );
}

/** Top left corner of image `i`, centred in its cell. */
function place(layout: Layout, imageWidth: number, i: number): [left: number, top: number] {
  const [row, column] = [Math.floor(i / layout.columns), i % layout.columns];
  const left = layout.left + column * (layout.cellWidth + layout.gap);
  return [
    left + Math.floor((layout.cellWidth - imageWidth) / 2),
    layout.top + row * (layout.cellHeight + layout.gap),
  ];
}

/** Pixels of a whole picture. */
interface Raster {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** All images on white, every CSS pixel `zoom` pixels wide. */
function compose(stack: ImageStack, layout: Layout, zoom: number): Raster {
  const { channels } = stack;
  const [width, height] = [layout.width * zoom, layout.height * zoom];
  const data = new Uint8Array(width * height * channels).fill(255);
  const size = layout.scale * zoom;
  stack.pixels.forEach((pixels, i) => {
    const [left, top] = place(layout, stack.width * layout.scale, i).map((at) => at * zoom);
    for (let y = 0; y < stack.height * size; y++) {
      const from = Math.floor(y / size) * stack.width;
      let to = ((top + y) * width + left) * channels;
      for (let x = 0; x < stack.width * size; x++) {
        const pixel = (from + Math.floor(x / size)) * channels;
        for (let c = 0; c < channels; c++) data[to++] = pixels[pixel + c];
      }
    }
  });
  return { width, height, channels, data };
}

async function encodePng(raster: Raster): Promise<Uint8Array> {
  const { encode } = await import("npm:fast-png@8.0.0");
  return encode({ ...raster, depth: 8 }, { zlib: { level: 9 } });
}

function drawSvg(layout: Layout, png: Uint8Array, words: Words, extras: string): string {
  const { width, height, gap, cellWidth, columns, imageHeight } = layout;
  const { title, captions = [], rowLabels, columnLabels } = words;
  const texts: string[] = [svgTitle(title, gap, gap + 2)];
  const middle = `text-anchor="middle"`;
  columnLabels.forEach((label, column) => {
    const [left, top] = place(layout, cellWidth, column);
    texts.push(svgText(left + cellWidth / 2, top - 6, label, middle));
  });
  rowLabels.forEach((label, row) => {
    const [left, top] = place(layout, cellWidth, row * columns);
    texts.push(svgText(left - 10, top + imageHeight / 2 + 4, label, `text-anchor="end"`));
  });
  captions.forEach((lines, i) => {
    const [left, top] = place(layout, cellWidth, i);
    lines.forEach((line, n) =>
      texts.push(
        svgText(left + cellWidth / 2, top + imageHeight + 5 + (n + 1) * LINE - 4, line, middle),
      )
    );
  });
  return svgDocument(
    width,
    height,
    title || "image grid",
    `<image width="${width}" height="${height}" style="image-rendering:pixelated" ` +
      `xlink:href="data:image/png;base64,${base64(png)}"/>\n${texts.join("")}${extras}`,
  );
}
