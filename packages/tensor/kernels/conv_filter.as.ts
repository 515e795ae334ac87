// The gradient of a convolution by its filters: dw = sum over the pixels of x dy.
//
// A tile is 6 lines of dw (a line for each number of a window) x 8 outputs. It stays in registers while
// pixels run; the image is read in place, at the same six offsets under every window. Pixels are of one
// region, whose windows have the same taps inside of the image (see conv_layout.as.ts), and are taken
// in chunks that stay in the cache while all tiles go over them. So that the result does not depend on
// the number of threads, pixels are cut into groups by the shape only, each with sums of its own that
// are added up in the end.
//
// The file is long as tiles are written out number by number: a vector in an array would live in memory.
import {
  CHANNELS, CHUNK, DOWN, downClass, IMAGES, OUTPUTS, PART_LINES, PARTS, PIXEL_GROUPS, pixelsOf, RIGHT,
  rightClass, TAP_COLUMNS, TAP_ROWS, W_INPUT, X_COLUMN, X_TAP_COLUMN, X_TAP_ROW, Y_COLUMN, Y_IMAGE,
} from "./conv_layout.as";
import { endOfGroup, placePixels } from "./conv_pixels.as";
import { scratchAddress } from "./gemm.as";
import { fma } from "./math.as";
import { loadTail } from "./reduce.as";
import { everySecond, put, row0, sums as lanes, turn, turn4 } from "./tile.as";

/** Lines and outputs of a tile. */
const MR: i32 = 6;
const NR: i32 = 8;
/** A planned tile: the offsets of its lines in the image; those of their sums; how many lines. */
const TILE_X: usize = 0, TILE_SUMS: usize = 24, TILE_LINES: usize = 48, TILE_BYTES: usize = 64;
/** Numbers of a run that are done at once where outputs are few. */
const WIDE: i32 = 24;

/** Adds to eight numbers. */
@inline
function addUp(to: usize, low: v128, high: v128): void {
  v128.store(to, f32x4.add(v128.load(to), low));
  v128.store(to, f32x4.add(v128.load(to, 16), high), 16);
}

/** Adds `count` pixels to a planned tile of six lines that lie side by side. */
export function gradientTile(
  pixels: usize, count: i32, x: usize, dy: usize, tile: usize, sums: usize,
): void {
  // Sums along the diagonals, one pixel a round: see `tile` in gemm.as.ts.
  let d00 = f32x4.splat(0), d10 = d00, d01 = d00, d11 = d00, d02 = d00, d12 = d00, d03 = d00, d13 = d00;
  let e00 = d00, e10 = d00, e01 = d00, e11 = d00;
  x += load<u32>(tile, TILE_X);
  for (; count > 0; count--) {
    const at = x + <usize>load<u32>(pixels), b0 = v128.load(dy), b1 = v128.load(dy, 16);
    let a = v128.load(at);
    d00 = fma(a, b0, d00);
    d10 = fma(a, b1, d10);
    a = turn(a);
    d01 = fma(a, b0, d01);
    d11 = fma(a, b1, d11);
    a = turn(a);
    d02 = fma(a, b0, d02);
    d12 = fma(a, b1, d12);
    a = turn(a);
    d03 = fma(a, b0, d03);
    d13 = fma(a, b1, d13);
    a = v128.load64_splat(at, 16);
    e00 = fma(a, b0, e00);
    e10 = fma(a, b1, e10);
    a = turn(a);
    e01 = fma(a, b0, e01);
    e11 = fma(a, b1, e11);
    pixels += 4;
    dy += NR << 2;
  }
  addUp(sums + <usize>load<u32>(tile, TILE_SUMS), row0(d00, d01, d02, d03), row0(d10, d11, d12, d13));
  const lines = load<i32>(tile, TILE_LINES);
  if (lines > 1) {
    addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 4), row0(d01, d02, d03, d00), row0(d11, d12, d13, d10));
  }
  if (lines > 2) {
    addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 8), row0(d02, d03, d00, d01), row0(d12, d13, d10, d11));
  }
  if (lines > 3) {
    addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 12), row0(d03, d00, d01, d02), row0(d13, d10, d11, d12));
  }
  if (lines > 4) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 16), everySecond(e00, e01), everySecond(e10, e11));
  if (lines > 5) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 20), everySecond(e01, e00), everySecond(e11, e10));
}

