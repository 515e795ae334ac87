/** The gradient of convolutions by the filters. */
import type { Convolution } from "../../../ops/rules/convolution.ts";
import { sizeOf } from "../../../shape.ts";
import { cheapestForFilter } from "./conv_choice.ts";
import { filterGradientByLibrary } from "./conv_library.ts";
import {
  asProduct,
  type Axes,
  classes,
  describe,
  firstWindow,
  forward,
  GRAIN,
  isDepthwise,
  MR,
  NARROW,
  NR,
  PASS_GRAIN,
  wholeVectors,
} from "./conv_windows.ts";
import { winogradFilter } from "./conv_winograd.ts";
import { winogradFilterByLibrary } from "./conv_winograd_library.ts";
import { multiply } from "./matmul.ts";
import { address, type Runner } from "./runner.ts";

/** Bytes of images and gradients that all tiles go over before the next ones are taken. */
const CHUNK_BYTES = 12 * 1024;
/** Shares that threads can take, at most; and numbers of sums of their own that they have. */
const SHARES = 16, SUMS = 1 << 18;
/** Numbers of a window whose tiles are planned at once. */
const PART_LINES = 1 << 14;
/** Columns that are summed at once. */
const COLUMNS = 64;

/** The gradient by the filters. */
export const conv2dFilterGradient: Runner<Convolution> = (
  engine,
  [x, dy],
  attributes,
  { shape },
) => {
  const size = sizeOf(shape), dw = engine.allocate(size), { groups } = attributes;
  const pixels = dy.size / Math.max(1, dy.shape[3]);
  if (size === 0 || pixels === 0) {
    engine.view(dw, "float32", size).fill(0);
    return dw;
  }
  const product = asProduct(x.shape, shape[3], attributes);
  if (product !== undefined && product.n > NARROW) {
    const { m, n, k } = product;
    multiply(engine, address(x), address(dy), dw.address, k, n, m, [1, 0]);
    return dw;
  }
  const axes: Axes = [forward(attributes, 0), forward(attributes, 1)], [down, right] = axes;
  const [tapRows, tapColumns, inputs, total] = shape, outputs = total / groups;
  const joined = right.spacing * x.shape[3] === inputs;
  const lines = tapRows * tapColumns * inputs;
  const narrow = outputs <= NARROW && (joined ? tapColumns * inputs : inputs) >= NR;
  const group = { inputs, outputs, inputStep: total, outputStep: 1, groupStep: 0 };
  const way = cheapestForFilter({ images: x.shape[0], axes, groups, group }, engine.library);
  if (way === "winograd") {
    winogradFilter(engine, x, dy, axes, group, dw);
    return dw;
  }
  if (way === "winograd library") {
    winogradFilterByLibrary(engine, x, dy, axes, group, dw);
    return dw;
  }
  if (way === "library") {
    filterGradientByLibrary(engine, x, dy, axes, group, dw, shape);
    return dw;
  }
  const depthwise = isDepthwise(groups, group);
  const panel = narrow ? outputs : Math.ceil(outputs / NR) * NR;
  const sumsSize = depthwise ? lines * groups : lines * panel;

  // How pixels and lines are cut up; by the sizes only.
  const work = pixels * (depthwise ? sumsSize : lines * outputs),
    perPixel = 4 * (down.step * right.step * x.shape[3] + NR);
  const chunk = Math.max(64, Math.min(512, Math.floor(CHUNK_BYTES / perPixel) & ~3));
  const shares = Math.min(SHARES, Math.ceil(2 * work / GRAIN));
  const most = Math.min(Math.ceil(pixels / chunk), Math.max(1, Math.floor(SUMS / sumsSize)));
  const pixelGroups = Math.min(shares, most);
  const wished = Math.ceil(lines / Math.ceil(shares / pixelGroups) / MR) * MR;
  const partLines = narrow || depthwise ? lines : Math.min(PART_LINES, wished);
  const parts = Math.ceil(lines / partLines);

  // The sums of one group of pixels, with nothing beside them, are the result.
  const inPlace = pixelGroups === 1 && groups === 1 && !narrow && panel === outputs;
  const sums = inPlace ? dw : engine.allocate(pixelGroups * sumsSize);
  const meta = describe(engine, {
    x: x.shape,
    y: dy.shape,
    axes,
    filter: shape,
    group,
    classes: [classes(down), x.shape[3] === 1 ? wholeVectors(classes(right)) : classes(right)],
    cut: { pixelGroups, parts, partLines, chunk },
  });
  const units = 4 * pixelGroups * parts, grain = Math.max(4, Math.ceil(GRAIN * units / work));
  if (depthwise) {
    const from = firstWindow(x, axes), at = [address(dy), sums.address, groups];
    engine.launch("depthwiseFilter", units, grain, meta.address, from, ...at);
    const few = Math.ceil(PASS_GRAIN / (pixelGroups * COLUMNS)),
      sizes = [pixelGroups, sumsSize];
    const columns = Math.ceil(sumsSize / COLUMNS), block = 8 * Math.ceil(pixelGroups / 8);
    engine.launch("sumColumns", columns, few, sums.address, dw.address, ...sizes, block, COLUMNS);
  }
  const [run, add] = narrow
    ? ["convolveFilterDots", "convolveFilterDotsSum"] as const
    : ["convolveFilter", "convolveFilterSum"] as const;
  for (let g = depthwise ? groups : 0; g < groups; g++) {
    const from = firstWindow(x, axes) + 4 * g * inputs, gradient = address(dy) + 4 * g * outputs;
    engine.launch(run, units, grain, meta.address, from, gradient, sums.address);
    if (inPlace) continue;
    const few = Math.ceil(PASS_GRAIN * lines / (pixelGroups * sumsSize));
    engine.launch(add, lines, few, meta.address, sums.address, dw.address + 4 * g * outputs);
  }
  if (!inPlace) engine.free(sums);
  engine.free(meta);
  return dw;
};
