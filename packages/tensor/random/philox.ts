/**
 * Philox 4x32-10, a counter-based generator: word `i` of the stream is a function of the key and
 * the counter alone, so any thread or backend can make any part of it. From Salmon et al.,
 * "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */

/** The high 32 bits of the 64-bit product `a * b` of two 32-bit words; no part of it exceeds 32 bits. */
function mulhi(a: number, b: number): number {
  const a0 = a & 0xffff, a1 = a >>> 16, b0 = b & 0xffff, b1 = b >>> 16;
  const low = Math.imul(a0, b0);
  const middle = Math.imul(a1, b0) + (low >>> 16) | 0;
  const other = Math.imul(a0, b1) + (middle & 0xffff) | 0;
  return Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16) | 0;
}

/**
 * Ten rounds of Philox on the counter `[c0, c1, c2, c3]` with the key `[k0, k1]`; the four words
 * of the result are written to `out[at..at+3]`.
 */
export function philox(
  out: Uint32Array,
  at: number,
  c0: number,
  c1: number,
  c2: number,
  c3: number,
  k0: number,
  k1: number,
): void {
  for (let round = 0; round < 10; round++) {
    const high0 = mulhi(0xd2511f53, c0), low0 = Math.imul(0xd2511f53, c0);
    const high1 = mulhi(0xcd9e8d57, c2), low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = k0 + 0x9e3779b9 | 0;
    k1 = k1 + 0xbb67ae85 | 0;
  }
  out[at] = c0;
  out[at + 1] = c1;
  out[at + 2] = c2;
  out[at + 3] = c3;
}
