// Minimal filtering, F(4 x 4, 3 x 3): how it is described to the kernels, and the transforms. The points
// are 0, a, -a, b, -b and infinity, with a^2 = 1/2 and b^2 = 2: of those that are alike in cost they round
// least, as their powers stay near 1. With M(x) = x (x^2 - a^2) (x^2 - b^2) = x^5 - 5/2 x^3 + x, a row of B^T
// holds the coefficients of M(x) / (x - p) for a point p, those of M(x) for infinity; a row of G the powers
// of p over M'(p): 1 for 0, -3/2 for a and -a, 6 for b and -b; a column of A^T the powers of p. All of it
// is inlined.
import { constant, fma } from "./math.as";

// What the runner describes a convolution with: numbers of 4 bytes, strides in bytes.
export const HEIGHT: usize = 0, WIDTH: usize = 4, CHANNELS: usize = 8;
export const ROWS: usize = 12, COLUMNS: usize = 16, OUTPUTS: usize = 20;
/** The first window's place in the image; tiles down and across, and of all images. */
export const TOP: usize = 24, LEFT: usize = 28, DOWN: usize = 32, ACROSS: usize = 36, TILES: usize = 40;
/** The filter: from tap row to tap row, tap to tap, output to output, input to input. */
export const W_ROW: usize = 44, W_COLUMN: usize = 48, W_OUTPUT: usize = 52, W_INPUT: usize = 56;
/** A factor and a number to be added for each output, and what is added to each result; or 0. */
export const SCALE: usize = 60, SHIFT: usize = 64, RESIDUAL: usize = 68, RELU: usize = 72;

/** Rows and outputs of a tile of products; places of a transformed tile. */
export const MR: i32 = 6;
export const NR: i32 = 8;
export const PLACES: i32 = 36;
/**
 * A thread's scratch: where the numbers under the tiles of a group lie, a half transformed tile, a block
 * of transformed images, and the rest.
 */
export const TILE_PLACES: usize = 144, HALF: usize = 1152, BLOCK: usize = 2048, REST: usize = 2048 + 36 * 1024;
/** Channels, or outputs, that are transformed to a block. */
export const ATONCE: i32 = 16;

/**
 * Bytes between the panels of two places: a cache line more than a panel has, as else the 36 numbers of a
 * tile would be kept in the same few lines of the first-level cache, one driving out the other.
 */
const APART: usize = 64;

/** From place to place of transformed images of so many rows. */
@inline
export function imagePlace(channels: i32, rows: i32): usize { return (<usize>(channels * rows) << 2) + APART; }

/** From place to place of transformed filters, and from tap to tap of packed ones. */
@inline
export function filterPlace(channels: i32): usize { return (<usize>(channels * NR) << 2) + APART; }

/** From place to place of products, or of sums of them, of `lines` lines of `line` bytes. */
@inline
export function productPlace(lines: i32, line: usize): usize { return <usize>lines * line + APART; }

/**
 * The points next to 0 and those beyond, a = sqrt(1/2) and b = sqrt(2), and what is made of them. In memory:
 * see math.as.ts.
 */
const NUMBERS: usize = memory.data<f32>([
  -2.5, -2, -0.5, 0.5, 2, // 0 to 4
  0.7071067811865476, -0.7071067811865476, 1.4142135623730951, -1.4142135623730951, // 5 to 8: a, -a, b, -b
  -2.0 / 3.0, -1.0 / 3.0, 1.0 / 6.0, 1.0 / 3.0, // 9 to 12
  0.4714045207910317, -0.4714045207910317, 0.2357022603955158, -0.2357022603955158, // 13 to 16: 2a/3, -2a/3, b/6, -b/6
  0.3535533905932738, 2.8284271247461903, -0.2357022603955158, 0.4714045207910317, // 17 to 20: a/2, 2b, -a/3, b/3
]);
/** Their numbers. */
export const MINUS_FIVE_HALVES: i32 = 0, MINUS_TWO: i32 = 1, MINUS_HALF: i32 = 2, ONE_HALF: i32 = 3, TWO: i32 = 4;
export const A: i32 = 5, MINUS_A: i32 = 6, B: i32 = 7, MINUS_B: i32 = 8;
export const MINUS_TWO_THIRDS: i32 = 9, MINUS_THIRD: i32 = 10, SIXTH: i32 = 11, THIRD: i32 = 12;
export const TWO_THIRDS_A: i32 = 13, MINUS_TWO_THIRDS_A: i32 = 14, SIXTH_B: i32 = 15, MINUS_SIXTH_B: i32 = 16;
export const HALF_A: i32 = 17, TWO_B: i32 = 18, MINUS_THIRD_A: i32 = 19, THIRD_B: i32 = 20;

