// Convolution with 3 x 3 filters and stride 1 by minimal filtering, F(4 x 4, 3 x 3):
//
//   Y = A^T [ (G g G^T) * (B^T d B) ] A
//
// A tile of 4 x 4 results is made from the 6 x 6 numbers d under its windows by 36 products in place
// of 144: filters g and images d are transformed, multiplied number by number, and the products
// transformed back. Summed over the channels, the products are 36 products of matrices, one for each
// place: [tiles, channels] by [channels, outputs]. From Winograd, "Arithmetic complexity of
// computations", 1980, and Lavin and Gray, "Fast algorithms for convolutional neural networks", 2016. The
// transforms stand in winograd.as.ts.
//
// Tiles are taken in groups of six, the rows of a tile of products (see gemm.as.ts); the last group
// has four where no more are left. The transformed images of a group lie as 36 panels [channels, rows],
// the transformed filters as 36 panels [channels, 8] for each eight outputs. Nothing is kept: either
// filters are transformed once and each thread goes tile by tile, or images are, in parts, and each
// thread goes through the outputs.
import { packPanels, scratchAddress, tile } from "./gemm.as";
import { fma, positivePart } from "./math.as";
import { putFour, turn, turn4 } from "./tile.as";
import {
  ACROSS, ATONCE, BLOCK, CHANNELS, COLUMNS, DOWN, filterPlace, HALF, imagePlace, MR, NR, OUTPUTS, PLACES,
  placeTile, productPlace, RELU, RESIDUAL, REST, ROWS, SCALE, SHIFT, TILE_PLACES, TILES, transformFilter,
  transformInput, transformProducts, W_COLUMN, W_INPUT, W_OUTPUT, W_ROW,
} from "./winograd.as";

/**
 * The transformed numbers under a tile, for channels from `begin` to `end - 1`, to a block: for each place
 * and each four channels a vector for each of `rows` tiles.
 */
export function inputTile(places: usize, half: usize, to: usize, rows: i32, begin: i32, end: i32): void {
  const next = <usize>rows << 4, place = <usize>((end - begin) >> 2) * next;
  for (let c = <usize>begin << 2, last = <usize>end << 2; c < last; c += 16, to += next) {
    for (let q: usize = 0; q < 24; q += 4) {
      const at = places + q;
      transformInput(
        v128.load(<usize>load<u32>(at) + c), v128.load(<usize>load<u32>(at, 24) + c),
        v128.load(<usize>load<u32>(at, 48) + c), v128.load(<usize>load<u32>(at, 72) + c),
        v128.load(<usize>load<u32>(at, 96) + c), v128.load(<usize>load<u32>(at, 120) + c),
        half + (q << 2), 96,
      );
    }
    let from = half, row = to;
    for (let i = 0; i < 6; i++, from += 96, row += 6 * place) {
      transformInput(
        v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48),
        v128.load(from, 64), v128.load(from, 80), row, place,
      );
    }
  }
}

/** A block of `fours` fours of channels to the panels of 36 places, [channels, rows]: for six rows, or four. */
export function turnBlock(from: usize, fours: i32, rows: i32, to: usize, place: usize): void {
  for (let f = 0; f < PLACES; f++, to += place) {
    let p = to;
    if (rows == MR) {
      for (let q = 0; q < fours; q++, from += 96, p += 96) {
        turn4(v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48), p, 24);
        const r4 = v128.load(from, 64), r5 = v128.load(from, 80);
        const low = v128.shuffle<i32>(r4, r5, 0, 4, 1, 5), high = v128.shuffle<i32>(r4, r5, 2, 6, 3, 7);
        v128.store_lane<u64>(p, low, 0, 16);
        v128.store_lane<u64>(p, low, 1, 40);
        v128.store_lane<u64>(p, high, 0, 64);
        v128.store_lane<u64>(p, high, 1, 88);
      }
    } else {
      for (let q = 0; q < fours; q++, from += 64, p += 64) {
        turn4(v128.load(from), v128.load(from, 16), v128.load(from, 32), v128.load(from, 48), p, 16);
      }
    }
  }
}

