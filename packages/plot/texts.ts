/**
 * Texts of users and files, made fit to be drawn: in SVG, which is XML, and on terminals.
 *
 * @module
 */

/**
 * What XML forbids, a terminal obeys or nobody sees: control characters, marks that turn the direction
 * of reading, halves of surrogate pairs, characters that are none. The joiners within emoji and
 * scripts are left as they are.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return SHORT[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/** `text` on one line, with what cannot be drawn as escapes; what is longer than `most` is cut off. */
export function drawable(text: string, most = 100): string {
  const shown = text.slice(0, most + 1).replace(UNSEEN, escaped);
  if (shown.length <= most) return shown;
  return `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

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
