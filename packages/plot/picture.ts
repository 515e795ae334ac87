/**
 * The one thing every function of this package returns.
 *
 * @module
 */
import { writeWhole } from "@neurite/tensor/files";
import { rasterize } from "./raster.ts";
import { resolveTerminal, type Terminal, type TerminalOptions } from "./terminal/options.ts";

/** How a picture is drawn: what the constructor of {@linkcode Picture} takes. */
export interface Drawing {
  /** The picture as a complete SVG document. */
  svg(): Promise<string>;
  /** The picture as text, at most `terminal.columns` wide. */
  terminal(terminal: Terminal): string;
  /** The picture as PNG, where it is made of pixels; without it the SVG is rasterised. */
  png?(scale: number): Promise<Uint8Array>;
}

/** Options of {@linkcode Picture.toPNG}. */
export interface PngOptions {
  /**
   * Pixels to a CSS pixel. 2 without it, for sharp text on dense screens; 1 for an image grid without
   * captions, where one then gets exactly the pixels drawn.
   */
  scale?: number;
}

/**
 * The name under which Deno's notebook looks for a picture: `Symbol.for("Jupyter.display")`.
 *
 * @example
 * ```ts
 * import { histogram, jupyterDisplay } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const bundle = await histogram([1, 2, 2, 3])[jupyterDisplay]();
 * assertEquals(Object.keys(bundle), ["image/svg+xml", "text/plain"]);
 * ```
 */
export const jupyterDisplay: unique symbol = Symbol.for("Jupyter.display") as never;

/**
 * A finished picture, to be had as SVG, PNG or text, or saved. It holds a copy of what it shows:
 * training on does not change it.
 *
 * In a Deno notebook a picture that is the last expression of a cell is shown.
 *
 * @example
 * ```ts
 * import { lineChart, type Picture } from "@neurite/plot";
 * import { assert, assertStringIncludes } from "@std/assert";
 *
 * const picture: Picture = lineChart({ title: "Squares", series: [{ name: "x²", y: [0, 1, 4, 9] }] });
 * assertStringIncludes(await picture.toSVG(), "Squares");
 * assertStringIncludes(picture.toTerminal({ columns: 40, color: false }), "Squares");
 * assert((await picture.toPNG())[0] === 0x89); // every PNG starts with this byte
 * ```
 */
export class Picture {
  readonly #drawing: Drawing;

  /**
   * A picture of your own making.
   *
   * @example
   * ```ts
   * import { Picture } from "@neurite/plot";
   * import { assertEquals } from "@std/assert";
   *
   * const dot = new Picture({
   *   svg: () => Promise.resolve('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
   *   terminal: () => "●",
   * });
   * assertEquals(dot.toTerminal(), "●");
   * ```
   */
  constructor(drawing: Drawing) {
    this.#drawing = drawing;
  }

  /**
   * The picture as an SVG document, the same text every time. Loads the chart library on the first
   * call (about 50 ms); needs no permission.
   *
   * @example
   * ```ts
   * import { confusionMatrix } from "@neurite/plot";
   * import { assert } from "@std/assert";
   *
   * const svg = await confusionMatrix([[9, 1], [0, 8]]).toSVG();
   * assert(svg.startsWith("<svg ") && svg.trimEnd().endsWith("</svg>"));
   * ```
   */
  toSVG(): Promise<string> {
    return this.#drawing.svg();
  }

  /**
   * The picture as a PNG file. Text is drawn in Inter, which is embedded; it has Latin and Greek
   * letters and mathematical signs, and other letters stay invisible. Needs no permission.
   *
   * @throws {RangeError} where `scale` is not a number above 0 (an image grid without captions takes
   * integers only).
   *
   * @example
   * ```ts
   * import { imageGrid } from "@neurite/plot";
   * import { assertEquals } from "@std/assert";
   *
   * const png = await imageGrid([[[0, 255], [255, 0]]], { range: [0, 255], scale: 1 }).toPNG();
   * assertEquals(Array.from(png.subarray(1, 4)), Array.from("PNG", (c) => c.charCodeAt(0)));
   * ```
   */
  async toPNG(options: PngOptions = {}): Promise<Uint8Array> {
    const { scale } = options;
    if (scale !== undefined && !(scale > 0 && Number.isFinite(scale))) {
      throw new RangeError(
        `Cannot draw a PNG as its scale must be a number above 0: current scale is ${scale}`,
      );
    }
    if (this.#drawing.png !== undefined) return await this.#drawing.png(scale ?? 1);
    return await rasterize(await this.toSVG(), scale ?? 2);
  }

  /**
   * The picture as text for a terminal: Unicode characters, and 24-bit colours where the terminal
   * has them (see {@linkcode TerminalOptions.color}). Lines end with `"\n"`, the last one without.
   *
   * @example
   * ```ts
   * import { confusionMatrix } from "@neurite/plot";
   * import { assertStringIncludes } from "@std/assert";
   *
   * const text = confusionMatrix([[9, 1], [0, 8]]).toTerminal({ color: false });
   * assertStringIncludes(text, "accuracy 94.4% (17 of 18)");
   * ```
   */
  toTerminal(options: TerminalOptions = {}): string {
    return this.#drawing.terminal(resolveTerminal(options));
  }

  /**
   * Writes the picture to `path`, as SVG or PNG by its extension, and makes the folders it lies in.
   * The file is written beside and renamed: a failure leaves the old file whole. Needs
   * `--allow-read` and `--allow-write` for the folder.
   *
   * @throws {TypeError} where the extension is neither `.svg` nor `.png`.
   * @throws {DataError} if the file cannot be written, or is none: a folder, a device, a pipe.
   *
   * @example
   * ```ts
   * import { lineChart } from "@neurite/plot";
   * import { assertStringIncludes } from "@std/assert";
   *
   * const folder = await Deno.makeTempDir();
   * await lineChart({ series: [{ y: [3, 1, 2] }] }).save(`${folder}/pictures/line.svg`);
   * assertStringIncludes(await Deno.readTextFile(`${folder}/pictures/line.svg`), "<svg ");
   * await Deno.remove(folder, { recursive: true });
   * ```
   */
  async save(path: string | URL, options: PngOptions = {}): Promise<void> {
    const name = path instanceof URL ? path.pathname : path;
    const extension = /\.([^./\\]*)$/.exec(name)?.[1].toLowerCase() ?? "";
    if (extension === "svg") await writeWhole(path, [new TextEncoder().encode(await this.toSVG())]);
    else if (extension === "png") await writeWhole(path, [await this.toPNG(options)]);
    else {
      throw new TypeError(
        `Cannot save a picture as the file name must end in .svg or .png: current name is ${name}`,
      );
    }
  }

  /**
   * What Deno's notebook shows: the picture as SVG (image grids without captions as PNG), and as text
   * where a front end has no pictures.
   *
   * @example
   * ```ts
   * import { imageGrid, jupyterDisplay } from "@neurite/plot";
   * import { assertEquals } from "@std/assert";
   *
   * const bundle = await imageGrid([[[0, 1]]], { range: [0, 1] })[jupyterDisplay]();
   * assertEquals(Object.keys(bundle), ["image/png", "text/plain"]);
   * ```
   */
  async [jupyterDisplay](): Promise<Record<string, string>> {
    const text = this.toTerminal({ columns: 80, color: false });
    if (this.#drawing.png === undefined) {
      return { "image/svg+xml": await this.toSVG(), "text/plain": text };
    }
    return { "image/png": base64(await this.toPNG()), "text/plain": text };
  }
}

/** Bytes as base64. */
export function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
