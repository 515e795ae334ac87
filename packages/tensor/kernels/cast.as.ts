// Conversions between the element types.

/** y[i] = x[i] as a float32, for begin <= i < end. */
export function castToFloat32(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, f32x4.convert_i32x4_s(v128.load(x + i)));
  }
}

/** y[i] = x[i] without its fraction, as an int32, for begin <= i < end. */
export function castToInt32(x: usize, y: usize, begin: i32, end: i32): void {
  for (let i = <usize>begin << 2, n = <usize>end << 2; i < n; i += 16) {
    v128.store(y + i, i32x4.trunc_sat_f32x4_s(v128.load(x + i)));
  }
}
