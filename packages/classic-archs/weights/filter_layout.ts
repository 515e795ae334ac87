/**
 * From PyTorch's layout of filters to ours. A convolution there is `[filters, channels, height, width]`,
 * here `[height, width, channels, filters]`: `w[y, x, i, o] = t[o, i, y, x]`, of each group on its own, so
 * for groups too. A dense layer there is `[units, inputs]`, here `[inputs, units]`: the same with images
 * of 1 x 1. Behind a flattened image its inputs are counted channel by channel there, `[channels, height,
 * width]`, and pixel by pixel here, `[height, width, channels]`: the same as a convolution whose windows
 * cover the whole image.
 */

/** The sizes of filters in PyTorch's order. */
export type FilterSizes = readonly [
  filters: number,
  channels: number,
  height: number,
  width: number,
];

/**
 * Puts some of the values of filters, of which the first is number `begin` in PyTorch's layout, to where
 * they stand in ours.
 */
export function placeFilters(
  values: Float32Array,
  begin: number,
  whole: Float32Array,
  [filters, channels, height, width]: FilterSizes,
): void {
  const pixels = height * width, row = channels * pixels, end = begin + values.length;
  // Rows together, as far as they are there: what lies side by side is written side by side.
  for (let at = begin; at < end;) {
    const filter = Math.floor(at / row), from = at % row;
    const rows = from === 0 ? Math.max(1, Math.floor((end - at) / row)) : 1;
    const to = Math.min(row, from + end - at);
    for (let column = from; column < to; column++) {
      const channel = Math.floor(column / pixels), pixel = column % pixels;
      const target = (pixel * channels + channel) * filters + filter;
      let source = at - begin + column - from;
      for (let k = 0; k < rows; k++, source += row) whole[target + k] = values[source];
    }
    at += (rows - 1) * row + to - from;
  }
}
