/** Images enlarged, and turned, moved or sheared. */
import type { Affine, Operand } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { FILL_MODES } from "@neurite/tensor/internal";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, type Kernel, WIDTH } from "../device/kernel.ts";
import { doubleLiteral } from "../wgsl/doubles.ts";
import { sizeOf } from "./reduce.ts";
import { allocate, blockOf, groupsFor, type Runner } from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/**
 * `Sources` are a large pixel's two small ones along an axis and the weight of the second, exact: places
 * are counted in halves of a small pixel's part.
 */
const UPSAMPLING: Readonly<Record<"nearest" | "bilinear", string>> = {
  nearest: `
struct Sources { first: u32, second: u32, weight: f32 }
fn sources(i: u32, n: u32, times: u32) -> Sources { return Sources(i / times, 0u, 0.0); }`,
  bilinear: `
struct Sources { first: u32, second: u32, weight: f32 }
fn sources(i: u32, n: u32, times: u32) -> Sources {
  // (i + 1/2) / times + 1/2, one to the right of its place.
  let place = 2u * i + 1u + times;
  let right = place / (2u * times);
  let weight = f32(place % (2u * times)) / f32(2u * times);
  return Sources(max(right, 1u) - 1u, min(right, n - 1u), weight);
}`,
};
const SMALL = ["n: u32", "channels: u32", "height: u32", "width: u32", "down: u32", "across: u32"];

export const upsample2d: Run<"upsample2d"> = (device, [x], { size, interpolation }, spec) => {
  const total = sizeOf(spec), y = allocate(device, total), [, height, width, channels] = x.shape;
  device.run(
    `upsample ${interpolation}`,
    () => ({
      params: SMALL,
      reads: ["x: f32"],
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      declarations: UPSAMPLING[interpolation],
      main: `${EACH_ELEMENT}
  let c = i % p.channels;
  let large_x = (i / p.channels) % (p.width * p.across);
  let rows = i / p.channels / (p.width * p.across);
  let image = rows / (p.height * p.down);
  let a = sources(rows % (p.height * p.down), p.height, p.down);
  let b = sources(large_x, p.width, p.across);
  let top = (image * p.height + a.first) * p.width;
  let bottom = (image * p.height + a.second) * p.width;
  var total = x[(top + b.first) * p.channels + c] * ((1.0 - a.weight) * (1.0 - b.weight));
  if (b.weight > 0.0) { total += (1.0 - a.weight) * b.weight * x[(top + b.second) * p.channels + c]; }
  if (a.weight > 0.0) { total += a.weight * (1.0 - b.weight) * x[(bottom + b.first) * p.channels + c]; }
  if (a.weight * b.weight > 0.0) { total += a.weight * b.weight * x[(bottom + b.second) * p.channels + c]; }
  y[i] = total;`,
    }),
    [blockOf(x), y.block],
    [total, channels, height, width, ...size],
    groupsFor(total),
  );
  return y;
};

/** Each small pixel looks through the large ones around its place. */
export const upsample2dGradient: Run<"upsample2dGradient"> = (
  device,
  [dy],
  { size, interpolation },
  spec,
) => {
  const total = sizeOf(spec), y = allocate(device, total), [, height, width, channels] = spec.shape;
  device.run(
    `upsampleGradient ${interpolation}`,
    () => ({
      params: SMALL,
      reads: ["dy: f32"],
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      declarations: `${UPSAMPLING[interpolation]}
fn share(i: u32, own: u32, n: u32, times: u32) -> f32 {
  let s = sources(i, n, times);
  return select(0.0, 1.0 - s.weight, s.first == own) + select(0.0, s.weight, s.second == own);
}`,
      main: `${EACH_ELEMENT}
  let c = i % p.channels;
  let column = (i / p.channels) % p.width;
  let row = (i / p.channels / p.width) % p.height;
  let image = i / p.channels / p.width / p.height;
  var total = 0.0;
  for (var a = (max(row, 1u) - 1u) * p.down; a < min(p.height, row + 2u) * p.down; a++) {
    let vertical = share(a, row, p.height, p.down);
    if (vertical == 0.0) { continue; }
    for (var b = (max(column, 1u) - 1u) * p.across; b < min(p.width, column + 2u) * p.across; b++) {
      let weight = vertical * share(b, column, p.width, p.across);
      if (weight == 0.0) { continue; }
      total += weight * dy[((image * p.height * p.down + a) * p.width * p.across + b) * p.channels + c];
    }
  }
  y[i] = total;`,
    }),
    [blockOf(dy), y.block],
    [total, channels, height, width, ...size],
    groupsFor(total),
  );
  return y;
};

/**
 * `Sources` are the two indices along an axis that a place lies between, -1 for what stands around an
 * image, and the weight of the second. Places are computed in 64 bits: the same pixels everywhere.
 */
