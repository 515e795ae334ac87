// Four numbers side by side, or one: what loops over channels and columns are written for.

/** Four numbers at once. */
export class Four {
  @inline load(x: usize): v128 { return v128.load(x); }
  @inline store(y: usize, v: v128): void { v128.store(y, v); }
}

/** One number, in the first lane. */
export class One {
  @inline load(x: usize): v128 { return v128.load32_zero(x); }
  @inline store(y: usize, v: v128): void { v128.store_lane<f32>(y, v, 0); }
}
