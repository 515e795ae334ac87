/** Pooling. Backward, each place of the image looks for the windows that it lies in. */
import type { Operand, Pooling } from "@neurite/tensor";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import { allocate, blockOf, type DeviceStorage, groupsFor, type Runner } from "./runner.ts";

const PARAMS = [
  ...["n: u32", "channels: u32", "height: u32", "width: u32", "rows: u32", "columns: u32"],
  ...["down: u32", "across: u32", "step_y: u32", "step_x: u32", "top: u32", "left: u32"],
];

/**
 * Functions over windows: `Window` has the places of the image from `y0`, `x0` to before `y1`, `x1`, of
 * the image that begins at `base`; `peak` is where the first of its largest numbers is, or the last place
 * where one is NaN.
 */
const WINDOWS = `
struct Window { base: u32, y0: u32, x0: u32, y1: u32, x1: u32 }
fn windowAt(image: u32, row: u32, column: u32, c: u32) -> Window {
  let y = row * p.step_y; let x = column * p.step_x;
  return Window(
    image * p.height * p.width * p.channels + c,
    max(y, p.top) - p.top, max(x, p.left) - p.left,
    min(y + p.down - p.top, p.height), min(x + p.across - p.left, p.width),
  );
}
fn placeIn(w: Window, y: u32, x: u32) -> u32 { return w.base + (y * p.width + x) * p.channels; }
fn sizeOf(w: Window) -> f32 { return f32((w.y1 - w.y0) * (w.x1 - w.x0)); }`;
const PEAK = `
fn peak(w: Window) -> u32 {
  var at = placeIn(w, w.y0, w.x0);
  var most = x[at];
  for (var i = w.y0; i < w.y1; i++) {
    for (var j = w.x0; j < w.x1; j++) {
      let place = placeIn(w, i, j);
      let v = x[place];
      if (isNan(v)) { return placeIn(w, w.y1 - 1u, w.x1 - 1u); }
      if (v > most) { most = v; at = place; }
    }
  }
  return at;
}`;

/** The beginning of a kernel that makes a number for each window. */
const EACH_WINDOW = `${EACH_ELEMENT}
  let c = i % p.channels;
  let column = (i / p.channels) % p.columns;
  let row = (i / p.channels / p.columns) % p.rows;
  let w = windowAt(i / p.channels / p.columns / p.rows, row, column, c);`;

/** A kernel that makes a number for each place of the image: the sum of `term` over its windows `w`. */
const throughWindows = (term: string) =>
  `${EACH_ELEMENT}
  let c = i % p.channels;
  let x_ = (i / p.channels) % p.width + p.left;
  let y_ = (i / p.channels / p.width) % p.height + p.top;
  let image = i / p.channels / p.width / p.height;
  let first_row = select((y_ - p.down) / p.step_y + 1u, 0u, y_ < p.down);
  let first_column = select((x_ - p.across) / p.step_x + 1u, 0u, x_ < p.across);
  var total = 0.0;
  for (var row = first_row; row < min(p.rows, y_ / p.step_y + 1u); row++) {
    for (var column = first_column; column < min(p.columns, x_ / p.step_x + 1u); column++) {
      let w = windowAt(image, row, column, c);
      let of_window = ((image * p.rows + row) * p.columns + column) * p.channels + c;
      total += ${term};
    }
  }
  y[i] = total;`;

/** Records a kernel over windows; `size` is how many numbers it makes. */
function over(
  device: Device,
  name: string,
  { image, kernel, strides, pads, output }: Pooling,
  channels: number,
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
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      declarations: WINDOWS + (main.includes("peak(") ? PEAK : ""),
      main,
    }),
    [...Object.values(inputs).map(blockOf), y.block],
    [
      ...[size, channels, ...image, ...output, ...kernel, ...strides],
      ...[pads[0][0], pads[1][0]],
    ],
    groupsFor(size),
  );
  return y;
}

/** A runner for a kernel that makes numbers of the shape of the windows, or of the image. */
function runner(name: string, names: readonly string[], main: string): Runner<Pooling> {
  return (device, inputs, pooling, { shape }) => {
    const size = shape.reduce((product, n) => product * n, 1);
    const named = Object.fromEntries(names.map((name, i) => [name, inputs[i]]));
    return over(device, name, pooling, shape[3], named, size, main);
  };
}

const SUM_OF_WINDOW = `
  var total = 0.0;
  for (var a = w.y0; a < w.y1; a++) {
    for (var b = w.x0; b < w.x1; b++) { total += x[placeIn(w, a, b)]; }
  }
  y[i] = total / sizeOf(w);`;
const LARGEST_OF_WINDOW = `
  var most = x[placeIn(w, w.y0, w.x0)];
  for (var a = w.y0; a < w.y1; a++) {
    for (var b = w.x0; b < w.x1; b++) { most = larger(most, x[placeIn(w, a, b)]); }
  }
  y[i] = most;`;

export const avgPool2d: Runner<Pooling> = runner(
  "avgPool",
  ["x"],
  EACH_WINDOW + SUM_OF_WINDOW,
);
export const avgPool2dGradient: Runner<Pooling> = runner(
  "avgPoolGradient",
  ["dy"],
  throughWindows("dy[of_window] / sizeOf(w)"),
);
export const maxPool2d: Runner<Pooling> = runner(
  "maxPool",
  ["x"],
  EACH_WINDOW + LARGEST_OF_WINDOW,
);
export const maxPool2dGradient: Runner<Pooling> = runner(
  "maxPoolGradient",
  ["dy", "x"],
  throughWindows("select(0.0, dy[of_window], peak(w) == i)"),
);
export const maxPool2dPick: Runner<Pooling> = runner(
  "maxPoolPick",
  ["values", "x"],
  `${EACH_WINDOW}\n  y[i] = values[peak(w)];`,
);
