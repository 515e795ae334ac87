// Convolution with 3 x 3 filters and stride 1 by minimal filtering, F(4 x 4, 3 x 3):
//
//   Y = A^T [ (G g G^T) * (B^T d B) ] A
//
// A tile of 4 x 4 results is made from the 6 x 6 numbers d under its windows by 36 products in place
// of 144: filters g and images d are transformed, multiplied number by number, and the products
// transformed back. Summed over the channels, the products are 36 products of matrices, one for each
// place: [tiles, channels] by [channels, outputs]. From Winograd, "Arithmetic complexity of
// computations", 1980, and Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016;
// the transforms are those of the points 0, a, -a, b, -b and infinity with a^2 = 1/2 and b^2 = 2: of those
// that are alike in cost they round least, as their powers stay near 1.
//
// Tiles are taken in groups of six, the rows of a tile of products (see gemm.as.ts); the last group
// has four where no more are left. The transformed images of a group lie as 36 panels [channels, rows],
// the transformed filters as 36 panels [channels, 8] for each eight outputs. Nothing is kept: either
// filters are transformed once and each thread goes tile by tile, or images are, in parts, and each
// thread goes through the outputs.
import { pack8, scratchAddress, tile } from "./gemm.as";
import { fma, positivePart } from "./math.as";
import { putFour, turn } from "./tile.as";

// What the runner describes a convolution with: numbers of 4 bytes, strides in bytes.
const HEIGHT: usize = 0, WIDTH: usize = 4, CHANNELS: usize = 8;
const ROWS: usize = 12, COLUMNS: usize = 16, OUTPUTS: usize = 20;
/** The first window's place in the image; tiles down and across, and of all images. */
const TOP: usize = 24, LEFT: usize = 28, DOWN: usize = 32, ACROSS: usize = 36, TILES: usize = 40;
/** The filter: from tap row to tap row, tap to tap, output to output, input to input. */
const W_ROW: usize = 44, W_COLUMN: usize = 48, W_OUTPUT: usize = 52, W_INPUT: usize = 56;
/** A factor and a number to be added for each output, and what is added to each result; or 0. */
const SCALE: usize = 60, SHIFT: usize = 64, RESIDUAL: usize = 68, RELU: usize = 72;

/** Rows and outputs of a tile of products; places of a transformed tile. */
const MR: i32 = 6;
const NR: i32 = 8;
const PLACES: i32 = 36;
/** A thread's scratch: where the numbers under a tile lie, a half transformed tile, and the rest. */
const HALF: usize = 192, REST: usize = 1024;

/** Four numbers to a vector of memory. */
class Whole {
  @inline store(to: usize, v: v128): void { v128.store(to, v); }
}

/** Four channels to a panel of six rows, each to a row of the panel. */
class OfSix {
  @inline store(to: usize, v: v128): void {
    v128.store_lane<f32>(to, v, 0);
    v128.store_lane<f32>(to, v, 1, 24);
    v128.store_lane<f32>(to, v, 2, 48);
    v128.store_lane<f32>(to, v, 3, 72);
  }
}

/** Four channels to a panel of four rows. */
class OfFour {
  @inline store(to: usize, v: v128): void {
    v128.store_lane<f32>(to, v, 0);
    v128.store_lane<f32>(to, v, 1, 16);
    v128.store_lane<f32>(to, v, 2, 32);
    v128.store_lane<f32>(to, v, 3, 48);
  }
}

/** The points next to 0 and those beyond, a = sqrt(1/2) and b = sqrt(2). */
const A: f32 = 0.7071067811865476, B: f32 = 1.4142135623730951;

/** p + c q. */
@inline
function plus(p: v128, c: f32, q: v128): v128 { return fma(f32x4.splat(c), q, p); }

/** B^T d: six numbers of a tile's row or column, to places `step` bytes apart. */
@inline
function transformInput<S>(d0: v128, d1: v128, d2: v128, d3: v128, d4: v128, d5: v128, to: usize, step: usize): void {
  const s = changetype<S>(0);
  s.store(to, plus(f32x4.add(d0, d4), -2.5, d2));
  let even = plus(d4, -2, d2), odd = plus(d3, -2, d1);
  s.store(to + step, plus(even, A, odd));
  s.store(to + 2 * step, plus(even, -A, odd));
  even = plus(d4, -0.5, d2);
  odd = plus(d3, -0.5, d1);
  s.store(to + 3 * step, plus(even, B, odd));
  s.store(to + 4 * step, plus(even, -B, odd));
  s.store(to + 5 * step, plus(f32x4.add(d1, d5), -2.5, d3));
}

