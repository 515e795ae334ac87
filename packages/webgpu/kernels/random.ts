/** Random numbers, and what is dropped by them. */
import type { RandomDraw } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, type Kernel, WIDTH } from "../device/kernel.ts";
import { wordsOf } from "../wgsl/doubles.ts";
import {
  allocate,
  blockOf,
  type DeviceStorage,
  groupsFor,
  inParts,
  type Runner,
} from "./runner.ts";

const WORD = 0x1_0000_0000;

/** A position in the stream as two words, and the key. */
function place(position: number, key: readonly [number, number]): number[] {
  return [position % WORD, Math.floor(position / WORD), key[0] >>> 0, key[1] >>> 0];
}

const PLACE = ["low: u32", "high: u32", "k0: u32", "k1: u32"];
const BLOCK = (ahead: string, attempt: string) =>
  `blockOf(p.low, p.high, ${ahead}, ${attempt}, p.k0, p.k1)`;

/** What four numbers are made of the words `w` of a block, before they are scaled. */
const DRAWS: Readonly<Record<RandomDraw["distribution"], string>> = {
  uniform: `
  var z = array<Double, 4>();
  for (var j = 0u; j < 4u; j++) { z[j] = scaledBy2(doubleOfInteger(w[j] >> 8u), -24); }`,
  normal: `
  var first = normalPair(w.x, w.y);
  var second = normalPair(w.z, w.w);
  var z = array<Double, 4>(first.first, first.second, second.first, second.second);`,
  truncatedNormal: `
  var z = array<Double, 4>();
  for (var attempt = 0u; ; attempt++) {
    w = ${BLOCK("i", "attempt")};
    let first = normalPair(w.x, w.y);
    let second = normalPair(w.z, w.w);
    let again = array<Double, 4>(first.first, first.second, second.first, second.second);
    var done = true;
    for (var j = 0u; j < 4u; j++) {
      if (attempt == 0u || beyondTwo(z[j])) { z[j] = again[j]; }
      if (beyondTwo(z[j])) { done = false; }
    }
    if (done) { break; }
  }`,
};

/** A storage of random numbers, `a + b z` in 64 bits, rounded once; an invocation makes four. */
export function random(device: Device, draw: RandomDraw, size: number): DeviceStorage {
  const { distribution, a, b, key, position } = draw, y = allocate(device, size);
  const scale = distribution === "uniform" ? b - a : b;
  const kernel = (): Kernel => ({
    params: ["n: u32", ...PLACE, "size: u32", "a0: u32", "a1: u32", "b0: u32", "b1: u32"],
    reads: [],
    writes: ["y: f32"],
    workgroup: [WIDTH, 1, 1],
    main: `${EACH_ELEMENT}
  var w = ${BLOCK("i", "0u")};
  let a = doubleOf(p.a0, p.a1);
  let b = doubleOf(p.b0, p.b1);${DRAWS[distribution]}
  for (var j = 0u; j < 4u && 4u * i + j < p.size; j++) {
    y[4u * i + j] = floatOfDouble(plusDouble(a, timesDouble(b, z[j])));
  }`,
  });
  inParts(device, size, (first, count, bind) => {
    const blocks = Math.ceil(count / 4), at = place(position + first / 4, key);
    device.run(
      `random ${distribution}`,
      kernel,
      [bind(y.block)],
      [blocks, ...at, count, ...wordsOf(a), ...wordsOf(scale)],
      groupsFor(blocks),
    );
  });
  return y;
}

/** An invocation has one block of the stream, and so every fourth of 64 units. */
export const dropout: Runner<KernelAttributes["dropout"]> = (device, [x], attributes) => {
  const { rate, limit, key, position } = attributes, y = allocate(device, x.size);
  const kernel = (): Kernel => ({
    params: ["n: u32", ...PLACE, "size: u32", "whole: u32", "fraction: u32", "scale: f32"],
    reads: ["x: f32"],
    writes: ["y: f32"],
    workgroup: [WIDTH, 1, 1],
    main: `${EACH_ELEMENT}
  let w = ${BLOCK("i", "0u")};
  var again = vec4u();
  var drawn = false;
  for (var j = 0u; j < 16u; j++) {
    let at = (i >> 2u) * 64u + 4u * j + (i & 3u);
    if (at >= p.size) { break; }
    let shift = 8u * (j & 3u);
    let byte = (w[j >> 2u] >> shift) & 255u;
    var dropped = byte < p.whole;
    if (byte == p.whole) {
      if (!drawn) { again = ${BLOCK("i", "1u")}; drawn = true; }
      dropped = ((again[j >> 2u] >> shift) & 255u) < p.fraction;
    }
    y[at] = select(x[at] * p.scale, 0.0, dropped);
  }`,
  });
  inParts(device, x.size, (first, count, bind) => {
    const blocks = 4 * Math.ceil(count / 64), at = place(position + first / 16, key);
    device.run(
      "dropout",
      kernel,
      [bind(blockOf(x)), bind(y.block)],
      [blocks, ...at, count, limit >> 8, limit & 255, 1 / (1 - rate)],
      groupsFor(blocks),
    );
  });
  return y;
};
