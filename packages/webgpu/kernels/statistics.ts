/** Reductions beyond sums: moments, norms, losses, sums of channels, running sums, places of extremes. */
import type { Reduction } from "@neurite/tensor";
import { broadcastStrides } from "@neurite/tensor/internal";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import { MAX, reduce, sizeOf, sourceOf, SUM } from "./reduce.ts";
import { allocate, blockOf, groupsFor, type Runner, TYPES, withScratch } from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** The mean is taken off before squares are added. */
export const variance: Run<"variance"> = (device, [x], { axes, correction }, spec) => {
  const size = sizeOf(spec), y = allocate(device, size), count = size === 0 ? 0 : x.size / size;
  const kept = x.shape.map((n, i) => axes.includes(i) ? 1 : n);
  withScratch(device, size, (means) => {
    const common = { fold: SUM, shape: x.shape, axes, params: ["count_: f32"] };
    const source = sourceOf("x", x);
    reduce(device, {
      ...common,
      ...{ name: "mean", term: "x", finish: "r / p.count_", sources: [source], values: [count] },
      target: { block: means, type: "f32" },
    });
    const mean = {
      name: "mean",
      block: means,
      type: "f32",
      strides: broadcastStrides(kept, x.shape),
    } as const;
    reduce(device, {
      ...common,
      ...{ name: "variance", term: "(x - mean) * (x - mean)", finish: "r / p.count_" },
      sources: [source, mean],
      values: [Math.max(0, count - correction)],
      target: { block: y.block, type: "f32" },
    });
  });
  return y;
};

/** Means above variances. */
export const channelMoments: Run<"channelMoments"> = (device, [x], _, { shape: [, c] }) => {
  const y = allocate(device, 2 * c), axes = x.shape.map((_, i) => i).slice(0, -1);
  const common = {
    ...{ fold: SUM, shape: x.shape, axes, finish: "r / p.count_" },
    ...{ params: ["count_: f32"], values: [c === 0 ? 0 : x.size / c] },
  };
  withScratch(device, c, (means) => {
    for (const block of [means, y.block]) {
      reduce(device, {
        ...common,
        ...{ name: "mean", term: "x", sources: [sourceOf("x", x)] },
        target: { block, type: "f32" },
      });
    }
    const strides = x.shape.map((_, i) => i === x.shape.length - 1 ? 1 : 0);
    reduce(device, {
      ...common,
      ...{ name: "variance", term: "(x - mean) * (x - mean)" },
      sources: [sourceOf("x", x), { name: "mean", block: means, type: "f32", strides }],
      target: { block: y.block, type: "f32", offset: c },
    });
  });
  return y;
};

/** The sums of `a` and of `a (x - center)` for each channel. */
export const channelSums: Run<"channelSums"> = (device, [a, x, center], _, { shape: [, c] }) => {
  const y = allocate(device, 2 * c), axes = x.shape.map((_, i) => i).slice(0, -1);
  const common = { name: "channelSums", fold: SUM, shape: x.shape, axes };
  reduce(device, {
    ...common,
    ...{ term: "a", sources: [sourceOf("a", a)], target: { block: y.block, type: "f32" } },
  });
  reduce(device, {
    ...common,
    name: "channelProducts",
    term: "a * (x - center)",
    sources: [sourceOf("a", a), sourceOf("x", x), sourceOf("center", center, x.shape)],
    target: { block: y.block, type: "f32", offset: c },
  });
  return y;
};

/** The mean of squared differences. */
export const meanSquaredError: Run<"meanSquaredError"> = (device, [a, b]) => {
  const y = allocate(device, 1);
  reduce(device, {
    ...{ name: "squaredError", term: "(a - b) * (a - b)", fold: SUM, finish: "r / p.count_" },
    sources: [sourceOf("a", a), sourceOf("b", b)],
    ...{ shape: a.shape, axes: a.shape.map((_, i) => i) },
    target: { block: y.block, type: "f32" },
    ...{ params: ["count_: f32"], values: [a.size] },
  });
  return y;
};

