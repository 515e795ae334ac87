import { asTensor, type TensorLike } from "../../convert.ts";
import { ShapeError } from "../../errors.ts";
import { apply, floats, integers, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { visit } from "../../shape.ts";
import { pad } from "./pad.ts";
import { reshape } from "./reshape.ts";

/** The part of an axis that {@linkcode stridedSlice} takes: Python's `start:stop:step`. */
export interface AxisRange {
  /** The first index; negative ones count from the end. By default the end that the step leaves. */
  start?: number;
  /** The index before which to stop; negative ones count from the end. By default the other end. */
  stop?: number;
  /** The distance from one index to the next, not 0; backwards if negative. 1 by default. */
  step?: number;
}

/** The attributes of {@linkcode stridedSlice}, one number for each axis. */
export interface Slicing {
  /** The first index. */
  readonly begin: readonly number[];
  /** The distance from one index to the next. */
  readonly step: readonly number[];
  /** How many. */
  readonly size: readonly number[];
}

const op: OpDefinition<Slicing> = {
  name: "stridedSlice",
  shape: ([x], { size }) => ({ shape: size, dtype: x.dtype }),
  reference: ([x], { begin, step, size }, output) => {
    const first = begin.reduce((at, b, axis) => at + b * x.stride[axis], x.offset);
    visit(size, [step.map((s, axis) => s * x.stride[axis])], (at, [from]) => {
      output.data[at] = x.data[first + from];
    });
  },
  gradient: ({ dy, inputs: [x], attributes }) => putBack(dy, x.shape, attributes),
};

/** Zeros of `shape`, with `dy` at the places that the slice took. */
function putBack(dy: Tensor, shape: readonly number[], { begin, step, size }: Slicing): Tensor {
  const first = begin.map((b, i) =>
    size[i] === 0 ? 0 : step[i] < 0 ? b + (size[i] - 1) * step[i] : b
  );
  let y = stridedSlice(dy, step.map((s) => s < 0 ? { step: -1 } : {}));
  if (step.some((s) => Math.abs(s) > 1)) {
    // Each element becomes one of `step` elements, the others zero; what stands over is cut off.
    const apart = step.map(Math.abs);
    y = reshape(y, size.flatMap((n) => [n, 1]));
    y = pad(y, apart.flatMap((s) => [[0, 0], [0, s - 1]] as const));
    y = reshape(y, size.map((n, i) => n * apart[i]));
    y = stridedSlice(y, shape.map((n, i) => ({ stop: n - first[i] })));
  }
  const middle = y.shape;
  return pad(y, shape.map((n, i) => [first[i], n - first[i] - middle[i]] as const));
}

/** The indices of an axis of size `n` as NumPy reads them: clipped to what is there. */
function resolve(n: number, { start, stop, step = 1 }: AxisRange): [number, number, number] {
  const whole = [start ?? 0, stop ?? 0, step].every(Number.isInteger);
  if (!whole || step === 0) {
    throw new ShapeError(
      "slice",
      "start, stop and step must be integers and the step not 0",
      [],
      `start ${start}, stop ${stop}, step ${step}`,
    );
  }
  const low = step > 0 ? 0 : -1, high = step > 0 ? n : n - 1;
  const clip = (index: number) => Math.min(high, Math.max(low, index < 0 ? index + n : index));
  const first = start === undefined ? (step > 0 ? low : high) : clip(start);
  const last = stop === undefined ? (step > 0 ? high : low) : clip(stop);
  const count = Math.max(0, Math.ceil((last - first) / step));
  return count === 0 ? [0, 1, 0] : [first, step, count];
}

/**
 * Part of a tensor, as NumPy's `x[start:stop:step, ...]`: one range for each axis, in order; axes
 * without one are taken whole. Negative indices count from the end, indices beyond the ends are
 * clipped, a negative step goes backwards (to go down to index 0, leave `stop` out).
 *
 * `dy/dx` is 1 at the places taken, 0 elsewhere. Throws `ShapeError` for a step of 0, and for more
 * ranges than axes.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { stridedSlice } from "@neurite/tensor";
 *
 * const x = [[0, 1, 2, 3], [4, 5, 6, 7]];
 * assertEquals(stridedSlice(x, [{}, { start: 1, step: 2 }]).array(), [[1, 3], [5, 7]]);
 * assertEquals(stridedSlice(x, [{ step: -1 }, { stop: -2 }]).array(), [[4, 5], [0, 1]]);
 * ```
 */
export const stridedSlice: Primitive<
  [x: TensorLike, ranges: readonly AxisRange[]],
  Slicing
> = primitive(
  op,
  (value: TensorLike, ranges: readonly AxisRange[]) => {
    const x = asTensor(value);
    if (ranges.length > x.rank) {
      throw new ShapeError(
        "slice",
        "there can be no more ranges than axes",
        [x.shape],
        `${ranges.length} ranges for shape [${x.shape.join(", ")}]`,
      );
    }
    const taken = x.shape.map((n, i) => resolve(n, ranges[i] ?? {}));
    const [begin, step, size] = [0, 1, 2].map((part) => taken.map((range) => range[part]));
    const whole = size.every((n, i) => n === x.shape[i] && (step[i] === 1 || n === 1));
    return whole ? x : apply(op, [x], { begin, step, size });
  },
  [
    {
      name: "every second",
      inputs: [floats([7, 9], -2, 2)],
      call: (x) => stridedSlice(x, [{ step: 2 }, { start: 1, step: 2 }]),
    },
    {
      name: "backwards by three",
      inputs: [floats([33], -2, 2)],
      call: (x) => stridedSlice(x, [{ start: -2, stop: 3, step: -3 }]),
    },
    {
      name: "a mixture",
      inputs: [floats([4, 5, 6], -2, 2)],
      call: (x) => stridedSlice(x, [{ step: -2 }, { start: 1, stop: 4 }, { start: -1, step: -4 }]),
    },
    {
      name: "whole inner rows",
      inputs: [floats([5, 3, 35], -2, 2)],
      call: (x) => stridedSlice(x, [{ start: 1, step: 3 }]),
    },
    { name: "nothing", inputs: [floats([5], -2, 2)], call: (x) => stridedSlice(x, [{ start: 9 }]) },
    {
      name: "int32",
      inputs: [integers([6, 5], -9, 9)],
      call: (x) => stridedSlice(x, [{ step: -1 }, { step: 2 }]),
    },
  ],
);
