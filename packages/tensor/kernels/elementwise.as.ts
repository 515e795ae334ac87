// Loops over elements. An operation is a class with a method `at` on four numbers at once; the
// compiler writes a loop of its own for each. Blocks of memory are multiples of 16 bytes, so a
// loop over a whole tensor may run past its last element to the end of the vector.
//
// A turn of a loop works on two vectors that do not wait for each other; where only one is left, it
// does that one twice.

/** The place of the second vector beside the one at i, both below n. */
@inline
function beside(i: usize, n: usize): usize { return select(i + 16, i, i + 16 < n); }

/** y[i] = f(x[i]) for begin <= i < end; begin is a multiple of 4. */
@inline
export function map<F>(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void {
  const P = f32x4.splat(p), Q = f32x4.splat(q), n = <usize>end << 2;
  for (let i = <usize>begin << 2; i < n; i += 32) {
    const j = beside(i, n);
    const u = changetype<F>(0).at(v128.load(x + i), P, Q), v = changetype<F>(0).at(v128.load(x + j), P, Q);
    v128.store(y + i, u);
    v128.store(y + j, v);
  }
}

/** y[i] = f(a[i], b[i]) for begin <= i < end; an operand whose step is 0 is a single number. */
@inline
export function zip<F>(
  a: usize, b: usize, y: usize, stepA: i32, stepB: i32, begin: i32, end: i32,
): void {
  const n = <usize>end << 2;
  let i = <usize>begin << 2;
  if (stepA == 0) {
    const A = v128.load32_splat(a);
    for (; i < n; i += 32) {
      const j = beside(i, n);
      const u = changetype<F>(0).at(A, v128.load(b + i)), v = changetype<F>(0).at(A, v128.load(b + j));
      v128.store(y + i, u);
      v128.store(y + j, v);
    }
  } else if (stepB == 0) {
    const B = v128.load32_splat(b);
    for (; i < n; i += 32) {
      const j = beside(i, n);
      const u = changetype<F>(0).at(v128.load(a + i), B), v = changetype<F>(0).at(v128.load(a + j), B);
      v128.store(y + i, u);
      v128.store(y + j, v);
    }
  } else {
    for (; i < n; i += 32) {
      const j = beside(i, n);
      const u = changetype<F>(0).at(v128.load(a + i), v128.load(b + i));
      const v = changetype<F>(0).at(v128.load(a + j), v128.load(b + j));
      v128.store(y + i, u);
      v128.store(y + j, v);
    }
  }
}

/** The place, in bytes, of the element with a row-major index in an array of other strides. */
export function placeOf(index: i32, rank: i32, sizes: usize, strides: usize): usize {
  let place = 0;
  for (let axis = <usize>(rank - 1) << 2; rank > 0; rank--, axis -= 4) {
    const size = load<i32>(sizes + axis), outer = index / size;
    place += (index - outer * size) * load<i32>(strides + axis);
    index = outer;
  }
  return <usize>place << 2;
}

/**
 * The same over rows of n numbers, for operands that are broadcast; y is neither of them. `meta`
 * holds [rank, n, stepA, stepB, sizes of the outer axes, strides of a, strides of b]; rank >= 1.
 */
@inline
export function zipRows<F>(
  a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32,
): void {
  const outer = load<i32>(meta) - 1, n = load<i32>(meta, 4);
  const stepA = load<i32>(meta, 8), stepB = load<i32>(meta, 12);
  const last = <usize>outer << 2, sizes = meta + 16;
  const stridesA = sizes + last + 4, stridesB = stridesA + last + 4;
  const size = load<i32>(sizes + last);
  const nextA = <usize>load<i32>(stridesA + last) << 2, nextB = <usize>load<i32>(stridesB + last) << 2;
  for (let row = begin; row < end;) {
    // Places are computed once for each run of rows along the last of the outer axes.
    const run = row / size, at = row - run * size, stop = min(end, row - at + size);
    let pa = a + placeOf(run, outer, sizes, stridesA) + at * nextA;
    let pb = b + placeOf(run, outer, sizes, stridesB) + at * nextB;
    for (; row < stop; row++, pa += nextA, pb += nextB) {
      zipRow<F>(pa, pb, y + (<usize>(row * n) << 2), stepA, stepB, n);
    }
  }
}

/** One row. The last vector ends with the row: it may do once more what is done already. */
@inline
function zipRow<F>(a: usize, b: usize, y: usize, stepA: i32, stepB: i32, n: i32): void {
  if (n < 4) {
    for (let i = 0; i < n; i++) {
      const u = v128.load32_zero(a + (<usize>(i * stepA) << 2));
      const v = v128.load32_zero(b + (<usize>(i * stepB) << 2));
      v128.store_lane<f32>(y + (<usize>i << 2), changetype<F>(0).at(u, v), 0);
    }
    return;
  }
  const last = <usize>(n - 4) << 2;
  if (stepA == 0) {
    const A = v128.load32_splat(a);
    for (let i: usize = 0; i < last; i += 16) v128.store(y + i, changetype<F>(0).at(A, v128.load(b + i)));
    v128.store(y + last, changetype<F>(0).at(A, v128.load(b + last)));
  } else if (stepB == 0) {
    const B = v128.load32_splat(b);
    for (let i: usize = 0; i < last; i += 16) v128.store(y + i, changetype<F>(0).at(v128.load(a + i), B));
    v128.store(y + last, changetype<F>(0).at(v128.load(a + last), B));
  } else {
    for (let i: usize = 0; i < last; i += 16) {
      v128.store(y + i, changetype<F>(0).at(v128.load(a + i), v128.load(b + i)));
    }
    v128.store(y + last, changetype<F>(0).at(v128.load(a + last), v128.load(b + last)));
  }
}
