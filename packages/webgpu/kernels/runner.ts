/** What runs an operation: it records kernels that make its result. */
import type { DType, Operand, Storage, TensorSpec } from "@neurite/tensor";
import { WIDTH } from "../device/kernel.ts";
import type { Device, Part } from "../device/device.ts";
import type { Block } from "../device/pool.ts";

/** The values of a tensor on the device. */
export interface DeviceStorage extends Storage {
  /** Where they are. */
  readonly block: Block;
}

/** Runs an operation with attributes of a type on inputs. */
export type Runner<A> = (
  device: Device,
  inputs: readonly Operand[],
  attributes: A,
  output: TensorSpec,
) => DeviceStorage;

/** Where a tensor's values are. */
export function blockOf({ storage }: Operand): Block {
  return (storage as DeviceStorage).block;
}

/** A new storage for so many numbers. */
export function allocate(device: Device, size: number): DeviceStorage {
  return { references: 1, block: device.take(4 * size) };
}

/** Calls `f` with a buffer for so many numbers that is free again after. */
export function withScratch<T>(device: Device, size: number, f: (scratch: Block) => T): T {
  const scratch = device.take(4 * size);
  try {
    return f(scratch);
  } finally {
    device.pool.give(scratch);
  }
}

/** What a kernel that goes through elements in order is bound to of an array: all, or a part. */
type Bind = (block: Block) => Block | Part;

/**
 * Records a kernel that goes through `n` elements of some arrays in order; in parts of 64 elements each
 * where they are more than the device takes at a time.
 */
export function inParts(
  device: Device,
  n: number,
  record: (first: number, count: number, bind: Bind) => void,
): void {
  const most = Math.floor(device.mostBound / 256) * 64;
  if (n <= most) return record(0, n, (block) => block);
  for (let first = 0; first < n; first += most) {
    const count = Math.min(most, n - first);
    record(first, count, (block) => ({ block, begin: 4 * first, size: 4 * count }));
  }
}

/** The types of WGSL for those of elements. */
export const TYPES: Readonly<Record<DType, "f32" | "i32">> = { float32: "f32", int32: "i32" };

/** The most workgroups along an axis. */
const MOST_GROUPS = 65535;

/** Workgroups for so many invocations along one axis, in two where they are too many for one. */
export function groupsFor(n: number, width: number = WIDTH): [number, number, number] {
  const count = Math.ceil(n / width), rows = Math.ceil(count / MOST_GROUPS);
  return [rows > 1 ? Math.ceil(count / rows) : count, rows, 1];
}
