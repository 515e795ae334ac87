/** Operators that move elements: other shapes, parts, repetitions. */
import {
  type AxisRange,
  broadcastTo,
  concat,
  pad,
  reshape,
  split,
  stridedSlice,
  type Tensor,
  tile,
  transpose,
  where,
} from "@neurite/tensor";
import {
  ELEMENT_TYPES,
  elementName,
  type HostTensor,
  isFloat,
  nameOfElement,
} from "../../proto/elements.ts";
import {
  type Call,
  integers,
  type Made,
  type Operator,
  type Operators,
  unsupported,
} from "../call.ts";
import { inverse, type Order, sameOrder } from "../value.ts";

/** Numbers up to which a tensor of equal ones is made on the host: shapes, and what is like them. */
const FEW = 4096;

/** The shape that two are broadcast to. */
function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [m, n] = [a[a.length - rank + i] ?? 1, b[b.length - rank + i] ?? 1];
    return m === 1 ? n : m;
  });
}

/** A shape in which 0 stands for the size that is there, and -1 for what remains. */
function targetShape(call: Call, x: readonly number[], target: readonly number[]): number[] {
  const keepsZero = call.attributes.int("allowzero", 0) === 1;
  const sizes = target.map((n, i) => n === 0 && !keepsZero ? x[i] ?? 0 : n);
  const known = sizes.reduce((product, n) => n === -1 ? product : product * n, 1);
  const size = x.reduce((product, n) => product * n, 1);
  return sizes.map((n) => n === -1 ? (known === 0 ? 0 : size / known) : n);
}

/** A part of an axis as ONNX says it: ends beyond it are the ends. */
function rangeOf(n: number, start: number, end: number, step: number): AxisRange {
  const from = start < 0 ? start + n : start, to = end < 0 ? end + n : end;
  const within = (at: number, least: number, most: number) => Math.min(Math.max(at, least), most);
  if (step > 0) {
    const begin = within(from, 0, n);
    return { start: begin, stop: Math.max(begin, within(to, 0, n)), step };
  }
  const begin = within(from, -1, n - 1), stop = within(to, -1, n - 1);
  if (begin <= stop) return { start: 0, stop: 0 };
  return { start: begin, step, ...(stop >= 0 && { stop }) };
}

/** The ranges of a `Slice`, for all axes. */
function ranges(call: Call): AxisRange[] {
  const shape = call.shape(0);
  const starts = call.listOf("starts", 1) ?? [], ends = call.listOf("ends", 2) ?? [];
  const axes = call.listOf("axes", 3) ?? starts.map((_, i) => i), steps = call.numbers(4);
  const parts: AxisRange[] = shape.map(() => ({}));
  axes.forEach((given, i) => {
    const axis = call.axis(given, shape.length);
    parts[axis] = rangeOf(shape[axis], starts[i], ends[i], steps?.[i] ?? 1);
  });
  return parts;
}

/** The sizes of the parts of a `Split`. */
function partSizes(call: Call, n: number): number[] {
  const given = call.listOf("split", 1);
  if (given !== undefined) return [...given];
  const count = call.attributes.int("num_outputs", call.wanted), each = Math.ceil(n / count);
  return Array.from({ length: count }, (_, i) => Math.min(each, n - i * each));
}

/** A value with axes of size 1 put in or left out: the elements stay where they are. */
function withShape(call: Call, shape: readonly number[]): Made {
  const value = call.value(0);
  if (value.tensor !== undefined) return reshape(call.tensor(0), shape);
  return { type: value.type, shape, values: value.numbers() };
}

/** A tensor of equal numbers: on the host where they are few. */
function filled(shape: readonly number[], like: HostTensor | undefined): HostTensor {
  const { type, values } = like ?? { type: "float" as const, values: [0] };
  const size = shape.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(size) || size > 2 ** 28) unsupported(`a constant of ${size} numbers`);
  const array = isFloat(type) ? Float32Array : size > FEW ? Int32Array : Float64Array;
  return { type, shape, values: new array(size).fill(values[0]) };
}

/** What each place along two axes is: its row and its column. */
function triangle(shape: readonly number[], k: number, upper: boolean): Float32Array {
  const [rows, columns] = shape.slice(-2);
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const row = Math.floor(i / columns), column = i % columns;
    return (upper ? column - row >= k : column - row <= k) ? 1 : 0;
  });
}

/** Channels as blocks of pixels, or pixels as channels: `x` is `[n, channels, height, width]`. */
function depthToSpace(x: Tensor, size: number, columnsFirst: boolean): Tensor {
  const [n, channels, height, width] = x.shape, depth = channels / size ** 2;
  const parts = columnsFirst
    ? reshape(x, [n, depth, size, size, height, width])
    : reshape(x, [n, size, size, depth, height, width]);
  const order = columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2];
  return reshape(transpose(parts, order), [n, depth, height * size, width * size]);
}

