/** The tensor: a handle on values that a backend keeps. */
import type { Backend, DType, Operand, Storage } from "./backend.ts";
import { BackendError, DisposedError, DTypeError, formatShape, ShapeError } from "./errors.ts";
import { formatTensor } from "./format.ts";
import { type NdArray, ndarray, type TypedArray } from "./ndarray.ts";
import { type Handle, type Held, makeHandle, releaseHandle } from "./handle.ts";
import { brand } from "./shared.ts";
import { adopt } from "./scope.ts";
import { sameShape, sizeOf } from "./shape.ts";

/** Numbers in nested arrays, as deep as the tensor has axes. */
export type Nested = number | readonly Nested[];

/**
 * An array of numbers of any number of axes, on a backend. Made by {@linkcode tensor}, `zeros`,
 * `uniform`, ... and by operations, which are functions: `add(a, b)`, not `a.add(b)`.
 *
 * Values are never changed in place, except by {@linkcode Tensor.assign} and by updates such as
 * `sgdUpdate`. In a training step, a
 * prediction or a {@linkcode tidy}, tensors are freed at the end; elsewhere by `using`, by
 * `dispose()`, or in the end by the garbage collector.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, tensor } from "@neurite/tensor";
 *
 * using x = tensor([[1, 2], [3, 4]]);
 * using y = add(x, 10);
 * assertEquals(y.shape, [2, 2]);
 * assertEquals(y.array(), [[11, 12], [13, 14]]);
 * ```
 */
export class Tensor implements Held, Operand {
  static {
    brand(this, "Tensor");
  }
  /** The sizes, outermost first; `[]` for a single number. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: DType;
  /** The number of elements. */
  readonly size: number;
  /** Where the values are; only backends and the engine use it. */
  readonly handle: Handle;

  /** Used by the engine: wraps a storage and takes over one reference to it. */
  constructor(backend: Backend, storage: Storage, shape: readonly number[], dtype: DType) {
    this.shape = shape;
    this.dtype = dtype;
    this.size = sizeOf(shape);
    this.handle = makeHandle(backend, storage);
    adopt(this);
  }

  /** The number of axes. */
  get rank(): number {
    return this.shape.length;
  }

  /** The backend that keeps the values. */
  get backend(): Backend {
    return this.handle.backend;
  }

  /** The values' storage; throws {@linkcode DisposedError} if they were freed. */
  get storage(): Storage {
    const storage = this.handle.storage;
    if (storage === undefined) {
      throw new DisposedError(
        `Cannot use a tensor of shape ${formatShape(this.shape)} as its values were freed: ` +
          "current state disposed. Return it from tidy(), or keep() it",
      );
    }
    return storage;
  }

  /** Whether the values were freed. */
  get disposed(): boolean {
    return this.handle.storage === undefined;
  }

  /** Gives the values back now. Calling it again does nothing. */
  dispose(): void {
    releaseHandle(this.handle);
  }

  /** What `using` calls at the end of a block. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The values as a copy in row-major order, as soon as they are computed. */
  async data(): Promise<Float32Array | Int32Array> {
    return rounded(await this.backend.read(this.storage, this.dtype, this.size));
  }

