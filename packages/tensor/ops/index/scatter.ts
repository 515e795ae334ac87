import { checkOneOf, checkOptions } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import {
  apply,
  type Composite,
  composite,
  floats,
  given,
  integers,
  type OpDefinition,
  type Primitive,
  primitive,
  type SampleInput,
} from "../../op.ts";
import { tidy } from "../../scope.ts";
import { normalizeAxis, rowMajorStrides, sameShape, sizeOf, visit } from "../../shape.ts";
import { Tensor } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { cast } from "../elementwise/cast.ts";
import { div } from "../elementwise/div.ts";
import { equal } from "../elementwise/equal.ts";
import { mul } from "../elementwise/mul.ts";
import { withIndices } from "../rules/indices.ts";
import { broadcastTo } from "../shape/broadcast_to.ts";
import { reshape } from "../shape/reshape.ts";
import { addAlongAxis } from "./add_along_axis.ts";
import { flatIndices } from "./gather_nd.ts";
import { takeAlongAxis } from "./take_along_axis.ts";

/** What an update does to the element at its place. */
export type ScatterReduction = "set" | "add" | "max" | "min";

/** How {@linkcode scatter} works. */
export interface ScatterOptions {
  /** The axis; a negative one counts from the end. The last one by default. */
  axis?: number;
  /** What an update does: take the place (`"set"`, the default), or be joined to what is there. */
  reduction?: ScatterReduction;
}

/** The attributes of {@linkcode scatter}. */
export interface Scattering {
  /** The axis, counted from the front. */
  readonly axis: number;
  /** What an update does. */
  readonly reduction: ScatterReduction;
}

const OPTIONS: Record<keyof ScatterOptions, true> = { axis: true, reduction: true };

const JOINED: Record<ScatterReduction, (old: number, update: number) => number> = {
  set: (_, update) => update,
  add: (old, update) => old + update,
  max: Math.max,
  min: Math.min,
};

const op: OpDefinition<Scattering> = {
  name: "scatter",
  shape: ([x, indices, updates], { axis }) => {
    const fits = indices.rank === x.rank && sameShape(indices.shape, updates.shape) &&
      x.shape.every((n, i) => i === axis || n === indices.shape[i]);
    if (!fits) {
      throw new ShapeError(
        "scatter",
        `indices and updates must have the shape of x, except on axis ${axis}`,
        [x.shape, indices.shape, updates.shape],
      );
    }
    return x;
  },
  reference: ([x, indices, updates], { axis, reduction }, output) => {
    const strides = rowMajorStrides(output.shape), join = JOINED[reduction];
    visit(x.shape, [x.stride], (at, [from]) => output.data[at] = x.data[x.offset + from]);
    const others = strides.map((s, i) => i === axis ? 0 : s);
    visit(updates.shape, [updates.stride, indices.stride, others], (_, [from, which, to]) => {
      const at = to + indices.data[indices.offset + which] * strides[axis];
      output.data[at] = join(output.data[at], updates.data[updates.offset + from]);
    });
  },
  gradient: ({ dy, inputs: [x, indices, updates], output: y, attributes }, index) => {
    const { axis, reduction } = attributes;
    const taken = (z: Tensor) => apply(takeAlongAxis.op, [z, indices], axis);
    if (index === 1) return undefined;
    if (reduction === "add") return index === 0 ? dy : taken(dy);
    if (reduction === "set") {
      if (index === 2) return taken(dy);
      const none = mul(cast(updates, "float32"), 0);
      return apply(op, [dy, indices, none], { axis, reduction: "set" });
    }
    // Shared equally by all that are as large: x itself and updates.
    const own = equal(x, y), theirs = equal(updates, taken(y));
    const size = x.shape[axis], count = apply(addAlongAxis.op, [theirs, indices], { axis, size });
    const share = div(dy, add(own, count));
    return index === 0 ? mul(own, share) : mul(theirs, taken(share));
  },
};

/**
 * `x` with updates at the given indices along an axis, the last by default: `y_i,k = updates_ij` with
 * `k = indices_ij`, for the reduction `"set"`; with `"add"`, `"max"` and `"min"` an update is joined to
 * what is there. Indices are int32, of the shape of the updates, which is that of `x` except on the
 * axis. Negative ones count from the end. (PyTorch's `scatter` and `scatter_reduce`, ONNX's
 * `ScatterElements`.) Where an index stands twice, `"set"` leaves the last update.
 *
 * The gradient by the updates is that of their places (where an index stands twice with `"set"`, all of
 * them get it, as in PyTorch); by `x` it is 0 where it was replaced. The largest and the smallest share
 * it equally between ties.
 *
 * Throws `ShapeError` if shapes do not fit, `RangeError` for an index outside of the axis or another
 * reduction, `DTypeError` if element types differ.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scatter } from "@neurite/tensor";
 *
 * assertEquals(scatter([1, 2, 3, 4], [3, 0], [10, 20]).array(), [20, 2, 3, 10]);
 * assertEquals(scatter([1, 2, 3], [0, 0], [9, 5], { reduction: "max" }).array(), [9, 2, 3]);
 * ```
 */
