/**
 * Texts as a terminal shows them: how wide they are, cut off, in lines.
 *
 * @module
 */

/** The codes of colours, which take no room. */
const COLOURS = /\p{Cc}\[[\d;]*m/gu;

/** How many columns of a terminal a text takes, where no character is wider than one. */
export const lengthOf = (text: string): number => [...text.replace(COLOURS, "")].length;

/** A text cut off with an ellipsis where it is longer than `width`. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, width - 1).join("")}…` : text;
}

/** Texts in lines of at most `width`, with `gap` between two of them; one too long has its own. */
export function fold(texts: readonly string[], gap: string, width: number): string[] {
  const lines: string[] = [];
  for (const text of texts) {
    const longer = lines.length > 0 ? lines[lines.length - 1] + gap + text : text;
    if (lines.length > 0 && lengthOf(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(text);
  }
  return lines;
}
