/** Convolutions as products of matrices whose windows are packed in the cache: see kernels/conv_product.as.ts. */
import type { Operand } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { ACTIVATIONS, addressOf, type Epilogue } from "./conv_epilogue.ts";
import {
  type Axes,
  classes,
  describe,
  firstWindow,
  GRAIN,
  type Group,
  NARROW,
} from "./conv_windows.ts";
import { address } from "./runner.ts";

/** Whether the kernel can do it: filters lie as a matrix, channels are fours. */
export function isForProduct(
  groups: number,
  axes: Axes,
  { inputs, outputs, outputStep }: Group,
): boolean {
  return groups === 1 && outputStep === 1 && inputs > 0 && inputs % 4 === 0 && outputs > NARROW &&
    axes.every(({ filterStep, resultStep, taps }) =>
      filterStep === 1 && resultStep === 1 && taps > 0
    );
}

/** Runs the convolution and its epilogue. */
export function product(
  engine: Engine,
  x: Operand,
  filter: Operand,
  axes: Axes,
  group: Group,
  y: WasmStorage,
  shape: readonly number[],
  { scale, shift, residual, activation }: Epilogue,
): void {
  const [down, right] = axes, { inputs, outputs } = group;
  const meta = describe(engine, {
    x: x.shape,
    y: shape,
    axes,
    filter: filter.shape,
    group,
    classes: [classes(down), classes(right)],
  });
  const pixels = shape[0] * shape[1] * shape[2], byRows = 4 * pixels >= outputs;
  const lines = byRows ? pixels : outputs,
    work = pixels * down.taps * right.taps * inputs * outputs;
  // One share for each thread: every share packs the other operand.
  const grain = Math.max(8, Math.ceil(lines / engine.threads), GRAIN * lines / work);
  engine.launch(
    "convolveProduct",
    lines,
    grain,
    ...[meta.address, firstWindow(x, axes), address(filter), y.address],
    ...[addressOf(scale), addressOf(shift), addressOf(residual), ACTIVATIONS[activation]],
    byRows ? 1 : 0,
  );
  engine.free(meta);
}