/** G g: three numbers of a filter, to places `step` bytes apart. */
@inline
function transformFilter(g0: v128, g1: v128, g2: v128, to: usize, step: usize): void {
  v128.store(to, g0);
  let even = plus(f32x4.mul(g0, f32x4.splat(-2.0 / 3.0)), -1.0 / 3.0, g2);
  v128.store(to + step, plus(even, -2 * A / 3, g1));
  v128.store(to + 2 * step, plus(even, 2 * A / 3, g1));
  even = plus(f32x4.mul(g0, f32x4.splat(1.0 / 6.0)), 1.0 / 3.0, g2);
  v128.store(to + 3 * step, plus(even, B / 6, g1));
  v128.store(to + 4 * step, plus(even, -B / 6, g1));
  v128.store(to + 5 * step, g2);
}

/** Where the 36 numbers under a tile lie: at `zeros`, where they are outside of the image. */
function placeTile(m: usize, x: usize, index: i32, places: usize, zeros: usize): void {
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

/** The transformed numbers under a tile, for channels from `begin` to `end - 1`, as a row of panels. */
@inline
function inputTile<S>(places: usize, to: usize, rows: i32, channels: i32, begin: i32, end: i32): void {
  const half = places + HALF, panel = <usize>(channels * rows) << 2;
  to += <usize>(begin * rows) << 2;
  for (let c = <usize>begin << 2, last = <usize>end << 2; c < last; c += 16, to += <usize>rows << 4) {
    for (let q: usize = 0; q < 24; q += 4) {
      const at = places + q;
      transformInput<Whole>(
        v128.load(<usize>load<u32>(at) + c), v128.load(<usize>load<u32>(at, 24) + c),
        v128.load(<usize>load<u32>(at, 48) + c), v128.load(<usize>load<u32>(at, 72) + c),
        v128.load(<usize>load<u32>(at, 96) + c), v128.load(<usize>load<u32>(at, 120) + c),
        half + (q << 2), 96,
      );
    }
    let from = half, row = to;
    for (let i = 0; i < 6; i++, from += 96, row += 6 * panel) {
      transformInput<S>(
        v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48),
        v128.load(from, 64), v128.load(from, 80), row, panel,
      );
    }
  }
}

/** The same as functions of their own, which the engine compiles early. */
export function inputTileOfSix(places: usize, to: usize, channels: i32, begin: i32, end: i32): void {
  inputTile<OfSix>(places, to, 6, channels, begin, end);
}
export function inputTileOfFour(places: usize, to: usize, channels: i32, begin: i32, end: i32): void {
  inputTile<OfFour>(places, to, 4, channels, begin, end);
}

/** Rows of the panels of the group that begins with a tile. */
@inline
function rowsOf(m: usize, first: i32): i32 { return load<i32>(m, TILES) - first <= 4 ? 4 : MR; }

/** Bytes of the transformed images of a group. */
@inline
function groupBytes(channels: i32): usize { return <usize>(PLACES * MR * channels) << 2; }

/** The transformed images of the group that begins with tile `first`; tiles beyond the last repeat it. */
function inputGroup(m: usize, x: usize, to: usize, first: i32, zeros: usize, begin: i32, end: i32): void {
  const places = scratchAddress(), channels = load<i32>(m, CHANNELS), rows = rowsOf(m, first);
  for (let r = 0; r < rows; r++) {
    placeTile(m, x, min(first + r, load<i32>(m, TILES) - 1), places, zeros);
    const row = to + (<usize>r << 2);
    if (rows == MR) inputTileOfSix(places, row, channels, begin, end);
    else inputTileOfFour(places, row, channels, begin, end);
  }
}

/** Transforms packed taps [9, channels, 8] to 36 panels [channels, 8]. */
export function filterPanels(taps: usize, to: usize, channels: i32): void {
  const half = scratchAddress() + HALF, panel = <usize>(channels * NR) << 2;
  for (let at: usize = 0; at < panel; at += 16) {
    for (let q: usize = 0; q < 3; q++) {
      const g = taps + at + q * panel;
      transformFilter(v128.load(g), v128.load(g + 3 * panel), v128.load(g + 6 * panel), half + (q << 4), 48);
    }
    let from = half, row = to + at;
    for (let i = 0; i < 6; i++, from += 48, row += 6 * panel) {
      transformFilter(v128.load(from), v128.load(from, 16), v128.load(from, 32), row, panel);
    }
  }
}

/** The transformed filters of eight outputs, from number `output` on. */
function filterGroup(m: usize, w: usize, output: i32, taps: usize, to: usize): void {
  const channels = load<i32>(m, CHANNELS), panel = <usize>(channels * NR) << 2;
  const line = load<i32>(m, W_OUTPUT), step = load<i32>(m, W_INPUT);
  const width = min(NR, load<i32>(m, OUTPUTS) - output);
  let at = taps;
  for (let t = 0; t < 3; t++) {
    for (let u = 0; u < 3; u++, at += panel) {
      const from = w + <usize>(output * line + t * load<i32>(m, W_ROW) + u * load<i32>(m, W_COLUMN));
      pack8(from, at, line, step, width, channels);
    }
  }
  filterPanels(taps, to, channels);
}

