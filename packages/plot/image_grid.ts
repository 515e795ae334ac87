/**
 * Many small images in one picture.
 *
 * @module
 */
import type { NdArrayLike } from "./arrays.ts";
import { type Image, type ImageStack, readImages } from "./images.ts";
import { base64, Picture } from "./picture.ts";
import { escapeXml } from "./svg.ts";
import { drawImagesText } from "./terminal/images.ts";
import { ink, textWidth, type } from "./theme.ts";

/** Options of {@linkcode imageGrid}. */
export interface ImageGridOptions {
  /** Title above the grid. */
  title?: string;
  /** A text under every image; `"\n"` breaks the line. */
  captions?: readonly string[];
  /** Images in a row; as many as fit into 720 CSS pixels without it. */
  columns?: number;
  /** CSS pixels to an image pixel, a whole number; images grow to about 84 without it. */
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
 * @throws {RangeError} where there is no image, sizes or the number of captions differ, or a pixel is
 * NaN, infinite or out of range.
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
  const task = "draw an image grid";
  const stack = readImages(images, options, task);
  const { captions, title = "" } = options;
  if (captions !== undefined && captions.length !== stack.pixels.length) {
    throw new RangeError(
      `Cannot ${task} as every image needs one caption: ` +
        `there are ${stack.pixels.length} images and ${captions.length} captions`,
    );
  }
  const lines = captions?.map((caption) => caption.split("\n"));
  const layout = arrange(stack, lines, options, title, task);
  const plain = lines === undefined && title === "";
  return new Picture({
    svg: async () => drawSvg(layout, await encodePng(compose(stack, layout, 1)), lines, title),
    terminal: (terminal) =>
      drawImagesText(stack, { captions: lines, columns: options.columns, title }, terminal),
    ...(plain
      ? { png: (scale) => encodePng(compose(stack, layout, wholeScale(scale, task))) }
      : {}),
  });
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
  width: number;
  height: number;
}

const LINE = 15;

function arrange(
  stack: ImageStack,
  captions: string[][] | undefined,
  options: ImageGridOptions,
  title: string,
  task: string,
): Layout {
  const count = stack.pixels.length;
  const scale = wholeScale(
    options.scale ?? Math.max(1, Math.round(84 / Math.max(stack.height, stack.width))),
    task,
  );
  const gap = options.gap ?? (captions ? 12 : 4);
  if (!Number.isInteger(gap) || gap < 0) {
    throw new RangeError(`Cannot ${task} as gap must be a whole number from 0: it is ${gap}`);
  }
  const words = Math.max(0, ...(captions ?? []).flat().map((line) => textWidth(line, type.tick)));
  const cellWidth = Math.max(stack.width * scale, Math.ceil(words));
  const fitting = Math.max(1, Math.floor((720 - gap) / (cellWidth + gap)));
  const even = Math.ceil(count / Math.ceil(count / fitting));
  const columns = options.columns ?? even;
  if (!Number.isInteger(columns) || columns < 1) {
    throw new RangeError(
      `Cannot ${task} as columns must be a whole number from 1: it is ${columns}`,
    );
  }
  const imageHeight = stack.height * scale;
  const captionLines = Math.max(0, ...(captions ?? []).map((lines) => lines.length));
  const cellHeight = imageHeight + (captionLines > 0 ? captionLines * LINE + 8 : 0);
  const used = Math.min(columns, count);
  const top = gap + (title ? type.title + 16 : 0);
  return {
    scale,
    columns,
    gap,
    cellWidth,
    cellHeight,
    imageHeight,
    top,
    width: Math.max(
      gap + used * (cellWidth + gap),
      title ? Math.ceil(textWidth(title, type.title) * 1.05) + 2 * gap : 0,
    ),
    height: top + Math.ceil(count / columns) * (cellHeight + gap),
  };
}

function wholeScale(scale: number, task: string): number {
  if (Number.isInteger(scale) && scale >= 1) return scale;
  throw new RangeError(
    `Cannot ${task} as a pixel must become a whole number of pixels: current scale is ${scale}`,
  );
}

/** Top left corner of image `i`, centred in its cell. */
function place(layout: Layout, imageWidth: number, i: number): [left: number, top: number] {
  const [row, column] = [Math.floor(i / layout.columns), i % layout.columns];
  const left = layout.gap + column * (layout.cellWidth + layout.gap);
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

function drawSvg(
  layout: Layout,
  png: Uint8Array,
  captions: string[][] | undefined,
  title: string,
): string {
  const { width, height, gap, cellWidth } = layout;
  const texts: string[] = [];
  if (title) {
    texts.push(
      `<text x="${gap}" y="${gap + type.title}" font-size="${type.title}" font-weight="600">` +
        `${escapeXml(title)}</text>`,
    );
  }
  captions?.forEach((lines, i) => {
    const [left, top] = place(layout, cellWidth, i);
    lines.forEach((line, n) => {
      const [x, y] = [left + cellWidth / 2, top + layout.imageHeight + 5 + (n + 1) * LINE - 4];
      texts.push(
        `<text x="${x}" y="${y}" font-size="${type.tick}" text-anchor="middle">` +
          `${escapeXml(line)}</text>`,
      );
    });
  });
  return `<svg role="img" aria-label="${escapeXml(title || "image grid")}" width="${width}" ` +
    `height="${height}" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg" ` +
    `xmlns:xlink="http://www.w3.org/1999/xlink" font-family="${type.family}" fill="${ink.text}">\n` +
    `<rect width="${width}" height="${height}" fill="${ink.paper}"/>\n` +
    `<image width="${width}" height="${height}" style="image-rendering:pixelated" ` +
    `xlink:href="data:image/png;base64,${base64(png)}"/>\n${texts.join("\n")}\n</svg>`;
}
