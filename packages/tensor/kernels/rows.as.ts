// Rows of numbers inside of tensors: nothing beyond their ends is read or written.

/** dst[i] = src[i] for 0 <= i < n. */
@inline
export function moveRow(src: usize, dst: usize, n: i32): void {
  if (n >= 512) {
    memory.copy(dst, src, <usize>n << 2);
    return;
  }
  let i: usize = 0;
  for (const vectors = <usize>(n & ~3) << 2; i < vectors; i += 16) v128.store(dst + i, v128.load(src + i));
  for (const all = <usize>n << 2; i < all; i += 4) store<i32>(dst + i, load<i32>(src + i));
}

/** dst[i * stepD] = src[i * stepS] for 0 <= i < n; steps are in numbers and may be 0 or negative. */
@inline
export function copyRow(src: usize, dst: usize, n: i32, stepS: i32, stepD: i32): void {
  if (stepD == 1 && stepS == 1) {
    moveRow(src, dst, n);
  } else if (stepD == 1 && stepS == 0) {
    const value = v128.load32_splat(src);
    let i: usize = 0;
    for (const vectors = <usize>(n & ~3) << 2; i < vectors; i += 16) v128.store(dst + i, value);
    for (const all = <usize>n << 2; i < all; i += 4) v128.store_lane<i32>(dst + i, value, 0);
  } else {
    const ds = <usize>stepS << 2, dd = <usize>stepD << 2;
    for (let i = 0; i < n; i++, src += ds, dst += dd) store<i32>(dst, load<i32>(src));
  }
}

/** dst[i] += src[i] for 0 <= i < n. */
@inline
export function addRow(src: usize, dst: usize, n: i32): void {
  let i: usize = 0;
  for (const vectors = <usize>(n & ~3) << 2; i < vectors; i += 16) {
    v128.store(dst + i, f32x4.add(v128.load(dst + i), v128.load(src + i)));
  }
  for (const all = <usize>n << 2; i < all; i += 4) store<f32>(dst + i, load<f32>(dst + i) + load<f32>(src + i));
}
