// Random numbers, equal to the last bit to random/draw.ts: the same generator, and the same f64
// steps in the same order, each one rounded by itself (no fused multiply-add here). Each thread has
// an instance of its own, and so its own copy of the variables below.

/** The four words of the current block. */
let w0: u32 = 0, w1: u32 = 0, w2: u32 = 0, w3: u32 = 0;
/** Two pairs of normal numbers: [z0, z2] and [z1, z3]. */
let even: v128 = i64x2.splat(0), odd: v128 = i64x2.splat(0);

/** Ten rounds of Philox 4x32 on the counter [attempt, position low, position high, 0]. */
@inline
function philox(position: u64, attempt: u32, k0: u32, k1: u32): void {
  let c0: u32 = <u32>position, c1: u32 = <u32>(position >> 32), c2: u32 = attempt, c3: u32 = 0;
  for (let round = 0; round < 10; round++) {
    const p0 = <u64>c0 * 0xd2511f53, p1 = <u64>c2 * 0xcd9e8d57;
    c0 = <u32>(p1 >> 32) ^ c1 ^ k0;
    c1 = <u32>p1;
    c2 = <u32>(p0 >> 32) ^ c3 ^ k1;
    c3 = <u32>p0;
    k0 += 0x9e3779b9;
    k1 += 0xbb67ae85;
  }
  w0 = c0;
  w1 = c1;
  w2 = c2;
  w3 = c3;
}

/** ln(x) of two positive numbers: x = 2^e m, ln m = 2 atanh((m - 1) / (m + 1)). */
@inline
function log(x: v128): v128 {
  const one = f64x2.splat(1);
  let e = i64x2.sub(i64x2.shr_u(x, 52), i64x2.splat(1023));
  let m = v128.or(v128.and(x, i64x2.splat(0xfffffffffffff)), one);
  const large = f64x2.gt(m, f64x2.splat(1.4142135623730951));
  m = v128.bitselect(f64x2.mul(m, f64x2.splat(0.5)), m, large);
  e = i64x2.sub(e, large);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one)), z = f64x2.mul(s, s);
  let p = f64x2.splat(1.0 / 21.0);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 19.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 17.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 15.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 13.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 11.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 9.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 7.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 5.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(1.0 / 3.0));
  p = f64x2.add(f64x2.mul(p, z), one);
  const exponent = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(e, e, 0, 2, 0, 2));
  return f64x2.add(
    f64x2.mul(exponent, f64x2.splat(0.6931471805599453)),
    f64x2.mul(f64x2.mul(f64x2.splat(2), s), p),
  );
}

/** Two words as numbers divided by 2^32, after adding `plus`. */
@inline
function fractions(a: u32, b: u32, plus: f64): v128 {
  const words = f64x2.replace_lane(f64x2.splat(<f64>a), 1, <f64>b);
  return f64x2.mul(f64x2.add(words, f64x2.splat(plus)), f64x2.splat(1.0 / 4294967296.0));
}

/** One term of a series of cosine or sine: 1 - c (z r). */
@inline
function term(c: v128, z: v128, r: f64): v128 {
  return f64x2.sub(f64x2.splat(1), f64x2.mul(c, f64x2.mul(z, f64x2.splat(r))));
}

/** The transform of Box and Muller on words 0 and 1, and on words 2 and 3: four normal numbers. */
@inline
function normals(): void {
  const one = f64x2.splat(1);
  const r = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log(fractions(w0, w2, 1))));
  // cos and sin of t turns: an eighth of a turn by Taylor's series, the rest by symmetry.
  const t = fractions(w1, w3, 0);
  const quarter = f64x2.floor(f64x2.add(f64x2.mul(f64x2.splat(4), t), f64x2.splat(0.5)));
  const x = f64x2.mul(
    f64x2.sub(t, f64x2.mul(quarter, f64x2.splat(0.25))),
    f64x2.splat(6.283185307179586),
  );
  const z = f64x2.mul(x, x);
  let c = term(one, z, 1.0 / 240.0), s = term(one, z, 1.0 / 272.0);
  c = term(c, z, 1.0 / 182.0), s = term(s, z, 1.0 / 210.0);
  c = term(c, z, 1.0 / 132.0), s = term(s, z, 1.0 / 156.0);
  c = term(c, z, 1.0 / 90.0), s = term(s, z, 1.0 / 110.0);
  c = term(c, z, 1.0 / 56.0), s = term(s, z, 1.0 / 72.0);
  c = term(c, z, 1.0 / 30.0), s = term(s, z, 1.0 / 42.0);
  c = term(c, z, 1.0 / 12.0), s = term(s, z, 1.0 / 20.0);
  c = term(c, z, 1.0 / 2.0), s = term(s, z, 1.0 / 6.0);
  s = f64x2.mul(s, x);
  // Odd quarters exchange the two; quarters 1 and 2 turn the cosine's sign, 2 and 3 the sine's.
  const first = f64x2.eq(quarter, one), second = f64x2.eq(quarter, f64x2.splat(2));
  const third = f64x2.eq(quarter, f64x2.splat(3)), exchanged = v128.or(first, third);
  const sign = f64x2.splat(-0.0);
  const cos = v128.xor(v128.bitselect(s, c, exchanged), v128.and(v128.or(first, second), sign));
  const sin = v128.xor(v128.bitselect(c, s, exchanged), v128.and(v128.or(second, third), sign));
  even = f64x2.mul(r, cos);
  odd = f64x2.mul(r, sin);
}

