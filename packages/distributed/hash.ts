/** A number by which ranks find out whether they hold the same values. */

/**
 * A hash of numbers by their bits, an integer below 2^53: two lanes of FNV-1a, of words in place of bytes
 * (Fowler, Noll and Vo; http://www.isthe.com/chongo/tech/comp/fnv/).
 */
export function hashOf(values: Float32Array | Int32Array): number {
  const words = new Int32Array(values.buffer, values.byteOffset, values.length);
  let a = 0x811c9dc5, b = 0x9e3779b9;
  for (let i = 0; i < words.length; i++) {
    a = Math.imul(a ^ words[i], 0x01000193);
    b = Math.imul(b ^ words[i], 0x85ebca6b) ^ (b >>> 15);
  }
  return (a >>> 0) + (b >>> 11) * 2 ** 32;
}