/** The same for six lines anywhere. */
export function gradientTileAnywhere(
  pixels: usize, count: i32, x: usize, dy: usize, tile: usize, sums: usize,
): void {
  let c00 = f32x4.splat(0), c01 = c00, c10 = c00, c11 = c00, c20 = c00, c21 = c00;
  let c30 = c00, c31 = c00, c40 = c00, c41 = c00, c50 = c00, c51 = c00;
  const x0 = x + <usize>load<u32>(tile, 0);
  const x1 = x + <usize>load<u32>(tile, 4);
  const x2 = x + <usize>load<u32>(tile, 8);
  const x3 = x + <usize>load<u32>(tile, 12);
  const x4 = x + <usize>load<u32>(tile, 16);
  const x5 = x + <usize>load<u32>(tile, 20);
  for (; count > 0; count--) {
    const at = <usize>load<u32>(pixels), b0 = v128.load(dy), b1 = v128.load(dy, 16);
    let a = v128.load32_splat(x0 + at);
    c00 = fma(a, b0, c00);
    c01 = fma(a, b1, c01);
    a = v128.load32_splat(x1 + at);
    c10 = fma(a, b0, c10);
    c11 = fma(a, b1, c11);
    a = v128.load32_splat(x2 + at);
    c20 = fma(a, b0, c20);
    c21 = fma(a, b1, c21);
    a = v128.load32_splat(x3 + at);
    c30 = fma(a, b0, c30);
    c31 = fma(a, b1, c31);
    a = v128.load32_splat(x4 + at);
    c40 = fma(a, b0, c40);
    c41 = fma(a, b1, c41);
    a = v128.load32_splat(x5 + at);
    c50 = fma(a, b0, c50);
    c51 = fma(a, b1, c51);
    pixels += 4;
    dy += NR << 2;
  }
  addUp(sums + <usize>load<u32>(tile, TILE_SUMS), c00, c01);
  const lines = load<i32>(tile, TILE_LINES);
  if (lines > 1) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 4), c10, c11);
  if (lines > 2) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 8), c20, c21);
  if (lines > 3) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 12), c30, c31);
  if (lines > 4) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 16), c40, c41);
  if (lines > 5) addUp(sums + <usize>load<u32>(tile, TILE_SUMS + 20), c50, c51);
}

/**
 * Adds pixels four by four to a planned tile and four outputs, for images of one channel: windows side
 * by side have their numbers side by side, so that lanes are pixels and no lane is wasted. The outputs
 * stand one after the other, `step` bytes apart. Three lines are done at a time.
 */
export function gradientPlanar(
  pixels: usize, fours: i32, x: usize, dy: usize, step: usize, tile: usize, sums: usize,
): void {
  for (let left = load<i32>(tile, TILE_LINES); left > 0; left -= 3, tile += 12) {
    let a0 = f32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, b0 = a0, b1 = a0, b2 = a0, b3 = a0;
    let c0 = a0, c1 = a0, c2 = a0, c3 = a0;
    const x0 = x + <usize>load<u32>(tile, TILE_X), x1 = x + <usize>load<u32>(tile, TILE_X + 4);
    const x2 = x + <usize>load<u32>(tile, TILE_X + 8);
    let at = pixels, d = dy, e = dy + 2 * step;
    for (let n = fours; n > 0; n--, at += 16, d += 16, e += 16) {
      const p = <usize>load<u32>(at), d0 = v128.load(d), d1 = v128.load(d + step);
      const d2 = v128.load(e), d3 = v128.load(e + step);
      let v = v128.load(x0 + p);
      a0 = fma(v, d0, a0);
      a1 = fma(v, d1, a1);
      a2 = fma(v, d2, a2);
      a3 = fma(v, d3, a3);
      v = v128.load(x1 + p);
      b0 = fma(v, d0, b0);
      b1 = fma(v, d1, b1);
      b2 = fma(v, d2, b2);
      b3 = fma(v, d3, b3);
      v = v128.load(x2 + p);
      c0 = fma(v, d0, c0);
      c1 = fma(v, d1, c1);
      c2 = fma(v, d2, c2);
      c3 = fma(v, d3, c3);
    }
    let to = sums + <usize>load<u32>(tile, TILE_SUMS);
    v128.store(to, f32x4.add(v128.load(to), lanes(a0, a1, a2, a3)));
    if (left < 2) return;
    to = sums + <usize>load<u32>(tile, TILE_SUMS + 4);
    v128.store(to, f32x4.add(v128.load(to), lanes(b0, b1, b2, b3)));
    if (left < 3) return;
    to = sums + <usize>load<u32>(tile, TILE_SUMS + 8);
    v128.store(to, f32x4.add(v128.load(to), lanes(c0, c1, c2, c3)));
  }
}

