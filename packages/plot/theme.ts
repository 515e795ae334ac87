/**
 * The look of every picture, in one place: colours, type and sizes.
 *
 * @module
 */

/**
 * Okabe and Ito's eight colours, told apart by people with any of the common kinds of colour
 * blindness; reordered so that the first ones read best as lines on white. Series and groups take
 * them in turn.
 *
 * Source: M. Okabe and K. Ito, "Color Universal Design", 2008.
 *
 * @example
 * ```ts
 * import { palette } from "@neurite/plot";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(palette.length, 8);
 * assertEquals(palette[0], "#0072b2"); // blue
 * assertEquals(palette[1], "#d55e00"); // vermilion
 * ```
 */
export const palette: readonly string[] = [
  "#0072b2",
  "#d55e00",
  "#009e73",
  "#cc79a7",
  "#e69f00",
  "#56b4e9",
  "#000000",
  "#f0e442",
];

/** Colours of everything that is not data. */
export const ink = {
  text: "#1f2328",
  quiet: "#57606a",
  axis: "#8c959f",
  grid: "#e7ebef",
  paper: "#ffffff",
} as const;

/** Type: the first family is the one that PNG pictures are drawn with. */
export const type = {
  family: "Inter, Helvetica, Arial, sans-serif",
  title: 16,
  label: 13,
  tick: 12,
} as const;

/** Width and height of a chart in SVG units (CSS pixels): the width of a README column. */
export const size = { width: 720, height: 420 } as const;

/** Symbols of point groups, so that groups differ without colour too. */
export const symbols = ["circle", "triangle", "rect", "diamond"] as const;

/** The same symbols for terminals. */
export const glyphs = ["●", "▲", "■", "◆", "○", "△", "□", "◇"] as const;

/** The colour of series or group `index`. */
export function colourOf(index: number): string {
  return palette[index % palette.length];
}

/** Red, green and blue (0 to 255) of a `#rrggbb` colour. */
export function rgbOf(colour: string): [number, number, number] {
  const value = parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

/** `colour` mixed with white: `share` 1 is the colour itself, 0 is white. */
export function tint(colour: string, share: number): string {
  const mixed = rgbOf(colour).map((c) => Math.round(255 + (c - 255) * share));
  return "#" + mixed.map((c) => c.toString(16).padStart(2, "0")).join("");
}

/** Width of `text` at `fontSize`, a little generous (no font is at hand to measure with). */
export function textWidth(text: string, fontSize: number): number {
  let ems = 0;
  for (const char of text) {
    if ("iIjlt.,:;'|!()[] ".includes(char)) ems += 0.33;
    else if (/[mwMW@%]/.test(char)) ems += 0.9;
    else if (char.codePointAt(0)! >= 0x2e80) ems += 1.05;
    else ems += /[A-Z0-9]/.test(char) ? 0.66 : 0.58;
  }
  return ems * fontSize;
}
