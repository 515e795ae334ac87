/**
 * Random numbers, equal to the last bit to those of every backend: the generator Philox 4x32-10 (Salmon et
 * al., 2011) and the transform of Box and Muller in the same steps of 64 bits.
 */
import { doubleLiteral } from "./doubles.ts";

/** Doubles as an array that a loop goes through: compilers lay out every call that is written. */
function table(values: readonly number[]): string {
  return `array<Double, ${values.length}>(${values.map(doubleLiteral).join(", ")})`;
}

const EVEN = [16, 14, 12, 10, 8, 6, 4, 2];
const ODD = [19, 17, 15, 13, 11, 9, 7, 5, 3, 1];

export const RANDOM: Readonly<Record<string, string>> = {
  /** Ten rounds on the counter with the key. */
  philox: `fn philox(counter: vec4u, key: vec2u) -> vec4u {
  var c = counter;
  var k = key;
  for (var round = 0; round < 10; round++) {
    let a = multiply(0xd2511f53u, c.x);
    let b = multiply(0xcd9e8d57u, c.z);
    c = vec4u(b.y ^ c.y ^ k.x, b.x, a.y ^ c.w ^ k.y, a.x);
    k += vec2u(0x9e3779b9u, 0xbb67ae85u);
  }
  return c;
}`,
  /** The block of the stream so many after a position of two words, low and high. */
  blockOf: `fn blockOf(low: u32, high: u32, ahead: u32, attempt: u32, k0: u32, k1: u32) -> vec4u {
  let place = low + ahead;
  return philox(vec4u(place, high + select(0u, 1u, place < low), attempt, 0u), vec2u(k0, k1));
}`,
  /** ln x = e ln 2 + 2 atanh((m - 1) / (m + 1)), x = 2^e m. */
  logDouble: `fn logDouble(x: Double) -> Double {
  let one = ${doubleLiteral(1)};
  var e = x.exponent;
  var m = Double(0u, 0, x.high, x.low);
  let most = ${doubleLiteral(1.4142135623730951)};
  if (m.high > most.high || (m.high == most.high && m.low > most.low)) {
    m.exponent = -1;
    e += 1;
  }
  let s = overDouble(minusDouble(m, one), plusDouble(m, one));
  let z = timesDouble(s, s);
  var q = ${doubleLiteral(1 / 21)};
  var factors = ${table(ODD.map((k) => 1 / k))};
  for (var i = 0; i < ${ODD.length}; i++) { q = plusDouble(timesDouble(q, z), factors[i]); }
  var exponent = doubleOfInteger(u32(abs(e)));
  exponent.sign = select(0u, 1u, e < 0);
  let first = timesDouble(exponent, ${doubleLiteral(0.6931471805599453)});
  return plusDouble(first, timesDouble(scaledBy2(s, 1), q));
}`,
  /** Two normal numbers of two words: sqrt(-2 ln u) by the cosine and the sine of v turns. */
  Pair: `struct Pair { first: Double, second: Double }`,
  normalPair: `fn normalPair(word0: u32, word1: u32) -> Pair {
  let one = ${doubleLiteral(1)};
  let u = scaledBy2(plusDouble(doubleOfInteger(word0), one), -32);
  var r = negated(scaledBy2(logDouble(u), 1));
  r = rootDouble(r);
  // The nearest quarter turn, and what is left of it.
  let quarter = (word1 >> 30u) + ((word1 >> 29u) & 1u);
  let rest = minusDouble(scaledBy2(doubleOfInteger(word1), -32), scaledBy2(doubleOfInteger(quarter), -2));
  let x = timesDouble(rest, ${doubleLiteral(6.283185307179586)});
  let z = timesDouble(x, x);
  var c = one;
  var s = one;
  // 1 - c (z / (k (k - 1))), 1 - s (z / (k (k + 1))) for k from 16 down to 2.
  var of_c = ${table(EVEN.map((k) => 1 / (k * (k - 1))))};
  var of_s = ${table(EVEN.map((k) => 1 / (k * (k + 1))))};
  for (var i = 0; i < ${EVEN.length}; i++) {
    c = minusDouble(one, timesDouble(c, timesDouble(z, of_c[i])));
    s = minusDouble(one, timesDouble(s, timesDouble(z, of_s[i])));
  }
  s = timesDouble(s, x);
  let turned = quarter & 3u;
  if (turned == 1u) { let t = c; c = negated(s); s = t; }
  if (turned == 2u) { c = negated(c); s = negated(s); }
  if (turned == 3u) { let t = c; c = s; s = negated(t); }
  return Pair(timesDouble(r, c), timesDouble(r, s));
}`,
  /** Whether |x| is more than 2. */
  beyondTwo: `fn beyondTwo(a: Double) -> bool {
  return a.high != 0u && (a.exponent > 1 || (a.exponent == 1 && (a.high != 0x80000000u || a.low != 0u)));
}`,
};
