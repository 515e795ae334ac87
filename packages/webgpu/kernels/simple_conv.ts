/** Convolutions a number at a time: where groups are too narrow for blocks of them, depthwise ones above all. */
import type { Convolution, Operand } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import { activated } from "./activation.ts";
import { sizeOf } from "./reduce.ts";
import { allocate, blockOf, type DeviceStorage, groupsFor, type Runner } from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** The sizes of images, windows and channels; `inputs` and `share` are a group's channels and outputs. */
const PARAMS = [
  ...["n: u32", "height: u32", "width: u32", "channels: u32", "rows: u32", "columns: u32"],
  ...["outputs: u32", "down: u32", "across: u32", "step_y: u32", "step_x: u32"],
  ...["apart_y: u32", "apart_x: u32", "top: u32", "left: u32", "inputs: u32", "share: u32"],
  "images: u32",
];

function over(
  device: Device,
  name: string,
  { image, kernel, strides, dilations, pads, output, groups }: Convolution,
  [images, channels, outputs]: readonly [number, number, number],
  inputs: Readonly<Record<string, Operand>>,
  size: number,
  main: string,
): DeviceStorage {
  const y = allocate(device, size);
  device.run(
    name,
    () => ({
      params: PARAMS,
      reads: Object.keys(inputs).map((name) => `${name}: f32`),
      writes: ["result: f32"],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}${main}`,
    }),
    [...Object.values(inputs).map(blockOf), y.block],
    [
      ...[size, ...image, channels, ...output, outputs, ...kernel, ...strides, ...dilations],
      ...[pads[0][0], pads[1][0], channels / groups, outputs / groups, images],
    ],
    groupsFor(size),
  );
  return y;
}

/** `z`, the number of a convolution. */
const FORWARD = `
  let o = i % p.outputs;
  let column = (i / p.outputs) % p.columns;
  let row = (i / p.outputs / p.columns) % p.rows;
  let image = i / p.outputs / p.columns / p.rows;
  var z = 0.0;
  for (var a = 0u; a < p.down; a++) {
    let y = row * p.step_y + a * p.apart_y - p.top;
    if (y >= p.height) { continue; }
    for (var b = 0u; b < p.across; b++) {
      let x_ = column * p.step_x + b * p.apart_x - p.left;
      if (x_ >= p.width) { continue; }
      let pixel = ((image * p.height + y) * p.width + x_) * p.channels + o / p.share * p.inputs;
      let weight = (a * p.across + b) * p.inputs * p.outputs + o;
      for (var c = 0u; c < p.inputs; c++) { z += x[pixel + c] * w[weight + c * p.outputs]; }
    }
  }`;

export const conv2d: Run<"conv2d"> = (device, [x, w, bias], attributes, spec) => {
  const { activation } = attributes, z = bias ? "z + bias[o]" : "z";
  return over(
    device,
    `conv ${activation} ${bias ? "bias" : ""}`,
    attributes,
    [x.shape[0], x.shape[3], w.shape[3]],
    bias ? { x, w, bias } : { x, w },
    sizeOf(spec),
    `${FORWARD}\n  result[i] = ${activated(activation, z)};`,
  );
};

export const fusedConv2d: Run<"fusedConv2d"> = (
  device,
  [x, w, scale, shift, residual],
  attributes,
  spec,
) => {
  const { activation } = attributes;
  const z = `z * scale[o] + shift[o]${residual ? " + residual[i]" : ""}`;
  return over(
    device,
    `fusedConv ${activation} ${residual ? "residual" : ""}`,
    attributes,
    [x.shape[0], x.shape[3], w.shape[3]],
    residual ? { x, w, scale, shift, residual } : { x, w, scale, shift },
    sizeOf(spec),
    `${FORWARD}\n  result[i] = ${activated(activation, z)};`,
  );
};

/** Each number of the images looks for the windows that it lies in. */
export const conv2dTranspose: Run<"conv2dTranspose"> = (
  device,
  [y, w, bias],
  attributes,
  spec,
) => {
  const { activation } = attributes, z = bias ? "z + bias[c]" : "z";
  return over(
    device,
    `convTranspose ${activation} ${bias ? "bias" : ""}`,
    attributes,
    [y.shape[0], spec.shape[3], y.shape[3]],
    bias ? { y, w, bias } : { y, w },
    sizeOf(spec),
    `
  let c = i % p.channels;
  let x_ = (i / p.channels) % p.width + p.left;
  let y_ = (i / p.channels / p.width) % p.height + p.top;
  let image = i / p.channels / p.width / p.height;
  let first = c / p.inputs * p.share;
  var z = 0.0;
  for (var a = 0u; a < p.down; a++) {
    let down = y_ - a * p.apart_y;
    let row = down / p.step_y;
    if (a * p.apart_y > y_ || row >= p.rows || down % p.step_y != 0u) { continue; }
    for (var b = 0u; b < p.across; b++) {
      let across = x_ - b * p.apart_x;
      let column = across / p.step_x;
      if (b * p.apart_x > x_ || column >= p.columns || across % p.step_x != 0u) { continue; }
      let at = ((image * p.rows + row) * p.columns + column) * p.outputs + first;
      let weight = ((a * p.across + b) * p.inputs + c % p.inputs) * p.outputs + first;
      for (var o = 0u; o < p.share; o++) { z += y[at + o] * w[weight + o]; }
    }
  }
  result[i] = ${activated(activation, z)};`,
  );
};

/** Each number of the filters goes through all windows. */
export const conv2dFilterGradient: Run<"conv2dFilterGradient"> = (
  device,
  [x, dy],
  attributes,
  spec,
) =>
  over(
    device,
    "convFilter",
    attributes,
    [x.shape[0], x.shape[3], dy.shape[3]],
    { x, dy },
    sizeOf(spec),
    `
  let o = i % p.outputs;
  let c = (i / p.outputs) % p.inputs + o / p.share * p.inputs;
  let b = (i / p.outputs / p.inputs) % p.across;
  let a = i / p.outputs / p.inputs / p.across;
  var z = 0.0;
  for (var image = 0u; image < p.images; image++) {
    for (var row = 0u; row < p.rows; row++) {
      let y = row * p.step_y + a * p.apart_y - p.top;
      if (y >= p.height) { continue; }
      var part = 0.0;
      for (var column = 0u; column < p.columns; column++) {
        let x_ = column * p.step_x + b * p.apart_x - p.left;
        if (x_ >= p.width) { continue; }
        part += x[((image * p.height + y) * p.width + x_) * p.channels + c] *
          dy[((image * p.rows + row) * p.columns + column) * p.outputs + o];
      }
      z += part;
    }
  }
  result[i] = z;`,
  );
