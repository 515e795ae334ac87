/** Layers on images: convolutions, poolings, what makes images larger or smaller. */
import type { PaddedShortcut } from "@neurite/classic-archs";
import type {
  AdaptiveAveragePooling2D,
  Conv2D,
  Conv2DTranspose,
  DepthwiseConv2D,
  LocalResponseNormalization,
  MaxPooling2D,
  SeparableConv2D,
  UpSampling2D,
  ZeroPadding2D,
} from "@neurite/cnn";
import type { RandomCrop, Rescaling } from "@neurite/images";
import type { Layer, Shape } from "@neurite/nn";
import { slidingAlong, slidingPadding, type WindowSettings } from "@neurite/tensor/internal";
import { activated } from "./activations.ts";
import {
  type AttributeValue,
  type Builder,
  type Exported,
  images,
  permuted,
  plain,
} from "./builder.ts";
import { type Exporter, exporter, type Exporters } from "./core.ts";

/** The height, the width and the channels of images. */
type Sizes = readonly [height: number | null, width: number | null, channels: number];

const sizesOf = ({ shape }: Exported) => shape as Sizes;

/** The shape that a layer gives to images of a shape. */
function shapeOf(layer: Layer, ...inputs: readonly Exported[]): Shape {
  return layer.computeOutputShape(inputs.map(({ shape }) => shape)) as Shape;
}

/** Images as windows slide over them, and the attributes that say how. */
interface Windowed {
  /** The images, channels first. */
  readonly input: string;
  /** The windows. */
  readonly attributes: Record<string, AttributeValue>;
}

/** Windows over images; what stands around those whose size is not known yet is found by the runtime. */
function windowed(b: Builder, windows: WindowSettings, x: Exported): Windowed {
  const { kernel, strides, padding, dilations } = windows, [height, width] = sizesOf(x);
  const attributes = {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
  };
  // With strides of 1 the padding does not depend on the size.
  const [down, across] = ([height, width] as const).map((size, axis) => {
    const known = size ?? (padding !== "same" || strides[axis] === 1 ? 1 : undefined);
    return known && slidingPadding(known, kernel[axis], slidingAlong(windows, axis as 0 | 1));
  });
  const input = b.images(x);
  if (down && across) {
    return { input, attributes: { ...attributes, pads: [down[0], across[0], down[1], across[1]] } };
  }
  // onnxruntime finds the padding by itself, but not of windows whose elements are apart.
  if (dilations.every((n) => n === 1)) {
    return { input, attributes: { ...attributes, auto_pad: "SAME_UPPER" } };
  }
  return { input: padded(b, windows, input), attributes };
}

/** Images with as many zeros around as `"same"` takes, of whatever size: half of them before. */
function padded(b: Builder, { kernel, strides, dilations }: WindowSettings, input: string): string {
  const extent = dilations.map((dilation, axis) => dilation * (kernel[axis] - 1) + 1);
  const by = b.integers(strides), size = b.node("Shape", [input], { start: 2, end: 4 });
  const up = b.node("Add", [size, b.integers(strides.map((n) => n - 1))]);
  const last = b.node("Mul", [b.node("Sub", [b.node("Div", [up, by]), b.integers([1])]), by]);
  const reach = b.node("Sub", [b.node("Add", [last, b.integers(extent)]), size]);
  const all = b.node("Max", [reach, b.integers([0])]),
    before = b.node("Div", [all, b.integers([2])]);
  const none = b.integers([0, 0]), after = b.node("Sub", [all, before]);
  return b.node("Pad", [input, b.node("Concat", [none, before, none, after], { axis: 0 })]);
}

/** From `[height, width, inputs, outputs]` to ONNX's `[outputs, inputs, height, width]`. */
const FILTERS = [3, 2, 0, 1];

const conv2d = exporter<Conv2D>((layer, [x], b) => {
  const bias = layer.useBias ? [b.weight(layer, "bias")] : [];
  const { input, attributes } = windowed(b, layer.windows, x), group = layer.groups;
  const inputs = [input, b.transposed(layer, "kernel", FILTERS), ...bias];
  const z = b.node("Conv", inputs, { ...attributes, group });
  return activated(b, images(z, shapeOf(layer, x)), layer.activation);
});

/** Filters for each channel on its own: `[height, width, channels, multiplier]` as one group a channel. */
function depthwiseFilters(b: Builder, layer: Layer, name: string): string {
  const variable = b.variable(layer, name)!,
    [height, width, channels, multiplier] = variable.value.shape;
  const dims = [channels * multiplier, 1, height, width];
  return b.changedWeight(
    variable,
    "depthwise",
    dims,
    (values) => permuted(values, [height, width, channels * multiplier], [2, 0, 1]),
  );
}