/** Four rows and eight outputs of products, k long: like `tile` in gemm.as.ts, which has six rows. */
export function tileOfFour(a: usize, b: usize, c: usize, ldc: usize, k: i32): void {
  let d00 = f32x4.splat(0), d10 = d00, d01 = d00, d11 = d00, d02 = d00, d12 = d00, d03 = d00, d13 = d00;
  for (; k > 0; k--) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let x = v128.load(a);
    d00 = fma(x, b0, d00);
    d10 = fma(x, b1, d10);
    x = turn(x);
    d01 = fma(x, b0, d01);
    d11 = fma(x, b1, d11);
    x = turn(x);
    d02 = fma(x, b0, d02);
    d12 = fma(x, b1, d12);
    x = turn(x);
    d03 = fma(x, b0, d03);
    d13 = fma(x, b1, d13);
    a += 16;
    b += 32;
  }
  putFour(c, ldc, d00, d01, d02, d03, 0);
  putFour(c + 16, ldc, d10, d11, d12, d13, 0);
}

/**
 * The products of `groups` groups, the first of which begins with tile `first`, and `panels` panels of
 * eight outputs, to z: [36, 6 groups, 8 panels].
 */
function multiplyPlaces(m: usize, v: usize, u: usize, z: usize, first: i32, groups: i32, panels: i32): void {
  const channels = load<i32>(m, CHANNELS), line = <usize>(panels * NR) << 2, group = groupBytes(channels);
  const panel = <usize>(channels * NR) << 2;
  const last = groups - 1, rows = rowsOf(m, first + last * MR);
  for (let f = 0; f < PLACES; f++) {
    for (let p = 0; p < panels; p++) {
      const b = u + <usize>(p * PLACES + f) * panel;
      let a = v + (<usize>(f * MR * channels) << 2), c = z + (<usize>p * NR << 2);
      for (let g = 0; g < last; g++, a += group, c += MR * line) tile(a, b, c, line, channels, 0);
      if (rows == MR) tile(a, b, c, line, channels, 0);
      else tileOfFour(v + <usize>last * group + (<usize>(f * 4 * channels) << 2), b, c, line, channels);
    }
    z += <usize>(groups * MR) * line;
  }
}

/** A^T z: six products to four numbers, `step` bytes apart. */
@inline
function transformProducts(z0: v128, z1: v128, z2: v128, z3: v128, z4: v128, z5: v128, to: usize, step: usize): void {
  const near = f32x4.add(z1, z2), far = f32x4.add(z3, z4), turned = f32x4.sub(z1, z2), beyond = f32x4.sub(z3, z4);
  v128.store(to, f32x4.add(f32x4.add(z0, near), far));
  v128.store(to + step, plus(f32x4.mul(turned, f32x4.splat(A)), B, beyond));
  v128.store(to + 2 * step, plus(f32x4.mul(near, f32x4.splat(0.5)), 2, far));
  v128.store(to + 3 * step, plus(plus(z5, A / 2, turned), 2 * B, beyond));
}

/**
 * Transforms a tile of products back, from z, whose places are `step` bytes apart: four results down
 * and across for outputs from number `output` on, as many as `count`, of which four are done at once.
 */
export function outputTile(m: usize, z: usize, step: usize, y: usize, index: i32, output: i32, count: i32): void {
  const across = load<i32>(m, ACROSS), down = load<i32>(m, DOWN), row = index / across, image = row / down;
  const i = (row - image * down) * 4, j = (index - row * across) * 4, half = scratchAddress() + HALF;
  const height = load<i32>(m, ROWS), width = load<i32>(m, COLUMNS);
  const rows = min(4, height - i), columns = min(4, width - j), relu = load<i32>(m, RELU);
  const pixel = <usize>load<i32>(m, OUTPUTS) << 2, line = <usize>width * pixel;
  const at = <usize>((image * height + i) * width + j) * pixel + (<usize>output << 2);
  const residual = <usize>load<u32>(m, RESIDUAL), scale = <usize>load<u32>(m, SCALE), shift = <usize>load<u32>(m, SHIFT);
  const by = scale + (<usize>output << 2), more = shift + (<usize>output << 2);
  for (let c: usize = 0, end = <usize>count << 2; c < end; c += 16) {
    let from = z + c;
    for (let q: usize = 0; q < 96; q += 16, from += step) {
      transformProducts(
        v128.load(from), v128.load(from + 6 * step), v128.load(from + 12 * step), v128.load(from + 18 * step),
        v128.load(from + 24 * step), v128.load(from + 30 * step), half + q, 96,
      );
    }
    const factor = scale ? v128.load(by + c) : f32x4.splat(1), added = shift ? v128.load(more + c) : f32x4.splat(0);
    let h = half, to = at + c;
    for (let p = 0; p < rows; p++, h += 96, to += line) {
      transformProducts(
        v128.load(h), v128.load(h, 16), v128.load(h, 32), v128.load(h, 48), v128.load(h, 64), v128.load(h, 80),
        half + 384, 16,
      );
      let result = half + 384, pixelTo = to;
      for (let q = 0; q < columns; q++, result += 16, pixelTo += pixel) {
        let r = fma(v128.load(result), factor, added);
        if (residual) r = f32x4.add(r, v128.load(residual + pixelTo));
        v128.store(y + pixelTo, relu ? positivePart(r) : r);
      }
    }
  }
}