/** Adds `count` pixels to 24 lines side by side, of one output. */
export function gradientDots(pixels: usize, count: i32, x: usize, dy: usize, sums: usize): void {
  let c0 = f32x4.splat(0), c1 = c0, c2 = c0, c3 = c0, c4 = c0, c5 = c0;
  let d0 = c0, d1 = c0, d2 = c0, d3 = c0, d4 = c0, d5 = c0;
  for (; count >= 2; count -= 2) {
    let at = x + <usize>load<u32>(pixels), b = v128.load32_splat(dy);
    c0 = fma(v128.load(at), b, c0);
    c1 = fma(v128.load(at, 16), b, c1);
    c2 = fma(v128.load(at, 32), b, c2);
    c3 = fma(v128.load(at, 48), b, c3);
    c4 = fma(v128.load(at, 64), b, c4);
    c5 = fma(v128.load(at, 80), b, c5);
    at = x + <usize>load<u32>(pixels, 4), b = v128.load32_splat(dy, 4);
    d0 = fma(v128.load(at), b, d0);
    d1 = fma(v128.load(at, 16), b, d1);
    d2 = fma(v128.load(at, 32), b, d2);
    d3 = fma(v128.load(at, 48), b, d3);
    d4 = fma(v128.load(at, 64), b, d4);
    d5 = fma(v128.load(at, 80), b, d5);
    pixels += 8;
    dy += 8;
  }
  if (count > 0) {
    const at = x + <usize>load<u32>(pixels), b = v128.load32_splat(dy);
    c0 = fma(v128.load(at), b, c0);
    c1 = fma(v128.load(at, 16), b, c1);
    c2 = fma(v128.load(at, 32), b, c2);
    c3 = fma(v128.load(at, 48), b, c3);
    c4 = fma(v128.load(at, 64), b, c4);
    c5 = fma(v128.load(at, 80), b, c5);
  }
  addUp(sums, f32x4.add(c0, d0), f32x4.add(c1, d1));
  addUp(sums + 32, f32x4.add(c2, d2), f32x4.add(c3, d3));
  addUp(sums + 64, f32x4.add(c4, d4), f32x4.add(c5, d5));
}

/** The same for four lines side by side. */
export function gradientDots4(pixels: usize, count: i32, x: usize, dy: usize, sums: usize): void {
  let sum = f32x4.splat(0);
  for (; count > 0; count--) {
    sum = fma(v128.load(x + <usize>load<u32>(pixels)), v128.load32_splat(dy), sum);
    pixels += 4;
    dy += 4;
  }
  v128.store(sums, f32x4.add(v128.load(sums), sum));
}

/** The same for one line. */
export function gradientDot(pixels: usize, count: i32, x: usize, dy: usize, sums: usize): void {
  let sum = f32x4.splat(0);
  for (; count > 0; count--) {
    sum = fma(v128.load32_zero(x + <usize>load<u32>(pixels)), v128.load32_zero(dy), sum);
    pixels += 4;
    dy += 4;
  }
  store<f32>(sums, load<f32>(sums) + f32x4.extract_lane(sum, 0));
}

