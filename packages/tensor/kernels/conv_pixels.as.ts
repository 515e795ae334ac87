// The pixels of a region, for gradients by filters.
import { X_COLUMN, X_IMAGE, X_ROW, Y_COLUMN, Y_IMAGE, Y_ROW } from "./conv_layout.as";

/** Where the windows of `count` pixels of a region lie, from number `first` on, and their outputs. */
export function placePixels(
  m: usize, down: usize, right: usize, xs: usize, ys: usize, first: i32, count: i32,
): void {
  const rows = load<i32>(down, 4), columns = load<i32>(right, 4);
  const xImage = load<i32>(m, X_IMAGE), xRow = load<i32>(m, X_ROW), xColumn = load<i32>(m, X_COLUMN);
  const yImage = load<i32>(m, Y_IMAGE), yRow = load<i32>(m, Y_ROW), yColumn = load<i32>(m, Y_COLUMN);
  const row0 = first / columns, image0 = row0 / rows;
  let j = first - row0 * columns, i = row0 - image0 * rows;
  const i0 = load<i32>(down) + i, j0 = load<i32>(right) + j;
  let x = image0 * xImage + i0 * xRow + j0 * xColumn, y = image0 * yImage + i0 * yRow + j0 * yColumn;
  for (; count > 0; count--, xs += 4, ys += 4) {
    store<i32>(xs, x);
    store<i32>(ys, y);
    x += xColumn;
    y += yColumn;
    if (++j < columns) continue;
    j = 0;
    x += xRow - columns * xColumn;
    y += yRow - columns * yColumn;
    if (++i < rows) continue;
    i = 0;
    x += xImage - rows * xRow;
    y += yImage - rows * yRow;
  }
}

/** The end of the pixels of a group: fours are not taken apart. */
@inline
export function endOfGroup(pixels: i32, group: i32, groups: i32): i32 {
  return group + 1 == groups ? pixels : <i32>(<i64>pixels * (group + 1) / groups) & -4;
}
