// Correlations of images with filters: convolution, and transposed convolution phase by phase.
//
// With channels last, the numbers that a row of a filter meets lie side by side in the image: a run.
// So nothing is rearranged but the filter. A tile of 6 pixels x 8 channels is kept in registers while
// the runs under its six windows are read; each pixel has a pointer of its own, so that they may lie
// anywhere: in other rows, and in other images. The pixels of a tile are of one region, whose windows
// have the same taps inside of the image (see conv_layout.as.ts).
import {
  BY_TILES, CHANNELS, DOWN, downClass, OUTPUTS, pixelsOf, RELU, RIGHT, rightClass, TAP_COLUMNS,
  TAP_ROWS, W_COLUMN, W_INPUT, W_OUTPUT, W_ROW, X_COLUMN, X_IMAGE, X_ROW, X_TAP_COLUMN, X_TAP_ROW,
  Y_COLUMN, Y_IMAGE, Y_ROW,
} from "./conv_layout.as";
import { pack8, scratchAddress } from "./gemm.as";
import { fma, positivePart } from "./math.as";
import { put, sums } from "./tile.as";

/** Pixels and channels of a tile. */
const MR: i32 = 6;
const NR: i32 = 8;
/** Tiles that are planned at once. */
const PLANNED: i32 = 16;
/** Bytes of packed filters that are used at once: they stay in the second-level cache. */
const BLOCK: i32 = 1 << 19;

// A planned tile: the sources and the results of its pixels, where its taps begin in a panel, how many
// rows of runs, runs in a row, numbers in a run.
const TILE_X: usize = 0, TILE_Y: usize = 24, TILE_W: usize = 48;
const TILE_ROWS: usize = 52, TILE_RUNS: usize = 56, TILE_LENGTH: usize = 60;
const TILE_BYTES: usize = 64;

/**
 * Six pixels, `width` channels, from a planned tile and a panel of the filter. `between` is the
 * distance from the end of a run to the next in its row, `xRow` and `wRow` that of rows of runs.
 */
export function convolveTile(
  tile: usize, w: usize, y: usize, bias: usize, width: i32, relu: i32,
  between: usize, xRow: usize, wRow: usize,
): void {
  let c00 = v128.load(bias), c01 = v128.load(bias, 16), c10 = c00, c11 = c01, c20 = c00, c21 = c01;
  let c30 = c00, c31 = c01, c40 = c00, c41 = c01, c50 = c00, c51 = c01;
  // Pixels go on together: each stays as far from the first one as it is.
  let p = <usize>load<u32>(tile);
  const p1 = <usize>load<u32>(tile, 4) - p, p2 = <usize>load<u32>(tile, 8) - p, p3 = <usize>load<u32>(tile, 12) - p;
  const p4 = <usize>load<u32>(tile, 16) - p, p5 = <usize>load<u32>(tile, 20) - p;
  const runs = load<i32>(tile, TILE_RUNS), length = load<i32>(tile, TILE_LENGTH);
  const xNext = xRow - <usize>runs * ((<usize>length << 2) + between);
  const wNext = wRow - (<usize>(runs * length) << 5);
  w += load<u32>(tile, TILE_W);
  for (let rows = load<i32>(tile, TILE_ROWS); rows > 0; rows--) {
    for (let run = runs; run > 0; run--) {
      // One number of a run a round: see `tile` in gemm.as.ts.
      for (let k = length; k > 0; k--) {
        const b0 = v128.load(w), b1 = v128.load(w, 16);
        let x = v128.load32_splat(p);
        c00 = fma(x, b0, c00);
        c01 = fma(x, b1, c01);
        x = v128.load32_splat(p + p1);
        c10 = fma(x, b0, c10);
        c11 = fma(x, b1, c11);
        x = v128.load32_splat(p + p2);
        c20 = fma(x, b0, c20);
        c21 = fma(x, b1, c21);
        x = v128.load32_splat(p + p3);
        c30 = fma(x, b0, c30);
        c31 = fma(x, b1, c31);
        x = v128.load32_splat(p + p4);
        c40 = fma(x, b0, c40);
        c41 = fma(x, b1, c41);
        x = v128.load32_splat(p + p5);
        c50 = fma(x, b0, c50);
        c51 = fma(x, b1, c51);
        p += 4;
        w += 32;
      }
      p += between;
    }
    p += xNext;
    w += wNext;
  }
  if (relu) {
    c00 = positivePart(c00), c01 = positivePart(c01), c10 = positivePart(c10), c11 = positivePart(c11);
    c20 = positivePart(c20), c21 = positivePart(c21), c30 = positivePart(c30), c31 = positivePart(c31);
    c40 = positivePart(c40), c41 = positivePart(c41), c50 = positivePart(c50), c51 = positivePart(c51);
  }
  put(y + load<u32>(tile, TILE_Y), c00, c01, width);
  put(y + load<u32>(tile, TILE_Y + 4), c10, c11, width);
  put(y + load<u32>(tile, TILE_Y + 8), c20, c21, width);
  put(y + load<u32>(tile, TILE_Y + 12), c30, c31, width);
  put(y + load<u32>(tile, TILE_Y + 16), c40, c41, width);
  put(y + load<u32>(tile, TILE_Y + 20), c50, c51, width);
}

