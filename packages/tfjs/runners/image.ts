/** Operations that change the size or the place of images. */
import type { Affine, Upsampling } from "@neurite/tensor";
import type { Kernels, TfTensor } from "../kernels.ts";
import { product } from "./product.ts";
import type { Runner } from "./runner.ts";

/** The weights `[large, small]` with which each place of an enlarged axis takes those of a small one. */
function weights(tf: Kernels, small: number, times: number): TfTensor {
  const large = small * times, values = new Float32Array(large * small);
  for (let i = 0; i < large; i++) {
    const place = (i + 0.5) / times - 0.5, left = Math.floor(place), share = place - left;
    values[i * small + Math.max(0, left)] += 1 - share;
    values[i * small + Math.min(small - 1, left + 1)] += share;
  }
  return tf.tensor(values, [large, small]);
}

/** Multiplies the columns of images, or with `transpose` those of the enlarged ones, by weights. */
function alongAxis(
  tf: Kernels,
  x: TfTensor,
  axis: 1 | 2,
  w: TfTensor,
  transpose: boolean,
): TfTensor {
  const shape = x.shape.map((n, i) => i === axis ? w.shape[transpose ? 1 : 0] : n);
  const outer = axis === 1 ? shape[0] : shape[0] * shape[1];
  const inner = axis === 1 ? shape[2] * shape[3] : shape[3];
  const list = tf.reshape(x, [outer, x.shape[axis], inner]);
  return tf.reshape(product(tf, w, list, transpose, false, [outer, shape[axis], inner]), shape);
}

export const upsample2d: Runner<Upsampling> = (tf, [x], { size, interpolation }, { shape }) => {
  const [n, height, width, channels] = x.shape, [down, across] = size;
  if (interpolation === "bilinear") {
    const rows = alongAxis(tf, x, 1, weights(tf, height, down), false);
    return alongAxis(tf, rows, 2, weights(tf, width, across), false);
  }
  const apart = tf.reshape(x, [n, height, 1, width, 1, channels]);
  return tf.reshape(tf.broadcast(apart, [n, height, down, width, across, channels]), shape);
};

export const upsample2dGradient: Runner<Upsampling> = (
  tf,
  [dy],
  { size: [down, across], interpolation },
  { shape },
) => {
  const [n, height, width, channels] = shape;
  if (interpolation === "bilinear") {
    const rows = alongAxis(tf, dy, 1, weights(tf, height, down), true);
    return alongAxis(tf, rows, 2, weights(tf, width, across), true);
  }
  return tf.sum(tf.reshape(dy, [n, height, down, width, across, channels]), [2, 4]);
};

/** Where transformed images take their pixels from, and with which weights: two a direction. */
interface Source {
  /** The places along the axis, from 0 on, as integers. */
  readonly at: TfTensor;
  /** The weights; 0 where a place is beyond the image and `fillValue` stands there. */
  readonly weight: TfTensor;
}

/** What is beyond counts as if it were so far out. */
const FAR = 1e9;

/** The sources along an axis of `n` pixels. */
function sourcesAlong(tf: Kernels, place: TfTensor, n: number, affine: Affine): Source[] {
  const { interpolation, fillMode } = affine, { shape } = place;
  const isNearest = interpolation === "nearest", one = tf.number(1);
  const low = tf.number(-FAR), near = tf.two("Minimum", place, tf.number(FAR));
  const bounded = tf.select(tf.two("Greater", place, low), near, low, shape); // NaN is far out.
  const left = tf.one("Floor", isNearest ? tf.add(bounded, tf.number(0.5)) : bounded);
  const share = isNearest ? tf.fill(shape, 0) : tf.sub(bounded, left);
  const source = (index: TfTensor, weight: TfTensor): Source => {
    const i = tf.cast(index, "int32"),
      zero = tf.number(0, "int32"),
      last = tf.number(n - 1, "int32");
    const clamped = tf.two("Minimum", tf.two("Maximum", i, zero), last);
    if (fillMode === "nearest") return { at: clamped, weight };
    if (fillMode === "constant") {
      const inside = tf.two("Equal", i, clamped);
      return { at: clamped, weight: tf.mul(weight, tf.cast(inside, "float32")) };
    }
    if (fillMode === "wrap") return { at: tf.two("Mod", i, tf.number(n, "int32")), weight };
    const k = tf.two("Mod", i, tf.number(2 * n, "int32"));
    return { at: tf.two("Minimum", k, tf.sub(tf.number(2 * n - 1, "int32"), k)), weight };
  };
  return isNearest
    ? [source(left, tf.fill(shape, 1))]
    : [source(left, tf.sub(one, share)), source(tf.add(left, one), share)];
}

/** All sources of the pixels `[n, rows, columns]`: their places among the pixels of all images. */
function sourcesOf(tf: Kernels, transforms: TfTensor, affine: Affine): Source[] {
  const { from: [height, width], to: [rows, columns] } = affine, n = transforms.shape[0];
  const [a, b, c, d, e, f] = tf.split(transforms, 6, 1).map((x) => tf.reshape(x, [n, 1, 1]));
  const i = tf.cast(tf.range(rows, [1, rows, 1]), "float32");
  const j = tf.cast(tf.range(columns, [1, 1, columns]), "float32");
  const place = (p: TfTensor, q: TfTensor, r: TfTensor) =>
    tf.add(tf.mul(p, j), tf.add(tf.mul(q, i), r));
  const down = sourcesAlong(tf, place(d, e, f), height, affine);
  const across = sourcesAlong(tf, place(a, b, c), width, affine);
  const first = tf.scale(tf.range(n, [n, 1, 1]), height * width);
  return down.flatMap((y) =>
    across.map((x) => ({
      at: tf.add(first, tf.add(tf.scale(y.at, width), x.at)),
      weight: tf.mul(y.weight, x.weight),
    }))
  );
}

/** Weights for all channels of pixels in a list. */
const ofPixels = (tf: Kernels, { weight }: Source) => tf.reshape(weight, [weight.size, 1]);
const inList = (tf: Kernels, { at }: Source) => tf.reshape(at, [at.size]);

export const affineTransform: Runner<Affine> = (tf, [x, transforms], affine, { shape }) => {
  const channels = x.shape[3], pixels = tf.reshape(x, [x.size / channels, channels]);
  const sources = sourcesOf(tf, transforms, affine);
  const sum = (list: TfTensor[]) => list.reduce((a, b) => tf.add(a, b));
  const y = sum(
    sources.map((source) => tf.mul(tf.gather(pixels, inList(tf, source)), ofPixels(tf, source))),
  );
  if (affine.fillMode !== "constant" || affine.fillValue === 0) return tf.reshape(y, shape);
  // What the weights lack of 1 is beyond the image.
  const beyond = tf.complement(sum(sources.map((source) => ofPixels(tf, source))));
  return tf.reshape(tf.add(y, tf.scale(beyond, affine.fillValue)), shape);
};

export const affineTransformGradient: Runner<Affine> = (
  tf,
  [dy, transforms],
  affine,
  { shape },
) => {
  const channels = shape[3], size = [shape[0] * shape[1] * shape[2], channels];
  if (dy.size === 0) return tf.fill(shape, 0);
  const slopes = tf.reshape(dy, [dy.size / channels, channels]);
  const parts = sourcesOf(tf, transforms, affine).map((source) =>
    tf.scatterAdd(inList(tf, source), tf.mul(slopes, ofPixels(tf, source)), size)
  );
  return tf.reshape(parts.reduce((a, b) => tf.add(a, b)), shape);
};
