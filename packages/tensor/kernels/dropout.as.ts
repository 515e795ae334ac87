// Dropout: which units are dropped is the same as in ops/dropout.ts. Four blocks of the generator
// (Philox 4x32, see random.as.ts) are made side by side, a block in each lane.

/** The generator's multipliers and what its keys grow by. */
const PHILOX: usize = memory.data<u32>([0xd2511f53, 0xcd9e8d57, 0x9e3779b9, 0xbb67ae85]);

/** The high and the low words of the products of four words with a fifth. */
@inline
function upper(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 1, 3, 5, 7); }
@inline
function lower(a: v128, b: v128): v128 { return v128.shuffle<i32>(a, b, 0, 2, 4, 6); }

/** The bytes that are below a number, or equal to it with those of the second attempt below another. */
@inline
function below(a: v128, whole: v128, b: v128, fraction: v128): v128 {
  return v128.or(i8x16.lt_u(a, whole), v128.and(i8x16.eq(a, whole), i8x16.lt_u(b, fraction)));
}

/** Four units: y = x scale, or 0 where the highest byte of a lane of `dropped` is set. */
@inline
function four(x: usize, y: usize, dropped: v128, scale: v128): void {
  v128.store(y, v128.andnot(f32x4.mul(v128.load(x), scale), i32x4.shr_s(dropped, 24)));
}

/** Sixteen units, four for each byte of the lanes of `dropped`, low bytes first. */
@inline
function sixteen(x: usize, y: usize, dropped: v128, scale: v128): void {
  four(x, y, i32x4.shl(dropped, 24), scale);
  four(x + 16, y + 16, i32x4.shl(dropped, 16), scale);
  four(x + 32, y + 32, i32x4.shl(dropped, 8), scale);
  four(x + 48, y + 48, dropped, scale);
}

/** Groups begin to end of 64 units each, of `size` units in all. */
export function dropout(
  x: usize, y: usize, size: i32, limit: i32, scale: f32, key0: u32, key1: u32, low: u32, high: u32,
  begin: i32, end: i32,
): void {
  const whole = i8x16.splat(<i8>(limit >> 8)), fraction = i8x16.splat(<i8>limit), s = f32x4.splat(scale);
  const m0 = v128.load32_splat(PHILOX), m1 = v128.load32_splat(PHILOX, 4);
  const w0 = v128.load32_splat(PHILOX, 8), w1 = v128.load32_splat(PHILOX, 12);
  const start = <u64>high << 32 | <u64>low, stop = x + (<usize>size << 2), shift = y - x;
  for (let group = begin; group < end; group++) {
    const first = start + (<u64>group << 2);
    const p = i64x2.add(i64x2.splat(first), i64x2(0, 1)), q = i64x2.add(i64x2.splat(first), i64x2(2, 3));
    let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, d0 = a0, d1 = a0, d2 = a0, d3 = a0;
    for (let attempt = 0;; attempt++) {
      let c0 = lower(p, q), c1 = upper(p, q), c2 = i32x4.splat(attempt), c3 = i32x4.splat(0);
      let k0 = i32x4.splat(key0), k1 = i32x4.splat(key1);
      for (let round = 0; round < 10; round++) {
        const e0 = i64x2.extmul_low_i32x4_u(c0, m0), e1 = i64x2.extmul_high_i32x4_u(c0, m0);
        const f0 = i64x2.extmul_low_i32x4_u(c2, m1), f1 = i64x2.extmul_high_i32x4_u(c2, m1);
        c0 = v128.xor(v128.xor(upper(f0, f1), c1), k0);
        c2 = v128.xor(v128.xor(upper(e0, e1), c3), k1);
        c1 = lower(f0, f1);
        c3 = lower(e0, e1);
        k0 = i32x4.add(k0, w0);
        k1 = i32x4.add(k1, w1);
      }
      if (attempt == 1) {
        d0 = below(a0, whole, c0, fraction);
        d1 = below(a1, whole, c1, fraction);
        d2 = below(a2, whole, c2, fraction);
        d3 = below(a3, whole, c3, fraction);
        break;
      }
      d0 = i8x16.lt_u(c0, whole);
      d1 = i8x16.lt_u(c1, whole);
      d2 = i8x16.lt_u(c2, whole);
      d3 = i8x16.lt_u(c3, whole);
      if (<u8>limit == 0) break;
      const open = v128.or(
        v128.or(i8x16.eq(c0, whole), i8x16.eq(c1, whole)),
        v128.or(i8x16.eq(c2, whole), i8x16.eq(c3, whole)),
      );
      if (!v128.any_true(open)) break;
      a0 = c0;
      a1 = c1;
      a2 = c2;
      a3 = c3;
    }
    const at = x + (<usize>group << 8);
    // Tensors fill whole cache lines, of sixteen units.
    if (at < stop) sixteen(at, at + shift, d0, s);
    if (at + 64 < stop) sixteen(at + 64, at + 64 + shift, d1, s);
    if (at + 128 < stop) sixteen(at + 128, at + 128 + shift, d2, s);
    if (at + 192 < stop) sixteen(at + 192, at + 192 + shift, d3, s);
  }
}