const AFFINE = `
struct Sources { first: i32, second: i32, weight: f32 }
fn indexAt(i: i32, n: i32) -> i32 {
  if (i >= 0 && i < n) { return i; }
  if (p.mode == 0u) { return -1; }
  if (p.mode == 1u) { return select(n - 1, 0, i < 0); }
  let period = select(2 * n, n, p.mode == 3u);
  let k = ((i % period) + period) % period;
  return select(period - 1 - k, k, k < n);
}
/** a j + (b i + c). */
fn sourcesAt(a: f32, b: f32, c: f32, j: u32, i: u32, n: i32) -> Sources {
  let most = ${doubleLiteral(1e9)};
  var place: Double;
  let near = a * f32(j) + (b * f32(i) + c);
  if (isNan(near) || abs(near) > 1.0e30) {
    place = most;
    place.sign = select(1u, 0u, near > 0.0 && !isNan(near));
  } else {
    let inner = plusDouble(timesDouble(doubleOfFloat(b), doubleOfInteger(i)), doubleOfFloat(c));
    place = plusDouble(timesDouble(doubleOfFloat(a), doubleOfInteger(j)), inner);
    if (place.exponent >= 30 && place.high != 0u) {
      let sign = place.sign;
      place = most;
      place.sign = sign;
    }
  }
  if (p.bilinear == 0u) {
    let at = indexAt(floorDouble(plusDouble(place, ${doubleLiteral(0.5)})), n);
    return Sources(at, at, 0.0);
  }
  let first = floorDouble(place);
  var whole = doubleOfInteger(u32(abs(first)));
  whole.sign = select(0u, 1u, first < 0);
  let weight = floatOfDouble(minusDouble(place, whole));
  return Sources(indexAt(first, n), indexAt(first + 1, n), weight);
}`;

/** Records a kernel over the pixels that are made; the sizes are those of `Affine`. */
function affine(
  device: Device,
  name: string,
  [x, t]: readonly Operand[],
  { from, to, interpolation, fillMode, fillValue }: Affine,
  [invocations, size, channels]: readonly [number, number, number],
  main: string,
  declarations = "",
): ReturnType<Run<"affineTransform">> {
  const y = allocate(device, size);
  const kernel = (): Kernel => ({
    params: [
      ...["n: u32", "channels: u32", "height: u32", "width: u32", "rows: u32", "columns: u32"],
      ...["bilinear: u32", "mode: u32", "around: f32"],
    ],
    reads: ["x: f32", "t: f32"],
    writes: ["y: f32"],
    workgroup: [WIDTH, 1, 1],
    declarations: AFFINE + declarations,
    main,
  });
  device.run(
    name,
    kernel,
    [blockOf(x), blockOf(t), y.block],
    [
      ...[invocations, channels, ...from, ...to],
      ...[Number(interpolation === "bilinear"), FILL_MODES.indexOf(fillMode), fillValue],
    ],
    groupsFor(invocations),
  );
  return y;
}

/** The sources of pixel `row`, `column` of `image`: `a` across, `b` down. */
const SOURCES = `
    let k = image * 6u;
    let a = sourcesAt(t[k], t[k + 1u], t[k + 2u], column, row, i32(p.width));
    let b = sourcesAt(t[k + 3u], t[k + 4u], t[k + 5u], column, row, i32(p.height));`;
/** Calls `visit` with each source's row and column and its weight. */
const EACH_SOURCE = (visit: (y: string, x: string, weight: string) => string) => `
    ${visit("b.first", "a.first", "(1.0 - b.weight) * (1.0 - a.weight)")}
    if (a.weight > 0.0) { ${visit("b.first", "a.second", "(1.0 - b.weight) * a.weight")} }
    if (b.weight > 0.0) { ${visit("b.second", "a.first", "b.weight * (1.0 - a.weight)")} }
    if (a.weight * b.weight > 0.0) { ${visit("b.second", "a.second", "b.weight * a.weight")} }`;

/** The number at a place, or what stands around. */
const PIXEL = `
fn pixel(image: u32, row: i32, column: i32, c: u32) -> f32 {
  if (row < 0 || column < 0) { return p.around; }
  return x[((image * p.height + u32(row)) * p.width + u32(column)) * p.channels + c];
}`;

export const affineTransform: Run<"affineTransform"> = (device, inputs, attributes, spec) => {
  const size = sizeOf(spec), channels = spec.shape[3];
  const add = (y: string, x: string, weight: string) =>
    `total += ${weight} * pixel(image, ${y}, ${x}, c);`;
  const main = `${EACH_ELEMENT}
  let c = i % p.channels;
  let column = (i / p.channels) % p.columns;
  let row = (i / p.channels / p.columns) % p.rows;
  let image = i / p.channels / p.columns / p.rows;${SOURCES}
  var total = 0.0;${EACH_SOURCE(add)}
  y[i] = total;`;
  return affine(device, "affine", inputs, attributes, [size, size, channels], main, PIXEL);
};

/** An invocation has a channel of an image to itself, and goes through the pixels that were made. */
export const affineTransformGradient: Run<"affineTransformGradient"> = (
  device,
  inputs,
  attributes,
  spec,
) => {
  const size = sizeOf(spec), [n, , , channels] = spec.shape;
  const add = (y: string, x: string, weight: string) =>
    `if (${y} >= 0 && ${x} >= 0) { y[base + (u32(${y}) * p.width + u32(${x})) * p.channels] += ${weight} * v; }`;
  const main = `${EACH_ELEMENT}
  let image = i / p.channels;
  let base = image * p.height * p.width * p.channels + i % p.channels;
  for (var k = 0u; k < p.height * p.width; k++) { y[base + k * p.channels] = 0.0; }
  for (var pixel = 0u; pixel < p.rows * p.columns; pixel++) {
    let row = pixel / p.columns;
    let column = pixel % p.columns;${SOURCES}
    let v = x[(image * p.rows * p.columns + pixel) * p.channels + i % p.channels];${
    EACH_SOURCE(add)
  }
  }`;
  const sizes = [n * channels, size, channels] as const;
  return affine(device, "affineGradient", inputs, attributes, sizes, main);
};
