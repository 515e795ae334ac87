/** A backend whose operations are TensorFlow's kernels, called through TensorFlow.js. */
import {
  type Backend,
  BackendError,
  type Computation,
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
import type { UpdateName } from "@neurite/tensor/contract";
import { copyRows, drawInto } from "@neurite/tensor/internal";
import { Kernels, sameShape, sizeOf, type TfTensor } from "./kernels.ts";
import { UPDATES } from "./runners/update.ts";
import type { Runtime } from "./runtime.ts";
import { runnerOf } from "./table.ts";

/** The values of a tensor. Those of TensorFlow.js do not change: an update puts another in their place. */
interface TfStorage extends Storage {
  /** The values, in the shape in which they were last used. */
  tensor: TfTensor;
}

/** Bytes of an element: both types have 32 bits. */
const BYTES = 4;

/**
 * Computes with a TensorFlow.js runtime. Where TensorFlow computes, values are host values: they are read
 * at once; where a GPU of a page does, they have to be awaited.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { currentBackend, useBackend } from "@neurite/tensor";
 * import { TfjsBackend } from "@neurite/tfjs";
 *
 * await useBackend("tfjs");
 * assertEquals(currentBackend() instanceof TfjsBackend, true);
 * await useBackend("wasm");
 * ```
 */
export class TfjsBackend implements Backend {
  readonly name: string = "tfjs";
  readonly synchronous: boolean;
  readonly #runtime: Runtime;
  readonly #tf: Kernels;
  #bytes = 0;

  /** A backend on a runtime that was found. */
  constructor(runtime: Runtime) {
    this.#runtime = runtime;
    this.#tf = new Kernels(runtime.module);
    this.synchronous = runtime.synchronous;
  }

  #store(tensor: TfTensor): TfStorage {
    tensor.kept = true;
    this.#bytes += tensor.size * BYTES;
    return { references: 1, tensor };
  }

  #written(values: TypedArray, dtype: DType): Storage {
    return this.#store(this.#tf.tensor(values, [values.length], dtype));
  }

  /**
   * The values of a tensor in its shape, in which they stay for the next use: unless others want them
   * in another shape in the meantime.
   */
  #tensor({ storage, shape }: Operand, others: readonly Operand[] = []): TfTensor {
    const own = storage as TfStorage, { tensor } = own;
    if (sameShape(tensor.shape, shape)) return tensor;
    const shaped = this.#tf.reshape(tensor, shape);
    if (others.filter((x) => x.storage === storage).length > 1) return shaped;
    shaped.kept = true;
    tensor.dispose();
    return own.tensor = shaped;
  }

  /** Runs `f`; what TensorFlow refuses is an error that says what was to be done. */
  #run(name: string, f: () => readonly TfTensor[]): readonly TfTensor[] {
    try {
      return this.#tf.scope(f);
    } catch (cause) {
      const error = new BackendError(
        `Cannot run ${name} as TensorFlow.js failed on ${this.#runtime.device.adapter}: current ` +
          `"${(cause as Error).message}". Where memory is what lacks, use smaller batches`,
      );
      error.cause = cause;
      throw error;
    }
  }

  write(values: ArrayLike<number>, dtype: DType): Storage {
    return this.#written(
      dtype === "int32" ? new Int32Array(values) : new Float32Array(values),
      dtype,
    );
  }

  writeRows(values: TypedArray, dtype: DType, width: number, rows: Int32Array): Storage {
    const size = width * rows.length;
    const copy = dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    copyRows(values, width, rows, copy);
    return this.#written(copy, dtype);
  }

  fill(value: number, size: number, dtype: DType): Storage {
    const values = dtype === "int32" ? new Int32Array(size) : new Float32Array(size);
    return this.#written(values.fill(value), dtype);
  }

  random(draw: RandomDraw, size: number): Storage {
    const values = new Float32Array(size);
    drawInto(values, draw);
    return this.#written(values, "float32");
  }

  readSync(storage: Storage, dtype: DType, size: number): TypedArray {
    if (this.synchronous) return copied((storage as TfStorage).tensor.dataSync(), dtype, size);
    throw new BackendError(
      `Cannot read values at once as ${this.#runtime.device.adapter} has to be awaited: current dataSync() or ` +
        "item() of a tensor on tfjs. Use await x.data(), or compute on wasm what decides what is done next",
    );
  }

  async read(storage: Storage, dtype: DType, size: number): Promise<TypedArray> {
    return copied(await (storage as TfStorage).tensor.data(), dtype, size);
  }

  copy(storage: Storage, _dtype: DType, size: number): Storage {
    const { tensor } = storage as TfStorage;
    const [copy] = this.#run("copy", () => [
      tensor.size === size
        ? this.#tf.identity(tensor)
        : this.#tf.slice(this.#tf.reshape(tensor, [tensor.size]), [0], [size]),
    ]);
    return this.#store(copy);
  }

  free(storage: Storage): void {
    const { tensor } = storage as TfStorage;
    this.#bytes -= tensor.size * BYTES;
    tensor.dispose();
  }

  run<A>(
    op: Computation<A>,
    inputs: readonly Operand[],
    attributes: A,
    output: TensorSpec,
  ): Storage {
    const share = (storage: Storage): Storage => {
      storage.references++;
      return storage;
    };
    if (op.name === "reshape") return share(inputs[0].storage);
    if (sizeOf(output.shape) === 0) return this.write([], output.dtype);
    const run = runnerOf(op);
    const [result] = this.#run(op.name, () => {
      const tensors = inputs.map((x) => this.#tensor(x, inputs));
      return [run(this.#tf, tensors, attributes, output, op)];
    });
    const same = inputs.find(({ storage }) => (storage as TfStorage).tensor === result);
    return same === undefined ? this.#store(result) : share(same.storage);
  }

  update<P extends UpdatePlace>(
    { name }: UpdateDefinition<P>,
    changed: readonly (Operand | undefined)[],
    gradient: Operand,
    parameters: readonly number[],
    guard?: Operand,
  ): void {
    if (gradient.size === 0) return;
    const tf = this.#tf, { hostMemory } = this.#runtime, { shape } = gradient;
    if (hostMemory && guard && (guard.storage as TfStorage).tensor.dataSync()[0] !== 0) return;
    const before = changed.map((x) => x && this.#tensor(x)), g = this.#tensor(gradient);
    const decides = hostMemory || guard === undefined ? undefined : this.#tensor(guard);
    const after = this.#run(name, () => {
      const next = UPDATES[name as UpdateName](tf, before, g, parameters);
      if (decides === undefined) return next.filter((x) => x !== undefined);
      const isTaken = tf.two("Equal", tf.reshape(decides, []), tf.number(0));
      return next.flatMap((x, i) =>
        x === undefined ? [] : [tf.select(isTaken, x, before[i]!, shape)]
      );
    });
    changed.filter((x) => x !== undefined).forEach(({ storage }, i) => {
      const own = storage as TfStorage;
      own.tensor.dispose();
      own.tensor = after[i];
    });
  }

  info(): OwnInfo {
    const { threads, runtime, device } = this.#runtime, bytes = this.#bytes;
    return {
      name: this.name,
      simd: "none",
      threads,
      blas: "none",
      runtime,
      device,
      memoryInUse: bytes,
      memoryReserved: bytes,
    };
  }
}

/** The first values of a list as an array of their own. */
function copied(values: ArrayLike<number>, dtype: DType, size: number): TypedArray {
  const all = dtype === "int32" ? new Int32Array(values) : new Float32Array(values);
  return all.length === size ? all : all.slice(0, size);
}
