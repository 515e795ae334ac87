import { checkOneOf } from "../../arguments.ts";
import { asTensor, type TensorLike } from "../../convert.ts";
import { DTypeError, ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import { rowMajorStrides, visit } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { gather } from "../index/gather.ts";
import { slice } from "./slice.ts";

/** The attributes of {@linkcode pad}. */
export interface Borders {
  /** How many elements are put before and after each axis. */
  readonly paddings: readonly (readonly [before: number, after: number])[];
  /** Their value. */
  readonly value: number;
}

/**
 * What a border is made of instead of one value: the mirrored elements without the outermost
 * (`"reflect"`) or with it (`"symmetric"`), the outermost element (`"edge"`), or those of the other end
 * (`"wrap"`). NumPy's names.
 */
export type PadMode = "reflect" | "symmetric" | "edge" | "wrap";

/** Which of `n` elements stands at a place that may lie outside of them. */
const PLACES: Record<PadMode, (at: number, n: number) => number> = {
  reflect: (at, n) => n === 1 ? 0 : n - 1 - Math.abs(n - 1 - modulo(at, 2 * n - 2)),
  symmetric: (at, n) => Math.min(modulo(at, 2 * n), 2 * n - 1 - modulo(at, 2 * n)),
  edge: (at, n) => Math.min(Math.max(at, 0), n - 1),
  wrap: modulo,
};

function modulo(a: number, n: number): number {
  return ((a % n) + n) % n;
}

/** A border of elements that are there. */
function padWithin(
  x: Tensor,
  paddings: readonly (readonly [before: number, after: number])[],
  mode: PadMode,
): Tensor {
  return tidy(() =>
    paddings.reduce((y, [before, after], axis) => {
      const n = y.shape[axis];
      if (before + after === 0) return y;
      if (n === 0) {
        throw new ShapeError("pad", `an axis without elements has none for "${mode}"`, [x.shape]);
      }
      const places = Int32Array.from({ length: before + n + after }, (_, i) => i - before);
      return gather(y, places.map((at) => PLACES[mode](at, n)), axis);
    }, x)
  );
}

const op: OpDefinition<Borders> = {
  name: "pad",
  shape: ([x], { paddings }) => ({
    shape: x.shape.map((n, i) => paddings[i][0] + n + paddings[i][1]),
    dtype: x.dtype,
  }),
  reference: ([x], { paddings, value }, output) => {
    const strides = rowMajorStrides(output.shape);
    const first = paddings.reduce((at, [before], axis) => at + before * strides[axis], 0);
    output.data.fill(value);
    visit(x.shape, [x.stride, strides], (_, [from, to]) => {
      output.data[first + to] = x.data[x.offset + from];
    });
  },
  gradient: ({ dy, inputs: [x], attributes: { paddings } }) =>
    slice(dy, paddings.map(([before]) => before), x.shape),
};

/**
 * A border around a tensor, `[before, after]` for each axis: of equal values, 0 by default, or of the
 * tensor's own elements, as a {@linkcode PadMode} says. To take a border away, use {@linkcode slice}.
 *
 * `dy/dx` is 1 inside of the border; an element that is repeated in it gets the gradients of all its
 * places. Throws `ShapeError` unless every axis has its two integers
 * of 0 or more.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { pad } from "@neurite/tensor";
 *
 * assertEquals(pad([[1, 2]], [[0, 1], [1, 2]]).array(), [[0, 1, 2, 0, 0], [0, 0, 0, 0, 0]]);
 * assertEquals(pad([1, 2], [[1, 0]], -1).array(), [-1, 1, 2]);
 * assertEquals(pad([1, 2, 3], [[2, 1]], "reflect").array(), [3, 2, 1, 2, 3, 2]);
 * ```
 */
export const pad: Primitive<
  [
    x: TensorLike,
    paddings: readonly (readonly [before: number, after: number])[],
    border?: number | PadMode,
  ],
  Borders
> = primitive(
  op,
  (
    value: TensorLike,
    paddings: readonly (readonly [before: number, after: number])[],
    border: number | PadMode = 0,
  ) => {
    const x = asTensor(value);
    const valid = paddings.length === x.rank &&
      paddings.every((pair) =>
        pair.length === 2 && pair.every((n) => Number.isInteger(n) && n >= 0)
      );
    if (!valid) {
      throw new ShapeError(
        "pad",
        "every axis needs [before, after], two integers of 0 or more",
        [x.shape],
        `${JSON.stringify(paddings)} for shape [${x.shape.join(", ")}]`,
      );
    }
    if (typeof border !== "number") {
      checkOneOf("pad", "a border that is no number", border, [
        "reflect",
        "symmetric",
        "edge",
        "wrap",
      ]);
      return padWithin(x, paddings, border);
    }
    if (x.dtype === "int32" && !Number.isInteger(border)) {
      throw new DTypeError(
        `Cannot pad as the value beside int32 must be an integer: current ${border}`,
      );
    }
    if (paddings.every(([before, after]) => before + after === 0)) return x;
    return apply(op, [x], { paddings: paddings.map(([a, b]) => [a, b] as const), value: border });
  },
  [
    {
      name: "a matrix",
      inputs: [floats([3, 5], -2, 2)],
      call: (x) => pad(x, [[1, 2], [0, 3]]),
    },
    {
      name: "images",
      inputs: [floats([2, 3, 5, 3], -2, 2)],
      call: (x) => pad(x, [[0, 0], [1, 1], [2, 2], [0, 0]], 0.5),
    },
    { name: "a vector", inputs: [floats([33], -2, 2)], call: (x) => pad(x, [[7, 0]]) },
    { name: "nothing", inputs: [floats([0, 2], -2, 2)], call: (x) => pad(x, [[1, 1], [1, 0]], 3) },
    ...(["reflect", "symmetric", "edge", "wrap"] as const).map((mode) => ({
      name: mode,
      inputs: [floats([2, 3, 5], -2, 2)],
      call: (x: Tensor) => pad(x, [[0, 0], [2, 1], [0, 9]], mode),
    })),
    {
      name: "int32",
      inputs: [integers([3, 2], -9, 9)],
      call: (x) => pad(x, [[1, 0], [0, 1]], -7),
    },
  ],
);
