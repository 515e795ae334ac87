/**
 * Large convolutions where a library multiplies matrices: it is so much faster than the kernels that
 * windows are written out as rows of a matrix for it.
 */
import { sizeOf } from "../../../shape.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { ACTIVATIONS, addressOf, type Epilogue } from "./conv_epilogue.ts";
import {
  type Axes,
  classes,
  describe,
  firstWindow,
  type Group,
  PASS_GRAIN,
  type Product,
} from "./conv_windows.ts";
import { multiply, sharesOf } from "./matmul.ts";
import { address } from "./runner.ts";

/** A product by the library, and the epilogue while the results are at hand. */
export function productByLibrary(
  engine: Engine,
  a: number,
  b: number,
  y: number,
  { m, n, k }: Product,
  { scale, shift, residual, activation }: Epilogue,
  first = 0,
): void {
  const { byRows, lines, grain } = sharesOf(engine, m, n, k);
  const from = 4 * first * n, added = addressOf(residual);
  engine.launch(
    "multiplyByLibrary",
    lines,
    grain,
    ...[a, b, y + from, m, n, k, addressOf(scale), addressOf(shift)],
    ...[added === 0 ? 0 : added + from, ACTIVATIONS[activation], byRows ? 1 : 0],
  );
}

/** Numbers of windows that are written out at once. */
const PATCHES = 1 << 21;

/** Goes through all rows of results, as many at a time as there is room for their windows. */
function byPatches(
  engine: Engine,
  meta: WasmStorage,
  from: number,
  { images, rows, columns, terms }: Record<"images" | "rows" | "columns" | "terms", number>,
  f: (patches: number, first: number, count: number) => void,
): void {
  const line = columns * terms, most = Math.max(1, Math.floor(PATCHES / line)), all = images * rows;
  const patches = engine.allocate(Math.min(most, all) * line);
  for (let first = 0; first < all; first += most) {
    const count = Math.min(most, all - first), grain = Math.ceil(PASS_GRAIN / line);
    engine.launch("convolvePatches", count, grain, meta.address, from, patches.address, first);
    f(patches.address, first * columns, count * columns);
  }
  engine.free(patches);
}

/** A correlation as products of written-out windows and filters, and its epilogue. */
export function correlateByLibrary(
  engine: Engine,
  x: Operand,
  filter: Operand,
  axes: Axes,
  group: Group,
  y: WasmStorage,
  shape: readonly number[],
  epilogue: Epilogue,
): void {
  const [down, right] = axes, { inputs, outputs } = group, taps = down.taps * right.taps;
  const meta = describe(engine, {
    x: x.shape,
    y: shape,
    axes,
    filter: filter.shape,
    group,
    classes: [classes(down), classes(right)],
  });
  const terms = taps * inputs,
    sizes = { images: shape[0], rows: shape[1], columns: shape[2], terms };
  const [, across, a, b] = filter.shape, turned = group.outputStep !== 1;
  const w = address(filter) + 4 * (down.filterStart * across + right.filterStart) * a * b;
  const filters = turned ? engine.allocate(terms * outputs) : undefined;
  if (filters) engine.launch("convolveFilters", taps, 4, meta.address, w, filters.address);
  byPatches(engine, meta, firstWindow(x, axes), sizes, (patches, first, count) => {
    const product = { m: count, n: outputs, k: terms }, b = filters?.address ?? w;
    productByLibrary(engine, patches, b, y.address, product, epilogue, first);
  });
  if (filters) engine.free(filters);
  engine.free(meta);
}

/** The gradient by the filters as products of written-out windows and the gradient. */
export function filterGradientByLibrary(
  engine: Engine,
  x: Operand,
  dy: Operand,
  axes: Axes,
  group: Group,
  dw: WasmStorage,
  shape: readonly number[],
): void {
  const meta = describe(engine, {
    x: x.shape,
    y: dy.shape,
    axes,
    filter: shape,
    group,
    classes: [classes(axes[0]), classes(axes[1])],
  });
  const size = sizeOf(shape), outputs = shape[3], terms = size / outputs;
  const sizes = { images: dy.shape[0], rows: dy.shape[1], columns: dy.shape[2], terms };
  const part = engine.allocate(size);
  byPatches(engine, meta, firstWindow(x, axes), sizes, (patches, first, count) => {
    const to = first === 0 ? dw : part, from = address(dy) + 4 * first * outputs;
    multiply(engine, patches, from, to.address, terms, outputs, count, [1, 0]);
    if (first === 0) return;
    engine.launch("add", size, PASS_GRAIN, dw.address, part.address, dw.address, 1, 1);
  });
  engine.free(part);
  engine.free(meta);
}