const depthwise = exporter<DepthwiseConv2D>((layer, [x], b) => {
  const bias = layer.useBias ? [b.weight(layer, "bias")] : [];
  const { input, attributes } = windowed(b, layer.windows, x), group = sizesOf(x)[2];
  const inputs = [input, depthwiseFilters(b, layer, "kernel"), ...bias];
  const z = b.node("Conv", inputs, { ...attributes, group });
  return activated(b, images(z, shapeOf(layer, x)), layer.activation);
});

const separable = exporter<SeparableConv2D>((layer, [x], b) => {
  const { input, attributes } = windowed(b, layer.windows, x), group = sizesOf(x)[2];
  const filters = depthwiseFilters(b, layer, "depthwise_kernel");
  const between = b.node("Conv", [input, filters], { ...attributes, group });
  const bias = layer.useBias ? [b.weight(layer, "bias")] : [];
  const z = b.node(
    "Conv",
    [between, b.transposed(layer, "pointwise_kernel", FILTERS), ...bias],
    {},
  );
  return activated(b, images(z, shapeOf(layer, x)), layer.activation);
});

/**
 * How far a transposed convolution goes beyond what the filters reach, or falls short of it: with
 * `in` elements it makes `(in - 1) stride + extent` and this, whatever `in` is.
 */
function beyond(
  layer: Conv2DTranspose,
  axis: 0 | 1,
): { pads: readonly [number, number]; more: number } {
  const { kernel, strides, dilations, padding } = layer.windows, stride = strides[axis];
  const extent = dilations[axis] * (kernel[axis] - 1) + 1, more = layer.outputPadding?.[axis];
  if (typeof padding !== "string") return { pads: padding[axis], more: more ?? 0 };
  const taken = padding === "same" ? 2 * Math.floor(extent / 2) : 0;
  const rest = more === undefined
    ? padding === "same" ? stride - extent : Math.max(0, stride - extent)
    : more - taken;
  const half = Math.floor(Math.max(0, -rest) / 2);
  return { pads: [half, Math.max(0, -rest) - half], more: Math.max(0, rest) };
}

const conv2dTranspose = exporter<Conv2DTranspose>((layer, [x], b) => {
  const { kernel, strides, dilations } = layer.windows,
    [down, across] = [beyond(layer, 0), beyond(layer, 1)];
  const bias = layer.useBias ? [b.weight(layer, "bias")] : [];
  const inputs = [b.images(x), b.transposed(layer, "kernel", FILTERS), ...bias];
  const z = b.node("ConvTranspose", inputs, {
    kernel_shape: [...kernel],
    strides: [...strides],
    dilations: [...dilations],
    pads: [down.pads[0], across.pads[0], down.pads[1], across.pads[1]],
    output_padding: [down.more, across.more],
  });
  return activated(b, images(z, shapeOf(layer, x)), layer.activation);
});

const pooling = (opType: string) =>
  exporter<MaxPooling2D>((layer, [x], b) => {
    const { input, attributes: { dilations: _, ...attributes } } = windowed(b, layer.windows, x);
    return images(b.node(opType, [input], attributes), shapeOf(layer, x));
  });

const global = (opType: string) =>
  exporter<Layer & { keepDims: boolean }>((layer, [x], b) => {
    const y = b.node(opType, [b.images(x)]), shape = shapeOf(layer, x);
    return layer.keepDims ? images(y, shape) : plain(b.node("Flatten", [y], { axis: 1 }), shape);
  });

/** The matrix that makes means of `parts` parts of `size` numbers, transposed where it comes second. */
function means(b: Builder, parts: number, size: number, transposed: boolean): string {
  const values = new Array(parts * size).fill(0);
  for (let i = 0; i < parts; i++) {
    const from = Math.floor(i * size / parts), to = Math.ceil((i + 1) * size / parts);
    for (let j = from; j < to; j++) {
      values[transposed ? j * parts + i : i * size + j] = 1 / (to - from);
    }
  }
  return b.floats(values, transposed ? [size, parts] : [parts, size]);
}

const adaptive = exporter<AdaptiveAveragePooling2D>((layer, [x], b) => {
  const [rows, columns] = layer.outputSize, [height, width] = sizesOf(x), shape = shapeOf(layer, x);
  const input = b.images(x);
  if (rows === 1 && columns === 1) return images(b.node("GlobalAveragePool", [input]), shape);
  if (height === null || width === null) {
    throw new RangeError(
      `Cannot write layer "${layer.name}" as images must be of a known size: current varying`,
    );
  }
  const down = b.node("MatMul", [means(b, rows, height, false), input]);
  return images(b.node("MatMul", [down, means(b, columns, width, true)]), shape);
});

