// Images turned, moved, mirrored or zoomed: the pixel in row i and column j comes from column
// a j + b i + c and row d j + e i + f. Places are computed in 64 bits, as the reference does.

/** Farther out nothing changes; what is no number lies there, too. */
const FAR: f64 = 1e9;

@inline
function near(place: f64): f64 { return place > -FAR ? (place < FAR ? place : FAR) : -FAR; }

/** The pixel that stands at i of an axis of n, by the number of the fill mode; -1 for a constant. */
@inline
function indexAt(i: i32, n: i32, mode: i32): i32 {
  if (<u32>i < <u32>n) return i;
  if (mode == 0) return -1;
  if (mode == 1) return i < 0 ? 0 : n - 1;
  const period = mode == 3 ? n : 2 * n, k = ((i % period) + period) % period;
  return k < n ? k : period - 1 - k;
}

/** Where a row begins; 0 for one of constants. */
@inline
function rowAt(origin: usize, row: i32, line: usize): usize {
  return row < 0 ? <usize>0 : origin + <usize>row * line;
}

@inline
function read(row: usize, column: i32, pixel: usize, channel: usize, fill: f32): f32 {
  return row == 0 || column < 0 ? fill : load<f32>(row + <usize>column * pixel + channel);
}

/** Rows begin to end of all [n, rows] of the images that are made. */
export function affineTransform(
  x: usize, transforms: usize, y: usize, height: i32, width: i32, channels: i32, rows: i32, columns: i32,
  nearest: i32, mode: i32, fill: f32, begin: i32, end: i32,
): void {
  const pixel = <usize>channels << 2, line = <usize>width * pixel;
  for (let item = begin; item < end; item++) {
    const image = item / rows, i = <f64>(item - image * rows), t = transforms + <usize>image * 24;
    const origin = x + <usize>(image * height) * line;
    const a = <f64>load<f32>(t), b = <f64>load<f32>(t, 4), c = <f64>load<f32>(t, 8);
    const d = <f64>load<f32>(t, 12), e = <f64>load<f32>(t, 16), f = <f64>load<f32>(t, 20);
    let to = y + <usize>item * columns * pixel;
    for (let j = 0; j < columns; j++, to += pixel) {
      const px = near(a * <f64>j + (b * i + c)), py = near(d * <f64>j + (e * i + f));
      if (nearest) {
        const column = indexAt(<i32>Math.floor(px + 0.5), width, mode);
        const row = indexAt(<i32>Math.floor(py + 0.5), height, mode);
        const from = rowAt(origin, row, line);
        for (let o: usize = 0; o < pixel; o += 4) store<f32>(to + o, read(from, column, pixel, o, fill));
        continue;
      }
      const left = Math.floor(px), top = Math.floor(py), s = <f32>(px - left), u = <f32>(py - top);
      const s0: f32 = 1 - s, u0: f32 = 1 - u;
      const c0 = indexAt(<i32>left, width, mode), c1 = indexAt(<i32>left + 1, width, mode);
      const r0 = indexAt(<i32>top, height, mode), r1 = indexAt(<i32>top + 1, height, mode);
      const upper = rowAt(origin, r0, line), lower = rowAt(origin, r1, line);
      for (let o: usize = 0; o < pixel; o += 4) {
        const p = s0 * read(upper, c0, pixel, o, fill) + s * read(upper, c1, pixel, o, fill);
        const q = s0 * read(lower, c0, pixel, o, fill) + s * read(lower, c1, pixel, o, fill);
        store<f32>(to + o, u0 * p + u * q);
      }
    }
  }
}
