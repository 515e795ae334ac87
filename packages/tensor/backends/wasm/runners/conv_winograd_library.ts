/**
 * Convolutions of 3 x 3 filters and stride 1, and their gradients by the filters, by minimal filtering
 * whose products a library makes: see kernels/conv_winograd_library.as.ts.
 */
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import type { Epilogue } from "./conv_epilogue.ts";
import { type Axes, GRAIN, type Group, PASS_GRAIN } from "./conv_windows.ts";
import {
  APART,
  describeFilters,
  FEW,
  filterGradientOfTiles,
  finishActivation,
  PLACES,
  tilesOf,
} from "./conv_winograd.ts";
import { address } from "./runner.ts";

/** Numbers of transformed images and of products that a thread has room for; the fewest tiles that are worth it. */
const OWN = 400_000, FEWEST = 32;
/** Numbers of transformed images, and of products or gradients, of all threads. */
const ALL = 1 << 22;

/** Runs the convolution and its epilogue. */
export function winogradByLibrary(
  engine: Engine,
  x: Operand,
  filter: Operand,
  axes: Axes,
  group: Group,
  y: WasmStorage,
  shape: readonly number[],
  epilogue: Epilogue,
): void {
  const { inputs, outputs } = group, tiles = tilesOf(x.shape[0], axes), from = address(x);
  const { meta, w } = describeFilters(engine, x, filter, axes, group, shape, epilogue);
  const m = meta.address, perTile = PLACES * (inputs + outputs), pairs = inputs * outputs;
  const u = engine.allocate(PLACES * (pairs + APART));
  engine.launch("winogradFilterMatrices", pairs, PASS_GRAIN / PLACES, m, w, u.address);
  const own = Math.floor(OWN / perTile);
  if (own >= FEWEST && tiles >= FEWEST * engine.threads) {
    const grain = Math.ceil(GRAIN / (PLACES * pairs));
    engine.launch("winogradByMatrices", tiles, grain, m, from, u.address, y.address, own);
  } else {
    const most = Math.max(1, Math.min(tiles, Math.floor(ALL / perTile)));
    const v = engine.allocate(PLACES * (most * inputs + APART));
    const z = engine.allocate(PLACES * (most * outputs + APART));
    for (let first = 0; first < tiles; first += most) {
      const count = Math.min(most, tiles - first), of = [first, count];
      engine.launch("winogradImageMatrices", count, FEW, m, from, v.address, ...of);
      const grain = Math.ceil(GRAIN / (count * pairs)), at = [v.address, u.address, z.address];
      engine.launch("winogradMatrixProducts", PLACES, grain, m, ...at, count);
      engine.launch("winogradMatrixResults", count, FEW, m, z.address, y.address, ...of);
    }
    engine.free(v);
    engine.free(z);
  }
  engine.free(u);
  engine.free(meta);
  finishActivation(engine, y, shape, epilogue);
}

/** The gradient by the filters. */
export function winogradFilterByLibrary(
  engine: Engine,
  x: Operand,
  dy: Operand,
  axes: Axes,
  group: Group,
  dw: WasmStorage,
): void {
  const pairs = group.inputs * group.outputs;
  filterGradientOfTiles(engine, x, dy, axes, group, dw, ALL, (m, at, first, count, more) => {
    const [v, u] = at, of = [first, count];
    engine.launch("winogradImageMatrices", count, FEW, m, address(x), v, ...of);
    engine.launch("winogradGradientMatrices", count, FEW, m, address(dy), u, ...of);
    const grain = Math.ceil(GRAIN / (count * pairs));
    engine.launch("winogradMatrixSums", PLACES, grain, m, ...at, count, more);
  });
}
