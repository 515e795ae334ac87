// The gradient of a 3 x 3 convolution of stride 1 by its filters, by minimal filtering, F(3 x 3, 4 x 4):
//
//   dw = A^T [ (G dy G^T) * (B^T d B) ] A, summed over all tiles
//
// The 3 x 3 numbers of a filter that 4 x 4 gradients of results and the 6 x 6 numbers d under their
// windows make take 36 products in place of 144. Summed over the tiles, the products are 36 products of
// matrices, one for each place: [channels, tiles] by [tiles, outputs]. B is that of the convolution,
// G has the powers up to the third over M'(p), A^T those up to the second: see winograd.as.ts.
//
// Transformed images lie as panels [tiles, 4] for each place and four channels, transformed gradients
// as panels [tiles, 8] for each place and eight outputs, of as many tiles at a time as stay in the cache.
// Each sum is made by one thread, tile after tile: the result does not depend on their number.
import { scratchAddress } from "./gemm.as";
import { inputTile, tileOfFour } from "./conv_winograd.as";
import {
  A, ACROSS, ATONCE, B, BLOCK, CHANNELS, COLUMNS, DOWN, HALF, MINUS_THIRD, MINUS_THIRD_A, MINUS_TWO_THIRDS,
  MINUS_TWO_THIRDS_A, NR, ONE_HALF, OUTPUTS, PLACES, placeTile, plus, productPlace, REST, ROWS, SIXTH, SIXTH_B,
  THIRD, THIRD_B, TILE_PLACES, times, TWO,
} from "./winograd.as";

/** Tiles that are transformed to a block. */
const ROWS_ATONCE: i32 = 8;

/** G g for four numbers, to places `step` bytes apart. */
@inline
function transformGradient(g0: v128, g1: v128, g2: v128, g3: v128, to: usize, step: usize): void {
  v128.store(to, g0);
  let even = plus(times(MINUS_TWO_THIRDS, g0), MINUS_THIRD, g2);
  let odd = plus(times(MINUS_TWO_THIRDS_A, g1), MINUS_THIRD_A, g3);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + 2 * step, f32x4.sub(even, odd));
  even = plus(times(SIXTH, g0), THIRD, g2);
  odd = plus(times(SIXTH_B, g1), THIRD_B, g3);
  v128.store(to + 3 * step, f32x4.add(even, odd));
  v128.store(to + 4 * step, f32x4.sub(even, odd));
  v128.store(to + 5 * step, g3);
}

/** A^T z: six sums to three numbers, `step` bytes apart. */
@inline
function transformSums(z0: v128, z1: v128, z2: v128, z3: v128, z4: v128, z5: v128, to: usize, step: usize): void {
  const near = f32x4.add(z1, z2), far = f32x4.add(z3, z4);
  v128.store(to, f32x4.add(f32x4.add(z0, near), far));
  v128.store(to + step, plus(times(A, f32x4.sub(z1, z2)), B, f32x4.sub(z3, z4)));
  v128.store(to + 2 * step, plus(plus(z5, ONE_HALF, near), TWO, far));
}

/** Where the 16 gradients of a tile lie: at `zeros`, where there is no result. */
export function placeGradients(m: usize, dy: usize, index: i32, places: usize, zeros: usize): void {
  const across = load<i32>(m, ACROSS), down = load<i32>(m, DOWN), row = index / across, image = row / down;
  const height = load<i32>(m, ROWS), width = load<i32>(m, COLUMNS), pixel = load<i32>(m, OUTPUTS) << 2;
  const i = (row - image * down) * 4, j = (index - row * across) * 4;
  for (let p = i; p < i + 4; p++) {
    const from = dy + <usize>(((image * height + p) * width + j) * pixel);
    for (let q = 0; q < 4; q++, places += 4) {
      store<u32>(places, <u32>(p < height && j + q < width ? from + <usize>(q * pixel) : zeros));
    }
  }
}

/**
 * The gradients of a planned tile, transformed, for outputs from `begin` to `end - 1`, to a block: for each
 * place and each eight outputs two vectors for each of `rows` tiles.
 */
export function gradientsOfTile(places: usize, half: usize, to: usize, rows: i32, begin: i32, end: i32): void {
  const next = <usize>rows << 5, place = <usize>((end - begin) / NR) * next;
  for (let o = <usize>begin << 2, last = <usize>end << 2; o < last; o += 16) {
    for (let q: usize = 0; q < 16; q += 4) {
      const at = places + q;
      transformGradient(
        v128.load(<usize>load<u32>(at) + o), v128.load(<usize>load<u32>(at, 16) + o),
        v128.load(<usize>load<u32>(at, 32) + o), v128.load(<usize>load<u32>(at, 48) + o), half + (q << 2), 64,
      );
    }
    let from = half, row = to;
    for (let i = 0; i < 6; i++, from += 64, row += 6 * place) {
      transformGradient(v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48), row, place);
    }
    to += o & 16 ? next - 16 : 16;
  }
}