/** p + c q for one of these numbers. */
@inline
export function plus(p: v128, c: i32, q: v128): v128 { return fma(constant(NUMBERS, c), q, p); }

/** c q. */
@inline
export function times(c: i32, q: v128): v128 { return f32x4.mul(constant(NUMBERS, c), q); }

/** B^T d: six numbers of a tile's row or column, to places `step` bytes apart. */
@inline
export function transformInput(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  v128.store(to, plus(f32x4.add(d0, d4), MINUS_FIVE_HALVES, d2));
  let even = plus(d4, MINUS_TWO, d2), odd = plus(d3, MINUS_TWO, d1);
  v128.store(to + step, plus(even, A, odd));
  v128.store(to + 2 * step, plus(even, MINUS_A, odd));
  even = plus(d4, MINUS_HALF, d2);
  odd = plus(d3, MINUS_HALF, d1);
  v128.store(to + 3 * step, plus(even, B, odd));
  v128.store(to + 4 * step, plus(even, MINUS_B, odd));
  v128.store(to + 5 * step, plus(f32x4.add(d1, d5), MINUS_FIVE_HALVES, d3));
}

/** G g: three numbers of a filter, to places `step` bytes apart. */
@inline
export function transformFilter(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, g0);
  let even = plus(times(MINUS_TWO_THIRDS, g0), MINUS_THIRD, g2);
  v128.store(to + step, plus(even, MINUS_TWO_THIRDS_A, g1));
  v128.store(to + 2 * step, plus(even, TWO_THIRDS_A, g1));
  even = plus(times(SIXTH, g0), THIRD, g2);
  v128.store(to + 3 * step, plus(even, SIXTH_B, g1));
  v128.store(to + 4 * step, plus(even, MINUS_SIXTH_B, g1));
  v128.store(to + 5 * step, g2);
}

/** A^T z: six products to four numbers, `step` bytes apart. */
@inline
export function transformProducts(z0: v128, z1: v128, z2: v128, z3: v128, z4: v128, z5: v128, to: usize, step: usize): void {
  const near = f32x4.add(z1, z2), far = f32x4.add(z3, z4), turned = f32x4.sub(z1, z2), beyond = f32x4.sub(z3, z4);
  v128.store(to, f32x4.add(f32x4.add(z0, near), far));
  v128.store(to + step, plus(times(A, turned), B, beyond));
  v128.store(to + 2 * step, plus(times(ONE_HALF, near), TWO, far));
  v128.store(to + 3 * step, plus(plus(z5, HALF_A, turned), TWO_B, beyond));
}

/** Where the 36 numbers under a tile lie: at `zeros`, where they are outside of the image. */
@inline
export function placeTile(m: usize, x: usize, index: i32, places: usize, zeros: usize): void {
  const across = load<i32>(m, ACROSS), down = load<i32>(m, DOWN), row = index / across, image = row / down;
  const height = load<i32>(m, HEIGHT), width = load<i32>(m, WIDTH), pixel = load<i32>(m, CHANNELS) << 2;
  const i = (row - image * down) * 4 + load<i32>(m, TOP), j = (index - row * across) * 4 + load<i32>(m, LEFT);
  for (let p = i; p < i + 6; p++) {
    const inside = <u32>p < <u32>height, from = x + <usize>(((image * height + p) * width + j) * pixel);
    for (let q = 0; q < 6; q++, places += 4) {
      const at = inside && <u32>(j + q) < <u32>width ? from + <usize>(q * pixel) : zeros;
      store<u32>(places, <u32>at);
    }
  }
}
