// Convolution as a product of large matrices, for a library's product: the numbers under each window
// are written out as a row of a matrix. See conv_layout.as.ts for the description.
import { finishSome } from "./conv_epilogue.as";
import {
  CHANNELS, COLUMNS, downClass, OUTPUTS, RIGHT, rightClass, ROWS, TAP_COLUMNS, TAP_ROWS, W_COLUMN,
  W_INPUT, W_OUTPUT, W_ROW, X_COLUMN, X_IMAGE, X_ROW, X_TAP_COLUMN, X_TAP_ROW,
} from "./conv_layout.as";
import { sgemm } from "./recurrent.as";
import { turn4 } from "./tile.as";

/** Results that are made at once, as they are still at hand for the epilogue then; and rows, at least. */
const RESULTS: i32 = 1 << 18, ROWS_ATONCE: i32 = 128;

@inline
function copyRun(from: usize, to: usize, bytes: usize): void {
  const end = from + bytes, whole = from + (bytes & ~15);
  for (; from < whole; from += 16, to += 16) v128.store(to, v128.load(from));
  for (; from < end; from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/**
 * The windows of some rows of results, one in a row of the matrix, zeros where they stick out: rows
 * from `begin` to `end - 1`, counted from row `first` of all images on.
 */
export function convolvePatches(m: usize, x: usize, to: usize, first: i32, begin: i32, end: i32): void {
  const rows = load<i32>(m, ROWS), columns = load<i32>(m, COLUMNS), channels = load<i32>(m, CHANNELS);
  const tapRows = load<i32>(m, TAP_ROWS), tapColumns = load<i32>(m, TAP_COLUMNS);
  const tapRow = load<i32>(m, X_TAP_ROW), tapColumn = load<i32>(m, X_TAP_COLUMN);
  const joined = tapColumn == channels << 2, line = <usize>(tapRows * tapColumns * channels) << 2;
  for (let k = begin; k < end; k++) {
    const image = (first + k) / rows, i = first + k - image * rows;
    let down = downClass(m, 0);
    while (i >= load<i32>(down) + load<i32>(down, 4)) down += 16;
    const top = load<i32>(down, 8), height = load<i32>(down, 12);
    const from = x + <usize>(image * load<i32>(m, X_IMAGE) + i * load<i32>(m, X_ROW));
    for (let n = 0; n < load<i32>(m, RIGHT); n++) {
      const right = rightClass(m, n), left = load<i32>(right, 8), width = load<i32>(right, 12);
      const runs = joined ? 1 : width, bytes = <usize>(joined ? width * channels : channels) << 2;
      const j0 = load<i32>(right), j1 = j0 + load<i32>(right, 4);
      for (let j = j0; j < j1; j++) {
        const patch = to + (<usize>k * columns + j) * line, window = from + <usize>(j * load<i32>(m, X_COLUMN));
        if (height < tapRows || width < tapColumns) memory.fill(patch, 0, line);
        for (let t = top; t < top + height; t++) {
          for (let u = left; u < left + runs; u++) {
            copyRun(
              window + <usize>(t * tapRow + u * tapColumn),
              patch + (<usize>((t * tapColumns + u) * channels) << 2), bytes,
            );
          }
        }
      }
    }
  }
}

/** The filters as a matrix [taps, inputs, outputs]: taps from `begin` to `end - 1`. */
export function convolveFilters(m: usize, w: usize, to: usize, begin: i32, end: i32): void {
  const tapColumns = load<i32>(m, TAP_COLUMNS), inputs = load<i32>(m, CHANNELS), outputs = load<i32>(m, OUTPUTS);
  const byInput = <usize>load<i32>(m, W_INPUT), byOutput = <usize>load<i32>(m, W_OUTPUT);
  const line = <usize>outputs << 2;
  for (let tap = begin; tap < end; tap++) {
    const t = tap / tapColumns, u = tap - t * tapColumns;
    const from = w + <usize>(t * load<i32>(m, W_ROW) + u * load<i32>(m, W_COLUMN));
    const block = to + <usize>(tap * inputs) * line;
    for (let o: usize = 0; o < <usize>outputs; o += 4) {
      for (let i: usize = 0; i < <usize>inputs; i += 4) {
        const p = from + o * byOutput + i * byInput, q = block + i * line + (o << 2);
        if (byInput == 4 && o + 4 <= <usize>outputs && i + 4 <= <usize>inputs) {
          turn4(
            v128.load(p), v128.load(p + byOutput), v128.load(p + 2 * byOutput), v128.load(p + 3 * byOutput),
            q, line,
          );
          continue;
        }
        for (let a = o; a < min(o + 4, <usize>outputs); a++) {
          for (let b = i; b < min(i + 4, <usize>inputs); b++) {
            store<f32>(block + b * line + (a << 2), load<f32>(from + a * byOutput + b * byInput));
          }
        }
      }
    }
  }
}

/**
 * y = f(scale (A B) + shift + residual) by the library, for A of [rows, k] and B of [k, n]; what is not there
 * is 0. The share is of the rows if `byRows`, else of the columns.
 */
export function multiplyByLibrary(
  a: usize, b: usize, y: usize, rows: i32, n: i32, k: i32, scale: usize, shift: usize, residual: usize, activation: i32,
  byRows: i32, begin: i32, end: i32,
): void {
  const row0 = byRows ? begin : 0, row1 = byRows ? end : rows, column0 = byRows ? 0 : begin;
  const width = (byRows ? n : end) - column0, atOnce = max(ROWS_ATONCE, RESULTS / width), left = <usize>column0 << 2;
  const line = <usize>n << 2, by = scale ? scale + left : 0, more = shift ? shift + left : 0;
  for (let i = row0; i < row1; i += atOnce) {
    const count = min(atOnce, row1 - i), at = <usize>i * line + left;
    sgemm(0, 0, count, width, k, a + (<usize>i * <usize>k << 2), k, b + left, n, 0, y + at, n);
    if (!(scale || shift || residual || activation)) continue;
    for (let r = 0, p = at; r < count; r++, p += line) {
      finishSome(y + p, by, more, residual ? residual + p : 0, width, activation);
    }
  }
}
