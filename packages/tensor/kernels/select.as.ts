// A choice between the corresponding elements of two tensors. A condition holds where one of the
// bits in `care` is set: all bits of int32, all but the sign of float32, whose -0 is 0. Four bytes
// are four bytes: what is chosen may be float32 or int32.
import { placeOf } from "./elementwise.as";
import { choose } from "./math.as";

/** Four numbers, or one number four times. */
@inline
function take(x: usize, i: usize, step: i32): v128 {
  return step ? v128.load(x + i) : v128.load32_splat(x);
}

@inline
function pick(c: v128, a: v128, b: v128, care: v128): v128 {
  return choose(i32x4.ne(v128.and(c, care), i32x4.splat(0)), a, b);
}

/** y[i] = c[i] ? a[i] : b[i] for begin <= i < end; an operand whose step is 0 is a single number. */
export function where(
  c: usize, a: usize, b: usize, y: usize, stepC: i32, stepA: i32, stepB: i32, care: i32, begin: i32, end: i32,
): void {
  const mask = i32x4.splat(care), n = <usize>end << 2;
  for (let i = <usize>begin << 2; i < n; i += 16) {
    v128.store(y + i, pick(take(c, i, stepC), take(a, i, stepA), take(b, i, stepB), mask));
  }
}

/**
 * The same over rows of n numbers, for operands that are broadcast; y is none of them. `meta` holds
 * [rank, n, stepC, stepA, stepB, sizes of the outer axes, strides of c, of a, of b].
 */
export function whereRows(
  c: usize, a: usize, b: usize, y: usize, meta: usize, care: i32, begin: i32, end: i32,
): void {
  const rank = load<i32>(meta), n = load<i32>(meta, 4), mask = i32x4.splat(care);
  const stepC = load<i32>(meta, 8), stepA = load<i32>(meta, 12), stepB = load<i32>(meta, 16);
  const sizes = meta + 20, axes = <usize>rank << 2;
  for (let row = begin; row < end; row++) {
    const pc = c + placeOf(row, rank, sizes, sizes + axes);
    const pa = a + placeOf(row, rank, sizes, sizes + 2 * axes);
    const pb = b + placeOf(row, rank, sizes, sizes + 3 * axes);
    const py = y + (<usize>(row * n) << 2);
    if (n < 4) {
      for (let i = 0; i < n; i++) {
        const chosen = load<i32>(pc + (<usize>(i * stepC) << 2)) & care
          ? load<i32>(pa + (<usize>(i * stepA) << 2))
          : load<i32>(pb + (<usize>(i * stepB) << 2));
        store<i32>(py + (<usize>i << 2), chosen);
      }
      continue;
    }
    // The last vector ends with the row: it may do once more what is done already.
    const last = <usize>(n - 4) << 2;
    for (let i: usize = 0; ; i = min(i + 16, last)) {
      v128.store(py + i, pick(take(pc, i, stepC), take(pa, i, stepA), take(pb, i, stepB), mask));
      if (i == last) break;
    }
  }
}