/** Rows of the panels of the group that begins with a tile. */
@inline
function rowsOf(m: usize, first: i32): i32 { return load<i32>(m, TILES) - first <= 4 ? 4 : MR; }

/** Bytes of the transformed images of a group. */
@inline
function groupBytes(channels: i32): usize { return PLACES * imagePlace(channels, MR); }

/** The transformed images of the group that begins with tile `first`; tiles beyond the last repeat it. */
function inputGroup(m: usize, x: usize, to: usize, first: i32, zeros: usize, begin: i32, end: i32): void {
  const scratch = scratchAddress(), half = scratch + HALF, block = scratch + BLOCK;
  const channels = load<i32>(m, CHANNELS), rows = rowsOf(m, first), place = imagePlace(channels, rows);
  for (let r = 0, places = scratch; r < rows; r++, places += TILE_PLACES) {
    placeTile(m, x, min(first + r, load<i32>(m, TILES) - 1), places, zeros);
  }
  for (let c = begin; c < end; c += ATONCE) {
    const last = min(end, c + ATONCE);
    for (let r = 0, places = scratch, row = block; r < rows; r++, places += TILE_PLACES, row += 16) {
      inputTile(places, half, row, rows, c, last);
    }
    turnBlock(block, (last - c) >> 2, rows, to + (<usize>(c * rows) << 2), place);
  }
}

/** Transforms packed taps, 9 panels of `bytes` bytes that are `tap` bytes apart, to 36 panels. */
export function filterPanels(taps: usize, tap: usize, to: usize, bytes: usize, place: usize): void {
  const half = scratchAddress() + HALF;
  for (let at: usize = 0; at < bytes; at += 16) {
    for (let q: usize = 0; q < 3; q++) {
      const g = taps + at + q * tap;
      transformFilter(v128.load(g), v128.load(g + 3 * tap), v128.load(g + 6 * tap), half + (q << 4), 48);
    }
    let from = half, row = to + at;
    for (let p = 0; p < 6; p++, from += 48, row += 6 * place) {
      transformFilter(v128.load(from), v128.load(from, 16), v128.load(from, 32), row, place);
    }
  }
}

/** Bytes of a packed tap of so many panels. */
@inline
function tapBytes(channels: i32, panels: i32): usize { return productPlace(panels, <usize>(channels * NR) << 2); }

/**
 * The transformed filters of `panels` panels of eight outputs, from number `output` on, for `channels`
 * channels from number `k` on. They are packed together, as what is read for them lies together.
 */
function filterGroup(m: usize, w: usize, output: i32, panels: i32, k: i32, channels: i32, taps: usize, to: usize): void {
  const tap = tapBytes(channels, panels), line = load<i32>(m, W_OUTPUT), step = load<i32>(m, W_INPUT);
  const width = min(panels * NR, load<i32>(m, OUTPUTS) - output), bytes = <usize>(channels * NR) << 2;
  let at = taps;
  for (let t = 0; t < 3; t++) {
    for (let u = 0; u < 3; u++, at += tap) {
      const from = output * line + k * step + t * load<i32>(m, W_ROW) + u * load<i32>(m, W_COLUMN);
      packPanels(w + <usize>from, at, line, step, width, channels);
    }
  }
  const place = filterPlace(channels);
  for (let p = 0; p < panels; p++) filterPanels(taps + p * bytes, tap, to + <usize>(p * PLACES) * place, bytes, place);
}

/** Four rows and eight outputs of products, k long: like `tile` in gemm.as.ts, which has six rows. */
export function tileOfFour(a: usize, b: usize, c: usize, ldc: usize, k: i32, accumulate: i32): void {
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
  putFour(c, ldc, d00, d01, d02, d03, accumulate);
  putFour(c + 16, ldc, d10, d11, d12, d13, accumulate);
}