function spaceToDepth(x: Tensor, size: number, columnsFirst: boolean): Tensor {
  const [n, channels, height, width] = x.shape, down = height / size, across = width / size;
  const parts = reshape(x, [n, channels, down, size, across, size]);
  const order = columnsFirst ? [0, 1, 3, 5, 2, 4] : [0, 3, 5, 1, 2, 4];
  return reshape(transpose(parts, order), [n, channels * size ** 2, down, across]);
}

/** How `Pad` says what stands around, and how we do. */
const PAD_MODES = { reflect: "reflect", edge: "edge", wrap: "wrap" } as const;

/** `a_0 - a_1 cos(2 pi i / n) + a_2 cos(4 pi i / n)`, over the length or, symmetric, over one less. */
function windowOf(parts: readonly number[]): Operator {
  return {
    attributes: ["output_datatype", "periodic"],
    run: (call) => {
      const length = call.number(0, 0), number = call.attributes.int("output_datatype", 1);
      const type = elementName(number) ?? unsupported(`element type ${nameOfElement(number)}`);
      if (!(length <= 2 ** 28)) unsupported(`a window of ${length} numbers`);
      const n = call.attributes.int("periodic", 1) === 1 ? length : length - 1;
      const at = (i: number) =>
        parts.reduce(
          (sum, a, k) => sum + (k % 2 === 0 ? a : -a) * Math.cos(2 * Math.PI * k * i / n),
          0,
        );
      return { type, shape: [length], values: Float64Array.from({ length }, (_, i) => at(i)) };
    },
  };
}

