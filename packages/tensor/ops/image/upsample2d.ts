import { checkOptions } from "../../arguments.ts";
import type { TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { images } from "../rules/images.ts";
import { withImage } from "../rules/pool2d.ts";
import { type Pair, pair } from "../rules/window.ts";

/** How {@linkcode upsample2d} enlarges. */
export interface UpsampleOptions {
  /** How many times as high and as wide. */
  readonly size: Pair;
  /** How the new pixels are found; `"nearest"` by default. */
  readonly interpolation?: "nearest" | "bilinear";
}

const OPTIONS: Record<keyof UpsampleOptions, true> = { size: true, interpolation: true };

/** The attributes of an enlargement. */
export interface Upsampling {
  /** How many times as high and as wide. */
  readonly size: readonly [number, number];
  /** How the new pixels are found. */
  readonly interpolation: "nearest" | "bilinear";
}

/** A pixel's two sources along an axis and the weight of the second. */
type Source = readonly [first: number, second: number, weight: number];

/** The sources of the pixels of an axis of `n` pixels that becomes `times` as long. */
function sources(n: number, times: number, { interpolation }: Upsampling): Source[] {
  return Array.from({ length: n * times }, (_, i) => {
    if (interpolation === "nearest") return [Math.floor(i / times), 0, 0];
    const place = (i + 0.5) / times - 0.5, left = Math.floor(place);
    return [Math.max(0, left), Math.min(n - 1, left + 1), place - left];
  });
}

/** Calls `f` for every number of the large images, those of the small ones in it, their weights. */
function visitSources(
  [n, height, width, channels]: readonly number[],
  attributes: Upsampling,
  f: (large: number, small: number, weight: number) => void,
): void {
  const { size } = attributes;
  const rows = sources(height, size[0], attributes), columns = sources(width, size[1], attributes);
  let at = 0;
  for (let image = 0; image < n; image++) {
    for (const [top, bottom, down] of rows) {
      for (const [left, right, across] of columns) {
        for (let c = 0; c < channels; c++, at++) {
          const place = (y: number, x: number) => ((image * height + y) * width + x) * channels + c;
          f(at, place(top, left), (1 - down) * (1 - across));
          if (across > 0) f(at, place(top, right), (1 - down) * across);
          if (down > 0) f(at, place(bottom, left), down * (1 - across));
          if (down * across > 0) f(at, place(bottom, right), down * across);
        }
      }
    }
  }
}

const op: OpDefinition<Upsampling> = {
  name: "upsample2d",
  shape: ([{ shape }], { size: [down, across] }) => {
    return { shape: withImage(shape, [shape[1] * down, shape[2] * across]), dtype: "float32" };
  },
  reference: ([x], attributes, { data }) => {
    data.fill(0);
    visitSources(x.shape, attributes, (large, small, weight) => {
      data[large] += weight * x.data[x.offset + small];
    });
  },
  gradient: ({ dy, attributes }) => apply(gradientOp, [dy], attributes),
};

const gradientOp: OpDefinition<Upsampling> = {
  name: "upsample2dGradient",
  shape: ([{ shape }], { size: [down, across] }) => {
    return { shape: withImage(shape, [shape[1] / down, shape[2] / across]), dtype: "float32" };
  },
  reference: ([dy], attributes, { data, shape }) => {
    data.fill(0);
    visitSources(shape, attributes, (large, small, weight) => {
      data[small] += weight * dy.data[dy.offset + large];
    });
  },
  gradient: ({ dy, attributes }) => apply(op, [dy], attributes),
};

/** The attributes that options ask for. */
function upsampling(
  operation: string,
  options: UpsampleOptions,
): Upsampling {
  checkOptions(operation, options, OPTIONS);
  const { size, interpolation = "nearest" } = options ?? {} as UpsampleOptions;
  if (interpolation !== "nearest" && interpolation !== "bilinear") {
    throw new RangeError(
      `Cannot ${operation} as interpolation must be "nearest" or "bilinear": current ` +
        JSON.stringify(interpolation),
    );
  }
  return { size: pair(operation, "the size", size, 1), interpolation };
}

/** What samples enlarge: shapes of images, how many times, how. */
const CASES: readonly [shape: readonly number[], size: Pair][] = [
  [[2, 3, 5, 4], 2],
  [[1, 4, 3, 6], 2],
  [[2, 5, 4, 1], 2],
  [[2, 3, 4, 3], [3, 2]],
  [[1, 1, 1, 5], [2, 3]],
  [[3, 2, 3, 21], [1, 4]],
  [[1, 3, 2, 17], [5, 1]],
  [[0, 2, 2, 1], 2],
];
const SAMPLES = (["nearest", "bilinear"] as const).flatMap((interpolation) =>
  CASES.map(([shape, size]) => ({
    name: `${interpolation}, [${shape}] ${size} times`,
    shape,
    options: { size, interpolation },
  }))
);

/**
 * Images enlarged an integer of times, as Keras's `UpSampling2D` does: `x` is
 * `[n, height, width, channels]`, the result `[n, size height, size width, channels]`.
 *
 * - `"nearest"`: every pixel is repeated, `y_ij = x_(floor(i/s))(floor(j/s))`.
 * - `"bilinear"`: pixels are squares with their values at their centres, so that pixel `i` of the
 *   result lies at `p = (i + 1/2) / s - 1/2`, between the pixels around it:
 *   `y_i = (1 - f) x_floor(p) + f x_(floor(p) + 1)`, `f = p - floor(p)`, along both axes; beyond
 *   the edge stands the pixel at the edge. PyTorch calls it `align_corners=False`.
 *
 * The derivative is the weight with which `x` stands in `y`: {@linkcode upsample2dGradient}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape, upsample2d } from "@neurite/tensor";
 *
 * const x = reshape([1, 3], [1, 1, 2, 1]);
 * assertEquals(upsample2d(x, { size: [1, 2] }).array(), [[[[1], [1], [3], [3]]]]);
 * const smooth = upsample2d(x, { size: [1, 2], interpolation: "bilinear" });
 * assertEquals(smooth.array(), [[[[1], [1.5], [2.5], [3]]]]);
 * ```
 */
export const upsample2d: Primitive<[x: TensorLike, options: UpsampleOptions], Upsampling> =
  primitive(
    op,
    (value: TensorLike, options: UpsampleOptions) => {
      return apply(op, [images("upsample2d", value)], upsampling("upsample2d", options));
    },
    SAMPLES.map(({ name, shape, options }) => ({
      name,
      inputs: [floats(shape, 1, 2)],
      call: (x) => upsample2d(x, options),
    })),
  );

/**
 * The backward pass of {@linkcode upsample2d}: each number of the small images is the sum of `dy`
 * over the pixels it went into, with the weights it had there; with `"nearest"`, the sum over its
 * `size` square.
 *
 * It is linear: its derivative is {@linkcode upsample2d}.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape } from "@neurite/tensor";
 * import { upsample2dGradient } from "@neurite/tensor/internal";
 *
 * const dy = reshape([1, 2, 3, 4], [1, 1, 4, 1]);
 * assertEquals(upsample2dGradient(dy, { size: [1, 2] }).array(), [[[[3], [7]]]]);
 * ```
 */
export const upsample2dGradient: Primitive<
  [dy: TensorLike, options: UpsampleOptions],
  Upsampling
> = primitive(
  gradientOp,
  (gradient: TensorLike, options: UpsampleOptions) => {
    const name = "run the backward pass of upsample2d", dy = images(name, gradient);
    const attributes = upsampling(name, options), { size } = attributes;
    if (dy.shape[1] % size[0] !== 0 || dy.shape[2] % size[1] !== 0) {
      throw new ShapeError(name, `height and width must be multiples of ${size.join(" and ")}`, [
        dy.shape,
      ]);
    }
    return apply(gradientOp, [dy], attributes);
  },
  SAMPLES.map(({ name, shape, options }) => {
    const [down, across] = pair("enlarge", "the size", options.size, 1);
    const large = withImage(shape, [shape[1] * down, shape[2] * across]);
    return {
      name,
      inputs: [floats(large, -2, 2)],
      call: (dy) => upsample2dGradient(dy, options),
    };
  }),
);
