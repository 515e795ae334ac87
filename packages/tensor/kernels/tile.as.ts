// What kernels that keep a tile of 6 x 8 numbers in registers have in common. All of it is inlined.

/** The vector with each number moved one lane down, the first one to the end. */
@inline
export function turn(v: v128): v128 { return v128.shuffle<i32>(v, v, 1, 2, 3, 0); }

/** Lanes 0 and 2 of one vector, 1 and 3 of another. */
@inline
export function everySecond(p: v128, q: v128): v128 { return v128.shuffle<i32>(p, q, 0, 5, 2, 7); }

/** Lanes 0 and 1 of one vector, 2 and 3 of another. */
@inline
function halves(p: v128, q: v128): v128 { return v128.shuffle<i32>(p, q, 0, 1, 6, 7); }

/**
 * The first of four rows of four numbers that are given by their diagonals: lane i of dj is of row
 * (i + j) mod 4. Row n is the first one of the diagonals from number n on.
 */
@inline
export function row0(d0: v128, d1: v128, d2: v128, d3: v128): v128 {
  return everySecond(halves(d0, d2), halves(d3, d1));
}

/** Stores, or adds to, four rows of four numbers, given by their diagonals. */
@inline
export function putFour(c: usize, ldc: usize, d0: v128, d1: v128, d2: v128, d3: v128, accumulate: i32): void {
  putOrAdd(c, row0(d0, d1, d2, d3), accumulate);
  putOrAdd(c + ldc, row0(d1, d2, d3, d0), accumulate);
  putOrAdd(c + 2 * ldc, row0(d2, d3, d0, d1), accumulate);
  putOrAdd(c + 3 * ldc, row0(d3, d0, d1, d2), accumulate);
}

/** Stores, or adds to, four numbers. */
@inline
export function putOrAdd(c: usize, x: v128, accumulate: i32): void {
  v128.store(c, accumulate ? f32x4.add(x, v128.load(c)) : x);
}

/** Stores the first `width` of eight numbers. */
@inline
export function put(y: usize, low: v128, high: v128, width: i32): void {
  if (width >= 4) {
    v128.store(y, low);
    if (width == 8) return v128.store(y, high, 16);
    low = high;
    y += 16;
  }
  if (width & 2) {
    v128.store_lane<u64>(y, low, 0);
    if (width & 1) v128.store_lane<f32>(y, low, 2, 8);
  } else if (width & 1) v128.store_lane<f32>(y, low, 0);
}

/** The sum of the lanes of four vectors, one in each lane. */
@inline
export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<i32>(a, b, 0, 1, 4, 5), v128.shuffle<i32>(a, b, 2, 3, 6, 7));
  const cd = f32x4.add(v128.shuffle<i32>(c, d, 0, 1, 4, 5), v128.shuffle<i32>(c, d, 2, 3, 6, 7));
  return f32x4.add(v128.shuffle<i32>(ab, cd, 0, 2, 4, 6), v128.shuffle<i32>(ab, cd, 1, 3, 5, 7));
}

/** Rows r0..r3 of four numbers each, turned: column `k` goes to p + k * step. */
@inline
export function turn4(r0: v128, r1: v128, r2: v128, r3: v128, p: usize, step: usize): void {
  const t0 = v128.shuffle<i32>(r0, r1, 0, 4, 1, 5), t1 = v128.shuffle<i32>(r2, r3, 0, 4, 1, 5);
  const t2 = v128.shuffle<i32>(r0, r1, 2, 6, 3, 7), t3 = v128.shuffle<i32>(r2, r3, 2, 6, 3, 7);
  v128.store(p, v128.shuffle<i64>(t0, t1, 0, 2));
  v128.store(p + step, v128.shuffle<i64>(t0, t1, 1, 3));
  v128.store(p + 2 * step, v128.shuffle<i64>(t2, t3, 0, 2));
  v128.store(p + 3 * step, v128.shuffle<i64>(t2, t3, 1, 3));
}