/** The operators of this file. */
export const shapes: Operators = {
  Shape: {
    attributes: ["start", "end"],
    run: (call) => {
      const shape = call.shape(0), { attributes } = call;
      const part = shape.slice(attributes.int("start", 0), attributes.int("end", shape.length));
      return integers(part, [part.length]);
    },
  },
  Size: { attributes: [], run: (call) => integers([call.value(0).size], []) },
  Reshape: {
    attributes: ["shape", "allowzero"],
    run: (call) => {
      const target = call.listOf("shape", 1) ?? [];
      return withShape(call, targetShape(call, call.shape(0), target));
    },
  },
  Flatten: {
    attributes: ["axis"],
    run: (call) => {
      const shape = call.shape(0), given = call.attributes.int("axis", 1);
      const axis = given < 0 ? given + shape.length : given;
      const product = (part: readonly number[]) => part.reduce((a, b) => a * b, 1);
      return withShape(call, [product(shape.slice(0, axis)), product(shape.slice(axis))]);
    },
  },
  Squeeze: {
    attributes: ["axes"],
    run: (call) => {
      const shape = call.shape(0), given = call.listOf("axes", 1);
      const axes = given?.map((axis) => call.axis(axis, shape.length));
      const wrong = axes?.find((axis) => shape[axis] !== 1);
      if (wrong !== undefined) unsupported(`Squeeze of an axis of size ${shape[wrong]}`);
      return withShape(
        call,
        shape.filter((n, i) => axes === undefined ? n !== 1 : !axes.includes(i)),
      );
    },
  },
  Unsqueeze: {
    attributes: ["axes"],
    run: (call) => {
      const shape = call.shape(0), given = call.listOf("axes", 1) ?? [];
      const rank = shape.length + given.length, axes = given.map((axis) => call.axis(axis, rank));
      let at = 0;
      return withShape(
        call,
        Array.from({ length: rank }, (_, i) => axes.includes(i) ? 1 : shape[at++]),
      );
    },
  },
  Transpose: {
    attributes: ["perm"],
    run: (call) => {
      const { shape, order } = call.value(0);
      const perm: Order = call.attributes.ints("perm") ?? shape.map((_, i) => shape.length - 1 - i);
      // What lies in memory as it is wanted needs no work; what will be wanted back stays as it is.
      if (sameOrder(perm, order)) return call.ordered(0, order);
      const back = inverse(perm);
      if (order === undefined && shape.length === 4 && perm.join() === "0,3,1,2") {
        return { tensor: call.tensor(0), order: back };
      }
      return transpose(call.tensor(0), perm);
    },
  },
  Concat: {
    attributes: ["axis"],
    run: (call) => {
      const { length } = call.shape(0), axis = call.axis(call.attributes.int("axis", 0), length);
      const orders = call.inputs.map((_, i) => call.value(i).order);
      const order = orders.every((one) => sameOrder(one, orders[0])) ? orders[0] : undefined;
      const tensors = call.inputs.map((_, i) => call.ordered(i, order));
      return { tensor: concat(tensors, order === undefined ? axis : order.indexOf(axis)), order };
    },
  },
  Split: {
    attributes: ["axis", "split", "num_outputs"],
    run: (call) => {
      const x = call.tensor(0), axis = call.axis(call.attributes.int("axis", 0), x.rank);
      return split(x, partSizes(call, x.shape[axis]), axis);
    },
  },
  Slice: {
    attributes: ["starts", "ends", "axes"],
    run: (call) => stridedSlice(call.tensor(0), ranges(call)),
  },
  Expand: {
    attributes: [],
    run: (call) =>
      broadcastTo(call.tensor(0), broadcastShape(call.shape(0), call.numbers(1) ?? [])),
  },
  Tile: { attributes: [], run: (call) => tile(call.tensor(0), call.numbers(1) ?? []) },
  Pad: {
    attributes: ["mode", "pads", "value"],
    run: (call) => {
      const x = call.tensor(0), mode = call.attributes.text("mode", "constant");
      const pads = call.listOf("pads", 1) ?? [], axes = call.numbers(3) ?? x.shape.map((_, i) => i);
      const around = x.shape.map((): [number, number] => [0, 0]);
      axes.forEach((given, i) => {
        around[call.axis(given, x.rank)] = [pads[i], pads[axes.length + i]];
      });
      const value = call.has(2) ? call.number(2, 0) : call.attributes.float("value", 0);
      // What is negative is cut off.
      const kept = stridedSlice(
        x,
        around.map(([before, after], i) => ({
          start: Math.max(0, -before),
          stop: x.shape[i] - Math.max(0, -after),
        })),
      );
      const added = around.map(([before, after]) =>
        [Math.max(0, before), Math.max(0, after)] as const
      );
      if (mode === "constant") return pad(kept, added, value);
      return pad(
        kept,
        added,
        PAD_MODES[mode as keyof typeof PAD_MODES] ?? unsupported(`Pad ${mode}`),
      );
    },
  },
  CenterCropPad: {
    attributes: ["axes"],
    run: (call) => {
      const x = call.tensor(0), target = call.numbers(1) ?? [];
      const axes = (call.attributes.ints("axes") ?? x.shape.map((_, i) => i))
        .map((axis) => call.axis(axis, x.rank));
      const parts: AxisRange[] = x.shape.map(() => ({}));
      const around = x.shape.map(() => [0, 0] as [number, number]);
      axes.forEach((axis, i) => {
        const more = target[i] - x.shape[axis], half = Math.floor(Math.abs(more) / 2);
        if (more >= 0) around[axis] = [half, more - half];
        else parts[axis] = { start: half, stop: half + target[i] };
      });
      return pad(stridedSlice(x, parts), around);
    },
  },
  Constant: {
    attributes: ["value", "value_float", "value_floats", "value_int", "value_ints"],
    run: ({ attributes }) => {
      const value = attributes.tensor("value");
      if (value !== undefined) return value;
      const list = attributes.floats("value_floats");
      if (list !== undefined) return { type: "float", shape: [list.length], values: list };
      const whole = attributes.ints("value_ints");
      if (whole !== undefined) return integers(whole, [whole.length]);
      if (attributes.has("value_int")) return integers([attributes.int("value_int", 0)], []);
      return { type: "float", shape: [], values: [attributes.float("value_float", 0)] };
    },
  },
  ConstantOfShape: {
    attributes: ["value"],
    run: (call) => filled(call.numbers(0) ?? [], call.attributes.tensor("value")),
  },
  Range: {
    attributes: [],
    run: (call) => {
      const start = call.number(0, 0), limit = call.number(1, 0), step = call.number(2, 1);
      const length = Math.max(0, Math.ceil((limit - start) / step));
      if (!(length <= 2 ** 28)) unsupported(`a range of ${length} numbers`);
      const values = Array.from({ length }, (_, i) => start + i * step);
      return { type: call.type(0), shape: [length], values };
    },
  },
  EyeLike: {
    attributes: ["dtype", "k"],
    run: (call) => {
      const [rows, columns] = call.shape(0), k = call.attributes.int("k", 0);
      const number = call.attributes.int("dtype", ELEMENT_TYPES[call.type(0)].number);
      const type = elementName(number) ?? unsupported(`element type ${nameOfElement(number)}`);
      const values = Float64Array.from({ length: rows * columns }, (_, i) => {
        return i % columns - Math.floor(i / columns) === k ? 1 : 0;
      });
      return { type, shape: [rows, columns], values };
    },
  },
  // Windows of signals, cosines over their length.
  HannWindow: windowOf([0.5, 0.5]),
  HammingWindow: windowOf([25 / 46, 21 / 46]),
  BlackmanWindow: windowOf([0.42, 0.5, 0.08]),
  Trilu: {
    attributes: ["upper"],
    run: (call) => {
      const x = call.tensor(0), k = call.number(1, 0);
      const kept = triangle(x.shape, k, call.attributes.int("upper", 1) === 1);
      const mask = call.host({ type: "float", shape: x.shape.slice(-2), values: kept });
      return where(mask, x, 0);
    },
  },
  DepthToSpace: {
    attributes: ["blocksize", "mode"],
    run: (call) => {
      const columnsFirst = call.attributes.text("mode", "DCR") === "CRD";
      return depthToSpace(call.tensor(0), call.attributes.int("blocksize", 1), columnsFirst);
    },
  },
  SpaceToDepth: {
    attributes: ["blocksize", "mode"],
    run: (call) => {
      const columnsFirst = call.attributes.text("mode", "DCR") === "CRD";
      return spaceToDepth(call.tensor(0), call.attributes.int("blocksize", 1), columnsFirst);
    },
  },
};
