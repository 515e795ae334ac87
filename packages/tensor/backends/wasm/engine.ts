/** The WebAssembly instance, its memory, and the launching of kernels on it. */
import { BackendError } from "../../errors.ts";
import type { DType, Storage } from "../../backend.ts";
import { shared } from "../../shared.ts";
import { Heap } from "./heap.ts";
import * as core from "./core_module.ts";
import type { KernelName } from "./kernel_name.ts";
import { type Embedded, kernelsBytes, kindOf } from "./kernels_file.ts";
import { type Extras, MOST, ThreadPool } from "./threads.ts";

/** A block of the linear memory. */
export interface WasmStorage extends Storage {
  /** Its address, until the memory is renewed. */
  address: number;
  /** Its place in the engine's list of all. */
  place: number;
  /** The bytes that were asked for. */
  readonly bytes: number;
}

/** A compiled kernel; its last two arguments are the range of its work, begin and end. */
export type Kernel = (...args: number[]) => void;

/** The kernels of an instance, by name. */
export type Kernels = Record<KernelName, Kernel>;

/** Bytes below which the compiler and the engine keep data of their own. */
const FIRST = 64 * 1024;
/** Where the sizes and strides of broadcast operands are written for a kernel. */
const META = 32 * 1024;

/** Whether this machine's WebAssembly has relaxed SIMD: a module that uses a fused multiply-add. */
function hasRelaxedSimd(): boolean {
  // (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd)
  return WebAssembly.validate(
    new Uint8Array([
      ...[0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0],
      ...[10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0, 253, 133, 2, 11],
    ]),
  );
}

/** The kernels of all operations, where the program has loaded them; else there are the core's. */
const further = shared<{ embedded?: Embedded }>("wasm.kernels", () => ({}));

/** Gives the engine the kernels of all operations. */
export function embedKernels(kernels: Embedded): void {
  further.embedded = kernels;
}

/** One instance of the kernels and the memory that it and all threads work on. */
export class Engine {
  /** Whether several threads can work on the memory. */
  readonly shared: boolean;
  /** The vector instructions that the kernels use. */
  readonly simd: "simd128" | "relaxed";
  /** The memory. */
  readonly memory: WebAssembly.Memory;
  /** The compiled module, for further instances. */
  module: WebAssembly.Module;
  /** The kernels of this thread. */
  kernels: Kernels;
  /** The blocks of the memory. */
  readonly heap: Heap;
  /** Why one thread computes where more were wanted. */
  singleThread: string | undefined;
  readonly #scratches: number[] = [];
  /** All that were handed out. */
  readonly #storages: WasmStorage[] = [];
  #pool: ThreadPool | undefined;
  #functions: Record<string, Kernel>;
  #floats: Float32Array;
  #integers: Int32Array;

  /**
   * Compiles the embedded module, or takes a compiled one where compiling is not allowed, or that of
   * another engine, with as much memory as that one uses.
   */
  constructor(from?: WebAssembly.Module | Engine) {
    const isolated = (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated;
    const given = from instanceof WebAssembly.Module ? { ...kindOf(from), module: from } : from;
    this.shared = given?.shared ??
      (typeof SharedArrayBuffer === "function" && isolated !== false);
    this.simd = given?.simd ?? (hasRelaxedSimd() ? "relaxed" : "simd128");
    const needed = from instanceof Engine ? from.heap.inUse : 0;
    const initial = Math.ceil((FIRST + needed) / 65536);
    try {
      this.memory = new WebAssembly.Memory({ initial, maximum: 65536, shared: this.shared });
      this.module = given?.module ?? this.#compile(further.embedded ?? core);
      this.kernels = this.#instantiate();
    } catch (cause) {
      const error = new BackendError(
        `Cannot start the wasm backend as WebAssembly with SIMD must be allowed: current ${cause}. ` +
          "Where nothing may be compiled, give the compiled @neurite/tensor/kernels.wasm by the " +
          "option module",
        ["reference"],
      );
      error.cause = cause;
      throw error;
    }
    this.#functions = this.kernels;
    this.heap = new Heap(this.memory, FIRST);
    this.kernels.setScratch(this.scratch(0));
    this.#floats = new Float32Array(this.memory.buffer);
    this.#integers = new Int32Array(this.memory.buffer);
  }

  #compile(kernels: Embedded): WebAssembly.Module {
    return new WebAssembly.Module(kernelsBytes(kernels, this));
  }

