/** The backend on a device of WebGPU. */
import {
  type Backend,
  BackendError,
  type Computation,
  type DeviceInfo,
  type DType,
  type Operand,
  type OwnInfo,
  type RandomDraw,
  type Storage,
  type TensorSpec,
  type TypedArray,
  type UpdateDefinition,
  type UpdatePlace,
} from "@neurite/tensor";
import { copyRows } from "@neurite/tensor/internal";
import type { Device } from "./device/device.ts";
import { bitsOf, fill, move } from "./kernels/movement.ts";
import { random } from "./kernels/random.ts";
import { allocate, type DeviceStorage } from "./kernels/runner.ts";
import { update } from "./kernels/update.ts";
import { runnerOf } from "./table.ts";

/** Single numbers that are kept. */
const CONSTANTS = 256;

/** Keeps tensors on a device of WebGPU, and records what is computed with them. */
export class WebGPUBackend implements Backend {
  readonly name = "webgpu";
  readonly synchronous = false;
  readonly #device: Device;
  readonly #info: DeviceInfo;
  /** Single numbers that were written, by type and bits; the last one was used last. */
  readonly #constants = new Map<string, DeviceStorage>();

  /** Of a device, and of what is told of it. */
  constructor(device: Device, info: DeviceInfo) {
    this.#device = device;
    this.#info = info;
  }

  /** Whether the device is gone. */
  get lost(): boolean {
    return this.#device.lost;
  }

  /** Refuses from now on what would take more bytes; no limit without a number. */
  limitMemory(bytes = Infinity): void {
    this.#device.pool.limit = bytes;
  }

  write(values: ArrayLike<number>, dtype: DType): Storage {
    if (values.length === 1) return this.#constant(values[0], dtype);
    const array = dtype === "int32"
      ? values instanceof Int32Array ? values : Int32Array.from(values)
      : values instanceof Float32Array
      ? values
      : Float32Array.from(values);
    return { references: 1, block: this.#device.write(array) } as DeviceStorage;
  }

  /** A single number. Programs write the same ones again and again: they share one storage. */
  #constant(value: number, dtype: DType): Storage {
    const key = `${dtype} ${bitsOf(value, dtype)}`;
    const storage = this.#constants.get(key) ?? this.fill(value, 1, dtype) as DeviceStorage;
    if (!this.#constants.delete(key) && this.#constants.size >= CONSTANTS) {
      // The one that was used longest ago and is nobody's; where there is none, this one is not kept.
      const idle = [...this.#constants].find(([, { references }]) => references === 1);
      if (idle === undefined) return storage;
      this.#constants.delete(idle[0]);
      this.#device.pool.give(idle[1].block);
    }
    this.#constants.set(key, storage);
    storage.references++;
    return storage;
  }

  writeRows(values: TypedArray, dtype: DType, width: number, rows: Int32Array): Storage {
    const size = width * rows.length;
    const array = dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    copyRows(values, width, rows, array);
    return this.write(array, dtype);
  }

  fill(value: number, size: number, dtype: DType): Storage {
    const storage = allocate(this.#device, size);
    fill(this.#device, storage.block, size, bitsOf(value, dtype));
    return storage;
  }

  random(draw: RandomDraw, size: number): Storage {
    return random(this.#device, draw, size);
  }

  readSync(): never {
    throw new BackendError(
      `Cannot read values at once as backend "${this.name}" has to be awaited: current a reading ` +
        "without waiting. Use await x.data()",
      [this.name],
    );
  }

  async read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    const bytes = await this.#device.read((storage as DeviceStorage).block, 4 * size);
    return dtype === "int32" ? new Int32Array(bytes) : new Float32Array(bytes);
  }

  copy(storage: Storage, _dtype: DType, size: number): Storage {
    const y = allocate(this.#device, size), strides = [1];
    const from = (storage as DeviceStorage).block;
    move(this.#device, [size], [from, { strides }], [y.block, { strides }]);
    return y;
  }

  free(storage: Storage): void {
    // A single number that others have, too.
    if (storage.references > 1) return void storage.references--;
    this.#device.pool.give((storage as DeviceStorage).block);
  }

  run<A>(
    op: Computation<A>,
    inputs: readonly Operand[],
    attributes: A,
    output: TensorSpec,
  ): Storage {
    return runnerOf(op)(this.#device, inputs, attributes, output);
  }

  update<P extends UpdatePlace>(
    { name }: UpdateDefinition<P>,
    changed: readonly (Operand | undefined)[],
    gradient: Operand,
    parameters: readonly number[],
    guard?: Operand,
  ): void {
    update(this.#device, name, changed, gradient, parameters, guard);
  }

  info(): OwnInfo {
    const { pool } = this.#device;
    // What is kept for reuse belongs to nobody.
    let kept = 0;
    for (const { block } of this.#constants.values()) kept += block.bytes;
    return {
      name: this.name,
      simd: "none",
      threads: 1,
      blas: "none",
      memoryInUse: pool.inUse - kept,
      memoryReserved: pool.reserved,
      device: this.#info,
    };
  }
}