/** A block of `runs` runs of `bytes` bytes for each place to panels that are `panel` bytes apart. */
export function spreadBlock(from: usize, runs: i32, bytes: usize, to: usize, panel: usize, place: usize): void {
  for (let f = 0; f < PLACES; f++, to += place) {
    for (let r = 0, p = to; r < runs; r++, p += panel) {
      for (let i: usize = 0; i < bytes; i += 16, from += 16) v128.store(p + i, v128.load(from));
    }
  }
}

/**
 * Transforms images and gradients of `tiles` tiles from number `first` on; the share is of them. What goes
 * to 36 places goes to a block first, of several tiles, and from there run by run to the panels: a
 * processor that stored to so many pages in turn would look each of them up every time.
 */
export function winogradGradients(
  m: usize, x: usize, dy: usize, v: usize, u: usize, first: i32, tiles: i32, begin: i32, end: i32,
): void {
  const scratch = scratchAddress(), half = scratch + HALF, block = scratch + BLOCK, zeros = scratch + REST;
  const channels = load<i32>(m, CHANNELS), outputs = load<i32>(m, OUTPUTS);
  const four = <usize>tiles << 4, eight = <usize>tiles << 5;
  const imagePlace = productPlace(channels >> 2, four), gradientPlace = productPlace(outputs / NR, eight);
  memory.fill(zeros, 0, <usize>max(channels, outputs) << 2);
  for (let t = begin; t < end; t += ROWS_ATONCE) {
    const rows = min(ROWS_ATONCE, end - t), bytes = <usize>rows << 4;
    for (let r = 0; r < rows; r++) placeTile(m, x, first + t + r, scratch + <usize>r * TILE_PLACES, zeros);
    for (let c = 0; c < channels; c += ATONCE) {
      const last = min(channels, c + ATONCE);
      for (let r = 0; r < rows; r++) {
        inputTile(scratch + <usize>r * TILE_PLACES, half, block + (<usize>r << 4), rows, c, last);
      }
      const to = v + <usize>(c >> 2) * four + (<usize>t << 4);
      spreadBlock(block, (last - c) >> 2, bytes, to, four, imagePlace);
    }
    for (let r = 0; r < rows; r++) placeGradients(m, dy, first + t + r, scratch + (<usize>r << 6), zeros);
    for (let o = 0; o < outputs; o += ATONCE) {
      const last = min(outputs, o + ATONCE);
      for (let r = 0; r < rows; r++) {
        gradientsOfTile(scratch + (<usize>r << 6), half, block + (<usize>r << 5), rows, o, last);
      }
      const to = u + <usize>(o / NR) * eight + (<usize>t << 5);
      spreadBlock(block, (last - o) / NR, 2 * bytes, to, eight, gradientPlace);
    }
  }
}

/**
 * Adds the products of all tiles to sums z, [channels, outputs] for each place, or begins them. The share is of the
 * places and of fours of channels.
 */
export function winogradSums(m: usize, v: usize, u: usize, z: usize, tiles: i32, accumulate: i32, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), outputs = load<i32>(m, OUTPUTS), fours = channels >> 2;
  const line = <usize>outputs << 2, panel = <usize>tiles << 5, place = productPlace(outputs / NR, panel);
  const from = productPlace(fours, <usize>tiles << 4), to = productPlace(channels, line);
  for (let item = begin; item < end; item++) {
    const f = item / fours, four = item - f * fours;
    const a = v + <usize>f * from + (<usize>(four * tiles) << 4), c = z + <usize>f * to + <usize>(four << 2) * line;
    let b = u + <usize>f * place;
    for (let o: usize = 0; o < line; o += NR << 2, b += panel) tileOfFour(a, b, c + o, line, tiles, accumulate);
  }
}

/** The filters' gradients from the sums, for a share of the channels. */
export function winogradFilterGradient(m: usize, z: usize, dw: usize, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), half = scratchAddress() + HALF, line = <usize>load<i32>(m, OUTPUTS) << 2;
  const place = productPlace(channels, line), tap = <usize>channels * line;
  for (let at = <usize>begin * line, last = <usize>end * line; at < last; at += 16) {
    let from = z + at;
    for (let q: usize = 0; q < 96; q += 16, from += place) {
      transformSums(
        v128.load(from), v128.load(from + 6 * place), v128.load(from + 12 * place), v128.load(from + 18 * place),
        v128.load(from + 24 * place), v128.load(from + 30 * place), half + q, 96,
      );
    }
    let h = half, to = dw + at;
    for (let p = 0; p < 3; p++, h += 96, to += 3 * tap) {
      transformSums(
        v128.load(h), v128.load(h, 16), v128.load(h, 32), v128.load(h, 48), v128.load(h, 64), v128.load(h, 80), to, tap,
      );
    }
  }
}