/**
 * Plans the tiles for a region and the lines from `begin` to `end - 1` of a window; gives their
 * number. Lines lie side by side in a run: a row of taps, or a tap.
 */
function planLines(
  m: usize, down: usize, right: usize, plan: usize, begin: i32, end: i32, panels: i32,
): i32 {
  const channels = load<i32>(m, CHANNELS), tapRow = load<i32>(m, X_TAP_ROW);
  const tapColumn = load<i32>(m, X_TAP_COLUMN), joined = tapColumn == channels << 2;
  const tapColumns = load<i32>(m, TAP_COLUMNS), top = load<i32>(down, 8), left = load<i32>(right, 8);
  const taps = load<i32>(right, 12), runs = joined ? 1 : taps, length = joined ? taps * channels : channels;
  let tiles = 0, lines = 0;
  for (let t = top; t < top + load<i32>(down, 12); t++) {
    for (let u = left; u < left + runs; u++) {
      const run = (t * tapColumns + u) * channels, x = t * tapRow + u * tapColumn;
      for (let line = max(begin, run), last = min(end, run + length); line < last; line++) {
        store<i32>(plan + (<usize>lines << 2), x + ((line - run) << 2), TILE_X);
        store<i32>(plan + (<usize>lines << 2), (line * panels * NR) << 2, TILE_SUMS);
        if (++lines < MR) continue;
        store<i32>(plan, MR, TILE_LINES);
        plan += TILE_BYTES;
        tiles++;
        lines = 0;
      }
    }
  }
  if (lines == 0) return tiles;
  store<i32>(plan, lines, TILE_LINES);
  for (; lines < MR; lines++) store<i32>(plan + (<usize>lines << 2), load<i32>(plan, TILE_X), TILE_X);
  return tiles + 1;
}

/**
 * Eight outputs of `count` pixels, side by side. Those beyond `width` are what comes after them: what
 * is made of them is not used. Nothing is read beyond `end`.
 */
function packOutputs(dy: usize, ys: usize, to: usize, width: i32, end: usize, count: i32): void {
  for (; count > 0; count--, ys += 4, to += NR << 2) {
    const from = dy + <usize>load<u32>(ys);
    if (from + (NR << 2) <= end) {
      v128.store(to, v128.load(from));
      v128.store(to, v128.load(from, 16), 16);
    } else {
      const zero = f32x4.splat(0), low = loadTail(from, min(4, width), zero);
      v128.store(to, width >= 4 ? v128.load(from) : low);
      v128.store(to, loadTail(from + 16, width - 4, zero), 16);
    }
  }
}

/** The same, one output after the other: [8, count]; `count` is a multiple of 4, four pixels a row. */
function packPlanes(
  dy: usize, ys: usize, to: usize, width: i32, end: usize, packed: usize, count: i32,
): void {
  const step = <usize>count << 2;
  for (; count > 0; count -= 4, ys += 16, to += 16) {
    let a = dy + <usize>load<u32>(ys), b = dy + <usize>load<u32>(ys, 4);
    let c = dy + <usize>load<u32>(ys, 8), d = dy + <usize>load<u32>(ys, 12);
    if (d + (NR << 2) > end) {
      packOutputs(dy, ys, packed, width, end, 4);
      a = packed, b = packed + 32, c = packed + 64, d = packed + 96;
    }
    turn4(v128.load(a), v128.load(b), v128.load(c), v128.load(d), to, step);
    if (width > 4) {
      turn4(v128.load(a, 16), v128.load(b, 16), v128.load(c, 16), v128.load(d, 16), to + 4 * step, step);
    }
  }
}

/**
 * The sums of one group of pixels for a part of the lines: sums is [groups, lines, panels, 8]. The
 * share counts fours of them, [groups, parts, 4]: shares begin at multiples of 4.
 */
