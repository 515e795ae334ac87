/**
 * Convolutions of 3 x 3 filters and stride 1, and their gradients by the filters, by minimal filtering:
 * see kernels/conv_winograd.as.ts.
 */
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { addressOf, type Epilogue, finish } from "./conv_epilogue.ts";
import { type Axes, GRAIN, type Group, MR, NR, PASS_GRAIN } from "./conv_windows.ts";
import { address } from "./runner.ts";

/** Results of a tile along an axis; places of a transformed tile. */
export const TILE = 4, PLACES = 36;
/** Numbers that lie between two places. */
export const APART = 16;
/** The most channels: a panel of transformed filters has room where a thread packs. */
const CHANNELS = 1024;
/** Numbers of transformed filters that a thread uses at once: they stay in the second-level cache. */
const FILTERS = 300_000;
/** Numbers of transformed images that are there at once, for all threads, and of a thread's own. */
const IMAGES = 1 << 20, OWN_IMAGES = 100_000;
/** Numbers of products that a thread has at once. */
const PRODUCTS = 250_000;
/** Groups of tiles, panels of outputs, and channels that are multiplied at once. */
const GROUPS = 8, PANELS = 8, INPUTS = 64;
/** Channels of images that are transformed at once. */
const BLOCK = 32;

/** Whether the kernels can do it. */
export function isForWinograd(
  groups: number,
  axes: Axes,
  { inputs, outputs }: Group,
): boolean {
  return groups === 1 && inputs % 4 === 0 && outputs % 4 === 0 && inputs <= CHANNELS &&
    axes.every(({ taps, step, spacing, resultStep }) =>
      taps === 3 && step === 1 && spacing === 1 && resultStep === 1
    );
}

/** Tiles of `images` results of these sizes. */
export function tilesOf(images: number, [down, right]: Axes): number {
  return images * Math.ceil(down.results / TILE) * Math.ceil(right.results / TILE);
}

/** Writes what the kernels are told of windows; to be freed by the caller. */
export function describeTiles(
  engine: Engine,
  x: readonly number[],
  y: readonly number[],
  [down, right]: Axes,
  more: readonly number[],
): WasmStorage {
  const across = [down, right].map(({ results }) => Math.ceil(results / TILE));
  const numbers = [
    ...[x[1], x[2], x[3], y[1], y[2], y[3]],
    ...[down.origin, right.origin],
    ...[...across, tilesOf(x[0], [down, right])],
    ...more,
  ];
  const meta = engine.allocate(numbers.length);
  engine.view(meta, "int32", numbers.length).set(numbers);
  return meta;
}

/** What the kernels are told of a convolution, to be freed by the caller, and where its filters begin. */
export function describeFilters(
  engine: Engine,
  x: Operand,
  filter: Operand,
  axes: Axes,
  { inputStep, outputStep }: Group,
  shape: readonly number[],
  { scale, shift, residual, activation }: Epilogue,
): { meta: WasmStorage; w: number } {
  const [down, right] = axes, [, filterColumns, a, b] = filter.shape;
  const meta = describeTiles(engine, x.shape, shape, axes, [
    ...[4 * down.filterStep * filterColumns * a * b, 4 * right.filterStep * a * b],
    ...[4 * outputStep, 4 * inputStep],
    ...[addressOf(scale), addressOf(shift), addressOf(residual), activation === "relu" ? 1 : 0],
  ]);
  const first = (down.filterStart * filterColumns + right.filterStart) * a * b;
  return { meta, w: address(filter) + 4 * first };
}

/** Applies an activation that the kernels do not. */
export function finishActivation(
  engine: Engine,
  y: WasmStorage,
  shape: readonly number[],
  { activation }: Epilogue,
): void {
  if (activation !== "relu") finish(engine, y, shape, { activation });
}

