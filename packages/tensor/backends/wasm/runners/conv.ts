/**
 * Convolutions. A convolution is a correlation of the images with the filters; a transposed one is a
 * correlation of its input with the filters turned around, or, with strides, one for each place that
 * a pixel of the result can have between the strides.
 */
import type { Convolution } from "../../../ops/rules/convolution.ts";
import { sizeOf } from "../../../shape.ts";
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { correlateByLibrary, isForLibrary } from "./conv_library.ts";
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
  PASS_GRAIN,
  transposed,
} from "./conv_windows.ts";
import { multiply } from "./matmul.ts";
import { address, type Runner } from "./runner.ts";

/** Results of a depthwise convolution that are worth a thread of their own. */
const DEPTHWISE_GRAIN = 1 << 15;
/** Numbers of a panel of filters that every thread has room for. */
const PANEL = 1 << 18;

const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const;

/** Runs correlations of `x` with filters, all of which together fill the result. */
function correlate(
  engine: Engine,
  x: Operand,
  filter: Operand,
  bias: Operand | undefined,
  correlations: readonly Axes[],
  { groups, activation }: Convolution,
  group: Group,
  shape: readonly number[],
): WasmStorage {
  const size = sizeOf(shape), y = engine.allocate(size);
  if (size === 0) return y;
  const panels = Math.ceil(group.outputs / NR), narrow = group.outputs <= NARROW;
  for (const axes of correlations) {
    if (isForLibrary(engine, groups, axes, group)) {
      correlateByLibrary(engine, x, filter, axes, group, y, shape);
      finish(engine, y, shape, bias, activation);
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
      relu: activation === "relu",
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
      const biases = bias === undefined ? 0 : address(bias);
      engine.launch("convolveDepthwise", rows, few, meta.address, from, w, biases, to, groups);
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
  // The bias is in already, and so is what relu does.
  if (activation !== "relu") finish(engine, y, shape, undefined, activation);
  return y;
}

/** Adds the bias and applies the activation, in place. */
function finish(
  engine: Engine,
  y: WasmStorage,
  shape: readonly number[],
  bias: Operand | undefined,
  activation: Convolution["activation"],
): void {
  if (bias === undefined && activation === "linear") return;
  const n = shape[3], rows = sizeOf(shape) / n, grain = Math.ceil(PASS_GRAIN / n);
  const from = bias === undefined ? 0 : address(bias);
  engine.launch("biasActivation", rows, grain, y.address, from, n, ACTIVATIONS[activation]);
}

/** Convolution. */
export const conv2d: Runner<Convolution> = (engine, [x, filter, bias], attributes, { shape }) => {
  const [, , inputs, total] = filter.shape, outputs = total / attributes.groups;
  const product = asProduct(x.shape, total, attributes);
  if (product !== undefined && total > NARROW) {
    const { m, n, k } = product, y = engine.allocate(m * n);
    multiply(engine, address(x), address(filter), y.address, m, n, k, [0, 0]);
    finish(engine, y, shape, bias, attributes.activation);
    return y;
  }
  return correlate(
    engine,
    x,
    filter,
    bias,
    [[forward(attributes, 0), forward(attributes, 1)]],
    attributes,
    { inputs, outputs, inputStep: total, outputStep: 1, groupStep: outputs },
    shape,
  );
};

/** Transposed convolution. */
export const conv2dTranspose: Runner<Convolution> = (
  engine,
  [y, filter, bias],
  attributes,
  { shape },
) => {
  const [, , outputs, total] = filter.shape, inputs = total / attributes.groups;
  const product = asProduct(shape, total, attributes);
  if (product !== undefined && outputs > NARROW) {
    const { m, n, k } = product, x = engine.allocate(m * k);
    multiply(engine, address(y), address(filter), x.address, m, k, n, [0, 1]);
    finish(engine, x, shape, bias, attributes.activation);
    return x;
  }
  const across = transposed(attributes, 1);
  return correlate(
    engine,
    y,
    filter,
    bias,
    transposed(attributes, 0).flatMap((down) => across.map((right): Axes => [down, right])),
    attributes,
    { inputs, outputs, inputStep: 1, outputStep: total, groupStep: inputs },
    shape,
  );
};