/** Adds the lanes of six vectors up, each with the bias, and stores a number for each pixel. */
@inline
function putDots(
  tile: usize, y: usize, bias: usize, relu: i32, c0: v128, c1: v128, c2: v128, c3: v128, c4: v128, c5: v128,
): void {
  const b = v128.load32_splat(bias);
  let s = f32x4.add(b, sums(c0, c1, c2, c3)), t = f32x4.add(b, sums(c4, c5, c4, c5));
  if (relu) {
    s = positivePart(s);
    t = positivePart(t);
  }
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y), s, 0);
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y + 4), s, 1);
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y + 8), s, 2);
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y + 12), s, 3);
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y + 16), t, 0);
  v128.store_lane<f32>(y + load<u32>(tile, TILE_Y + 20), t, 1);
}

/** Six pixels of one channel: four numbers of a run at once, where a tile would be mostly empty. */
export function convolveDots(
  tile: usize, w: usize, y: usize, bias: usize, relu: i32, between: usize, xRow: usize, wRow: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  let p0 = <usize>load<u32>(tile), p1 = <usize>load<u32>(tile, 4), p2 = <usize>load<u32>(tile, 8);
  let p3 = <usize>load<u32>(tile, 12), p4 = <usize>load<u32>(tile, 16), p5 = <usize>load<u32>(tile, 20);
  const runs = load<i32>(tile, TILE_RUNS), length = load<i32>(tile, TILE_LENGTH);
  const xNext = xRow - <usize>runs * ((<usize>length << 2) + between);
  const wNext = wRow - (<usize>(runs * length) << 2);
  w += load<u32>(tile, TILE_W) >> 3;
  for (let rows = load<i32>(tile, TILE_ROWS); rows > 0; rows--) {
    for (let run = runs; run > 0; run--) {
      let k = length;
      for (; k >= 8; k -= 8) {
        const b0 = v128.load(w), b1 = v128.load(w, 16);
        c00 = fma(v128.load(p0), b0, c00);
        c01 = fma(v128.load(p0, 16), b1, c01);
        c10 = fma(v128.load(p1), b0, c10);
        c11 = fma(v128.load(p1, 16), b1, c11);
        c20 = fma(v128.load(p2), b0, c20);
        c21 = fma(v128.load(p2, 16), b1, c21);
        c30 = fma(v128.load(p3), b0, c30);
        c31 = fma(v128.load(p3, 16), b1, c31);
        c40 = fma(v128.load(p4), b0, c40);
        c41 = fma(v128.load(p4, 16), b1, c41);
        c50 = fma(v128.load(p5), b0, c50);
        c51 = fma(v128.load(p5, 16), b1, c51);
        w += 32;
        p0 += 32;
        p1 += 32;
        p2 += 32;
        p3 += 32;
        p4 += 32;
        p5 += 32;
      }
      if (k >= 4) {
        const b0 = v128.load(w);
        c00 = fma(v128.load(p0), b0, c00);
        c10 = fma(v128.load(p1), b0, c10);
        c20 = fma(v128.load(p2), b0, c20);
        c30 = fma(v128.load(p3), b0, c30);
        c40 = fma(v128.load(p4), b0, c40);
        c50 = fma(v128.load(p5), b0, c50);
        w += 16;
        p0 += 16;
        p1 += 16;
        p2 += 16;
        p3 += 16;
        p4 += 16;
        p5 += 16;
        k -= 4;
      }
      for (; k > 0; k--) {
        const b0 = v128.load32_zero(w);
        c00 = fma(v128.load32_zero(p0), b0, c00);
        c10 = fma(v128.load32_zero(p1), b0, c10);
        c20 = fma(v128.load32_zero(p2), b0, c20);
        c30 = fma(v128.load32_zero(p3), b0, c30);
        c40 = fma(v128.load32_zero(p4), b0, c40);
        c50 = fma(v128.load32_zero(p5), b0, c50);
        w += 4;
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
        p4 += 4;
        p5 += 4;
      }
      p0 += between;
      p1 += between;
      p2 += between;
      p3 += between;
      p4 += between;
      p5 += between;
    }
    w += wNext;
    p0 += xNext;
    p1 += xNext;
    p2 += xNext;
    p3 += xNext;
    p4 += xNext;
    p5 += xNext;
  }
  putDots(
    tile, y, bias, relu, f32x4.add(c00, c01), f32x4.add(c10, c11), f32x4.add(c20, c21),
    f32x4.add(c30, c31), f32x4.add(c40, c41), f32x4.add(c50, c51),
  );
}

