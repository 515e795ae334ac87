/**
 * Numbers of 64 bits as IEEE 754 has them, made of integers: WGSL has none, and what is random, or where
 * pixels are taken from, must be the same on every backend to the last bit. Without NaN, infinities and
 * denormal numbers, which do not come up.
 *
 * A double is `(-1)^sign m 2^(exponent - 63)` with `m`, 64 bits in two words, from 2^63 on; 53 of them
 * count. Zero has `m = 0`.
 */
export const DOUBLES: Readonly<Record<string, string>> = {
  Double: `struct Double { sign: u32, exponent: i32, high: u32, low: u32 }`,
  /** The double with those bits. */
  doubleOf: `fn doubleOf(high: u32, low: u32) -> Double {
  let e = (high >> 20u) & 0x7ffu;
  if (e == 0u) { return Double(high >> 31u, 0, 0u, 0u); }
  let m = ((high & 0xfffffu) << 11u) | (low >> 21u) | 0x80000000u;
  return Double(high >> 31u, i32(e) - 1023, m, low << 11u);
}`,
  doubleOfInteger: `fn doubleOfInteger(n: u32) -> Double {
  if (n == 0u) { return Double(0u, 0, 0u, 0u); }
  let s = countLeadingZeros(n);
  return Double(0u, 31 - i32(s), n << s, 0u);
}`,
  doubleOfFloat: `fn doubleOfFloat(x: f32) -> Double {
  let bits = bitcast<u32>(x);
  let e = (bits >> 23u) & 0xffu;
  if (e == 0u) {
    let d = doubleOfInteger(bits & 0x7fffffu);
    return Double(bits >> 31u, d.exponent - 149, d.high, d.low);
  }
  return Double(bits >> 31u, i32(e) - 127, ((bits & 0x7fffffu) << 8u) | 0x80000000u, 0u);
}`,
  negated:
    `fn negated(a: Double) -> Double { return Double(a.sign ^ 1u, a.exponent, a.high, a.low); }`,
  /** x 2^n. */
  scaledBy2:
    `fn scaledBy2(a: Double, n: i32) -> Double { return Double(a.sign, a.exponent + n, a.high, a.low); }`,
  /** Rounds 64 bits to 53, to the nearest, of two to the even one. */
  roundedDouble: `fn roundedDouble(sign: u32, exponent: i32, high: u32, low: u32) -> Double {
  let rest = low & 0x7ffu;
  var l = low & 0xfffff800u;
  var h = high;
  var e = exponent;
  if (rest > 0x400u || (rest == 0x400u && (l & 0x800u) != 0u)) {
    l += 0x800u;
    if (l == 0u) {
      h += 1u;
      if (h == 0u) { h = 0x80000000u; e += 1; }
    }
  }
  return Double(sign, e, h, l);
}`,
  timesDouble: `fn timesDouble(a: Double, b: Double) -> Double {
  let sign = a.sign ^ b.sign;
  if ((a.high | b.high) == 0u || a.high == 0u || b.high == 0u) { return Double(sign, 0, 0u, 0u); }
  let ll = multiply(a.low, b.low);
  let lh = multiply(a.low, b.high);
  let hl = multiply(a.high, b.low);
  let hh = multiply(a.high, b.high);
  // Words from the lowest: w0 = ll.x, then sums with carries.
  var w1 = ll.y + lh.x;
  var carry = select(0u, 1u, w1 < lh.x);
  w1 += hl.x;
  carry += select(0u, 1u, w1 < hl.x);
  var w2 = lh.y + carry;
  var over = select(0u, 1u, w2 < carry);
  w2 += hl.y;
  over += select(0u, 1u, w2 < hl.y);
  w2 += hh.x;
  over += select(0u, 1u, w2 < hh.x);
  var w3 = hh.y + over;
  var e = a.exponent + b.exponent + 1;
  if ((w3 & 0x80000000u) == 0u) {
    w3 = (w3 << 1u) | (w2 >> 31u);
    w2 = (w2 << 1u) | (w1 >> 31u);
    w1 <<= 1u;
    e -= 1;
  }
  // What lies below counts only as something.
  w2 |= select(0u, 1u, (w1 | ll.x) != 0u);
  return roundedDouble(sign, e, w3, w2);
}`,
  plusDouble: `fn plusDouble(first: Double, second: Double) -> Double {
  var a = first;
  var b = second;
  if (a.high == 0u) {
    if (b.high == 0u) { return Double(a.sign & b.sign, 0, 0u, 0u); }
    return b;
  }
  if (b.high == 0u) { return a; }
  let swap = b.exponent > a.exponent ||
    (b.exponent == a.exponent && (b.high > a.high || (b.high == a.high && b.low > a.low)));
  if (swap) { a = second; b = first; }
  // The smaller one moved to the place of the larger; what falls off counts only as something.
  let d = u32(a.exponent - b.exponent);
  var h = b.high;
  var l = b.low;
  if (d >= 64u) {
    h = 0u;
    l = 1u;
  } else if (d >= 32u) {
    let s = d - 32u;
    let lost = select(l, l | (h << (32u - s)), s > 0u);
    l = (h >> s) | select(0u, 1u, lost != 0u);
    h = 0u;
  } else if (d > 0u) {
    let lost = l << (32u - d);
    l = (l >> d) | (h << (32u - d)) | select(0u, 1u, lost != 0u);
    h >>= d;
  }
  if (a.sign == b.sign) {
    let low = a.low + l;
    let carry = select(0u, 1u, low < l);
    let part = a.high + h;
    let high = part + carry;
    if (part < h || high < carry) {
      return roundedDouble(a.sign, a.exponent + 1, (high >> 1u) | 0x80000000u, (high << 31u) | (low >> 1u) | (low & 1u));
    }
    return roundedDouble(a.sign, a.exponent, high, low);
  }
  var low = a.low - l;
  var high = a.high - h - select(0u, 1u, a.low < l);
  if ((high | low) == 0u) { return Double(0u, 0, 0u, 0u); }
  var e = a.exponent;
  if (high == 0u) { high = low; low = 0u; e -= 32; }
  let s = countLeadingZeros(high);
  if (s > 0u) {
    high = (high << s) | (low >> (32u - s));
    low <<= s;
    e -= i32(s);
  }
  return roundedDouble(a.sign, e, high, low);
}`,
  minusDouble:
    `fn minusDouble(a: Double, b: Double) -> Double { return plusDouble(a, negated(b)); }`,
  /** Digit by digit: two more than count, and whether there are others. */
  overDouble: `fn overDouble(a: Double, b: Double) -> Double {
  if (a.high == 0u) { return a; }
  var rh = a.high >> 11u;
  var rl = (a.low >> 11u) | (a.high << 21u);
  let dh = b.high >> 11u;
  let dl = (b.low >> 11u) | (b.high << 21u);
  var qh = 0u;
  var ql = 0u;
  for (var i = 0; i < 56; i++) {
    qh = (qh << 1u) | (ql >> 31u);
    ql <<= 1u;
    if (rh > dh || (rh == dh && rl >= dl)) {
      rh = rh - dh - select(0u, 1u, rl < dl);
      rl -= dl;
      ql |= 1u;
    }
    rh = (rh << 1u) | (rl >> 31u);
    rl <<= 1u;
  }
  // The first digit, of 56, may be 0.
  var e = a.exponent - b.exponent;
  var high = (qh << 8u) | (ql >> 24u);
  var low = ql << 8u;
  if ((high & 0x80000000u) == 0u) {
    high = (high << 1u) | (low >> 31u);
    low <<= 1u;
    e -= 1;
  }
  return roundedDouble(a.sign ^ b.sign, e, high, low | select(0u, 1u, (rh | rl) != 0u));
}`,
  /** Digit by digit, two of the radicand for one of the root. */
  rootDouble: `fn rootDouble(a: Double) -> Double {
  if (a.high == 0u) { return a; }
  let odd = (a.exponent & 1) != 0;
  // The radicand from 1 to 4, with two digits before the point.
  var mh = a.high;
  var ml = a.low;
  if (!odd) { ml = (ml >> 1u) | (mh << 31u); mh >>= 1u; }
  var rh = 0u;
  var rl = 0u;
  var qh = 0u;
  var ql = 0u;
  for (var i = 0; i < 55; i++) {
    rh = (rh << 2u) | (rl >> 30u);
    rl = (rl << 2u) | (mh >> 30u);
    mh = (mh << 2u) | (ml >> 30u);
    ml <<= 2u;
    let th = (qh << 2u) | (ql >> 30u);
    let tl = (ql << 2u) | 1u;
    qh = (qh << 1u) | (ql >> 31u);
    ql <<= 1u;
    if (rh > th || (rh == th && rl >= tl)) {
      rh = rh - th - select(0u, 1u, rl < tl);
      rl -= tl;
      ql |= 1u;
    }
  }
  let e = (a.exponent - select(0, 1, odd)) >> 1u;
  return roundedDouble(0u, e, (qh << 9u) | (ql >> 23u), (ql << 9u) | select(0u, 1u, (rh | rl) != 0u));
}`,
  /** The largest integer that is not above a, for those of 31 bits. */
  floorDouble: `fn floorDouble(a: Double) -> i32 {
  if (a.high == 0u) { return 0; }
  if (a.exponent < 0) { return -i32(a.sign); }
  let s = 31u - u32(a.exponent);
  let n = i32(a.high >> s);
  let whole = ((a.high & ((1u << s) - 1u)) | a.low) == 0u;
  return select(n, select(-n - 1, -n, whole), a.sign == 1u);
}`,
  /** The nearest f32, of two the even one; infinite beyond, and 0 below the smallest normal one. */
  floatOfDouble: `fn floatOfDouble(a: Double) -> f32 {
  if (a.high == 0u || a.exponent < -126) { return withBits(a.sign << 31u); }
  let rest = a.high & 0xffu;
  var m = a.high >> 8u;
  if (rest > 0x80u || (rest == 0x80u && (a.low != 0u || (m & 1u) == 1u))) { m += 1u; }
  // A carry makes the exponent larger by itself.
  let bits = (u32(a.exponent + 126) << 23u) + m;
  if (a.exponent > 127 || bits >= 0x7f800000u) { return withBits(0x7f800000u | (a.sign << 31u)); }
  return withBits(bits | (a.sign << 31u));
}`,
};

/** A double as a constant of WGSL. */
export function doubleLiteral(x: number): string {
  const [high, low] = wordsOf(x), exponent = (high >>> 20) & 0x7ff;
  if (exponent === 0) return `Double(${high >>> 31}u, 0, 0u, 0u)`;
  const m = (((high & 0xfffff) << 11) | (low >>> 21) | 0x80000000) >>> 0;
  return `Double(${high >>> 31}u, ${exponent - 1023}, ${m}u, ${(low << 11) >>> 0}u)`;
}

const view = new DataView(new ArrayBuffer(8));

/** The two words of a double, the high one first. */
export function wordsOf(x: number): [high: number, low: number] {
  view.setFloat64(0, x);
  return [view.getUint32(0), view.getUint32(4)];
}