/** The results of `groups` groups from their products. */
function outputGroups(m: usize, z: usize, y: usize, first: i32, groups: i32, output: i32, panels: i32): void {
  const line = <usize>(panels * NR) << 2, step = <usize>(groups * MR) * line;
  const count = min(panels * NR, load<i32>(m, OUTPUTS) - output);
  for (let index = first, last = min(first + groups * MR, load<i32>(m, TILES)); index < last; index++, z += line) {
    outputTile(m, z, step, y, index, output, count);
  }
}

/** Transforms filters: the share is of panels of eight outputs, four numbers for each. */
export function winogradFilters(m: usize, w: usize, u: usize, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS);
  for (let p = begin >> 2; p < (end + 3) >> 2; p++) {
    filterGroup(m, w, p * NR, scratchAddress() + REST, u + (<usize>(p * PLACES * channels * NR) << 2));
  }
}

/**
 * Transforms images: groups from number `group` on, channels in blocks of `block`. The share is of the
 * blocks of all groups.
 */
export function winogradImages(m: usize, x: usize, v: usize, group: i32, block: i32, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), blocks = (channels + block - 1) / block, zeros = scratchAddress() + REST;
  memory.fill(zeros, 0, <usize>channels << 2);
  for (let item = begin; item < end; item++) {
    const g = item / blocks, c = (item - g * blocks) * block;
    inputGroup(m, x, v + <usize>g * groupBytes(channels), (group + g) * MR, zeros, c, min(channels, c + block));
  }
}

/** Results for transformed filters u: the share is of groups, `groups` and `panels` of which are done at once. */
export function winogradByTiles(
  m: usize, x: usize, u: usize, y: usize, groups: i32, panels: i32, begin: i32, end: i32,
): void {
  const channels = load<i32>(m, CHANNELS), all = (load<i32>(m, OUTPUTS) + NR - 1) / NR, group = groupBytes(channels);
  const zeros = scratchAddress() + REST, v = zeros + (<usize>channels << 2), z = v + <usize>groups * group;
  memory.fill(zeros, 0, <usize>channels << 2);
  for (let g = begin; g < end; g += groups) {
    const count = min(groups, end - g), first = g * MR;
    for (let i = 0; i < count; i++) inputGroup(m, x, v + <usize>i * group, first + i * MR, zeros, 0, channels);
    for (let p = 0; p < all; p += panels) {
      const width = min(panels, all - p), from = u + (<usize>(p * PLACES * channels * NR) << 2);
      multiplyPlaces(m, v, from, z, first, count, width);
      outputGroups(m, z, y, first, count, p * NR, width);
    }
  }
}

/**
 * Results for transformed images v: `count` groups from number `group` on. The share is of parts of
 * `panels` panels of outputs, four numbers for each.
 */
export function winogradByOutputs(
  m: usize, v: usize, w: usize, y: usize, group: i32, count: i32, groups: i32, panels: i32, begin: i32, end: i32,
): void {
  const channels = load<i32>(m, CHANNELS), all = (load<i32>(m, OUTPUTS) + NR - 1) / NR;
  const panel = <usize>(channels * NR) << 2, taps = scratchAddress() + REST, u = taps + 9 * panel;
  const z = u + <usize>(panels * PLACES) * panel;
  for (let part = begin >> 2; part < (end + 3) >> 2; part++) {
    const p = part * panels, width = min(panels, all - p);
    for (let i = 0; i < width; i++) filterGroup(m, w, (p + i) * NR, taps, u + <usize>(i * PLACES) * panel);
    for (let g = 0; g < count; g += groups) {
      const here = min(groups, count - g), first = (group + g) * MR;
      multiplyPlaces(m, v + <usize>g * groupBytes(channels), u, z, first, here, width);
      outputGroups(m, z, y, first, here, p * NR, width);
    }
  }
}