/**
 * The same for six pixels side by side under three taps in a row: what lies under a window lies under
 * the next two as well, so that each number is loaded once for all three. Channels are fours.
 */
export function convolveDots3(
  tile: usize, w: usize, y: usize, bias: usize, relu: i32, channels: i32, xRow: usize, wRow: usize,
): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  const pixel = <usize>channels << 2;
  let row = <usize>load<u32>(tile);
  w += load<u32>(tile, TILE_W) >> 3;
  for (let rows = load<i32>(tile, TILE_ROWS); rows > 0; rows--, row += xRow, w += wRow) {
    let p = row, at = w;
    for (const end = row + pixel; p < end; p += 16, at += 16) {
      const b0 = v128.load(at), b1 = v128.load(at + pixel), b2 = v128.load(at + 2 * pixel);
      let q = p, x = v128.load(q);
      c0 = fma(x, b0, c0);
      q += pixel;
      x = v128.load(q);
      c0 = fma(x, b1, c0);
      c1 = fma(x, b0, c1);
      q += pixel;
      x = v128.load(q);
      c0 = fma(x, b2, c0);
      c1 = fma(x, b1, c1);
      c2 = fma(x, b0, c2);
      q += pixel;
      x = v128.load(q);
      c1 = fma(x, b2, c1);
      c2 = fma(x, b1, c2);
      c3 = fma(x, b0, c3);
      q += pixel;
      x = v128.load(q);
      c2 = fma(x, b2, c2);
      c3 = fma(x, b1, c3);
      c4 = fma(x, b0, c4);
      q += pixel;
      x = v128.load(q);
      c3 = fma(x, b2, c3);
      c4 = fma(x, b1, c4);
      c5 = fma(x, b0, c5);
      q += pixel;
      x = v128.load(q);
      c4 = fma(x, b2, c4);
      c5 = fma(x, b1, c5);
      q += pixel;
      c5 = fma(v128.load(q), b2, c5);
    }
  }
  putDots(tile, y, bias, relu, c0, c1, c2, c3, c4, c5);
}

