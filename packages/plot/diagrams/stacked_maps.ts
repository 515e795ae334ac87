/**
 * A network of convolutions as stacks of maps: how pictures become small and many.
 *
 * @module
 */
import type { Picture } from "../picture.ts";
import { ink, palette, tint } from "../theme.ts";
import { diagram, Scene, widthOf } from "./scene.ts";

/** What a layer gives, as {@linkcode stackedMaps} draws it. */
export interface StackedLayer {
  /** What stands below the maps: `"convolution"`; `"\n"` breaks the line. */
  readonly name: string;
  /** `[height, width, channels]`, or `[numbers]`. */
  readonly outputShape: readonly (number | null)[];
}

/** Options of {@linkcode stackedMaps}. */
export interface StackedMapsOptions {
  /** Title above the diagram. */
  title?: string;
}

/** Sheets of a stack that are drawn, at most. */
const MOST = 10;
/** The largest map, and the smallest that can be seen. */
const [LARGE, SMALL] = [112, 12];

/**
 * The layers of a convolutional network as LeCun drew them: each gives a stack of feature maps, as many
 * sheets as it has channels (ten at most), as large as they are beside each other; what is flat is a
 * bar. `model.describe()` of `@neurite/nn` fits. In a terminal it is a table.
 *
 * @throws {RangeError} where there is no layer, or a shape has neither one nor three known sizes.
 *
 * @example
 * ```ts
 * import { stackedMaps } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * const picture = stackedMaps([
 *   { name: "image", outputShape: [28, 28, 1] },
 *   { name: "convolution", outputShape: [24, 24, 6] },
 *   { name: "pooling", outputShape: [12, 12, 6] },
 *   { name: "dense", outputShape: [10] },
 * ]);
 * assertEquals(picture.toTerminal().split("\n")[1], "convolution  24 × 24 × 6");
 * ```
 */
export function stackedMaps(
  layers: readonly StackedLayer[],
  options: StackedMapsOptions = {},
): Picture {
  const task = "draw stacked maps";
  const { title = "" } = options;
  if (layers.length === 0) {
    throw new RangeError(`Cannot ${task} as there must be a layer: none given`);
  }
  const stacks = layers.map(({ name, outputShape }, i) => {
    const known = outputShape.every((size) => Number.isInteger(size) && size! > 0);
    if (known && (outputShape.length === 1 || outputShape.length === 3)) {
      return { lines: name.split("\n"), shape: outputShape as readonly number[] };
    }
    throw new RangeError(
      `Cannot ${task} as a layer must give [height, width, channels] or [numbers]: ` +
        `layers[${i}] gives [${outputShape.map((size) => size ?? "null")}]`,
    );
  });
  const largest = Math.max(
    1,
    ...stacks.flatMap(({ shape }) => shape.length === 3 ? shape.slice(0, 2) : []),
  );
  const longest = Math.max(1, ...stacks.flatMap(({ shape }) => shape.length === 1 ? shape : []));
  const sizes = stacks.map(({ shape }) => {
    if (shape.length === 1) {
      const height = 26 + (LARGE - 26) * Math.log(1 + shape[0]) / Math.log(1 + longest);
      return { width: 14, height, sheets: 1, apart: 0 };
    }
    const [height, width, channels] = shape;
    const sheets = Math.min(MOST, channels);
    const side = (size: number) => Math.max(SMALL, size / largest * LARGE);
    return { height: side(height), width: side(width), sheets, apart: sheets > 1 ? 5 : 0 };
  });
  const texts = stacks.map(({ lines, shape }) => [...lines, shape.join(" × ")]);
  const widths = sizes.map(({ width, sheets, apart }, i) =>
    Math.max(width + apart * (sheets - 1), ...texts[i].map((text) => widthOf(text, 13)))
  );
  const gap = 30, total = widths.reduce((sum, width) => sum + width + gap, 40 - gap);
  const tall = Math.max(...sizes.map(({ height, sheets, apart }) => height + apart * (sheets - 1)));
  const most = Math.max(...texts.map((list) => list.length));
  const middle = 20 + tall / 2;
  const scene = new Scene(Math.ceil(total), Math.ceil(tall + 44 + 18 * most));
  let left = 20;
  sizes.forEach(({ width, height, sheets, apart }, i) => {
    const centre = left + widths[i] / 2, spread = apart * (sheets - 1);
    const colour = palette[i === 0 ? 5 : stacks[i].shape.length === 1 ? 4 : (i % 2 === 1 ? 0 : 2)];
    for (let sheet = 0; sheet < sheets; sheet++) {
      // The first sheet lies in front, at the bottom left.
      const shift = spread / 2 - sheet * apart;
      const place = [centre + spread / 2 - sheet * apart, middle - shift] as const;
      scene.box(place, width, height, {
        fill: tint(colour, 0.25),
        stroke: colour,
        width: 1,
        radius: 1,
      });
    }
    const next = sizes[i + 1];
    if (next !== undefined) {
      const from = centre + (width + spread) / 2 + 6;
      const to = left + widths[i] + gap + widths[i + 1] / 2 -
        (next.width + next.apart * (next.sheets - 1)) / 2 - 6;
      scene.arrow([[from, middle], [Math.max(from + 10, to), middle]]);
    }
    texts[i].forEach((text, n) => {
      const last = n === texts[i].length - 1;
      scene.text([centre, tall + 42 + 18 * n], text, {
        size: 13,
        colour: last ? ink.quiet : ink.text,
      });
    });
    left += widths[i] + gap;
  });
  const wide = Math.max(...stacks.map(({ lines }) => lines.join(" ").length));
  return diagram(
    scene,
    title,
    `the maps of ${layers.length} layers`,
    stacks.map(({ lines, shape }) => `${lines.join(" ").padEnd(wide)}  ${shape.join(" × ")}`),
  );
}