export function convolveFilter(m: usize, x: usize, dy: usize, sums: usize, begin: i32, end: i32): void {
  const outputs = load<i32>(m, OUTPUTS), panels = (outputs + NR - 1) / NR;
  const groups = load<i32>(m, PIXEL_GROUPS), parts = load<i32>(m, PARTS), partLines = load<i32>(m, PART_LINES);
  const lines = load<i32>(m, TAP_ROWS) * load<i32>(m, TAP_COLUMNS) * load<i32>(m, CHANNELS);
  const chunk = load<i32>(m, CHUNK), xs = scratchAddress(), ys = xs + (<usize>chunk << 2);
  const packed = ys + (<usize>chunk << 2), edge = packed + (<usize>chunk << 5), plan = edge + 128;
  const line = <usize>(panels * NR) << 2;
  const limit = dy + <usize>(load<i32>(m, IMAGES) * load<i32>(m, Y_IMAGE) - load<i32>(m, Y_COLUMN) + (outputs << 2));
  const planes = load<i32>(m, X_COLUMN) == 4;
  for (let item = begin >> 2; item < (end + 3) >> 2; item++) {
    const group = item / parts, line0 = (item - group * parts) * partLines;
    const line1 = min(lines, line0 + partLines), own = sums + <usize>(group * lines) * line;
    memory.fill(own + <usize>line0 * line, 0, <usize>max(0, line1 - line0) * line);
    for (let i = 0; i < load<i32>(m, DOWN); i++) {
      for (let j = 0; j < load<i32>(m, RIGHT); j++) {
        const down = downClass(m, i), right = rightClass(m, j);
        const tiles = planLines(m, down, right, plan, line0, line1, panels);
        const pixels = pixelsOf(m, down, right), last = endOfGroup(pixels, group, groups);
        // Images of one channel, windows side by side, rows of whole vectors.
        const planar = planes && (load<i32>(right, 4) & 3) == 0;
        if (tiles == 0) continue;
        for (let p = group == 0 ? 0 : endOfGroup(pixels, group - 1, groups); p < last; p += chunk) {
          const count = min(chunk, last - p);
          placePixels(m, down, right, xs, ys, p, count);
          for (let panel = 0; panel < panels; panel++) {
            const to = own + (<usize>panel << 5);
            const width = min(NR, outputs - panel * NR);
            const here = dy + (<usize>panel << 5);
            if (planar) {
              packPlanes(here, ys, packed, width, limit, edge, count);
              for (let k = 0; k < tiles; k++) {
                const tile = plan + <usize>k * TILE_BYTES, step = <usize>count << 2;
                gradientPlanar(xs, count >> 2, x, packed, step, tile, to);
                if (width > 4) gradientPlanar(xs, count >> 2, x, packed + 4 * step, step, tile, to + 16);
              }
              continue;
            }
            packOutputs(here, ys, packed, width, limit, count);
            for (let k = 0; k < tiles; k++) {
              const tile = plan + <usize>k * TILE_BYTES;
              if (load<i32>(tile, TILE_X + 20) - load<i32>(tile, TILE_X) == 20) {
                gradientTile(xs, count, x, packed, tile, to);
              } else gradientTileAnywhere(xs, count, x, packed, tile, to);
            }
          }
        }
      }
    }
  }
}

/** Adds the groups' sums up: lines from `begin` to `end - 1` of dw. */
export function convolveFilterSum(m: usize, sums: usize, dw: usize, begin: i32, end: i32): void {
  const outputs = load<i32>(m, OUTPUTS), groups = load<i32>(m, PIXEL_GROUPS);
  const line = <usize>((outputs + NR - 1) & -NR) << 2, step = <usize>load<i32>(m, W_INPUT);
  const lines = load<i32>(m, TAP_ROWS) * load<i32>(m, TAP_COLUMNS) * load<i32>(m, CHANNELS);
  const between = <usize>lines * line;
  for (let k = begin; k < end; k++) {
    for (let o = 0; o < outputs; o += NR) {
      let from = sums + <usize>k * line + (<usize>o << 2);
      let low = v128.load(from), high = v128.load(from, 16);
      for (let g = 1; g < groups; g++) {
        from += between;
        low = f32x4.add(low, v128.load(from));
        high = f32x4.add(high, v128.load(from, 16));
      }
      put(dw + <usize>k * step + (<usize>o << 2), low, high, min(NR, outputs - o));
    }
  }
}

