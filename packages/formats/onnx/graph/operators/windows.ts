/** Operators that slide windows over signals, images and volumes: convolutions and poolings. */
import {
  abs,
  add,
  avgPool1d,
  avgPool2d,
  avgPool3d,
  conv1d,
  conv2d,
  conv2dTranspose,
  conv3d,
  expandDims,
  max,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  mean,
  mul,
  pad,
  pow,
  sqrt,
  square,
  squeeze,
  sum,
  type Tensor,
  transpose,
} from "@neurite/tensor";
import { type Call, type Operator, type Operators, type Typed, unsupported } from "../call.ts";
import { channelsLast, filtersLast } from "../value.ts";

/** What is added before and after an axis. */
type Pads = readonly (readonly [before: number, after: number])[];

/** How windows lie along the axes between the batch and the channels, all numbers known. */
interface Sliding {
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly dilations: readonly number[];
  readonly pads: Pads;
}

/** Attributes of everything that slides. */
const SLIDING = ["auto_pad", "dilations", "kernel_shape", "pads", "strides"];

/** The windows of a node over axes of these sizes. */
function sliding(call: Call, sizes: readonly number[], kernel: readonly number[]): Sliding {
  const ones = sizes.map(() => 1), { attributes } = call;
  const strides = attributes.ints("strides") ?? ones;
  const dilations = attributes.ints("dilations") ?? ones, pads = attributes.ints("pads");
  const automatic = attributes.text("auto_pad", "NOTSET");
  const around = sizes.map((n, i): [number, number] => {
    if (automatic === "NOTSET") return [pads?.[i] ?? 0, pads?.[sizes.length + i] ?? 0];
    if (automatic === "VALID") return [0, 0];
    const extent = dilations[i] * (kernel[i] - 1) + 1, count = Math.ceil(n / strides[i]);
    const all = Math.max(0, (count - 1) * strides[i] + extent - n), half = Math.floor(all / 2);
    if (automatic === "SAME_UPPER") return [half, all - half];
    return automatic === "SAME_LOWER" ? [all - half, half] : unsupported(`auto_pad ${automatic}`);
  });
  return { kernel, strides, dilations, pads: around };
}

/** A pair or a triple out of a list, as the operations want them. */
// deno-lint-ignore no-explicit-any
const listed = (list: readonly unknown[]): any => list;

/** Refuses other than 1 to 3 axes. */
function noWindows(call: Call): never {
  return unsupported(`${call.opType} over ${call.shape(0).length - 2} axes`);
}

/** The convolution of a node, whose kinds differ in what its images and filters are made of. */
export function convolved(
  call: Call,
  images: Tensor,
  filters: Tensor,
  bias: Tensor | undefined,
): Typed {
  const { rank } = filters;
  const x = transpose(images, channelsLast(rank)), filter = transpose(filters, filtersLast(rank));
  return slid(call, x, filter, bias);
}

/** The convolution of images with their channels last, by filters in our layout. */
function slid(call: Call, x: Tensor, filter: Tensor, bias: Tensor | undefined): Typed {
  const { rank } = filter, kernel = filter.shape.slice(0, -2);
  const { strides, dilations, pads } = sliding(call, x.shape.slice(1, -1), kernel);
  const groups = call.attributes.int("group", 1);
  if (rank === 3) {
    const options = { stride: strides[0], dilation: dilations[0], padding: pads[0], groups, bias };
    return call.ofImages(conv1d(x, filter, options));
  }
  const options = { strides: listed(strides), dilations: listed(dilations), padding: listed(pads) };
  if (rank === 4) return call.ofImages(conv2d(x, filter, { ...options, groups, bias }));
  if (rank !== 5) noWindows(call);
  return call.ofImages(conv3d(x, filter, { ...options, groups, bias }));
}

function conv(call: Call): Typed {
  const filter = call.ordered(1, filtersLast(call.shape(1).length));
  return slid(call, call.images(0), filter, call.optional(2));
}

/** Where a transposed convolution leads, and what it takes away. */
interface Transposed {
  readonly size: number;
  readonly pads: readonly [before: number, after: number];
}

