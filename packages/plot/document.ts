/**
 * What pictures that are written out as SVG have in common: the document around them, texts, and
 * numbers short enough to read.
 *
 * @module
 */
import { ink, type } from "./theme.ts";

/** Room around what is drawn. */
export const MARGIN = 20;

/** `text` for use inside XML, attribute values included. */
export function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

/** A whole document on white; `label` is what a screen reader says. */
export function svgDocument(
  width: number,
  height: number,
  label: string,
  body: string,
): string {
  return `<svg role="img" aria-label="${escapeXml(label)}" width="${width}" height="${height}" ` +
    `viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg" ` +
    `xmlns:xlink="http://www.w3.org/1999/xlink" font-family="${type.family}" ` +
    `font-size="${type.tick}" fill="${ink.text}">\n` +
    `<rect width="${width}" height="${height}" fill="${ink.paper}"/>\n${body.trimEnd()}\n</svg>\n`;
}

/** A text whose baseline begins at (x, y); `more` is attributes. */
export function svgText(x: number, y: number, words: string, more = ""): string {
  const space = more === "" ? "" : " ";
  return `<text x="${round(x)}" y="${round(y)}"${space}${more}>${escapeXml(words)}</text>\n`;
}

/** The title of a picture, or nothing where there is none. */
export function svgTitle(title: string, x: number = MARGIN, top: number = MARGIN): string {
  const font = `font-size="${type.title}" font-weight="600"`;
  return title ? svgText(x, top + type.title - 2, title, font) : "";
}

/** A number with one decimal at most. */
export const round = (value: number): number => Math.round(value * 10) / 10;