  /** The values as a copy in row-major order. A backend that cannot wait throws `BackendError`. */
  dataSync(): Float32Array | Int32Array {
    return rounded(this.#read());
  }

  /** The values as nested arrays; a plain number for shape `[]`. */
  array(): Nested {
    return nest(this.#read(), this.shape, 0, 0)[0];
  }

  /** The single value of a tensor of one element. */
  item(): number {
    if (this.size !== 1) {
      throw new RangeError(
        `Cannot read one number as the tensor must have one element: current shape ${
          formatShape(this.shape)
        }`,
      );
    }
    return this.#read()[0];
  }

  /** The values as an array on the host; in f64 on the reference backend. */
  toNdarray(): NdArray {
    return ndarray(this.#read(), this.shape);
  }

  /** A copy on another backend, once it is computed. */
  async to(backend: Backend): Promise<Tensor> {
    const values = await this.backend.read(this.storage, this.dtype, this.size);
    return new Tensor(backend, backend.write(values, this.dtype), this.shape, this.dtype);
  }

  /**
   * Replaces the values by those of `value`, which has the same shape and element type; nothing is
   * copied. This is how a parameter is updated: every holder of this tensor sees the new values.
   * Views made of it before, by `reshape`, keep the old ones. Assign after the gradient is known,
   * not in the function that is differentiated: the backward pass reads the values of the forward pass.
   */
  assign(value: Tensor): this {
    if (!sameShape(value.shape, this.shape)) {
      throw new ShapeError("assign", `the values must be of shape ${formatShape(this.shape)}`, [
        value.shape,
      ]);
    }
    if (value.dtype !== this.dtype) {
      throw new DTypeError(
        `Cannot assign as the values must be ${this.dtype}: current ${value.dtype}. Use cast()`,
      );
    }
    if (value.backend !== this.backend) {
      throw new BackendError(
        `Cannot assign as both tensors must be on one backend: current "${this.backend.name}" and "${value.backend.name}"`,
      );
    }
    const old = this.storage, storage = value.storage;
    storage.references++;
    this.handle.storage = storage;
    this.handle.known = value.handle.known;
    if (--old.references === 0) this.backend.free(old);
    return this;
  }

  /**
   * Replaces the values by those of the host, in row-major order and of the same element type. Unlike
   * with {@linkcode Tensor.assign}, the old ones are freed before: there is never room taken for both.
   */
  overwrite(values: Float32Array | Int32Array): this {
    const { backend, dtype, handle, size, storage: old } = this;
    if (values.length !== size) {
      throw new ShapeError(
        "overwrite a tensor",
        `shape ${formatShape(this.shape)} needs ${size} values`,
        [],
        `${values.length} values`,
      );
    }
    const given: DType = values instanceof Int32Array ? "int32" : "float32";
    if (given !== dtype) {
      throw new DTypeError(
        `Cannot overwrite a tensor as its values must be ${dtype}: current ${given}`,
      );
    }
    handle.storage = handle.known = undefined;
    if (--old.references === 0) backend.free(old);
    handle.storage = backend.write(values, dtype);
    return this;
  }

  /** Element type, shape and values, shortened where there are many. */
  toString(): string {
    const head = `Tensor ${this.dtype} ${formatShape(this.shape)}`;
    if (this.disposed) return `${head} (disposed)`;
    if (!this.backend.synchronous) return `${head} (on ${this.backend.name})`;
    return `${head}\n${formatTensor(this.#read(), this.shape)}`;
  }

  /** What `console.log` shows in Deno. */
  [Symbol.for("Deno.customInspect")](): string {
    return this.toString();
  }

  /** What `console.log` shows in Node and Bun. */
  [Symbol.for("nodejs.util.inspect.custom")](): string {
    return this.toString();
  }

  #read(): TypedArray {
    return this.backend.readSync(this.storage, this.dtype, this.size);
  }
}

/** The reference backend computes in f64; what leaves it as data is float32. */
function rounded(values: TypedArray): Float32Array | Int32Array {
  return values instanceof Float64Array
    ? Float32Array.from(values)
    : values as Float32Array | Int32Array;
}

/** The nested arrays of the axes from `axis` on, and the position after them. */
function nest(
  values: TypedArray,
  shape: readonly number[],
  axis: number,
  at: number,
): [Nested, number] {
  if (axis === shape.length) return [values[at], at + 1];
  const list: Nested[] = [];
  for (let i = 0; i < shape[axis]; i++) {
    const [inner, next] = nest(values, shape, axis + 1, at);
    list.push(inner);
    at = next;
  }
  return [list, at];
}

/**
 * The values for a check, where the host has them: read at once, or as they were written where the
 * backend has to be awaited. `undefined` for what a device has computed: it is not asked for a check.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { tensor } from "@neurite/tensor";
 * import { valuesOnHost } from "@neurite/tensor/internal";
 *
 * assertEquals(valuesOnHost(tensor([1, 2])), new Float32Array([1, 2]));
 * ```
 */
export function valuesOnHost(x: Tensor): ArrayLike<number> | undefined {
  return x.backend.synchronous ? x.dataSync() : x.handle.known;
}