/** The size of a transposed convolution along one axis. */
function transposed(call: Call, n: number, axis: number, rank: number, k: number): Transposed {
  const { attributes } = call,
    at = <T>(name: string, i: number, otherwise: T) => attributes.ints(name)?.[i] ?? otherwise;
  const stride = at("strides", axis, 1), extent = at("dilations", axis, 1) * (k - 1) + 1;
  const most = (n - 1) * stride + extent + at("output_padding", axis, 0);
  const automatic = attributes.text("auto_pad", "NOTSET");
  const given = at("output_shape", axis, undefined);
  if (automatic === "NOTSET" && given === undefined) {
    const pads = [at("pads", axis, 0), at("pads", rank + axis, 0)] as const;
    return { size: most - pads[0] - pads[1], pads };
  }
  const size = given ?? (automatic.startsWith("SAME") ? n * stride : most);
  const all = Math.max(0, most - size), half = Math.floor(all / 2);
  // Without SAME_UPPER the one more is at the end, too, but for output_shape, as the specification has it.
  const pads = automatic === "SAME_LOWER" || (automatic === "NOTSET" && given !== undefined)
    ? [all - half, half] as const
    : [half, all - half] as const;
  return { size, pads };
}

function convTranspose(call: Call): Typed {
  const x = call.images(0), { shape } = call.value(1), rank = shape.length;
  const kernel = shape.slice(2), groups = call.attributes.int("group", 1);
  if (rank !== 3 && rank !== 4) noWindows(call);
  const filter = call.ordered(1, filtersLast(rank)), bias = call.optional(2);
  const along = kernel.map((k, axis) => transposed(call, x.shape[axis + 1], axis, rank - 2, k));
  const one = kernel.map(() => 1);
  const strides = call.attributes.ints("strides") ?? one;
  const dilations = call.attributes.ints("dilations") ?? one;
  const flat = rank === 3; // A signal is an image of height 1.
  const images = (list: readonly number[]): [number, number] =>
    flat ? [1, list[0]] : [list[0], list[1]];
  const pads = along.map(({ pads }) => pads);
  const sizes = along.map(({ size }) => size);
  // What lies beyond all filters is a border of zeros, of which the operation makes less than a stride.
  const reach = kernel.map((k, i) =>
    (x.shape[i + 1] - 1) * strides[i] + dilations[i] * (k - 1) + 1 - pads[i][0] - pads[i][1]
  );
  const made = sizes.map((size, i) => Math.min(size, reach[i] + strides[i] - 1));
  const y = conv2dTranspose(flat ? expandDims(x, 1) : x, flat ? expandDims(filter, 0) : filter, {
    strides: images(strides),
    dilations: images(dilations),
    padding: flat ? [[0, 0], pads[0]] : [pads[0], pads[1]],
    groups,
    outputSize: images(made),
  });
  const full = flat ? squeeze(y, 1) : y;
  const missing = sizes.map((size, i) => [0, size - made[i]] as const);
  const larger = missing.some(([, n]) => n > 0) ? pad(full, [[0, 0], ...missing, [0, 0]]) : full;
  return call.ofImages(bias === undefined ? larger : add(larger, bias));
}

type Pool = (x: Tensor, sliding: Sliding, ceilMode: boolean) => Tensor;

/** A pooling by the operations for one, two and three axes. */
function pooling(one: typeof maxPool1d, two: Pool, three: typeof maxPool3d): Pool {
  return (x, windows, ceilMode) => {
    const { kernel, strides, dilations, pads } = windows;
    if (kernel.length === 2) return two(x, windows, ceilMode);
    if (kernel.length === 3) {
      return three(x, {
        size: listed(kernel),
        strides: listed(strides),
        dilations: listed(dilations),
        padding: listed(pads),
        ceilMode,
      });
    }
    return one(x, {
      size: kernel[0],
      stride: strides[0],
      dilation: dilations[0],
      padding: pads[0],
      ceilMode,
    });
  };
}

const options2d = ({ kernel, strides, dilations, pads }: Sliding, ceilMode: boolean) => ({
  size: listed(kernel),
  strides: listed(strides),
  dilations: listed(dilations),
  padding: listed(pads),
  ceilMode,
});

