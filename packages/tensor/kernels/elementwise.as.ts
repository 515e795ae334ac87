// Loops over elements. An operation is a class with a method `at` on four numbers at once; the
// compiler writes a loop of its own for each. Blocks of memory are multiples of 16 bytes, so a
// loop over a whole tensor may run past its last element to the end of the vector.

/** y[i] = f(x[i]) for begin <= i < end; begin is a multiple of 4. */
@inline
export function map<F>(x: usize, y: usize, p: f32, q: f32, begin: i32, end: i32): void {
  const P = f32x4.splat(p), Q = f32x4.splat(q);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, changetype<F>(0).at(v128.load(x + i), P, Q));
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
    for (; i < n; i += 16) v128.store(y + i, changetype<F>(0).at(A, v128.load(b + i)));
  } else if (stepB == 0) {
    const B = v128.load32_splat(b);
    for (; i < n; i += 16) v128.store(y + i, changetype<F>(0).at(v128.load(a + i), B));
  } else {
    for (; i < n; i += 16) v128.store(y + i, changetype<F>(0).at(v128.load(a + i), v128.load(b + i)));
  }
}

/**
 * The same over rows of n numbers, for operands that are broadcast. `meta` holds
 * [rank, n, stepA, stepB, sizes of the outer axes, strides of a, strides of b].
 */
@inline
export function zipRows<F>(
  a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32,
): void {
  const rank = load<i32>(meta), n = load<i32>(meta, 4);
  const stepA = load<i32>(meta, 8), stepB = load<i32>(meta, 12);
  const sizes = meta + 16, stridesA = sizes + (<usize>rank << 2), stridesB = stridesA + (<usize>rank << 2);
  for (let row = begin; row < end; row++) {
    let rest = row, offsetA = 0, offsetB = 0;
    for (let axis = rank - 1; axis >= 0; axis--) {
      const size = load<i32>(sizes + (<usize>axis << 2));
      const index = rest % size;
      rest /= size;
      offsetA += index * load<i32>(stridesA + (<usize>axis << 2));
      offsetB += index * load<i32>(stridesB + (<usize>axis << 2));
    }
    const pa = a + (<usize>offsetA << 2), pb = b + (<usize>offsetB << 2), py = y + (<usize>row * n << 2);
    let i = 0;
    if (stepA == 0) {
      const A = v128.load32_splat(pa);
      for (; i + 4 <= n; i += 4) v128.store(py + (<usize>i << 2), changetype<F>(0).at(A, v128.load(pb + (<usize>i << 2))));
    } else if (stepB == 0) {
      const B = v128.load32_splat(pb);
      for (; i + 4 <= n; i += 4) v128.store(py + (<usize>i << 2), changetype<F>(0).at(v128.load(pa + (<usize>i << 2)), B));
    } else {
      for (; i + 4 <= n; i += 4) {
        v128.store(py + (<usize>i << 2), changetype<F>(0).at(v128.load(pa + (<usize>i << 2)), v128.load(pb + (<usize>i << 2))));
      }
    }
    for (; i < n; i++) {
      const x = v128.load32_zero(pa + (<usize>(i * stepA) << 2));
      const z = v128.load32_zero(pb + (<usize>(i * stepB) << 2));
      v128.store_lane<f32>(py + (<usize>i << 2), changetype<F>(0).at(x, z), 0);
    }
  }
}