/** The largest magnitude of each tensor, and then of these. */
export const infinityNorm: Run<"infinityNorm"> = (device, xs) => {
  const y = allocate(device, 1);
  withScratch(device, xs.length, (norms) => {
    const all = (x: { readonly shape: readonly number[] }) => x.shape.map((_, i) => i);
    xs.forEach((x, offset) => {
      reduce(device, {
        ...{ name: "norm", term: "abs(x)", fold: MAX, finish: "select(r, 0.0, r < 0.0)" },
        ...{ sources: [sourceOf("x", x)], shape: x.shape, axes: all(x) },
        target: { block: norms, type: "f32", offset },
      });
    });
    reduce(device, {
      ...{ name: "norms", term: "x", fold: MAX, shape: [xs.length], axes: [0] },
      sources: [{ name: "x", block: norms, type: "f32", strides: [1] }],
      target: { block: y.block, type: "f32" },
    });
  });
  return y;
};

/** The sizes before, along and after an axis. */
function around(shape: readonly number[], axis: number): [n: number, inner: number] {
  return [shape[axis], shape.slice(axis + 1).reduce((product, n) => product * n, 1)];
}

/** `argmax` and `argmin`: an invocation for each line; `a` comes before `b` where the condition holds. */
function argRunner(name: string, condition: string): Runner<Reduction> {
  return (device, [x], { axes: [axis] }, spec) => {
    const lines = sizeOf(spec), y = allocate(device, lines), type = TYPES[x.dtype];
    const [n, inner] = around(x.shape, axis);
    const nan = (v: string) => type === "f32" ? `isNan(${v})` : "false";
    device.run(
      `${name} ${type}`,
      () => ({
        params: ["n: u32", "length: u32", "inner: u32"],
        reads: [`x: ${type}`],
        writes: ["y: i32"],
        workgroup: [WIDTH, 1, 1],
        main: `${EACH_ELEMENT}
  let first = (i / p.inner) * p.length * p.inner + i % p.inner;
  var best = x[first];
  var place = 0u;
  for (var j = 1u; j < p.length && !${nan("best")}; j++) {
    let a = x[first + j * p.inner];
    let b = best;
    if (${nan("a")} || ${condition}) { best = a; place = j; }
  }
  y[i] = i32(place);`,
      }),
      [blockOf(x), y.block],
      [lines, n, inner],
      groupsFor(lines),
    );
    return y;
  };
}

export const argmax: Runner<Reduction> = argRunner("argmax", "a > b");
export const argmin: Runner<Reduction> = argRunner("argmin", "a < b");

/** Running sums: an invocation for each line. */
export const cumsum: Run<"cumsum"> = (device, [x], { axis, exclusive, reverse }) => {
  const y = allocate(device, x.size), [n, inner] = around(x.shape, axis);
  const lines = n === 0 ? 0 : x.size / n, type = TYPES[x.dtype];
  device.run(
    `cumsum ${type}`,
    () => ({
      params: ["n: u32", "length: u32", "inner: u32", "exclusive: u32", "reverse: u32"],
      reads: [`x: ${type}`],
      writes: [`y: ${type}`],
      workgroup: [WIDTH, 1, 1],
      main: `${EACH_ELEMENT}
  let first = (i / p.inner) * p.length * p.inner + i % p.inner;
  var total = ${type}(0);
  for (var k = 0u; k < p.length; k++) {
    let j = first + select(k, p.length - 1u - k, p.reverse == 1u) * p.inner;
    let before = total;
    total += x[j];
    y[j] = select(total, before, p.exclusive == 1u);
  }`,
    }),
    [blockOf(x), y.block],
    [lines, n, inner, Number(exclusive), Number(reverse)],
    groupsFor(lines),
  );
  return y;
};
