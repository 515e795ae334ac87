/** The wasm backend: SIMD kernels on one linear memory, on one thread or several. */
import type {
  Backend,
  Computation,
  DType,
  Operand,
  OwnInfo,
  RandomDraw,
  Storage,
  TensorSpec,
  UpdateDefinition,
  UpdatePlace,
} from "../../backend.ts";
import { ndarray, type TypedArray } from "../../ndarray.ts";
import { copyRows } from "../../rows.ts";
import { brand } from "../../shared.ts";
import { sizeOf } from "../../shape.ts";
import { type Blas, findBlas } from "./blas.ts";
import { Engine, type WasmStorage } from "./engine.ts";
import { random } from "./runners/random.ts";
import { update } from "./runners/update.ts";
import { entryOf } from "./core_table.ts";

/** See the module's description. */
export class WasmBackend implements Backend {
  static {
    brand(this, "WasmBackend");
  }
  readonly synchronous = true;
  #engine: Engine;
  #blas: Blas | undefined;
  /** The compiled module that was given. */
  readonly module: WebAssembly.Module | undefined;
  /** How it was configured last. */
  #threads: number | undefined = 1;
  #worker: string | URL | undefined;

  /** Takes a compiled module where the platform does not allow compiling at run time. */
  constructor(module?: WebAssembly.Module) {
    this.module = module;
    this.#engine = new Engine(module);
  }

  /** `blas` while the matrix product is the library's. */
  get name(): string {
    return this.#blas === undefined ? "wasm" : "blas";
  }

  /** Hands the matrix product to the platform's BLAS library, on one thread, without waiting. */
  useBlas(): void {
    this.#blas = findBlas(this.#engine.memory);
    this.#engine.replace(this.#blas.extras);
  }

  /** Computes from now on with so many threads, with or without the platform's BLAS library. */
  async configure(
    threads: number | undefined,
    blas: boolean,
    worker?: string | URL,
  ): Promise<void> {
    const found = blas ? findBlas(this.#engine.memory) : undefined;
    await this.#engine.configure(threads, found?.extras, worker);
    this.#blas = found;
    this.#threads = threads;
    this.#worker = worker;
  }

  /**
   * Moves everything that is in use to a new memory of the size that it needs, which the old one never
   * is again, and lets the old one go.
   */
  async renew(): Promise<void> {
    await this.#engine.configure(1);
    // Until all have moved, nobody else may have a turn.
    const old = this.#engine, engine = new Engine(old);
    engine.take(old);
    this.#engine = engine;
    await this.configure(this.#threads, this.#blas !== undefined, this.#worker);
  }

  write(values: ArrayLike<number>, dtype: DType): Storage {
    const storage = this.#engine.allocate(values.length);
    this.#engine.view(storage, dtype, values.length).set(values);
    return storage;
  }

  writeRows(values: TypedArray, dtype: DType, width: number, rows: Int32Array): Storage {
    const size = width * rows.length, storage = this.#engine.allocate(size);
    copyRows(values, width, rows, this.#engine.view(storage, dtype, size));
    return storage;
  }

  fill(value: number, size: number, dtype: DType): Storage {
    const storage = this.#engine.allocate(size);
    this.#engine.view(storage, dtype, size).fill(value);
    return storage;
  }

  random(draw: RandomDraw, size: number): Storage {
    return random(this.#engine, draw, size);
  }

  readSync(storage: Storage, dtype: DType, size: number): TypedArray {
    // A copy in memory of its own: what is shared cannot be sent, decoded or written to files.
    const values = this.#engine.view(storage, dtype, size);
    return dtype === "int32" ? new Int32Array(values) : new Float32Array(values);
  }

  read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage, dtype, size));
  }

  inPlace(storage: Storage, dtype: DType, size: number): Float32Array | Int32Array {
    return this.#engine.view(storage, dtype, size);
  }

  copy(storage: Storage, _dtype: DType, size: number): Storage {
    const copy = this.#engine.allocate(size), from = (storage as WasmStorage).address / 4;
    this.#engine.floats.copyWithin(copy.address / 4, from, from + size);
    return copy;
  }

  free(storage: Storage): void {
    this.#engine.free(storage);
  }

  run<A>(op: Computation<A>, inputs: readonly Operand[], attributes: A, spec: TensorSpec): Storage {
    let entry = entryOf(op);
    if ("float32" in entry) entry = entry[inputs[0].dtype];
    return "viaReference" in entry
      ? this.#viaReference(op, inputs, attributes, spec)
      : entry(this.#engine, inputs, attributes, spec);
  }

  /** The operation's reference, on the linear memory in place. */
  #viaReference<A>(
    op: Computation<A>,
    inputs: readonly Operand[],
    attributes: A,
    { shape, dtype }: TensorSpec,
  ): WasmStorage {
    const engine = this.#engine, storage = engine.allocate(sizeOf(shape));
    const arrays = inputs.map((x) => ndarray(engine.view(x.storage, x.dtype, x.size), x.shape));
    try {
      op.reference(arrays, attributes, ndarray(engine.view(storage, dtype, sizeOf(shape)), shape));
    } catch (error) {
      engine.free(storage);
      throw error;
    }
    return storage;
  }

  update<P extends UpdatePlace>(
    { name }: UpdateDefinition<P>,
    changed: readonly (Operand | undefined)[],
    gradient: Operand,
    parameters: readonly number[],
    guard?: Operand,
  ): void {
    if (guard !== undefined && this.#engine.view(guard.storage, "float32", 1)[0] !== 0) return;
    update(this.#engine, name, changed, gradient, parameters);
  }

  info(): OwnInfo {
    const { simd, threads, singleThread, heap } = this.#engine;
    return {
      name: this.name,
      simd,
      threads,
      ...(singleThread === undefined ? {} : { singleThread }),
      blas: this.#blas?.description ?? "none",
      memoryInUse: heap.inUse,
      memoryReserved: heap.reserved,
    };
  }
}