/** The sums of groups of pixels for a few outputs, one by one: sums is [groups, outputs, lines]. */
export function convolveFilterDots(m: usize, x: usize, dy: usize, sums: usize, begin: i32, end: i32): void {
  const outputs = load<i32>(m, OUTPUTS), groups = load<i32>(m, PIXEL_GROUPS);
  const channels = load<i32>(m, CHANNELS), tapColumns = load<i32>(m, TAP_COLUMNS);
  const lines = load<i32>(m, TAP_ROWS) * tapColumns * channels;
  const tapRow = load<i32>(m, X_TAP_ROW), tapColumn = load<i32>(m, X_TAP_COLUMN);
  const joined = tapColumn == channels << 2;
  const chunk = load<i32>(m, CHUNK), xs = scratchAddress(), ys = xs + (<usize>chunk << 2);
  const packed = ys + (<usize>chunk << 2);
  for (let group = begin >> 2; group < (end + 3) >> 2; group++) {
    const own = sums + (<usize>(group * outputs * lines) << 2);
    memory.fill(own, 0, <usize>(outputs * lines) << 2);
    for (let i = 0; i < load<i32>(m, DOWN); i++) {
      for (let j = 0; j < load<i32>(m, RIGHT); j++) {
        const down = downClass(m, i), right = rightClass(m, j);
        const top = load<i32>(down, 8), left = load<i32>(right, 8), taps = load<i32>(right, 12);
        const runs = joined ? min(1, taps) : taps, length = joined ? taps * channels : channels;
        const pixels = pixelsOf(m, down, right), last = endOfGroup(pixels, group, groups);
        for (let p = group == 0 ? 0 : endOfGroup(pixels, group - 1, groups); p < last; p += chunk) {
          const count = min(chunk, last - p);
          placePixels(m, down, right, xs, ys, p, count);
          for (let o = 0; o < outputs; o++) {
            for (let k: usize = 0; k < <usize>count << 2; k += 4) {
              store<f32>(packed + k, load<f32>(dy + (<usize>o << 2) + <usize>load<u32>(ys + k)));
            }
            for (let t = top; t < top + load<i32>(down, 12); t++) {
              for (let u = left; u < left + runs; u++) {
                let at = x + <usize>(t * tapRow + u * tapColumn), k = length;
                let to = own + (<usize>(o * lines + (t * tapColumns + u) * channels) << 2);
                for (; k >= WIDE; k -= WIDE, at += WIDE << 2, to += WIDE << 2) {
                  gradientDots(xs, count, at, packed, to);
                }
                for (; k >= 4; k -= 4, at += 16, to += 16) gradientDots4(xs, count, at, packed, to);
                for (; k > 0; k--, at += 4, to += 4) gradientDot(xs, count, at, packed, to);
              }
            }
          }
        }
      }
    }
  }
}

/** Adds the groups' sums up, for a few outputs: lines from `begin` to `end - 1` of dw. */
export function convolveFilterDotsSum(m: usize, sums: usize, dw: usize, begin: i32, end: i32): void {
  const outputs = load<i32>(m, OUTPUTS), groups = load<i32>(m, PIXEL_GROUPS);
  const lines = load<i32>(m, TAP_ROWS) * load<i32>(m, TAP_COLUMNS) * load<i32>(m, CHANNELS);
  const step = <usize>load<i32>(m, W_INPUT);
  for (let k = begin; k < end; k++) {
    for (let o = 0; o < outputs; o++) {
      let sum: f32 = 0;
      for (let g = 0; g < groups; g++) sum += load<f32>(sums + (<usize>((g * outputs + o) * lines + k) << 2));
      store<f32>(dw + <usize>k * step + (<usize>o << 2), sum);
    }
  }
}