export const scatter: Primitive<
  [x: TensorLike, indices: TensorLike, updates: TensorLike, options?: ScatterOptions],
  Scattering
> = primitive(
  op,
  (
    value: TensorLike,
    indices: TensorLike,
    changes: TensorLike,
    options: ScatterOptions = {},
  ) => {
    checkOptions("scatter", options, OPTIONS);
    const { axis = -1, reduction = "set" } = options;
    checkOneOf("scatter", "the reduction", reduction, ["set", "add", "max", "min"]);
    const backend = [value, indices, changes].find((x) => x instanceof Tensor)?.backend;
    const x = asTensor(value, backend), updates = asTensor(changes, backend);
    if (x.dtype !== updates.dtype) {
      throw new DTypeError(
        `Cannot scatter as the updates must be ${x.dtype}, as x is: current ${updates.dtype}. Use ` +
          "cast()",
      );
    }
    const at = normalizeAxis("scatter", axis, x.shape);
    const run = (i: Tensor) => apply(op, [x, i, updates], { axis: at, reduction });
    return withIndices("scatter", indices, x.shape[at], x.backend, run, true);
  },
  (["set", "add", "max", "min"] as const).flatMap((reduction) => [
    {
      name: `${reduction}, the last axis`,
      inputs: [
        apart([3, 5], 0),
        given([3, 2], [0, 4, 1, 3, 2, 0], "int32"),
        apart([3, 2], 0.5),
      ],
      call: (x, i, u) => scatter(x, i, u, { reduction }),
    },
    {
      name: `${reduction}, the first axis`,
      inputs: [apart([4, 3], 0), given([2, 3], [0, 3, 1, 2, 2, 0], "int32"), apart([2, 3], 0.5)],
      call: (x, i, u) => scatter(x, i, u, { axis: 0, reduction }),
    },
    {
      name: `${reduction}, int32`,
      inputs: [
        integers([2, 3], -9, 9),
        given([2, 2], [2, 2, 1, 0], "int32"),
        integers([2, 2], -9, 9),
      ],
      call: (x, i, u) => scatter(x, i, u, { reduction }),
    },
  ]),
);

/** Numbers in a random order that are farther apart than any step of a difference. */
function apart(shape: readonly number[], shift: number): SampleInput {
  const size = sizeOf(shape);
  return {
    shape,
    dtype: "float32",
    values: (rng) => Array.from(rng.permutation(size), (i) => (i + shift - size / 2) / 8),
  };
}

/**
 * `x` with updates at positions that name several axes at once: the last axis of `indices` holds an
 * index for each of the first `k` axes of `x`, and the updates are of the shape
 * `indices.shape[:-1] + x.shape[k:]`. An update takes the place of what is there (`"set"`, the default),
 * or is joined to it. Negative indices count from the end. (TensorFlow's `tensor_scatter_nd_update`,
 * ONNX's `ScatterND`.) The opposite of `gatherNd`.
 *
 * The gradient is that of {@linkcode scatter}, which it is made of; it throws what that does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { scatterNd } from "@neurite/tensor";
 *
 * assertEquals(scatterNd([[1, 2], [3, 4]], [[0, 1], [1, 0]], [20, 30]).array(), [[1, 20], [30, 4]]);
 * assertEquals(scatterNd([1, 2], [[0], [0]], [5, 6], "add").array(), [12, 2]);
 * ```
 */
export const scatterNd: Composite<
  [x: TensorLike, indices: TensorLike, updates: TensorLike, reduction?: ScatterReduction]
> = composite(
  (
    value: TensorLike,
    indices: TensorLike,
    changes: TensorLike,
    reduction: ScatterReduction = "set",
  ): Tensor =>
    tidy(() => {
      const backend = [value, indices, changes].find((x) => x instanceof Tensor)?.backend;
      const x = asTensor(value, backend), updates = asTensor(changes, x.backend);
      const { flat, depth } = flatIndices("scatterNd", indices, x.shape, x.backend);
      const rest = x.shape.slice(depth), n = flat.size, width = sizeOf(rest);
      if (!sameShape(updates.shape, [...flat.shape, ...rest])) {
        throw new ShapeError(
          "scatterNd",
          `the updates must be of shape [${[...flat.shape, ...rest].join(", ")}]`,
          [updates.shape],
        );
      }
      const rows = reshape(x, [sizeOf(x.shape.slice(0, depth)), width]);
      const places = broadcastTo(reshape(flat, [n, 1]), [n, width]);
      const y = scatter(rows, places, reshape(updates, [n, width]), { axis: 0, reduction });
      return reshape(y, x.shape);
    }),
  [
    {
      name: "numbers",
      inputs: [
        floats([3, 4], -2, 2),
        given([3, 2], [0, 1, 2, 3, 1, -1], "int32"),
        floats([3], -2, 2),
      ],
      call: (x, i, u) => scatterNd(x, i, u),
    },
    {
      name: "rows, added",
      inputs: [
        floats([4, 5], -2, 2),
        given([3, 1], [0, 3, 0], "int32"),
        floats([3, 5], -2, 2),
      ],
      call: (x, i, u) => scatterNd(x, i, u, "add"),
    },
  ],
);