const maxPool = pooling(
  maxPool1d,
  (x, windows, ceilMode) => maxPool2d(x, options2d(windows, ceilMode)),
  maxPool3d,
);
const avgPool = pooling(
  avgPool1d,
  (x, windows, ceilMode) => avgPool2d(x, options2d(windows, ceilMode)),
  avgPool3d,
);

/** The mean of windows in which the zeros of the padding count. */
function avgPoolCounting(x: Tensor, windows: Sliding, ceilMode: boolean): Tensor {
  if (windows.kernel.length === 2) {
    return avgPool2d(x, { ...options2d(windows, ceilMode), countPadding: true });
  }
  if (windows.kernel.length === 1) {
    const { kernel, strides, dilations, pads } = windows;
    const y = avgPool2d(expandDims(x, 1), {
      size: [1, kernel[0]],
      strides: [1, strides[0]],
      dilations: [1, dilations[0]],
      padding: [[0, 0], pads[0]],
      ceilMode,
      countPadding: true,
    });
    return squeeze(y, 1);
  }
  const padded = pad(x, [[0, 0], ...windows.pads, [0, 0]]);
  return avgPool(padded, { ...windows, pads: windows.pads.map(() => [0, 0]) }, ceilMode);
}

/** A pooling operator, given what pools. */
function pool(attributes: readonly string[], run: (call: Call) => Pool): Operator {
  return {
    attributes: [...SLIDING, "ceil_mode", ...attributes],
    run: (call) => {
      if (call.wanted > 1) unsupported(`${call.opType} with the places of its results`);
      const x = call.images(0), kernel = call.attributes.ints("kernel_shape") ?? [];
      if (kernel.length < 1 || kernel.length > 3 || kernel.length !== x.rank - 2) noWindows(call);
      const windows = sliding(call, x.shape.slice(1, -1), kernel);
      const ceilMode = call.attributes.int("ceil_mode", 0) === 1;
      return call.ofImages(run(call)(x, windows, ceilMode));
    },
  };
}

/** `(sum |x|^p)^(1/p)` over windows, of the means over them. */
function lpPool(call: Call): Pool {
  const p = call.attributes.int("p", 2);
  return (x, windows, ceilMode) => {
    const count = windows.kernel.reduce((product, n) => product * n, 1);
    const powers = p === 2 ? square(x) : p === 1 ? abs(x) : pow(abs(x), p);
    const sums = mul(avgPoolCounting(powers, windows, ceilMode), count);
    return p === 2 ? sqrt(sums) : p === 1 ? sums : pow(sums, 1 / p);
  };
}

/** One number of each channel. */
function global(f: (x: Tensor, axis: number[]) => Tensor): Operator {
  return {
    attributes: [],
    run: (call) => {
      const x = call.images(0), axis = x.shape.slice(1, -1).map((_, i) => i + 1);
      return call.ofImages(f(x, axis));
    },
  };
}

/** The operators of this file. */
export const windows: Operators = {
  Conv: { attributes: [...SLIDING, "group"], run: conv },
  ConvTranspose: {
    attributes: [...SLIDING, "group", "output_padding", "output_shape"],
    run: convTranspose,
  },
  MaxPool: pool(["storage_order"], () => maxPool),
  AveragePool: pool(
    ["count_include_pad"],
    (call) => call.attributes.int("count_include_pad", 0) === 1 ? avgPoolCounting : avgPool,
  ),
  LpPool: pool(["p"], lpPool),
  GlobalAveragePool: global((x, axis) => mean(x, { axis, keepDims: true })),
  GlobalMaxPool: global((x, axis) => max(x, { axis, keepDims: true })),
  GlobalLpPool: {
    attributes: ["p"],
    run: (call) => {
      const x = call.images(0), axis = x.shape.slice(1, -1).map((_, i) => i + 1);
      const p = call.attributes.int("p", 2);
      return call.ofImages(pow(sum(pow(abs(x), p), { axis, keepDims: true }), 1 / p));
    },
  },
};
