/** Operations that move numbers as they are, bit by bit: any element type, NaN and all. */
import type { Operand } from "@neurite/tensor";
import type { KernelAttributes } from "@neurite/tensor/contract";
import { broadcastStrides, rowMajorStrides } from "@neurite/tensor/internal";
import type { Device } from "../device/device.ts";
import { EACH_ELEMENT, WIDTH } from "../device/kernel.ts";
import type { Block } from "../device/pool.ts";
import { map } from "./map.ts";
import { sizeOf } from "./reduce.ts";
import {
  allocate,
  blockOf,
  type DeviceStorage,
  groupsFor,
  inParts,
  type Runner,
} from "./runner.ts";

type Run<K extends keyof KernelAttributes> = Runner<KernelAttributes[K]>;

/** A place in a tensor: strides, and where they begin. */
interface Place {
  readonly strides: readonly number[];
  readonly offset?: number;
}

/** Copies numbers from one place to another. */
export function move(
  device: Device,
  shape: readonly number[],
  [from, source]: readonly [Block, Place],
  [to, target]: readonly [Block, Place],
): void {
  map(device, {
    ...{ name: "move", expression: "x", shape },
    sources: [{ ...source, name: "x", block: from, type: "u32" }],
    target: { ...target, block: to, type: "u32" },
  });
}

/** A tensor of what is read in strides. */
function taken(
  device: Device,
  x: Operand,
  shape: readonly number[],
  place: Place,
): DeviceStorage {
  const y = allocate(device, sizeOf({ shape, dtype: x.dtype }));
  move(device, shape, [blockOf(x), place], [y.block, { strides: rowMajorStrides(shape) }]);
  return y;
}

export const broadcastTo: Run<"broadcastTo"> = (device, [x], shape) =>
  taken(device, x, shape, { strides: broadcastStrides(x.shape, shape) });

export const transpose: Run<"transpose"> = (device, [x], perm, { shape }) => {
  const own = rowMajorStrides(x.shape);
  return taken(device, x, shape, { strides: perm.map((axis) => own[axis]) });
};

export const stridedSlice: Run<"stridedSlice"> = (device, [x], { begin, step, size }) => {
  const own = rowMajorStrides(x.shape);
  const offset = begin.reduce((at, b, axis) => at + b * own[axis], 0);
  return taken(device, x, size, { strides: step.map((s, axis) => s * own[axis]), offset });
};

/** The same values in another shape. */
export const reshape: Run<"reshape"> = (_, [x]) => {
  x.storage.references++;
  return x.storage as DeviceStorage;
};

/** Fills a buffer with a number of the given bits. */
export function fill(device: Device, block: Block, size: number, bits: number): void {
  const kernel = () => ({
    params: ["n: u32", "bits: u32"],
    reads: [],
    writes: ["y: u32"],
    workgroup: [WIDTH, 1, 1] as const,
    main: `${EACH_ELEMENT}\n  y[i] = p.bits;`,
  });
  inParts(device, size, (_, count, bind) => {
    device.run("fill", kernel, [bind(block)], [count, bits], groupsFor(count));
  });
}

const float = new Float32Array(1), integer = new Int32Array(float.buffer);

/** The bits of a number. */
export function bitsOf(value: number, dtype: Operand["dtype"]): number {
  if (dtype === "int32") integer[0] = value;
  else float[0] = value;
  return integer[0] >>> 0;
}

export const pad: Run<"pad"> = (device, [x], { paddings, value }, spec) => {
  const size = sizeOf(spec), y = allocate(device, size), strides = rowMajorStrides(spec.shape);
  fill(device, y.block, size, bitsOf(value, spec.dtype));
  const offset = paddings.reduce((at, [before], axis) => at + before * strides[axis], 0);
  const own = rowMajorStrides(x.shape);
  move(device, x.shape, [blockOf(x), { strides: own }], [y.block, { strides, offset }]);
  return y;
};

export const concat: Run<"concat"> = (device, parts, axis, spec) => {
  const y = allocate(device, sizeOf(spec)), strides = rowMajorStrides(spec.shape);
  let offset = 0;
  for (const x of parts) {
    const own = rowMajorStrides(x.shape);
    move(device, x.shape, [blockOf(x), { strides: own }], [y.block, { strides, offset }]);
    offset += x.shape[axis] * strides[axis];
  }
  return y;
};
