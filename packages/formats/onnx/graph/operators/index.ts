/** Operators that take elements by their places, or put them there. */
import {
  add,
  broadcastTo,
  cast,
  concat,
  equal,
  expandDims,
  gather,
  gatherNd,
  less,
  mul,
  range,
  reshape,
  scatter,
  scatterNd,
  slice,
  sub,
  takeAlongAxis,
  type Tensor,
  where,
} from "@neurite/tensor";
import {
  type Call,
  integers,
  type Made,
  type Operator,
  type Operators,
  typed,
  unsupported,
} from "../call.ts";
import { isFloat } from "../../proto/elements.ts";

const REDUCTIONS = { none: "set", add: "add", max: "max", min: "min" } as const;

/** What an update does to the element at its place. */
function reductionOf(call: Call): "set" | "add" | "max" | "min" {
  const name = call.attributes.text("reduction", "none");
  return REDUCTIONS[name as keyof typeof REDUCTIONS] ??
    unsupported(`${call.opType} with reduction ${name}`);
}

/** Places as int32; negative ones count from the end. */
function places(call: Call, i: number): Tensor {
  return cast(call.tensor(i), "int32");
}

/** The numbers along an axis in a shape that broadcasts to `shape`. */
function along(call: Call, shape: readonly number[], axis: number): Tensor {
  const sizes = shape.map((_, i) => i === axis ? shape[axis] : 1);
  const values = Int32Array.from({ length: shape[axis] }, (_, i) => i);
  return call.host({ type: "int32", shape: sizes, values });
}

/** `x` with updates at places along an axis, of which there may be fewer than `x` has along the others. */
function scatterElements(call: Call): Made {
  const x = call.tensor(0), indices = places(call, 1), updates = call.tensor(2);
  const axis = call.axis(call.attributes.int("axis", 0), x.rank), reduction = reductionOf(call);
  const fits = x.shape.every((n, i) => i === axis || n === indices.shape[i]);
  if (fits) return scatter(x, indices, updates, { axis, reduction });
  const counted = where(less(indices, 0), add(indices, x.shape[axis]), indices);
  let flat: Tensor | undefined, stride = 1;
  for (let i = x.rank - 1; i >= 0; i--) {
    const step = mul(i === axis ? counted : along(call, indices.shape, i), stride);
    flat = flat === undefined ? step : add(flat, step);
    stride *= x.shape[i];
  }
  const rows = reshape(x, [x.size]), flattened = reshape(flat!, [updates.size]);
  const y = scatter(rows, flattened, reshape(updates, [updates.size]), { axis: 0, reduction });
  return reshape(y, x.shape);
}

const scattering: Operator = { attributes: ["axis", "reduction"], run: scatterElements };

/** The places of the numbers that are not 0, row-major: `[rank, count]`. */
function nonZero(call: Call): Made {
  const { shape } = call.value(0), numbers = call.value(0).numbers();
  const found: number[] = [];
  for (let i = 0; i < numbers.length; i++) if (numbers[i] !== 0) found.push(i);
  const values: number[] = [];
  for (let axis = 0, after = call.value(0).size; axis < shape.length; axis++) {
    after /= shape[axis];
    for (const at of found) values.push(Math.floor(at / after) % shape[axis]);
  }
  return integers(values, [shape.length, found.length]);
}

/** The operators of this file. */
export const indexing: Operators = {
  Gather: {
    attributes: ["axis"],
    run: (call) => {
      const x = call.tensor(0);
      return gather(x, places(call, 1), call.axis(call.attributes.int("axis", 0), x.rank));
    },
  },
  GatherElements: {
    attributes: ["axis"],
    run: (call) => {
      const x = call.tensor(0), indices = places(call, 1);
      const axis = call.axis(call.attributes.int("axis", 0), x.rank);
      const sizes = x.shape.map((n, i) => i === axis ? n : indices.shape[i]);
      const part = sizes.join() === x.shape.join() ? x : slice(x, sizes.map(() => 0), sizes);
      return takeAlongAxis(part, indices, axis);
    },
  },
  GatherND: {
    attributes: ["batch_dims"],
    run: (call) => {
      const x = call.tensor(0), indices = places(call, 1);
      const batches = call.attributes.int("batch_dims", 0);
      if (batches === 0) return gatherNd(x, indices);
      const sizes = [...indices.shape.slice(0, -1), 1];
      const numbers = Array.from({ length: batches }, (_, axis) => {
        return broadcastTo(along(call, sizes, axis), sizes);
      });
      return gatherNd(x, concat([...numbers, indices], -1));
    },
  },
  Scatter: scattering,
  ScatterElements: scattering,
  ScatterND: {
    attributes: ["reduction"],
    run: (call) => scatterNd(call.tensor(0), places(call, 1), call.tensor(2), reductionOf(call)),
  },
  OneHot: {
    attributes: ["axis"],
    run: (call) => {
      const given = cast(call.tensor(0), "int32"), depth = call.number(1, 1);
      const axis = call.axis(call.attributes.int("axis", -1), given.rank + 1);
      const counted = expandDims(where(less(given, 0), add(given, depth), given), axis);
      const shape = counted.shape.map((_, i) => i === axis ? depth : 1);
      const hot = equal(counted, reshape(range(0, depth, 1, "int32"), shape));
      const [off, on] = call.numbers(2) ?? [0, 1];
      const type = call.type(2), y = add(mul(hot, on - off), off);
      return typed(isFloat(type) ? y : cast(y, "int32"), type);
    },
  },
  NonZero: { attributes: [], run: nonZero },
  Compress: {
    attributes: ["axis"],
    run: (call) => {
      const x = call.tensor(0), numbers = call.numbers(1) ?? [];
      const wanted = Int32Array.from(numbers.flatMap((n, i) => n === 0 ? [] : [i]));
      if (!call.attributes.has("axis")) return gather(reshape(x, [x.size]), wanted, 0);
      return gather(x, wanted, call.axis(call.attributes.int("axis", 0), x.rank));
    },
  },
  ReverseSequence: {
    attributes: ["batch_axis", "time_axis"],
    run: (call) => {
      const x = call.tensor(0), batch = call.axis(call.attributes.int("batch_axis", 1), x.rank);
      const time = call.axis(call.attributes.int("time_axis", 0), x.rank);
      const sizes = x.shape.map((_, i) => i === batch ? x.shape[batch] : 1);
      const lengths = reshape(places(call, 1), sizes), at = along(call, x.shape, time);
      const reversed = where(less(at, lengths), sub(sub(lengths, 1), at), at);
      return takeAlongAxis(x, broadcastTo(cast(reversed, "int32"), x.shape), time);
    },
  },
};
