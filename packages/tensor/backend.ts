/**
 * The contract between tensors and the machines that compute them. A backend keeps the values of
 * tensors in storages of its own and runs operations on them. Nothing here assumes that its memory
 * can be seen from the host, or that its work is done when a call returns: a backend over a GPU
 * says `synchronous: false` and is read with `read` only.
 */
import type { NdArray, TypedArray } from "./ndarray.ts";

/** The element types: 32-bit floating point, and 32-bit integers for labels and indices. */
export type DType = "float32" | "int32";

/** What is known of a tensor before its values are: shape and element type. */
export interface TensorSpec {
  /** The sizes, outermost first. */
  readonly shape: readonly number[];
  /** The element type. */
  readonly dtype: DType;
}

/** The values of a tensor, wherever the backend keeps them. Only its backend looks inside. */
export interface Storage {
  /** How many tensors share these values. */
  references: number;
}

/** What a backend sees of a tensor. */
export interface Operand extends TensorSpec {
  /** The number of elements. */
  readonly size: number;
  /** The values. */
  readonly storage: Storage;
}

/** What a backend is told of an operation: its name, and its meaning where it has no kernel. */
export interface Computation<A> {
  /** The name: that of the exported function. */
  readonly name: string;
  /** The meaning, in f64: fills `output` (row-major) from the inputs. */
  readonly reference: (inputs: readonly NdArray[], attributes: A, output: NdArray) => void;
  /** For an operation on corresponding elements: of how many inputs. Its kernels go by its name. */
  readonly elementwise?: 1 | 2;
}

/** One number from each tensor that an update changes; `undefined` for those that were left out. */
export type UpdatePlace = readonly (number | undefined)[];

/** An update: everything about it that is independent of a backend. */
export interface UpdateDefinition<P extends UpdatePlace> {
  /** The name: that of the exported function and of the kernel. */
  readonly name: string;
  /** The meaning, in f64: what becomes of the numbers at one place, given the gradient there. */
  readonly rule: (place: P, gradient: number, parameters: readonly number[]) => P;
}

/** What a backend says of the device that it computes on, as far as that is known. */
export interface DeviceInfo {
  /** The device: the name that its driver gives it. */
  readonly adapter: string;
  /** Who made it, or its driver. */
  readonly vendor: string;
  /** What it is limited by, by the names of the interface. */
  readonly limits: Readonly<Record<string, number>>;
}

/** What `backendInfo()` tells. */
export interface BackendInfo {
  /** The backend in use: `wasm`, `blas`, `reference`, `webgpu`, `tfjs`. */
  name: string;
  /** The vector instructions in use: `none`, `simd128`, `relaxed` (with fused multiply-add). */
  simd: "none" | "simd128" | "relaxed";
  /** Threads that compute, the calling one included. */
  threads: number;
  /** Why one thread computes where more were wanted: a page, say, that is not isolated. */
  singleThread?: string;
  /** The BLAS library behind the matrix product, with its version; `none` without one. */
  blas: string;
  /** The library that computes, with its versions, where it is not part of Neurite. */
  runtime?: string;
  /** The device, where it is another one than the processor. */
  device?: DeviceInfo;
  /** Bytes taken by the values of live tensors. */
  memoryInUse: number;
  /** Bytes the backend holds, in use or ready for reuse. */
  memoryReserved: number;
  /** Tensors that were created and not disposed, on all backends. */
  liveTensors: number;
}

/** What a backend says of itself: {@linkcode BackendInfo} without what is counted elsewhere. */
export type OwnInfo = Omit<BackendInfo, "liveTensors">;

/** Which random numbers: a distribution and a place in the stream of a generator. */
export interface RandomDraw {
  /** The distribution. `truncatedNormal` draws again what lies beyond two standard deviations. */
  readonly distribution: "uniform" | "normal" | "truncatedNormal";
  /** The lower bound, or the mean. */
  readonly a: number;
  /** The upper bound, or the standard deviation. */
  readonly b: number;
  /** The two words of the generator's key. */
  readonly key: readonly [number, number];
  /** The first block of the stream that is used; four numbers take one block. */
  readonly position: number;
}

/**
 * A machine that computes operations on tensors. Values that come from the host are checked there:
 * indices, targets, finite numbers. What was computed on a device that has to be awaited is not read for
 * a check: indices such as those of `argmax` are in range; whatever others are, a kernel reads and
 * writes nothing outside of its tensors.
 */
export interface Backend {
  /** The name `useBackend` knows it by. */
  readonly name: string;
  /** Whether values can be read back at once; otherwise only awaited. */
  readonly synchronous: boolean;
  /** Copies host values into a new storage. */
  write(values: ArrayLike<number>, dtype: DType): Storage;
  /** Copies rows of `width` host values each, in the order of `rows`, into a new storage. */
  writeRows(values: TypedArray, dtype: DType, width: number, rows: Int32Array): Storage;
  /** A new storage of `size` equal values. */
  fill(value: number, size: number, dtype: DType): Storage;
  /** A new storage of random numbers: the same ones on every backend. */
  random(draw: RandomDraw, size: number): Storage;
  /** Copies the first `size` values out at once; throws `BackendError` where that is impossible. */
  readSync(storage: Storage, dtype: DType, size: number): TypedArray;
  /** Copies the first `size` values out when they are computed. */
  read(storage: Storage, dtype: DType, size: number): Promise<TypedArray>;
  /** The first `size` values where they are, on a backend whose memory the host can see. */
  inPlace?(storage: Storage, dtype: DType, size: number): Float32Array | Int32Array;
  /** A new storage with the first `size` values of another. */
  copy(storage: Storage, dtype: DType, size: number): Storage;
  /** Gives a storage back when the last tensor that refers to it is gone. */
  free(storage: Storage): void;
  /** Runs an operation; its result may be the storage of an input, with one more reference. */
  run<A>(
    op: Computation<A>,
    inputs: readonly Operand[],
    attributes: A,
    output: TensorSpec,
  ): Storage;
  /**
   * Runs an update: changes the values of some float32 tensors in place. No tensor but these refers
   * to their storages. With a `guard`, a float32 tensor of one element, only where that is 0: whether
   * a step is taken is decided where its numbers are.
   */
  update<P extends UpdatePlace>(
    update: UpdateDefinition<P>,
    changed: readonly (Operand | undefined)[],
    gradient: Operand,
    parameters: readonly number[],
    guard?: Operand,
  ): void;
  /** What `backendInfo()` tells of it. */
  info(): OwnInfo;
}