/**
 * The products of `groups` groups, the first of which begins with tile `first`, and `panels` panels of
 * eight outputs, to z: for each place [6 groups, 8 panels]; for `count` channels from number `k` on, those
 * from 0 on begin the sums and others add to them.
 */
function multiplyPlaces(
  m: usize, v: usize, u: usize, z: usize, first: i32, groups: i32, panels: i32, k: i32, count: i32,
): void {
  const channels = load<i32>(m, CHANNELS), line = <usize>(panels * NR) << 2, group = groupBytes(channels);
  const panel = filterPlace(count), step = productPlace(groups * MR, line), six = imagePlace(channels, MR);
  const last = groups - 1, rows = rowsOf(m, first + last * MR), four = imagePlace(channels, 4), more = i32(k > 0);
  const end = v + <usize>last * group + (<usize>(k * 4) << 2);
  v += <usize>(k * MR) << 2;
  for (let f = 0; f < PLACES; f++) {
    for (let p = 0; p < panels; p++) {
      const b = u + <usize>(p * PLACES + f) * panel;
      let a = v + <usize>f * six, c = z + (<usize>p * NR << 2);
      for (let g = 0; g < last; g++, a += group, c += MR * line) tile(a, b, c, line, count, more);
      if (rows == MR) tile(a, b, c, line, count, more);
      else tileOfFour(end + <usize>f * four, b, c, line, count, more);
    }
    z += step;
  }
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
  const line = <usize>(panels * NR) << 2, step = productPlace(groups * MR, line);
  const count = min(panels * NR, load<i32>(m, OUTPUTS) - output);
  for (let index = first, last = min(first + groups * MR, load<i32>(m, TILES)); index < last; index++, z += line) {
    outputTile(m, z, step, y, index, output, count);
  }
}

/** Transforms filters: the share is of panels of eight outputs, four numbers for each. */
export function winogradFilters(m: usize, w: usize, u: usize, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS);
  for (let p = begin >> 2; p < (end + 3) >> 2; p++) {
    filterGroup(m, w, p * NR, 1, 0, channels, scratchAddress() + REST, u + <usize>(p * PLACES) * filterPlace(channels));
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
      const width = min(panels, all - p), from = u + <usize>(p * PLACES) * filterPlace(channels);
      multiplyPlaces(m, v, from, z, first, count, width, 0, channels);
      outputGroups(m, z, y, first, count, p * NR, width);
    }
  }
}

/**
 * Results for transformed images v: `count` groups from number `group` on, `groups` of which are done at
 * once; where channels are more than the `block` that is done at once, all of them. The share is of parts
 * of `panels` panels of outputs, four numbers for each.
 */
export function winogradByOutputs(
  m: usize, v: usize, w: usize, y: usize, group: i32, count: i32, groups: i32, panels: i32, block: i32, begin: i32,
  end: i32,
): void {
  const channels = load<i32>(m, CHANNELS), all = (load<i32>(m, OUTPUTS) + NR - 1) / NR;
  const taps = scratchAddress() + REST, u = taps + 9 * tapBytes(block, panels);
  const z = u + <usize>(panels * PLACES) * filterPlace(block);
  for (let part = begin >> 2; part < (end + 3) >> 2; part++) {
    const p = part * panels, width = min(panels, all - p);
    for (let g = 0; g < count; g += groups) {
      const here = min(groups, count - g), first = (group + g) * MR, from = v + <usize>g * groupBytes(channels);
      for (let k = 0; k < channels; k += block) {
        const kc = min(block, channels - k);
        if (g == 0 || block < channels) filterGroup(m, w, p * NR, width, k, kc, taps, u);
        multiplyPlaces(m, from, u, z, first, here, width, k, kc);
      }
      outputGroups(m, z, y, first, here, p * NR, width);
    }
  }
}