  #instantiate(): Kernels {
    const sgemm = (...args: number[]): void => this.#functions.sgemm(...args);
    const env = { memory: this.memory, sgemm };
    return new WebAssembly.Instance(this.module, { env }).exports as Kernels;
  }

  /**
   * A kernel that the core lacks: the program has loaded further operations after the engine was
   * started. Threads that run already do not have it; it runs on this one until threads are chosen
   * again.
   */
  #furtherKernel(name: KernelName): Kernel {
    if (further.embedded === undefined) {
      throw new Error(`No kernel ${name}: ./table.ts is not loaded`);
    }
    this.module = this.#compile(further.embedded);
    this.kernels = this.#instantiate();
    this.kernels.setScratch(this.scratch(0));
    this.#functions = { ...this.kernels, ...this.#functions };
    return this.#functions[name];
  }

  /**
   * Takes over everything that another engine has, which is of no use then: all storages move to the
   * memory of this one.
   */
  take(other: Engine): void {
    for (const storage of other.#storages) {
      const from = storage.address, { bytes } = storage;
      storage.address = this.heap.allocate(bytes);
      storage.place = this.#storages.push(storage) - 1;
      this.floats.set(other.floats.subarray(from / 4, (from + bytes) / 4), storage.address / 4);
    }
  }

  /** The working space of a thread, by its number. */
  scratch(thread: number): number {
    const bytes = this.kernels.scratchBytes as () => number;
    return this.#scratches[thread] ??= this.heap.reserve(bytes());
  }

  /** The number of threads that compute. */
  get threads(): number {
    return this.#pool?.size ?? 1;
  }

  /** Whether a library's matrix product stands in for the kernel. */
  get library(): boolean {
    return this.#functions.gemm !== this.kernels.gemm;
  }

  /** Computes from now on, on one thread, with functions in place of kernels of the same name. */
  replace(extras: Extras | undefined): void {
    this.#functions = { ...this.kernels, ...extras?.own };
  }

  /**
   * Computes from now on with so many threads, and with functions in place of kernels. Without a
   * number there are as many as processors, or one, where the platform does not have threads.
   */
  async configure(
    threads: number | undefined,
    extras?: Extras,
    worker?: string | URL,
  ): Promise<void> {
    const count = threads ?? Math.min(MOST, globalThis.navigator?.hardwareConcurrency ?? 1);
    if (threads !== undefined) ThreadPool.check(this, threads);
    const old = this.#pool;
    this.#pool = undefined;
    this.singleThread = undefined;
    old?.stop();
    try {
      ThreadPool.check(this, count);
      if (count > 1) this.#pool = await ThreadPool.start(this, count, extras, worker);
    } catch (error) {
      if (threads !== undefined || !(error instanceof BackendError)) throw error;
      this.singleThread = error.message;
    }
    this.replace(extras);
  }

  /** The whole memory as float32. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.memory.buffer) {
      this.#floats = new Float32Array(this.memory.buffer);
    }
    return this.#floats;
  }

  /** The whole memory as int32. */
  get integers(): Int32Array {
    if (this.#integers.buffer !== this.memory.buffer) {
      this.#integers = new Int32Array(this.memory.buffer);
    }
    return this.#integers;
  }

  /** The values of a storage, in place. */
  view(storage: Storage, dtype: DType, size: number): Float32Array | Int32Array {
    const at = (storage as WasmStorage).address / 4;
    return (dtype === "int32" ? this.integers : this.floats).subarray(at, at + size);
  }

  /** A new storage for `size` numbers, with whatever was there. */
  allocate(size: number): WasmStorage {
    const bytes = size * 4;
    const address = this.heap.allocate(bytes), place = this.#storages.length;
    const storage = { references: 1, address, bytes, place };
    this.#storages.push(storage);
    return storage;
  }

  /** Gives a storage back. */
  free(storage: Storage): void {
    const { address, bytes, place } = storage as WasmStorage, last = this.#storages.pop()!;
    if (last !== storage) {
      this.#storages[place] = last;
      last.place = place;
    }
    this.heap.free(address, bytes);
  }

  /** Whether there is a kernel of this name: a program that has loaded the core alone lacks most. */
  has(name: KernelName): boolean {
    return this.#functions[name] !== undefined || further.embedded !== undefined;
  }

  /** Writes integers where kernels read sizes and strides, and returns the address. */
  meta(values: readonly number[]): number {
    this.integers.set(values, META / 4);
    return META;
  }

  /**
   * Runs a kernel over the range from 0 to `total`, on all threads if it has at least two shares
   * of `grain`; shares begin at multiples of 4.
   */
  launch(name: KernelName, total: number, grain: number, ...args: number[]): void {
    const kernel = this.#functions[name] ?? this.#furtherKernel(name);
    if (total >= 2 * grain && this.#pool?.has(name)) this.#pool.launch(name, total, grain, args);
    else kernel(...args, 0, total);
  }
}
