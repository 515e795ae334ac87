// Minimal filtering, F(4 x 4, 3 x 3), whose 36 products of matrices a library makes: see conv_winograd.as.ts
// and conv_winograd_filter.as.ts for the formulas. What is transformed lies as plain matrices, one for each
// place: images [tiles, channels], filters [channels, outputs] or turned, products [tiles, outputs].
//
// Tiles are taken so many at a time that their matrices stay in the second-level cache of the thread that
// transforms, multiplies and transforms back. Where filters are so large that a thread had better not read
// all of them, threads share the places of one chunk of tiles instead.
import { filterPanels, inputTile, outputTile } from "./conv_winograd.as";
import { gradientsOfTile, placeGradients, spreadBlock } from "./conv_winograd_filter.as";
import { scratchAddress } from "./gemm.as";
import { sgemm } from "./recurrent.as";
import {
  BLOCK, CHANNELS, HALF, OUTPUTS, PLACES, placeTile, productPlace, REST, W_COLUMN, W_OUTPUT,
} from "./winograd.as";

/** Channels, or outputs, of a tile that are transformed to a block. */
const ATONCE: i32 = 128;

/** From place to place of a matrix of so many rows and columns. */
@inline
function matrix(rows: i32, columns: i32): usize { return productPlace(rows, <usize>columns << 2); }

/** Transforms filters to a matrix for each place, [inputs, outputs] or [outputs, inputs] as they lie: a share of its numbers. */
export function winogradFilterMatrices(m: usize, w: usize, u: usize, begin: i32, end: i32): void {
  const from = <usize>begin << 2, place = matrix(load<i32>(m, CHANNELS), load<i32>(m, OUTPUTS));
  filterPanels(w + from, <usize>load<i32>(m, W_COLUMN), u + from, <usize>(end - begin) << 2, place);
}

/** Transforms images under a share of `tiles` tiles, from number `first` on. */
export function winogradImageMatrices(m: usize, x: usize, v: usize, first: i32, tiles: i32, begin: i32, end: i32): void {
  const scratch = scratchAddress(), half = scratch + HALF, block = scratch + BLOCK, zeros = scratch + REST;
  const channels = load<i32>(m, CHANNELS), place = matrix(tiles, channels);
  memory.fill(zeros, 0, <usize>channels << 2);
  for (let t = begin; t < end; t++) {
    placeTile(m, x, first + t, scratch, zeros);
    for (let c = 0; c < channels; c += ATONCE) {
      const last = min(channels, c + ATONCE), bytes = <usize>(last - c) << 2;
      inputTile(scratch, half, block, 1, c, last);
      spreadBlock(block, 1, bytes, v + (<usize>(t * channels + c) << 2), 0, place);
    }
  }
}

/** Multiplies the matrices of a share of the places. */
export function winogradMatrixProducts(m: usize, v: usize, u: usize, z: usize, tiles: i32, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), outputs = load<i32>(m, OUTPUTS), turned = i32(load<i32>(m, W_OUTPUT) != 4);
  const images = matrix(tiles, channels), filters = matrix(channels, outputs), products = matrix(tiles, outputs);
  for (let f = <usize>begin; f < <usize>end; f++) {
    sgemm(
      0, turned, tiles, outputs, channels, v + f * images, channels, u + f * filters, turned ? channels : outputs, 0,
      z + f * products, outputs,
    );
  }
}

/** Results of a share of the tiles from their products. */
export function winogradMatrixResults(m: usize, z: usize, y: usize, first: i32, tiles: i32, begin: i32, end: i32): void {
  const outputs = load<i32>(m, OUTPUTS), step = matrix(tiles, outputs), line = <usize>outputs << 2;
  for (let t = begin; t < end; t++) outputTile(m, z + <usize>t * line, step, y, first + t, 0, outputs);
}

/** A share of all tiles, `atOnce` at a time, on the thread's own scratch. */
export function winogradByMatrices(m: usize, x: usize, u: usize, y: usize, atOnce: i32, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), v = scratchAddress() + REST + (<usize>channels << 2);
  const z = v + <usize>PLACES * matrix(atOnce, channels), count = end - begin, chunks = (count + atOnce - 1) / atOnce;
  atOnce = (count + chunks - 1) / chunks;
  for (let t = begin; t < end; t += atOnce) {
    const tiles = min(atOnce, end - t);
    winogradImageMatrices(m, x, v, t, tiles, 0, tiles);
    winogradMatrixProducts(m, v, u, z, tiles, 0, PLACES);
    winogradMatrixResults(m, z, y, t, tiles, 0, tiles);
  }
}

/** Transforms gradients of results of a share of `tiles` tiles, from number `first` on: [tiles, outputs] for each place. */
export function winogradGradientMatrices(m: usize, dy: usize, g: usize, first: i32, tiles: i32, begin: i32, end: i32): void {
  const scratch = scratchAddress(), half = scratch + HALF, block = scratch + BLOCK, zeros = scratch + REST;
  const outputs = load<i32>(m, OUTPUTS), place = matrix(tiles, outputs);
  memory.fill(zeros, 0, <usize>outputs << 2);
  for (let t = begin; t < end; t++) {
    placeGradients(m, dy, first + t, scratch, zeros);
    for (let o = 0; o < outputs; o += ATONCE) {
      const last = min(outputs, o + ATONCE), bytes = <usize>(last - o) << 2;
      gradientsOfTile(scratch, half, block, 1, o, last);
      spreadBlock(block, 1, bytes, g + (<usize>(t * outputs + o) << 2), 0, place);
    }
  }
}

/** Adds the products of all tiles to sums z, [channels, outputs] for each place of a share, or begins them. */
export function winogradMatrixSums(m: usize, v: usize, g: usize, z: usize, tiles: i32, accumulate: i32, begin: i32, end: i32): void {
  const channels = load<i32>(m, CHANNELS), outputs = load<i32>(m, OUTPUTS);
  const images = matrix(tiles, channels), gradients = matrix(tiles, outputs), sums = matrix(channels, outputs);
  for (let f = <usize>begin; f < <usize>end; f++) {
    sgemm(
      1, 0, channels, outputs, tiles, v + f * images, channels, g + f * gradients, outputs, <f32>accumulate, z + f * sums,
      outputs,
    );
  }
}
