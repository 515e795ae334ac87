/**
 * Convolutions. A convolution is a correlation of the images with the filters; a transposed one is a
 * correlation of its input with the filters turned around, or, with strides, one for each place that
 * a pixel of the result can have between the strides.
 */
import type { Convolution } from "../../../ops/rules/convolution.ts";
import { sizeOf } from "../../../shape.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { cheapest } from "./conv_choice.ts";
import { addressOf, type Epilogue, finish } from "./conv_epilogue.ts";
import { correlateByLibrary, productByLibrary } from "./conv_library.ts";
import {
  asProduct,
  type Axes,
  classes,
  describe,
  firstWindow,
  forward,
  GRAIN,
  type Group,
  isDepthwise,
  MR,
  NARROW,
  NR,
  transposed,
} from "./conv_windows.ts";
import { isForProduct, product } from "./conv_product.ts";
import { winograd } from "./conv_winograd.ts";
import { winogradByLibrary } from "./conv_winograd_library.ts";
import { multiply } from "./matmul.ts";
import { address, type Runner } from "./runner.ts";

/** Results of a depthwise convolution that are worth a thread of their own. */
const DEPTHWISE_GRAIN = 1 << 15;
/** Numbers of a panel of filters that every thread has room for. */
const PANEL = 1 << 18;

/** Runs correlations of `x` with filters, all of which together fill the result, and the epilogue. */
function correlate(
  engine: Engine,
  x: Operand,
  filter: Operand,
  epilogue: Epilogue,
  correlations: readonly Axes[],
  groups: number,
  group: Group,
  shape: readonly number[],
): WasmStorage {
  const size = sizeOf(shape), y = engine.allocate(size);
  if (size === 0) return y;
  const panels = Math.ceil(group.outputs / NR), narrow = group.outputs <= NARROW;
  // A bias and a ReLU are done by the direct kernel.
  const { scale, shift, residual, activation } = epilogue, inKernel = !(scale || residual);
  const relu = inKernel && activation === "relu", bias = inKernel ? shift : undefined;
  for (const axes of correlations) {
    const way = cheapest({ images: x.shape[0], axes, groups, group }, engine.library);
    if (way === "winograd") {
      winograd(engine, x, filter, axes, group, y, shape, epilogue);
      return y;
    }
    if (way === "winograd library") {
      winogradByLibrary(engine, x, filter, axes, group, y, shape, epilogue);
      return y;
    }
    if (way === "product") {
      product(engine, x, filter, axes, group, y, shape, epilogue);
      return y;
    }
    if (way === "library") {
      correlateByLibrary(engine, x, filter, axes, group, y, shape, epilogue);
      return y;
    }
    const [down, right] = axes, both = [classes(down), classes(right)] as const;
    let tiles = 0, work = 0;
    for (let i = 0; i < both[0].length; i += 4) {
      for (let j = 0; j < both[1].length; j += 4) {
        const here = Math.ceil(x.shape[0] * both[0][i + 1] * both[1][j + 1] / MR);
        tiles += here;
        work += here * both[0][i + 3] * both[1][j + 3];
      }
    }
    work *= MR * group.inputs * group.outputs;
    // Every share packs its filters: few tiles had better be left together.
    const byTiles = narrow || panels < 2 * engine.threads || tiles > 4 * NR * panels;
    const meta = describe(engine, {
      x: x.shape,
      y: shape,
      axes,
      filter: filter.shape,
      group,
      classes: both,
      relu,
      byTiles,
    });
    const from = firstWindow(x, axes), depthwise = isDepthwise(groups, group);
    const [, filterColumns, a, b] = filter.shape;
    const w = address(filter) + 4 * (down.filterStart * filterColumns + right.filterStart) * a * b;
    const to = y.address + 4 * (down.resultStart * shape[2] + right.resultStart) * shape[3];
    const total = byTiles ? tiles : panels;
    // A panel that no thread has the room for is packed by one thread for all.
    const panel = down.taps * right.taps * group.inputs * NR;
    const room = panel > PANEL ? engine.allocate(panel) : undefined;
    const shared = Math.max(1, Math.ceil(GRAIN * total / Math.max(1, work)));
    const grain = room === undefined ? shared : total;
    if (depthwise) {
      const rows = x.shape[0] * down.results, few = Math.ceil(DEPTHWISE_GRAIN * rows / size);
      engine.launch(
        "convolveDepthwise",
        rows,
        few,
        meta.address,
        from,
        w,
        addressOf(bias),
        to,
        groups,
      );
    }
    for (let g = depthwise ? groups : 0; g < groups; g++) {
      engine.launch(
        "convolve",
        total,
        grain,
        meta.address,
        from + 4 * g * group.inputs,
        w + 4 * g * group.groupStep,
        bias === undefined ? 0 : address(bias) + 4 * g * group.outputs,
        to + 4 * g * group.outputs,
        room?.address ?? 0,
        tiles,
        narrow ? 1 : 0,
      );
    }
    if (room !== undefined) engine.free(room);
    engine.free(meta);
  }
  if (!inKernel) finish(engine, y, shape, epilogue);
  else if (!relu) finish(engine, y, shape, { activation });
  return y;
}