const upSampling = exporter<UpSampling2D>((layer, [x], b) => {
  const scales = b.floats([1, 1, ...layer.size]), nearest = layer.interpolation === "nearest";
  const attributes: Record<string, AttributeValue> = nearest
    ? { mode: "nearest", coordinate_transformation_mode: "asymmetric", nearest_mode: "floor" }
    : { mode: "linear", coordinate_transformation_mode: "half_pixel" };
  return images(b.node("Resize", [b.images(x), "", scales], attributes), shapeOf(layer, x));
});

const zeroPadding = exporter<ZeroPadding2D>((layer, [x], b) => {
  const [[top, bottom], [left, right]] = layer.padding;
  const pads = b.integers([0, 0, top, left, 0, 0, bottom, right]);
  return images(b.node("Pad", [b.images(x), pads]), shapeOf(layer, x));
});

/** The middle of images; where it begins is found by the runtime where their size is not known yet. */
const randomCrop = exporter<RandomCrop>((layer, [x], b) => {
  const [height, width] = sizesOf(x), input = b.plain(x), shape = shapeOf(layer, x);
  const wanted = b.integers([layer.height, layer.width]), axes = b.integers([1, 2]);
  const begin = (n: number, m: number) => Math.floor((n - m) / 2);
  const starts = height !== null && width !== null
    ? b.integers([begin(height, layer.height), begin(width, layer.width)])
    : b.node("Div", [
      b.node("Sub", [b.node("Shape", [input], { start: 1, end: 3 }), wanted]),
      b.integers([2]),
    ]);
  return plain(b.node("Slice", [input, starts, b.node("Add", [starts, wanted]), axes]), shape);
});

/** `x scale + offset`, one number or one for each channel. */
function scaledBy(
  b: Builder,
  x: Exported,
  scale: readonly number[],
  offset: readonly number[],
): Exported {
  const vector = (values: readonly number[]) => {
    if (values.length === 1) return b.float(values[0]);
    return b.floats(values, x.channelsFirst ? [values.length, 1, 1] : [values.length]);
  };
  return { ...x, name: b.node("Add", [b.node("Mul", [x.name, vector(scale)]), vector(offset)]) };
}

const listed = (value: number | readonly number[]) => typeof value === "number" ? [value] : value;

/** ImageNet's deviations and means, of red, green and blue, brought to -1 to 1. */
const transformInput: Exporter = (_layer, [x], b) => {
  const deviation = [0.229, 0.224, 0.225], mean = [0.485, 0.456, 0.406];
  return scaledBy(b, x, deviation.map((s) => s / 0.5), mean.map((m) => (m - 0.5) / 0.5));
};

/** Every so many pixels, and channels of zeros behind those that there are. */
const paddedShortcut = exporter<PaddedShortcut>((layer, [x], b) => {
  const { strides, filters } = layer, shape = shapeOf(layer, x), more = filters - sizesOf(x)[2];
  let y = b.images(x);
  if (strides > 1) {
    const most = 2 ** 31 - 1, ends = b.integers([most, most]);
    y = b.node("Slice", [
      y,
      b.integers([0, 0]),
      ends,
      b.integers([2, 3]),
      b.integers([strides, strides]),
    ]);
  }
  if (more > 0) y = b.node("Pad", [y, b.integers([0, 0, 0, 0, 0, more, 0, 0])]);
  return images(y, shape);
});

/** The exporters of these layers. */
export const imageExporters: Exporters = {
  AdaptiveAveragePooling2D: adaptive,
  AveragePooling2D: pooling("AveragePool"),
  Conv2D: conv2d,
  Conv2DTranspose: conv2dTranspose,
  DepthwiseConv2D: depthwise,
  GlobalAveragePooling2D: global("GlobalAveragePool"),
  GlobalMaxPooling2D: global("GlobalMaxPool"),
  LocalResponseNormalization: exporter<LocalResponseNormalization>((layer, [x], b) => {
    const { depthRadius, bias, alpha, beta } = layer, size = 2 * depthRadius + 1;
    return images(
      b.node("LRN", [b.images(x)], {
        size,
        alpha: { float: alpha * size }, // ONNX takes the mean of the squares, not the sum.
        beta: { float: beta },
        bias: { float: bias },
      }),
      x.shape,
    );
  }),
  MaxPooling2D: pooling("MaxPool"),
  PaddedShortcut: paddedShortcut,
  RandomCrop: randomCrop,
  Rescaling: exporter<Rescaling>((layer, [x], b) => {
    return scaledBy(b, x, listed(layer.scale), listed(layer.offset));
  }),
  SeparableConv2D: separable,
  TransformInput: transformInput,
  UpSampling2D: upSampling,
  ZeroPadding2D: zeroPadding,
};
