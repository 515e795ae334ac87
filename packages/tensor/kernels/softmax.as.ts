// Softmax and cross-entropies: rows of n numbers, the largest taken off before the exponential.
import { zip, zipRows } from "./elementwise.as";
import { expNegative4, log1p4, negAbs, positivePart, softplus4 } from "./math.as";
import { loadTail, maxRow, sumRow } from "./reduce.as";

/** Up to three numbers of the first lanes. */
@inline
function storeTail(y: usize, count: i32, v: v128): void {
  if (count > 0) v128.store_lane<f32>(y, v, 0);
  if (count > 1) v128.store_lane<f32>(y + 4, v, 1);
  if (count > 2) v128.store_lane<f32>(y + 8, v, 2);
}

/** The four numbers of a vector, as a sum in f64. */
@inline
function wide(v: v128): v128 {
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(v, v, 2, 3, 2, 3));
  return f64x2.add(f64x2.promote_low_f32x4(v), high);
}

@inline
function across(sum: v128): f64 { return f64x2.extract_lane(sum, 0) + f64x2.extract_lane(sum, 1); }

/** The sum of e^(x - largest), which is 1 or more; the terms go to y, unless that is 0. */
export function expRow(x: usize, y: usize, n: i32, largest: f32): f64 {
  const m = f32x4.splat(largest);
  let sum = f64x2.splat(0);
  for (; n >= 4; n -= 4, x += 16) {
    const e = expNegative4(f32x4.sub(v128.load(x), m));
    sum = f64x2.add(sum, wide(e));
    if (y != 0) {
      v128.store(y, e);
      y += 16;
    }
  }
  if (n > 0) {
    const e = expNegative4(f32x4.sub(loadTail(x, n, f32x4.splat(-Infinity)), m));
    sum = f64x2.add(sum, wide(e));
    if (y != 0) storeTail(y, n, e);
  }
  return across(sum);
}

/** The logarithm of a sum of 1 or more, which keeps its digits near 1. */
@inline
function logSum(sum: f64): v128 { return log1p4(f32x4.splat(<f32>(sum - 1))); }

/** y = e^(x - largest) / sum for the rows from begin to end. */
export function softmax(x: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * n << 2, most = maxRow(x + at, n);
    const scale = f32x4.splat(<f32>(1 / expRow(x + at, y + at, n, most)));
    let p = y + at, rest = n;
    for (; rest >= 4; rest -= 4, p += 16) v128.store(p, f32x4.mul(v128.load(p), scale));
    if (rest > 0) storeTail(p, rest, f32x4.mul(loadTail(p, rest, scale), scale));
  }
}

/** y = x - largest - log sum for the rows from begin to end. */
export function logSoftmax(x: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * n << 2, most = maxRow(x + at, n), m = f32x4.splat(most);
    const log = logSum(expRow(x + at, 0, n, most));
    let from = x + at, to = y + at, rest = n;
    for (; rest >= 4; rest -= 4, from += 16, to += 16) {
      v128.store(to, f32x4.sub(f32x4.sub(v128.load(from), m), log));
    }
    if (rest > 0) storeTail(to, rest, f32x4.sub(f32x4.sub(loadTail(from, rest, m), m), log));
  }
}

/** t (log sum - (x - largest)), and 0 where t is 0. */
@inline
function weighted(t: v128, x: v128, m: v128, log: v128): v128 {
  const loss = f32x4.mul(t, f32x4.add(f32x4.sub(m, x), log));
  return v128.and(loss, f32x4.ne(t, f32x4.splat(0)));
}

