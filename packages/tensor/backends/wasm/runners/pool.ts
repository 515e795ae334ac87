/** Pooling of images and its backward pass, and the enlargement of images, which is the same backward pass. */
import type { Pooling } from "../../../ops/rules/pool2d.ts";
import type { Upsampling } from "../../../ops/image/upsample2d.ts";
import { sizeOf } from "../../../shape.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { address, type Runner } from "./runner.ts";

/** Numbers that are worth a thread of their own. */
const GRAIN = 16384;

/** What the kernels read of windows, for images with so many channels. */
function describe(
  { image, kernel, strides, pads, output }: Omit<Pooling, "dilations">,
  channels: number,
  mean: boolean,
): number[] {
  const whole = kernel[0] > strides[0] ? 1 : 0, corner = [pads[0][0], pads[1][0]];
  return [...image, channels, ...output, ...kernel, ...strides, ...corner, mean ? 1 : 0, whole];
}

/** Runs `name(x, y, meta, begin, end)` over the rows of windows. */
function pool(
  engine: Engine,
  name: "maxPool2d" | "sumPool2d",
  x: number,
  [n, height, width, channels]: readonly number[],
  pooling: Omit<Pooling, "dilations">,
  mean: boolean,
): WasmStorage {
  const [rows, columns] = pooling.output, y = engine.allocate(n * rows * columns * channels);
  if (n * channels === 0) return y;
  const meta = engine.meta(describe(pooling, channels, mean));
  const grain = Math.ceil(GRAIN * rows / (height * width * channels));
  engine.launch(name, n * rows, grain, x, y.address, meta);
  return y;
}

/** Runs `name(...inputs, dx, meta, begin, end)` over the rows of windows, or over whole images. */
function poolBack(
  engine: Engine,
  name: "maxPool2dBack" | "sumPool2dBack",
  inputs: readonly number[],
  [n, height, width, channels]: readonly number[],
  pooling: Omit<Pooling, "dilations">,
  mean: boolean,
): WasmStorage {
  const dx = engine.allocate(n * height * width * channels);
  if (n * channels === 0) return dx;
  const numbers = describe(pooling, channels, mean), meta = engine.meta(numbers);
  const items = numbers[numbers.length - 1] === 1 ? n : n * pooling.output[0];
  const grain = Math.ceil(GRAIN * items / (n * height * width * channels));
  engine.launch(name, items, grain, ...inputs, dx.address, meta);
  return dx;
}

/** The largest number of each window. */
export const maxPool2d: Runner<Pooling> = (engine, [x], pooling) =>
  pool(engine, "maxPool2d", address(x), x.shape, pooling, false);

/** Gradients to where windows have their largest numbers. */
export const maxPool2dGradient: Runner<Pooling> = (engine, [dy, x], pooling) =>
  poolBack(engine, "maxPool2dBack", [address(dy), address(x)], x.shape, pooling, false);

/** The mean of each window. */
export const avgPool2d: Runner<Pooling> = (engine, [x], pooling) =>
  pool(engine, "sumPool2d", address(x), x.shape, pooling, true);

/** Gradients shared by the places of each window. */
export const avgPool2dGradient: Runner<Pooling> = (engine, [dy], pooling, { shape }) =>
  poolBack(engine, "sumPool2dBack", [address(dy)], shape, pooling, true);

/** The windows that pixels of images of `[height, width]` become when these are enlarged. */
function tiles(
  [height, width]: readonly number[],
  { size }: Upsampling,
): Omit<Pooling, "dilations"> {
  const image = [height * size[0], width * size[1]] as const, pads = [[0, 0], [0, 0]] as const;
  return { image, kernel: size, strides: size, pads, output: [height, width] };
}

/** Each pixel repeated: the backward pass of sums of windows; or found between four. */
export const upsample2d: Runner<Upsampling> = (engine, [x], attributes, { shape }) => {
  const [n, height, width, channels] = x.shape, { size, interpolation } = attributes;
  if (interpolation === "nearest") {
    const windows = tiles([height, width], attributes);
    return poolBack(engine, "sumPool2dBack", [address(x)], shape, windows, false);
  }
  const y = engine.allocate(sizeOf(shape));
  if (n * channels === 0) return y;
  const sizes = [height, width, channels, ...size],
    grain = Math.ceil(GRAIN / (shape[2] * channels));
  engine.launch("bilinear", n * shape[1], grain, address(x), y.address, ...sizes);
  return y;
};

/** The sums of what pixels became. */
export const upsample2dGradient: Runner<Upsampling> = (engine, [dy], attributes, { shape }) => {
  const [n, height, width, channels] = shape, { size, interpolation } = attributes;
  if (interpolation === "nearest") {
    const windows = tiles([height, width], attributes);
    return pool(engine, "sumPool2d", address(dy), dy.shape, windows, false);
  }
  const dx = engine.allocate(sizeOf(shape));
  if (n * channels === 0) return dx;
  const sizes = [height, width, channels, ...size];
  const grain = Math.ceil(GRAIN * height / (dy.size / n));
  engine.launch("bilinearBack", n * height, grain, address(dy), dx.address, ...sizes);
  return dx;
};