/** Plans `count` tiles of a region, from number `first` on: its pixels in row-major order. */
function planRegion(m: usize, down: usize, right: usize, x: usize, plan: usize, first: i32, count: i32): void {
  const i0 = load<i32>(down), rows = load<i32>(down, 4), top = load<i32>(down, 8);
  const j0 = load<i32>(right), columns = load<i32>(right, 4), left = load<i32>(right, 8);
  const xImage = load<i32>(m, X_IMAGE), xRow = load<i32>(m, X_ROW), xColumn = load<i32>(m, X_COLUMN);
  const yImage = load<i32>(m, Y_IMAGE), yRow = load<i32>(m, Y_ROW), yColumn = load<i32>(m, Y_COLUMN);
  const tapColumn = load<i32>(m, X_TAP_COLUMN), channels = load<i32>(m, CHANNELS);
  const joined = tapColumn == channels << 2, taps = load<i32>(right, 12);
  const runs = joined ? 1 : taps, length = joined ? taps * channels : channels;
  const w = (top * load<i32>(m, TAP_COLUMNS) + left) * channels * (NR << 2);
  const pixels = pixelsOf(m, down, right);
  let at = first * MR;
  const row0 = at / columns, image0 = row0 / rows;
  let j = at - row0 * columns, i = row0 - image0 * rows;
  let p = x + <usize>(image0 * xImage) + <usize>((i0 + i) * xRow + (j0 + j) * xColumn) +
    <usize>(top * load<i32>(m, X_TAP_ROW) + left * tapColumn);
  let q = <usize>(image0 * yImage) + <usize>((i0 + i) * yRow + (j0 + j) * yColumn);
  const nextRow = xRow - columns * xColumn, nextImage = xImage - rows * xRow;
  const yNextRow = yRow - columns * yColumn, yNextImage = yImage - rows * yRow;
  for (; count > 0; count--) {
    for (let k: usize = 0; k < <usize>(MR << 2); k += 4) {
      store<u32>(plan + k, <u32>p, TILE_X);
      store<u32>(plan + k, <u32>q, TILE_Y);
      // The last pixel is done again where there is none left.
      if (++at >= pixels) continue;
      p += xColumn;
      q += yColumn;
      if (++j < columns) continue;
      j = 0;
      p += nextRow;
      q += yNextRow;
      if (++i < rows) continue;
      i = 0;
      p += nextImage;
      q += yNextImage;
    }
    store<i32>(plan, w, TILE_W);
    store<i32>(plan, load<i32>(down, 12), TILE_ROWS);
    store<i32>(plan, runs, TILE_RUNS);
    store<i32>(plan, length, TILE_LENGTH);
    plan += TILE_BYTES;
  }
}

/** Plans `count` tiles, from number `first` of all regions on. */
function planTiles(m: usize, x: usize, plan: usize, first: i32, count: i32): void {
  for (let i = 0; i < load<i32>(m, DOWN) && count > 0; i++) {
    for (let j = 0; j < load<i32>(m, RIGHT) && count > 0; j++) {
      const down = downClass(m, i), right = rightClass(m, j);
      const tiles = (pixelsOf(m, down, right) + MR - 1) / MR;
      const here = min(count, tiles - first);
      if (here > 0) {
        planRegion(m, down, right, x, plan, first, here);
        plan += <usize>here * TILE_BYTES;
        count -= here;
      }
      first = max(0, first - tiles);
    }
  }
}

/** Packs the filters of outputs `output` and on, panel by panel. */
function packFilters(m: usize, w: usize, to: usize, output: i32, count: i32, panel: usize): void {
  const tapRows = load<i32>(m, TAP_ROWS), tapColumns = load<i32>(m, TAP_COLUMNS);
  const channels = load<i32>(m, CHANNELS), line = load<i32>(m, W_OUTPUT), step = load<i32>(m, W_INPUT);
  // All panels' numbers of a tap: they lie near each other.
  for (let t = 0; t < tapRows; t++) {
    for (let u = 0; u < tapColumns; u++) {
      const from = w + <usize>(output * line + t * load<i32>(m, W_ROW) + u * load<i32>(m, W_COLUMN));
      for (let o = 0; o < count; o += NR) {
        const at = to + <usize>(o / NR) * panel;
        pack8(from + <usize>(o * line), at, line, step, min(NR, count - o), channels);
      }
      to += <usize>(channels * NR) << 2;
    }
  }
}

