// Convolution as a product of matrices, [pixels, taps and channels] by [taps and channels, outputs],
// blocked as in gemm.as.ts: where that packs rows of a matrix, this packs what lies under the windows,
// so that it is never written out but into the cache. The epilogue is done block by block, while the
// results are there. See conv_layout.as.ts for the description; channels are fours.
import {
  CHANNELS, COLUMNS, downClass, IMAGES, OUTPUTS, rightClass, ROWS, TAP_COLUMNS, TAP_ROWS,
  X_COLUMN, X_IMAGE, X_ROW, X_TAP_COLUMN, X_TAP_ROW,
} from "./conv_layout.as";
import { finishSome } from "./conv_epilogue.as";
import { block, packPanels, scratchAddress } from "./gemm.as";
import { turn4 } from "./tile.as";

const MR: i32 = 6;
/** Blocks of the pixels, the terms and the outputs: see gemm.as.ts. A few outputs less leave room for a plan. */
const MC: i32 = 192;
const KC: i32 = 384;
const NC: i32 = 960;
/** A pixel's plan: where its window begins, and the taps inside: first and end, down and across. */
const TOP: usize = 4, BOTTOM: usize = 8, LEFT: usize = 12, END: usize = 16, PIXEL_BYTES: usize = 20;

/** Packs `count` numbers, a multiple of 4, of six lines. */
export function packSix(p0: usize, p1: usize, p2: usize, p3: usize, p4: usize, p5: usize, to: usize, count: i32): void {
  for (; count > 0; count -= 4, to += 96) {
    turn4(v128.load(p0), v128.load(p1), v128.load(p2), v128.load(p3), to, 24);
    const r4 = v128.load(p4), r5 = v128.load(p5);
    const low = v128.shuffle<i32>(r4, r5, 0, 4, 1, 5), high = v128.shuffle<i32>(r4, r5, 2, 6, 3, 7);
    v128.store_lane<u64>(to, low, 0, 16);
    v128.store_lane<u64>(to, low, 1, 40);
    v128.store_lane<u64>(to, high, 0, 64);
    v128.store_lane<u64>(to, high, 1, 88);
    p0 += 16;
    p1 += 16;
    p2 += 16;
    p3 += 16;
    p4 += 16;
    p5 += 16;
  }
}

/** The class that a result is in. */
@inline
function classOf(first: usize, i: i32): usize {
  while (i >= load<i32>(first) + load<i32>(first, 4)) first += 16;
  return first;
}

/** Plans six pixels from number `first` on; those beyond the last repeat it. Whether all taps are inside of all. */
function planPixels(m: usize, x: usize, plan: usize, first: i32): bool {
  const rows = load<i32>(m, ROWS), columns = load<i32>(m, COLUMNS);
  const last = load<i32>(m, IMAGES) * rows * columns - 1, taps = load<i32>(m, TAP_COLUMNS);
  let whole = true;
  for (let r = 0; r < MR; r++, plan += PIXEL_BYTES) {
    const pixel = min(first + r, last), row = pixel / columns, j = pixel - row * columns;
    const image = row / rows, i = row - image * rows;
    const down = classOf(downClass(m, 0), i), right = classOf(rightClass(m, 0), j);
    const top = load<i32>(down, 8), left = load<i32>(right, 8);
    store<u32>(plan, <u32>(x + image * load<i32>(m, X_IMAGE) + i * load<i32>(m, X_ROW) + j * load<i32>(m, X_COLUMN)));
    store<i32>(plan, top, TOP);
    store<i32>(plan, top + load<i32>(down, 12), BOTTOM);
    store<i32>(plan, left, LEFT);
    store<i32>(plan, left + load<i32>(right, 12), END);
    if (load<i32>(down, 12) < load<i32>(m, TAP_ROWS) || load<i32>(right, 12) < taps) whole = false;
  }
  return whole;
}

/** Where a tap of a planned pixel lies, or zeros. */
@inline
function tapOf(plan: usize, r: usize, t: i32, u: i32, at: usize, zeros: usize): usize {
  const p = plan + r * PIXEL_BYTES;
  const inside = t >= load<i32>(p, TOP) && t < load<i32>(p, BOTTOM) && u >= load<i32>(p, LEFT) && u < load<i32>(p, END);
  return inside ? <usize>load<u32>(p) + at : zeros;
}