/** Writes four numbers, rounded to f32, given as [0, 2] and [1, 3]. */
@inline
function store4(y: usize, at: i32, zeroTwo: v128, oneThree: v128): void {
  const a = f32x4.demote_f64x2_zero(zeroTwo), b = f32x4.demote_f64x2_zero(oneThree);
  v128.store(y + (<usize>at << 2), v128.shuffle<i32>(a, b, 0, 4, 1, 5));
}

/** y[i] = a + (b - a) u, with u in [0, 1), for begin <= i < end; begin is a multiple of 4. */
export function uniform(
  y: usize, a: f64, b: f64, k0: u32, k1: u32, low: u32, high: u32, begin: i32, end: i32,
): void {
  const A = f64x2.splat(a), width = f64x2.splat(b - a), unit = f64x2.splat(1.0 / 16777216.0);
  let position = (<u64>high << 32 | <u64>low) + <u64>(begin >> 2);
  for (let i = begin; i < end; i += 4, position++) {
    philox(position, 0, k0, k1);
    const p = f64x2.replace_lane(f64x2.splat(<f64>(w0 >> 8)), 1, <f64>(w2 >> 8));
    const q = f64x2.replace_lane(f64x2.splat(<f64>(w1 >> 8)), 1, <f64>(w3 >> 8));
    store4(
      y, i,
      f64x2.add(A, f64x2.mul(width, f64x2.mul(p, unit))),
      f64x2.add(A, f64x2.mul(width, f64x2.mul(q, unit))),
    );
  }
}

/** y[i] = a + b z, with z normally distributed. */
export function normal(
  y: usize, a: f64, b: f64, k0: u32, k1: u32, low: u32, high: u32, begin: i32, end: i32,
): void {
  const A = f64x2.splat(a), B = f64x2.splat(b);
  let position = (<u64>high << 32 | <u64>low) + <u64>(begin >> 2);
  for (let i = begin; i < end; i += 4, position++) {
    philox(position, 0, k0, k1);
    normals();
    store4(y, i, f64x2.add(A, f64x2.mul(B, even)), f64x2.add(A, f64x2.mul(B, odd)));
  }
}

/** The same; what lies beyond two standard deviations is drawn again with the next attempt. */
export function truncatedNormal(
  y: usize, a: f64, b: f64, k0: u32, k1: u32, low: u32, high: u32, begin: i32, end: i32,
): void {
  const A = f64x2.splat(a), B = f64x2.splat(b), two = f64x2.splat(2);
  let position = (<u64>high << 32 | <u64>low) + <u64>(begin >> 2);
  for (let i = begin; i < end; i += 4, position++) {
    philox(position, 0, k0, k1);
    normals();
    let p = even, q = odd;
    for (let attempt: u32 = 1;; attempt++) {
      const beyondP = f64x2.gt(f64x2.abs(p), two), beyondQ = f64x2.gt(f64x2.abs(q), two);
      if (!v128.any_true(v128.or(beyondP, beyondQ))) break;
      philox(position, attempt, k0, k1);
      normals();
      p = v128.bitselect(even, p, beyondP);
      q = v128.bitselect(odd, q, beyondQ);
    }
    store4(y, i, f64x2.add(A, f64x2.mul(B, p)), f64x2.add(A, f64x2.mul(B, q)));
  }
}
