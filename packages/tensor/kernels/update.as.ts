// Updates of parameters.
import { fma } from "./math.as";

/** y[i] = a[i] + s b[i] for begin <= i < end. */
export function addScaled(a: usize, b: usize, y: usize, s: f32, begin: i32, end: i32): void {
  const S = f32x4.splat(s);
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, fma(S, v128.load(b + i), v128.load(a + i)));
  }
}
