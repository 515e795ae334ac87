/**
 * Texts of users and files, as they can be shown: on a terminal, and in SVG, which is XML; and bars.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quoted } from "@neurite/tensor/texts";
 *
 * assertEquals(quoted("conv\u001b[2J"), '"conv\\u001b[2J"');
 * ```
 *
 * @module
 */
export { type BarScreen, TerminalBar } from "./terminal_bar.ts";

/**
 * What a terminal obeys, XML forbids or nobody sees: control characters, marks that turn the direction
 * of reading, halves of surrogate pairs, characters that are none. The joiners within emoji and scripts
 * are left as they are.
 */
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\ufffe\uffff]/gu;

const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(character: string): string {
  const code = character.codePointAt(0)!.toString(16);
  return SHORT[character] ?? (code.length > 4 ? `\\u{${code}}` : `\\u${code.padStart(4, "0")}`);
}

/**
 * A text as it can be shown on one line: what a terminal would obey or nobody would see is written as
 * an escape, and what is longer than `most` is cut off with an ellipsis. With `lines`, line ends and
 * tabs are kept.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { printable } from "@neurite/tensor/texts";
 *
 * assertEquals(printable("conv\u001b[2J\u009b1"), "conv\\u001b[2J\\u009b1");
 * assertEquals(printable("a long name", 7), "a long…");
 * ```
 */
export function printable(text: string, most = 100, lines = false): string {
  // An escape is longer than what it stands for, so no more than `most` can be shown.
  const shown = text.slice(0, most + 1).replace(
    UNSEEN,
    (character) => lines && /[\n\t]/.test(character) ? character : escaped(character),
  );
  if (shown.length <= most) return shown;
  return `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`;
}

/**
 * The same between quotation marks, for names in messages.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { quoted } from "@neurite/tensor/texts";
 *
 * assertEquals(quoted("conv\u001b"), '"conv\\u001b"');
 * ```
 */
export function quoted(text: string): string {
  return `"${printable(text)}"`;
}
