/** The wasm backend: SIMD kernels on one linear memory, on one thread or several. */
import type { Backend, DType, OwnInfo, RandomDraw, Storage, TensorSpec } from "../../backend.ts";
import { ndarray, type TypedArray } from "../../ndarray.ts";
import type { OpDefinition } from "../../op.ts";
import { drawInto } from "../../random/draw.ts";
import { sizeOf } from "../../shape.ts";
import type { Tensor } from "../../tensor.ts";
import { Engine, type WasmStorage } from "./engine.ts";
import { entryOf } from "./table.ts";
import { Team } from "./threads.ts";

/** See the module's description. */
export class WasmBackend implements Backend {
  readonly synchronous = true;
  readonly #engine: Engine;

  /** Takes a compiled module where the platform does not allow compiling at run time. */
  constructor(module?: WebAssembly.Module) {
    this.#engine = new Engine(module);
  }

  get name(): string {
    return "wasm";
  }

  /** Works with this many threads from now on. */
  async setThreads(threads: number): Promise<void> {
    const engine = this.#engine;
    engine.team?.stop();
    engine.team = undefined;
    if (threads > 1) engine.team = await Team.start(engine, threads);
  }

  write(values: ArrayLike<number>, dtype: DType): Storage {
    const storage = this.#engine.allocate(values.length);
    this.#engine.view(storage, dtype, values.length).set(values);
    return storage;
  }

  fill(value: number, size: number, dtype: DType): Storage {
    const storage = this.#engine.allocate(size);
    this.#engine.view(storage, dtype, size).fill(value);
    return storage;
  }

  random(draw: RandomDraw, size: number): Storage {
    const storage = this.#engine.allocate(size);
    drawInto(this.#engine.view(storage, "float32", size) as Float32Array, draw);
    return storage;
  }

  readSync(storage: Storage, dtype: DType, size: number): TypedArray {
    // A copy in memory of its own: what is shared cannot be sent, decoded or written to files.
    const values = this.#engine.view(storage, dtype, size);
    return dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  }

  read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage, dtype, size));
  }

  free(storage: Storage): void {
    this.#engine.free(storage);
  }

  run<A>(op: OpDefinition<A>, inputs: readonly Tensor[], attributes: A, spec: TensorSpec): Storage {
    let entry = entryOf(op);
    if ("float32" in entry) entry = entry[inputs[0].dtype];
    return "viaReference" in entry
      ? this.#viaReference(op, inputs, attributes, spec)
      : entry(this.#engine, inputs, attributes, spec);
  }

  /** The operation's reference, on the linear memory in place. */
  #viaReference<A>(
    op: OpDefinition<A>,
    inputs: readonly Tensor[],
    attributes: A,
    { shape, dtype }: TensorSpec,
  ): WasmStorage {
    const engine = this.#engine, storage = engine.allocate(sizeOf(shape));
    const arrays = inputs.map((x) => ndarray(engine.view(x.storage, x.dtype, x.size), x.shape));
    op.reference(arrays, attributes, ndarray(engine.view(storage, dtype, sizeOf(shape)), shape));
    return storage;
  }

  info(): OwnInfo {
    const { simd, team, heap } = this.#engine;
    return {
      name: this.name,
      simd,
      threads: team?.size ?? 1,
      blas: "none",
      memoryInUse: heap.inUse,
      memoryReserved: heap.reserved,
    };
  }
}
