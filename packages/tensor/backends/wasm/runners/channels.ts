/** Operations with numbers for each channel, and sums and moments of channels. */
import { sizeOf } from "../../../shape.ts";
import type { ChannelNormalization } from "../../../ops/norm/normalize_channels.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { ACTIVATIONS, addressOf } from "./conv_epilogue.ts";
import { fold } from "./reduce.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = 16384;
/** Channels of a tile, four cache lines of each row; and the numbers of a tile, which stay at hand. */
const WIDTH = 64, TILE = 4096;

/** How many times channels must be repeated so that their number is a multiple of 4. */
function copiesOf(channels: number): number {
  return channels % 4 === 0 ? 1 : channels % 2 === 0 ? 2 : 4;
}

/** Runs `f` with the addresses of numbers for each channel, repeated, and gives these back. */
function repeated(
  engine: Engine,
  numbers: readonly Operand[],
  copies: number,
  f: (addresses: number[]) => void,
): void {
  if (copies === 1) return f(numbers.map(address));
  const made = numbers.map((x) => {
    const storage = engine.allocate(copies * x.size), values = engine.floats;
    const from = address(x) / 4, to = storage.address / 4;
    for (let k = 0; k < copies; k++) values.copyWithin(to + k * x.size, from, from + x.size);
    return storage;
  });
  f(made.map(({ address }) => address));
  made.forEach((storage) => engine.free(storage));
}

/** Runs `name(...tensors, ...numbers, y, channels, wide, ...more, begin, end)` over the rows. */
function overRows(
  engine: Engine,
  name: "normalizeChannels" | "blendChannels",
  tensors: readonly number[],
  numbers: readonly Operand[],
  shape: readonly number[],
  more: readonly number[],
): WasmStorage {
  const size = sizeOf(shape), y = engine.allocate(size);
  if (size === 0) return y;
  const channels = shape[shape.length - 1], copies = copiesOf(channels);
  const grain = Math.ceil(GRAIN / channels), sizes = [channels, copies * channels];
  repeated(engine, numbers, copies, (at) => {
    engine.launch(name, size / channels, grain, ...tensors, ...at, y.address, ...sizes, ...more);
  });
  return y;
}

/** `f((x - center) scale + shift + residual)`. */
export const normalizeChannels: Runner<ChannelNormalization> = (
  engine,
  [x, center, scale, shift, residual],
  { activation },
  { shape },
) => {
  const tensors = [address(x), addressOf(residual)], numbers = [center, scale, shift];
  return overRows(engine, "normalizeChannels", tensors, numbers, shape, [ACTIVATIONS[activation]]);
};
/** `p a + q (x - center) + r`. */
export const blendChannels: Runner<undefined> = (engine, [a, x, ...numbers], _, { shape }) =>
  overRows(engine, "blendChannels", [address(a), address(x)], numbers, shape, []);

/** A tensor of channels cut into tiles; short rows are taken several at a time. */
function tilesOf(size: number, channels: number): {
  rows: number;
  copies: number;
  wide: number;
  block: number;
  width: number;
  items: number;
  grain: number;
} {
  const all = size / channels, most = copiesOf(channels), copies = all % most === 0 ? most : 1;
  const rows = all / copies, wide = copies * channels, width = Math.min(wide, WIDTH);
  const block = 8 * Math.ceil(TILE / width / 8);
  const items = Math.ceil(rows / block) * Math.ceil(wide / width);
  return { rows, copies, wide, block, width, items, grain: Math.ceil(GRAIN / (block * width)) };
}

/** `[2, channels]` equal values. */
function filled(engine: Engine, channels: number, value: number): WasmStorage {
  const y = engine.allocate(2 * channels);
  engine.view(y, "float32", 2 * channels).fill(value);
  return y;
}

/** The sums of `a` and of `a (x - center)`: of tiles, then of blocks, then of copies. */
export const channelSums: Runner<undefined> = (engine, [a, x, center], _, { shape }) => {
  const channels = shape[1];
  if (x.size === 0) return filled(engine, channels, 0);
  const { rows, copies, wide, block, width, items, grain } = tilesOf(x.size, channels);
  const blocks = Math.ceil(rows / block), parts = engine.allocate(blocks * 2 * wide);
  repeated(engine, [center], copies, ([numbers]) => {
    const args = [address(a), address(x), numbers, parts.address, rows, wide, block, width];
    engine.launch("channelSums", items, grain, ...args);
  });
  const sums = fold(engine, "sum", parts.address, { outer: 1, n: blocks, inner: 2 * wide });
  engine.free(parts);
  const y = fold(engine, "sum", sums.address, { outer: 2, n: copies, inner: channels });
  engine.free(sums);
  return y;
};

/** Means and variances: of tiles, then put together. */
export const channelMoments: Runner<undefined> = (engine, [x], _, { shape }) => {
  const channels = shape[1];
  if (x.size === 0) return filled(engine, channels, NaN);
  const { rows, copies, wide, block, width, items, grain } = tilesOf(x.size, channels);
  const blocks = Math.ceil(rows / block), parts = engine.allocate(blocks * 2 * wide);
  engine.launch("momentTiles", items, grain, address(x), parts.address, rows, wide, block, width);
  const y = engine.allocate(2 * channels), each = Math.ceil(GRAIN / (8 * blocks * copies));
  const args = [parts.address, y.address, rows, block, copies, channels];
  engine.launch("mergeMoments", channels, each, ...args);
  engine.free(parts);
  return y;
};
