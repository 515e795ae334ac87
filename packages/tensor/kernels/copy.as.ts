// Moving numbers of four bytes, whatever they mean: float32 and int32 share these kernels.
import { copyRow } from "./rows.as";

/** One row: dst[i * stepD] = src[i * stepS] for begin <= i < end. */
export function copyFlat(src: usize, dst: usize, stepS: i32, stepD: i32, begin: i32, end: i32): void {
  copyRow(src + (<usize>(begin * stepS) << 2), dst + (<usize>(begin * stepD) << 2), end - begin, stepS, stepD);
}

/**
 * Rows begin to end of a strided copy. `meta` is [rank, n, stepS, stepD, then for each of the `rank`
 * outer axes its size, then their strides in the source, then in the destination]; rank >= 1.
 */
export function copy(src: usize, dst: usize, meta: usize, begin: i32, end: i32): void {
  const rank = load<i32>(meta), n = load<i32>(meta, 4), stepS = load<i32>(meta, 8), stepD = load<i32>(meta, 12);
  const sizes = meta + 16, axes = <usize>rank << 2;
  const last = sizes + axes - 4, inner = load<i32>(last);
  const innerS = <usize>load<i32>(last + axes) << 2, innerD = <usize>load<i32>(last + 2 * axes) << 2;
  for (let row = begin; row < end;) {
    // The place of a row is computed once for each run along the innermost outer axis.
    const at = row % inner, stop = min(end, row - at + inner);
    let rest = row / inner, s = src + <usize>at * innerS, d = dst + <usize>at * innerD;
    for (let axis = last - 4; axis >= sizes; axis -= 4) {
      const size = load<i32>(axis), index = rest % size;
      rest /= size;
      s += <usize>(index * load<i32>(axis + axes)) << 2;
      d += <usize>(index * load<i32>(axis + 2 * axes)) << 2;
    }
    for (; row < stop; row++, s += innerS, d += innerD) copyRow(s, d, n, stepS, stepD);
  }
}

/** dst[a, b] = src[b, a] for a block of 4 by 4; rows are `rowS` and `rowD` bytes apart. */
@inline
function transposeBlock(src: usize, dst: usize, rowS: usize, rowD: usize): void {
  const a = v128.load(src), b = v128.load(src + rowS);
  const c = v128.load(src + 2 * rowS), d = v128.load(src + 3 * rowS);
  const ab = v128.shuffle<i32>(a, b, 0, 4, 1, 5), cd = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const AB = v128.shuffle<i32>(a, b, 2, 6, 3, 7), CD = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(dst, v128.shuffle<i64>(ab, cd, 0, 2));
  v128.store(dst + rowD, v128.shuffle<i64>(ab, cd, 1, 3));
  v128.store(dst + 2 * rowD, v128.shuffle<i64>(AB, CD, 0, 2));
  v128.store(dst + 3 * rowD, v128.shuffle<i64>(AB, CD, 1, 3));
}

/** dst[a, b] = src[b, a] for a tile of any size, most of it in blocks of 4 by 4. */
function transposeTile(src: usize, dst: usize, rowS: usize, rowD: usize, rows: i32, columns: i32): void {
  for (let a = 0; a < rows; a += 4) {
    const s = src + (<usize>a << 2), d = dst + <usize>a * rowD;
    if (a + 4 <= rows) {
      let b = 0;
      for (; b + 4 <= columns; b += 4) transposeBlock(s + <usize>b * rowS, d + (<usize>b << 2), rowS, rowD);
      for (; b < columns; b++) {
        const p = s + <usize>b * rowS, q = d + (<usize>b << 2);
        store<i32>(q, load<i32>(p));
        store<i32>(q + rowD, load<i32>(p + 4));
        store<i32>(q + 2 * rowD, load<i32>(p + 8));
        store<i32>(q + 3 * rowD, load<i32>(p + 12));
      }
    } else {
      for (let r = 0; r < rows - a; r++) {
        copyRow(s + (<usize>r << 2), d + <usize>r * rowD, columns, <i32>(rowS >> 2), 1);
      }
    }
  }
}

/**
 * Transposes matrices: dst[a, b] = src[b, a], where a counts `rows` of the destination and b its
 * `columns`; both are dense along one axis. The work is counted in groups of four rows. `meta` is
 * [rank, rows, columns, rowS, rowD, then sizes and strides of the outer axes as in `copy`]; rank
 * may be 0.
 */
export function transposeRows(src: usize, dst: usize, meta: usize, begin: i32, end: i32): void {
  const rank = load<i32>(meta), rows = load<i32>(meta, 4), columns = load<i32>(meta, 8);
  const rowS = <usize>load<i32>(meta, 12) << 2, rowD = <usize>load<i32>(meta, 16) << 2;
  const sizes = meta + 20, axes = <usize>rank << 2, groups = (rows + 3) / 4;
  for (let group = begin; group < end;) {
    const first = group % groups;
    // At most 64 rows by 256 columns at a time: their pages and cache lines stay at hand.
    const count = min(min(16, groups - first), end - group);
    let rest = group / groups, s = src, d = dst;
    for (let axis = sizes + axes - 4; axis >= sizes; axis -= 4) {
      const size = load<i32>(axis), index = rest % size;
      rest /= size;
      s += <usize>(index * load<i32>(axis + axes)) << 2;
      d += <usize>(index * load<i32>(axis + 2 * axes)) << 2;
    }
    const a1 = min(rows, (first + count) * 4);
    for (let b0 = 0; b0 < columns; b0 += 256) {
      const b1 = min(columns, b0 + 256);
      for (let a = first * 4; a < a1; a += 16) {
        const height = min(16, a1 - a);
        for (let b = b0; b < b1; b += 16) {
          transposeTile(
            s + (<usize>a << 2) + <usize>b * rowS, d + <usize>a * rowD + (<usize>b << 2),
            rowS, rowD, height, min(16, b1 - b),
          );
        }
      }
    }
    group += count;
  }
}