/** y[row] = -sum t log softmax(x) for the rows from begin to end. */
export function softmaxCrossEntropy(t: usize, x: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * n << 2, most = maxRow(x + at, n), m = f32x4.splat(most);
    const log = logSum(expRow(x + at, 0, n, most));
    let p = t + at, q = x + at, rest = n, sum = f64x2.splat(0);
    for (; rest >= 4; rest -= 4, p += 16, q += 16) {
      sum = f64x2.add(sum, wide(weighted(v128.load(p), v128.load(q), m, log)));
    }
    if (rest > 0) {
      const none = f32x4.splat(0);
      sum = f64x2.add(sum, wide(weighted(loadTail(p, rest, none), loadTail(q, rest, m), m, log)));
    }
    store<f32>(y + (<usize>row << 2), <f32>across(sum));
  }
}

/** y[row] = -log softmax(x)[t[row]] for the rows from begin to end; t is int32. */
export function classCrossEntropy(t: usize, x: usize, y: usize, n: i32, begin: i32, end: i32): void {
  for (let row = begin; row < end; row++) {
    const at = x + (<usize>row * n << 2), most = maxRow(at, n);
    const log = f32x4.extract_lane(logSum(expRow(at, 0, n, most)), 0);
    const which = load<i32>(t + (<usize>row << 2));
    store<f32>(y + (<usize>row << 2), most - load<f32>(at + (<usize>which << 2)) + log);
  }
}

/** y[row] = dy[row] (softmax(x) sum t - t) for the rows from begin to end. */
export function softmaxCrossEntropyGradient(
  t: usize, x: usize, dy: usize, y: usize, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * n << 2, most = maxRow(x + at, n);
    const all = sumRow(t + at, n) / expRow(x + at, y + at, n, most);
    const scale = f32x4.splat(<f32>all), each = v128.load32_splat(dy + (<usize>row << 2));
    let p = t + at, q = y + at, rest = n;
    for (; rest >= 4; rest -= 4, p += 16, q += 16) {
      v128.store(q, f32x4.mul(each, f32x4.sub(f32x4.mul(v128.load(q), scale), v128.load(p))));
    }
    if (rest > 0) {
      const e = loadTail(q, rest, scale), label = loadTail(p, rest, scale);
      storeTail(q, rest, f32x4.mul(each, f32x4.sub(f32x4.mul(e, scale), label)));
    }
  }
}

/** y[row] = dy[row] softmax(x), less dy[row] at t[row], for the rows from begin to end; t is int32. */
export function classCrossEntropyGradient(
  t: usize, x: usize, dy: usize, y: usize, n: i32, begin: i32, end: i32,
): void {
  for (let row = begin; row < end; row++) {
    const at = <usize>row * n << 2, most = maxRow(x + at, n), each = load<f32>(dy + (<usize>row << 2));
    const scale = f32x4.splat(<f32>(<f64>each / expRow(x + at, y + at, n, most)));
    let q = y + at, rest = n;
    for (; rest >= 4; rest -= 4, q += 16) v128.store(q, f32x4.mul(v128.load(q), scale));
    if (rest > 0) storeTail(q, rest, f32x4.mul(loadTail(q, rest, scale), scale));
    const right = y + at + (<usize>load<i32>(t + (<usize>row << 2)) << 2);
    store<f32>(right, load<f32>(right) - each);
  }
}

/** t softplus(-x) + (1 - t) softplus(x), both from log(1 + e^-|x|). */
class SigmoidCrossEntropy {
  @inline at(t: v128, x: v128): v128 {
    const small = softplus4(negAbs(x));
    const ifOne = f32x4.add(positivePart(f32x4.neg(x)), small), ifZero = f32x4.add(positivePart(x), small);
    return f32x4.add(f32x4.mul(t, ifOne), f32x4.mul(f32x4.sub(f32x4.splat(1), t), ifZero));
  }
}
export function sigmoidCrossEntropy(a: usize, b: usize, y: usize, sa: i32, sb: i32, begin: i32, end: i32): void { zip<SigmoidCrossEntropy>(a, b, y, sa, sb, begin, end); }
export function sigmoidCrossEntropyRows(a: usize, b: usize, y: usize, meta: usize, begin: i32, end: i32): void { zipRows<SigmoidCrossEntropy>(a, b, y, meta, begin, end); }