/** Packs the filters of outputs `output` and on, one after the other. */
function packNarrow(m: usize, w: usize, to: usize, output: i32, count: i32): void {
  const tapRows = load<i32>(m, TAP_ROWS), tapColumns = load<i32>(m, TAP_COLUMNS);
  const channels = load<i32>(m, CHANNELS), line = load<i32>(m, W_OUTPUT), step = load<i32>(m, W_INPUT);
  for (let o = output; o < output + count; o++) {
    for (let t = 0; t < tapRows; t++) {
      for (let u = 0; u < tapColumns; u++) {
        const from = w + <usize>(o * line + t * load<i32>(m, W_ROW) + u * load<i32>(m, W_COLUMN));
        for (let c = 0; c < channels; c++, to += 4) store<f32>(to, load<f32>(from + <usize>(c * step)));
      }
    }
  }
}

/**
 * y = f(bias + x * w) for a share of all tiles, or of the panels of outputs; `narrow` is for up to
 * three outputs, one by one. Filters are packed at `room`, or, if that is 0, where this thread packs.
 */
export function convolve(
  m: usize, x: usize, w: usize, bias: usize, y: usize, room: usize, tiles: i32, narrow: i32, begin: i32,
  end: i32,
): void {
  const byTiles = load<i32>(m, BY_TILES), outputs = load<i32>(m, OUTPUTS);
  const tile0 = byTiles ? begin : 0, tile1 = byTiles ? end : tiles;
  const output0 = byTiles ? 0 : begin * NR, output1 = byTiles ? outputs : min(outputs, end * NR);
  const tapColumns = load<i32>(m, TAP_COLUMNS), channels = load<i32>(m, CHANNELS);
  const k = load<i32>(m, TAP_ROWS) * tapColumns * channels, relu = load<i32>(m, RELU);
  const tapColumn = load<i32>(m, X_TAP_COLUMN), xRow = <usize>load<i32>(m, X_TAP_ROW);
  const between = <usize>(tapColumn - (channels << 2));
  // Whether windows are side by side, and taps, of channels that are fours.
  const side = (channels & 3) == 0 && tapColumn == channels << 2 && load<i32>(m, X_COLUMN) == tapColumn;
  const step = narrow ? 1 : NR, panel = <usize>(k * step) << 2, wRow = <usize>(tapColumns * channels * step) << 2;
  const plan = scratchAddress(), biases = plan + <usize>PLANNED * TILE_BYTES;
  const packed = room ? room : biases + (NR << 2);
  const atOnce = max(1, BLOCK / max(1, <i32>panel)) * step;
  for (let first = output0; first < output1; first += atOnce) {
    const count = min(atOnce, output1 - first);
    if (narrow) packNarrow(m, w, packed, first, count);
    else packFilters(m, w, packed, first, count, panel);
    for (let tile = tile0; tile < tile1; tile += PLANNED) {
      const planned = min(PLANNED, tile1 - tile);
      planTiles(m, x, plan, tile, planned);
      for (let o = 0; o < count; o += step) {
        const width = min(step, count - o);
        for (let i = 0; i < step; i++) {
          const given = bias != 0 && i < width;
          store<f32>(biases + (<usize>i << 2), given ? load<f32>(bias + (<usize>(first + o + i) << 2)) : 0);
        }
        const from = packed + <usize>(o / step) * panel, to = y + (<usize>(first + o) << 2);
        for (let i = 0; i < planned; i++) {
          const at = plan + <usize>i * TILE_BYTES;
          // Pixels lie side by side where none is done twice, and the last is five after the first.
          const fifth = load<u32>(at, TILE_X + 20), threes = side && load<i32>(at, TILE_LENGTH) == 3 * channels &&
            fifth != load<u32>(at, TILE_X + 16) && fifth - load<u32>(at, TILE_X) == <u32>(20 * channels);
          if (narrow && threes) convolveDots3(at, from, to, biases, relu, channels, xRow, wRow);
          else if (narrow) convolveDots(at, from, to, biases, relu, between, xRow, wRow);
          else convolveTile(at, from, to, biases, width, relu, between, xRow, wRow);
        }
      }
    }
  }
}
