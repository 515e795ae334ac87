/** What is done to each number with those of its channel, and other maps of several tensors. */
import type { Operand, TensorSpec } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { rowMajorStrides } from "@neurite/tensor/internal";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import type { Device } from "../device/device.ts";
import { activated } from "./activation.ts";
import { map } from "./map.ts";
import { sizeOf, sourceOf } from "./reduce.ts";
import { allocate, blockOf, type DeviceStorage, groupsFor, type Runner, TYPES } from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** A map of tensors that are broadcast to the result's shape. */
function mapped(
  device: Device,
  name: string,
  expression: string,
  inputs: Readonly<Record<string, Operand>>,
  spec: TensorSpec,
  parameters: Readonly<Record<string, number>> = {},
): DeviceStorage {
  const y = allocate(device, sizeOf(spec)), { shape } = spec;
  map(device, {
    ...{ name, expression, shape },
    sources: Object.entries(inputs).map(([name, x]) => sourceOf(name, x, shape)),
    target: { block: y.block, type: TYPES[spec.dtype], strides: rowMajorStrides(shape) },
    params: Object.keys(parameters).map((name) => `${name}: f32`),
    values: Object.values(parameters),
  });
  return y;
}

export const cast: Run<"cast"> = (device, [x], dtype, spec) =>
  mapped(device, "cast", dtype === "int32" ? "toInteger(x)" : "f32(x)", { x }, spec);

export const addScaled: Run<"addScaled"> = (device, [a, b], scale, spec) =>
  mapped(device, "addScaled", "a + p.scale * b", { a, b }, spec, { scale });

export const scaledDifference: Run<"scaledDifference"> = (device, [a, b, s], _, spec) =>
  mapped(device, "scaledDifference", "s * (a - b)", {
    ...{ a, b },
    s: { ...s, shape: [], size: s.size, dtype: s.dtype, storage: s.storage },
  }, spec);

export const where: Run<"where"> = (device, [condition, a, b], _, spec) => {
  const holds = condition.dtype === "int32" ? "c != 0" : "!isZero(c)";
  return mapped(device, "where", `select(b, a, ${holds})`, { c: condition, a, b }, spec);
};

export const normalizeChannels: Run<"normalizeChannels"> = (
  device,
  [x, center, scale, shift, residual],
  { activation },
  spec,
) => {
  const added = residual === undefined ? "" : " + residual";
  return mapped(
    device,
    `normalize ${activation}${added}`,
    activated(activation, `(x - center) * scale + shift${added}`),
    { x, center, scale, shift, ...residual === undefined ? {} : { residual } },
    spec,
  );
};

export const blendChannels: Run<"blendChannels"> = (device, [a, x, center, f, g, h], _, spec) =>
  mapped(device, "blend", "f * a + g * (x - center) + h", { a, x, center, f, g, h }, spec);

/** Statements for `response`, the function of a channel's place, and `slope`, that with the gradient. */
const RESPONSE = `
fn response(first: u32, c: u32) -> f32 {
  var total = 0.0;
  for (var j = max(c, p.radius) - p.radius; j < min(p.channels, c + p.radius + 1u); j++) {
    let v = x[first + j];
    total += v * v;
  }
  return p.bias + p.alpha * total;
}
fn nearPower(a: f32, b: f32) -> f32 { return expOf(b * logOf(a)); }`;
const RESPONSE_PARAMS = ["n: u32", "channels: u32", "radius: u32", "bias: f32"];

export const localResponseNormalization: Run<"localResponseNormalization"> = (
  device,
  [x],
  { depthRadius, bias, alpha, beta },
) => {
  const y = allocate(device, x.size);
  device.run(
    "response",
    () => ({
      params: [...RESPONSE_PARAMS, "alpha: f32", "beta: f32"],
      reads: ["x: f32"],
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      declarations: RESPONSE,
      main: `${EACH_ELEMENT}
  let c = i % p.channels;
  y[i] = x[i] * nearPower(response(i - c, c), -p.beta);`,
    }),
    [blockOf(x), y.block],
    [x.size, x.shape[x.shape.length - 1], depthRadius, bias, alpha, beta],
    groupsFor(x.size),
  );
  return y;
};

export const localResponseNormalizationGradient: Run<"localResponseNormalizationGradient"> = (
  device,
  [dy, x],
  { depthRadius, bias, alpha, beta },
) => {
  const y = allocate(device, x.size);
  device.run(
    "responseGradient",
    () => ({
      params: [...RESPONSE_PARAMS, "alpha: f32", "beta: f32"],
      reads: ["dy: f32", "x: f32"],
      writes: ["y: f32"],
      workgroup: [WIDTH, 1, 1],
      declarations: RESPONSE,
      main: `${EACH_ELEMENT}
  let c = i % p.channels;
  let first = i - c;
  var total = 0.0;
  for (var j = max(c, p.radius) - p.radius; j < min(p.channels, c + p.radius + 1u); j++) {
    let r = response(first, j);
    total += dy[first + j] * x[first + j] * (nearPower(r, -p.beta) / r);
  }
  y[i] = dy[i] * nearPower(response(first, c), -p.beta) - 2.0 * p.alpha * p.beta * x[i] * total;`,
    }),
    [blockOf(dy), blockOf(x), y.block],
    [x.size, x.shape[x.shape.length - 1], depthRadius, bias, alpha, beta],
    groupsFor(x.size),
  );
  return y;
};
