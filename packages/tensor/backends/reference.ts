/**
 * The reference backend: every operation as its file defines it, in f64 over strided arrays. Slow
 * and readable; the oracle of the tests, and what remains where WebAssembly is refused.
 */
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
} from "../backend.ts";
import { BackendError } from "../errors.ts";
import { type NdArray, ndarray, type TypedArray } from "../ndarray.ts";
import { drawInto } from "../random/draw.ts";
import { copyRows } from "../rows.ts";
import { sizeOf } from "../shape.ts";

/** The values of a tensor: float32 is kept in f64. */
interface HostStorage extends Storage {
  readonly values: Float64Array | Int32Array;
}

/**
 * Every operation as its file defines it, in f64: what other backends are held to.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ReferenceBackend } from "@neurite/tensor/contract";
 *
 * const backend = new ReferenceBackend(), storage = backend.write([0.1, 2], "float32");
 * assertEquals([...backend.readSync(storage, "float32", 2)], [0.1, 2]); // not rounded
 * ```
 */
export class ReferenceBackend implements Backend {
  readonly name: string = "reference";
  readonly synchronous: boolean = true;
  #bytes = 0;

  #store(values: Float64Array | Int32Array): HostStorage {
    this.#bytes += values.byteLength;
    return { references: 1, values };
  }

  #empty(size: number, dtype: DType): HostStorage {
    try {
      return this.#store(dtype === "int32" ? new Int32Array(size) : new Float64Array(size));
    } catch (cause) {
      const error = new BackendError(
        `Cannot allocate ${size} numbers as the host has no room for them: current ${this.#bytes} ` +
          "bytes in use. Give tensors back with tidy(), or use smaller batches",
      );
      error.cause = cause;
      throw error;
    }
  }

  write(values: ArrayLike<number>, dtype: DType): Storage {
    const storage = this.#empty(values.length, dtype);
    storage.values.set(values);
    return storage;
  }

  writeRows(values: TypedArray, dtype: DType, width: number, rows: Int32Array): Storage {
    const storage = this.#empty(width * rows.length, dtype);
    copyRows(values, width, rows, storage.values);
    return storage;
  }

  fill(value: number, size: number, dtype: DType): Storage {
    const storage = this.#empty(size, dtype);
    storage.values.fill(value);
    return storage;
  }

  random(draw: RandomDraw, size: number): Storage {
    const storage = this.#empty(size, "float32");
    drawInto(storage.values as Float64Array, draw);
    return storage;
  }

  readSync(storage: Storage, _dtype: DType, size: number): TypedArray {
    return (storage as HostStorage).values.slice(0, size);
  }

  read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    return Promise.resolve(this.readSync(storage, dtype, size));
  }

  copy(storage: Storage, _dtype: DType, size: number): Storage {
    return this.#store((storage as HostStorage).values.slice(0, size));
  }

  free(storage: Storage): void {
    this.#bytes -= (storage as HostStorage).values.byteLength;
  }

  run<A>(op: Computation<A>, inputs: readonly Operand[], attributes: A, spec: TensorSpec): Storage {
    const output = this.#empty(sizeOf(spec.shape), spec.dtype);
    const view = (storage: Storage, shape: readonly number[]): NdArray =>
      ndarray((storage as HostStorage).values, shape);
    op.reference(inputs.map((x) => view(x.storage, x.shape)), attributes, view(output, spec.shape));
    return output;
  }

  update<P extends UpdatePlace>(
    { rule }: UpdateDefinition<P>,
    changed: readonly (Operand | undefined)[],
    gradient: Operand,
    parameters: readonly number[],
    guard?: Operand,
  ): void {
    if (guard !== undefined && (guard.storage as HostStorage).values[0] !== 0) return;
    const lists = changed.map((x) => x && (x.storage as HostStorage).values);
    const gradients = (gradient.storage as HostStorage).values;
    for (let i = 0; i < gradient.size; i++) {
      // The rule is given as many numbers as there are tensors, of which it says how many it takes.
      const place = lists.map((values) => values?.[i]) as unknown as P;
      const next = rule(place, gradients[i], parameters);
      lists.forEach((values, k) => values && (values[i] = next[k]!));
    }
  }

  info(): OwnInfo {
    const bytes = this.#bytes;
    return {
      name: this.name,
      simd: "none",
      threads: 1,
      blas: "none",
      memoryInUse: bytes,
      memoryReserved: bytes,
    };
  }
}
