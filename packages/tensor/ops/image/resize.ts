import { checkOneOf, checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { type Composite, composite, floats } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { cast } from "../elementwise/cast.ts";
import { mul } from "../elementwise/mul.ts";
import { gather } from "../index/gather.ts";
import { mixtures, type ResizeOptions } from "../rules/mixtures.ts";

export type { ResizeOptions };

const OPTIONS: Record<keyof ResizeOptions, true> = {
  interpolation: true,
  alignCorners: true,
  antialias: true,
};

const OPERATION = "resize images";

/** Images with another size along one axis. */
function along(x: Tensor, axis: number, m: number, options: Required<ResizeOptions>): Tensor {
  const n = x.shape[axis];
  if (n === m) return x;
  const mixed = mixtures(n, m, options), terms = Math.max(...mixed.map((list) => list.length));
  const shape = x.shape.map((_, i) => i === axis ? m : 1);
  const parts = Array.from({ length: terms }, (_, k) => {
    // A shorter mixture takes its last pixel again, with weight 0.
    const at = Int32Array.from(mixed, (list) => list[Math.min(k, list.length - 1)][0]);
    const part = gather(x, at, axis);
    if (options.interpolation === "nearest") return part;
    const weights = Float32Array.from(mixed, (list) => list[k]?.[1] ?? 0);
    const w = new Tensor(x.backend, x.backend.write(weights, "float32"), shape, "float32");
    return mul(part, w);
  });
  return parts.reduce((a, b) => add(a, b));
}

/**
 * Images in any other size: `x` is `[n, ...sizes, channels]` with any number of axes in between (one for
 * a signal, two for an image, three for a volume), `size` is that of the result along them.
 *
 * Along each axis on its own a new pixel is `y_i = sum_j w(c_i - j) x_j`, where `c_i` is where its centre
 * lies among the old ones and `w` weights those around it: the triangle `1 - |t|` for `"linear"`, Keys'
 * cubic for `"cubic"` (with the slope -0.75, or -0.5 with `antialias`, as PyTorch has it); `"nearest"`
 * takes one. Beyond the edges the outermost pixel stands. With `antialias`, an image that becomes smaller
 * is smoothed as much as it shrinks, as PIL, PyTorch and TensorFlow do.
 *
 * The gradient goes to the old pixels by the same weights. Enlarging by an integer is faster with
 * `upsample2d`.
 *
 * Throws `ShapeError` where `x` has no axis between the first and the last, no pixels, or `size` does not
 * fit it; `RangeError` for another interpolation.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { reshape, resize } from "@neurite/tensor";
 *
 * const x = reshape([0, 10, 20, 30], [1, 4, 1]); // a signal of four numbers
 * assertEquals([...resize(x, [2]).dataSync()], [5, 25]);
 * assertEquals([...resize(x, [2], { interpolation: "nearest" }).dataSync()], [10, 30]);
 * assertEquals([...resize(x, [7], { alignCorners: true }).dataSync()], [0, 5, 10, 15, 20, 25, 30]);
 * ```
 */
export const resize: Composite<
  [x: TensorLike, size: readonly number[], options?: ResizeOptions]
> = composite(
  (value: TensorLike, size: readonly number[], options: ResizeOptions = {}): Tensor => {
    checkOptions(OPERATION, options, OPTIONS);
    const { interpolation = "linear", alignCorners = false, antialias = false } = options;
    checkOneOf(OPERATION, "interpolation", interpolation, ["nearest", "linear", "cubic"]);
    return tidy(() => {
      const x = cast(asTensor(value), "float32"),
        count = (n: number) => Number.isSafeInteger(n) && n > 0;
      const fits = x.rank >= 3 && Array.isArray(size) && size.length === x.rank - 2 &&
        size.every(count) && x.shape.slice(1, -1).every(count);
      if (!fits) {
        throw new ShapeError(
          OPERATION,
          "images must be [n, ...sizes, channels], and the size one of at least 1 for each axis between",
          [x.shape],
          `size ${JSON.stringify(size)} for images of shape [${x.shape.join(", ")}]`,
        );
      }
      const all = { interpolation, alignCorners, antialias };
      return size.reduce((y, m, i) => along(y, i + 1, m, all), x);
    });
  },
  [
    {
      name: "linear, larger",
      inputs: [floats([2, 3, 4, 3], -2, 2)],
      call: (x) => resize(x, [5, 7]),
    },
    {
      name: "linear, smaller",
      inputs: [floats([1, 7, 6, 2], -2, 2)],
      call: (x) => resize(x, [3, 4]),
    },
    {
      name: "nearest",
      inputs: [floats([2, 3, 4, 5], -2, 2)],
      call: (x) => resize(x, [7, 3], { interpolation: "nearest" }),
    },
    {
      name: "cubic, corners aligned",
      inputs: [floats([1, 4, 5, 2], -2, 2)],
      call: (x) => resize(x, [6, 3], { interpolation: "cubic", alignCorners: true }),
    },
    {
      name: "cubic, antialias",
      inputs: [floats([1, 9, 5, 2], -2, 2)],
      call: (x) => resize(x, [4, 8], { interpolation: "cubic", antialias: true }),
    },
    { name: "a signal", inputs: [floats([2, 9, 3], -2, 2)], call: (x) => resize(x, [4]) },
    {
      name: "a volume, antialias",
      inputs: [floats([1, 3, 4, 5, 2], -2, 2)],
      call: (x) => resize(x, [2, 2, 3], { antialias: true }),
    },
  ],
);