/** A convolution and its epilogue. */
function convolution(
  engine: Engine,
  x: Operand,
  filter: Operand,
  epilogue: Epilogue,
  attributes: Convolution,
  shape: readonly number[],
): WasmStorage {
  const { groups } = attributes, [, , inputs, total] = filter.shape, outputs = total / groups;
  const axes: Axes = [forward(attributes, 0), forward(attributes, 1)];
  const group = { inputs, outputs, inputStep: total, outputStep: 1, groupStep: outputs };
  const sizes = total > NARROW ? asProduct(x.shape, total, attributes) : undefined;
  if (
    sizes !== undefined && (engine.library || sizes.m === 1 || !isForProduct(groups, axes, group))
  ) {
    const { m, n, k } = sizes, y = engine.allocate(m * n), at = [address(x), address(filter)];
    if (engine.library && m > 1) {
      productByLibrary(engine, at[0], at[1], y.address, sizes, epilogue);
    } else {
      multiply(engine, at[0], at[1], y.address, m, n, k, [0, 0]);
      finish(engine, y, shape, epilogue);
    }
    return y;
  }
  return correlate(engine, x, filter, epilogue, [axes], groups, group, shape);
}

/** Convolution. */
export const conv2d: Runner<Convolution> = (engine, [x, filter, shift], attributes, { shape }) =>
  convolution(engine, x, filter, { shift, activation: attributes.activation }, attributes, shape);

/** Convolution with a factor and a residual besides. */
export const fusedConv2d: Runner<Convolution> = (
  engine,
  [x, filter, scale, shift, residual],
  attributes,
  { shape },
) => {
  const epilogue = { scale, shift, residual, activation: attributes.activation };
  return convolution(engine, x, filter, epilogue, attributes, shape);
};

/** Transposed convolution. */
export const conv2dTranspose: Runner<Convolution> = (
  engine,
  [y, filter, bias],
  attributes,
  { shape },
) => {
  const { groups, activation } = attributes, [, , outputs, total] = filter.shape;
  const inputs = total / groups, epilogue = { shift: bias, activation };
  const sizes = asProduct(shape, total, attributes);
  if (sizes !== undefined && outputs > NARROW) {
    const { m, n, k } = sizes, x = engine.allocate(m * k);
    multiply(engine, address(y), address(filter), x.address, m, k, n, [0, 1]);
    finish(engine, x, shape, epilogue);
    return x;
  }
  const across = transposed(attributes, 1);
  return correlate(
    engine,
    y,
    filter,
    epilogue,
    transposed(attributes, 0).flatMap((down) => across.map((right): Axes => [down, right])),
    groups,
    { inputs, outputs, inputStep: 1, outputStep: total, groupStep: inputs },
    shape,
  );
};