/** Packs the terms from `k0` to `k1 - 1` of six planned pixels. */
function packWindows(m: usize, plan: usize, to: usize, k0: i32, k1: i32, whole: bool, zeros: usize): void {
  const channels = load<i32>(m, CHANNELS), tapColumns = load<i32>(m, TAP_COLUMNS);
  const tapRow = load<i32>(m, X_TAP_ROW), tapColumn = load<i32>(m, X_TAP_COLUMN);
  // Where all is inside, a row of taps is one run.
  const run = whole && tapColumn == channels << 2 ? tapColumns * channels : channels, runs = tapColumns * channels / run;
  for (let k = k0; k < k1;) {
    const at = k / run, c = k - at * run, count = min(run - c, k1 - k), t = at / runs, u = at - t * runs;
    const from = <usize>(t * tapRow + u * tapColumn + (c << 2));
    if (whole) {
      packSix(
        <usize>load<u32>(plan) + from, <usize>load<u32>(plan, PIXEL_BYTES) + from,
        <usize>load<u32>(plan, 2 * PIXEL_BYTES) + from, <usize>load<u32>(plan, 3 * PIXEL_BYTES) + from,
        <usize>load<u32>(plan, 4 * PIXEL_BYTES) + from, <usize>load<u32>(plan, 5 * PIXEL_BYTES) + from, to, count,
      );
    } else {
      packSix(
        tapOf(plan, 0, t, u, from, zeros), tapOf(plan, 1, t, u, from, zeros), tapOf(plan, 2, t, u, from, zeros),
        tapOf(plan, 3, t, u, from, zeros), tapOf(plan, 4, t, u, from, zeros), tapOf(plan, 5, t, u, from, zeros),
        to, count,
      );
    }
    to += <usize>(count * MR) << 2;
    k += count;
  }
}

/**
 * y = f(scale (x * w) + shift + residual), for filters that lie as a matrix [terms, outputs]. The share is
 * of the pixels if `byRows`, else of the outputs.
 */
export function convolveProduct(
  m: usize, x: usize, w: usize, y: usize, scale: usize, shift: usize, residual: usize, activation: i32,
  byRows: i32, begin: i32, end: i32,
): void {
  const outputs = load<i32>(m, OUTPUTS), channels = load<i32>(m, CHANNELS), line = <usize>outputs << 2;
  const k = load<i32>(m, TAP_ROWS) * load<i32>(m, TAP_COLUMNS) * channels;
  const pixels = load<i32>(m, IMAGES) * load<i32>(m, ROWS) * load<i32>(m, COLUMNS);
  const row0 = byRows ? begin : 0, row1 = byRows ? end : pixels;
  const column0 = byRows ? 0 : begin, column1 = byRows ? outputs : end;
  const packedA = scratchAddress() + 192, packedB = packedA + (<usize>(MC * KC) << 2);
  const plan = packedB + (<usize>(KC * NC) << 2), zeros = plan + 128, blocks = (k + KC - 1) / KC;
  const length = ((k + blocks - 1) / blocks + 3) & ~3;
  memory.fill(zeros, 0, <usize>min(channels, length) << 2);
  for (let j0 = column0; j0 < column1; j0 += NC) {
    const columns = min(NC, column1 - j0);
    for (let k0 = 0; k0 < k; k0 += length) {
      const kc = min(length, k - k0), last = k0 + kc == k;
      packPanels(w + <usize>k0 * line + (<usize>j0 << 2), packedB, 4, line, columns, kc);
      for (let i0 = row0; i0 < row1; i0 += MC) {
        const rows = min(MC, row1 - i0);
        for (let i = 0; i < rows; i += MR) {
          const whole = planPixels(m, x, plan, i0 + i);
          packWindows(m, plan, packedA + (<usize>(i * kc) << 2), k0, k0 + kc, whole, zeros);
        }
        const at = <usize>i0 * line + (<usize>j0 << 2);
        block(packedA, packedB, y + at, line, rows, columns, kc, i32(k0 > 0));
        if (!last) continue;
        const first = <usize>j0 << 2, by = scale ? scale + first : 0, more = shift ? shift + first : 0;
        for (let i: usize = 0, p = at; i < <usize>rows; i++, p += line) {
          finishSome(y + p, by, more, residual ? residual + p : 0, columns, activation);
        }
      }
    }
  }
}
