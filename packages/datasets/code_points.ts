/** The order in which texts are numbered. */

/** The order of code points, which is not that of UTF-16 beyond the basic plane. */
export function byCodePoint(a: string, b: string): number {
  const left = Array.from(a), right = Array.from(b);
  const at = left.findIndex((character, i) => character !== right[i]);
  if (at < 0) return left.length - right.length;
  if (at >= right.length) return 1;
  return left[at].codePointAt(0)! - right[at].codePointAt(0)!;
}
