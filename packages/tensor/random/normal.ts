/**
 * The transform of Box and Muller in f64, from additions, multiplications, divisions and square
 * roots alone. Every IEEE machine gives the same bits for those, so the WebAssembly kernel
 * (`kernels/random.as.ts`), which does the same steps, agrees with this file to the last bit;
 * `Math.log` and `Math.cos` may differ from engine to engine.
 */
const bits = new DataView(new ArrayBuffer(8));
const LN2 = 0.6931471805599453;

/** ln(x) for a positive normal x, to 2 ulp: x = 2^e m, ln m = 2 atanh((m - 1) / (m + 1)). */
export function log(x: number): number {
  bits.setFloat64(0, x);
  const high = bits.getUint32(0);
  let e = (high >>> 20) - 1023;
  bits.setUint32(0, (high & 0xfffff) | 0x3ff00000);
  let m = bits.getFloat64(0);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e += 1;
  }
  const s = (m - 1) / (m + 1), z = s * s;
  let p = 1 / 21;
  for (let k = 19; k >= 1; k -= 2) p = p * z + 1 / k;
  return e * LN2 + 2 * s * p;
}

/** [cos, sin] of 2 pi t for t in [0, 1): an eighth of a turn by Taylor's series, the rest by symmetry. */
export function cosSinTurn(t: number): [number, number] {
  const quarter = Math.floor(4 * t + 0.5);
  const x = (t - quarter * 0.25) * 6.283185307179586, z = x * x;
  let c = 1, s = 1;
  for (let k = 16; k >= 2; k -= 2) {
    c = 1 - c * (z * (1 / (k * (k - 1))));
    s = 1 - s * (z * (1 / (k * (k + 1))));
  }
  s *= x;
  if (quarter === 1) return [-s, c];
  if (quarter === 2) return [-c, -s];
  if (quarter === 3) return [s, -c];
  return [c, s];
}

/** Two independent normal numbers from two random words: r = sqrt(-2 ln u), r cos 2 pi v, r sin 2 pi v. */
export function normalPair(word0: number, word1: number): [number, number] {
  const r = Math.sqrt(-2 * log((word0 + 1) / 0x1_0000_0000));
  const [c, s] = cosSinTurn(word1 / 0x1_0000_0000);
  return [r * c, r * s];
}