/** Runs the convolution and its epilogue. */
export function winograd(
  engine: Engine,
  x: Operand,
  filter: Operand,
  axes: Axes,
  group: Group,
  y: WasmStorage,
  shape: readonly number[],
  epilogue: Epilogue,
): void {
  const { inputs, outputs } = group, tiles = tilesOf(x.shape[0], axes);
  const { meta, w } = describeFilters(engine, x, filter, axes, group, shape, epilogue);
  const m = meta.address;
  const groups = Math.ceil(tiles / MR), panels = Math.ceil(outputs / NR);
  const perPanel = PLACES * (inputs * NR + APART), perGroup = PLACES * (inputs * MR + APART);
  // Multiply-adds of a group and a panel.
  const work = PLACES * inputs * MR * NR, from = address(x);
  const panelsAtOnce = Math.min(PANELS, panels);
  if (panels * perPanel <= FILTERS && groups >= 2 * engine.threads) {
    const u = engine.allocate(panels * perPanel);
    engine.launch(
      "winogradFilters",
      4 * panels,
      Math.ceil(4 * GRAIN / (4 * perPanel)),
      m,
      w,
      u.address,
    );
    const atOnce = Math.max(1, Math.min(GROUPS, Math.floor(OWN_IMAGES / perGroup)));
    const grain = Math.ceil(GRAIN / (work * panels)), sizes = [atOnce, panelsAtOnce];
    engine.launch("winogradByTiles", groups, grain, m, from, u.address, y.address, ...sizes);
    engine.free(u);
  } else {
    const room = Math.floor(Math.min(IMAGES / perGroup, PRODUCTS / (PLACES * MR * NR * PANELS)));
    const most = Math.max(1, Math.min(groups, room));
    const v = engine.allocate(most * perGroup), blocks = Math.ceil(inputs / BLOCK);
    // As many parts as threads at least.
    const width = Math.max(1, Math.min(panelsAtOnce, Math.floor(panels / engine.threads)));
    for (let first = 0; first < groups; first += most) {
      const count = Math.min(most, groups - first);
      const few = Math.ceil(GRAIN / (MR * PLACES * BLOCK * 8));
      engine.launch("winogradImages", count * blocks, few, m, from, v.address, first, BLOCK);
      const grain = 4 * Math.ceil(GRAIN / (work * count * width));
      const atOnce = inputs > INPUTS ? count : GROUPS >> 1;
      const sizes = [atOnce, width, Math.min(inputs, INPUTS)];
      const parts = Math.ceil(panels / width);
      engine.launch(
        "winogradByOutputs",
        4 * parts,
        grain,
        ...[m, v.address, w, y.address, first, count, ...sizes],
      );
    }
    engine.free(v);
  }
  engine.free(meta);
  finishActivation(engine, y, shape, epilogue);
}

/** Numbers of transformed images and gradients that are there at once. */
const GRADIENTS = 1 << 21;
/** The most filters: their sums take 36 times as much memory while they are made. */
const FILTER_NUMBERS = 1 << 18;
/** Tiles whose transforms are worth a thread of their own. */
export const FEW = 16;

/** Whether the kernels can make the gradient by the filters. */
export function isFilterForWinograd(groups: number, axes: Axes, group: Group): boolean {
  return isForWinograd(groups, axes, group) && group.outputs % NR === 0 &&
    group.inputs * group.outputs <= FILTER_NUMBERS;
}

/** What adds the products of `count` tiles from number `first` on to sums, or begins these. */
type AddTiles = (
  meta: number,
  at: readonly [images: number, gradients: number, sums: number],
  first: number,
  count: number,
  more: 0 | 1,
) => void;

/** The gradient by the filters from sums over all tiles, of which `numbers` are transformed at once. */
export function filterGradientOfTiles(
  engine: Engine,
  x: Operand,
  dy: Operand,
  axes: Axes,
  { inputs, outputs }: Group,
  dw: WasmStorage,
  numbers: number,
  add: AddTiles,
): void {
  const meta = describeTiles(engine, x.shape, dy.shape, axes, []), m = meta.address;
  const tiles = tilesOf(x.shape[0], axes), perTile = PLACES * (inputs + outputs);
  const most = Math.max(1, Math.min(tiles, Math.floor(numbers / perTile)));
  const [v, u, sums] = [most * inputs, most * outputs, inputs * outputs]
    .map((size) => engine.allocate(PLACES * (size + APART)));
  for (let first = 0; first < tiles; first += most) {
    const count = Math.min(most, tiles - first);
    add(m, [v.address, u.address, sums.address], first, count, first === 0 ? 0 : 1);
  }
  const grain = Math.ceil(PASS_GRAIN / (PLACES * outputs));
  engine.launch("winogradFilterGradient", inputs, grain, m, sums.address, dw.address);
  for (const storage of [v, u, sums, meta]) engine.free(storage);
}

/** The gradient by the filters: see kernels/conv_winograd_filter.as.ts. */
export function winogradFilter(
  engine: Engine,
  x: Operand,
  dy: Operand,
  axes: Axes,
  group: Group,
  dw: WasmStorage,
): void {
  const { inputs, outputs } = group, all = PLACES * inputs / 4, from = [address(x), address(dy)];
  filterGradientOfTiles(engine, x, dy, axes, group, dw, GRADIENTS, (m, at, first, count, more) => {
    const [v, u] = at, grain = Math.max(4, Math.ceil(GRAIN / (4 * outputs * count)));
    engine.launch("winogradGradients", count, FEW, m, ...from, v, u, first, count);
    engine.launch("winogradSums", all, grain, m, ...at, count, more);
  });
}
