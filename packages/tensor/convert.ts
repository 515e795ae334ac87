/** From numbers on the host to tensors. */
import { checkOneOf } from "./arguments.ts";
import type { Backend, DType } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import { DataError, ShapeError } from "./errors.ts";
import type { NdArray, TypedArray } from "./ndarray.ts";
import { checkShape, MOST_AXES, sizeOf } from "./shape.ts";
import { Tensor } from "./tensor.ts";

/** Numbers and booleans (1 and 0) in nested arrays, as deep as the tensor has axes. */
export type NestedInput = number | boolean | readonly NestedInput[];

/** A `Float16Array`, also where the types of the platform do not know it yet. */
export interface HalfArray extends ArrayLike<number> {
  /** The class's name. */
  readonly [Symbol.toStringTag]: "Float16Array";
  /** The bytes underneath. */
  readonly buffer: ArrayBufferLike;
}

/**
 * Whatever can be made a tensor: a tensor, a number, nested arrays, a typed array of any kind, an
 * `NdArray`.
 */
export type TensorLike =
  | Tensor
  | NestedInput
  | TypedArray
  | HalfArray
  | BigInt64Array
  | BigUint64Array
  | NdArray;

/**
 * Whether a value is an array with strides, ours or of `npm:ndarray`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { isNdArray, ndarray } from "@neurite/tensor";
 *
 * assertEquals(isNdArray(ndarray(new Float32Array(4), [2, 2])), true);
 * assertEquals(isNdArray([1, 2]), false);
 * ```
 */
export function isNdArray(value: unknown): value is NdArray {
  return typeof value === "object" && value !== null && "stride" in value && "offset" in value &&
    "data" in value && "shape" in value;
}

/**
 * The values of an array with any strides, in row-major order; copied only where they do not stand
 * in that order already. 64-bit integers become 32-bit ones.
 *
 * Throws `ShapeError` where the shape or the strides lead outside of the data: `npm:ndarray` does not
 * compare them.
 *
 * @example
 * ```ts
 * import { assertEquals, assertThrows } from "@std/assert";
 * import { ndarray, rowMajor, ShapeError } from "@neurite/tensor";
 *
 * const x = ndarray(new Float32Array([1, 2, 3, 4]), [2, 2]);
 * assertEquals([...rowMajor(x.transpose(1, 0)) as Float32Array], [1, 3, 2, 4]);
 * assertThrows(() => rowMajor(ndarray(new Float32Array(4), [3, 3])), ShapeError, "9 elements");
 * ```
 */
export function rowMajor(array: NdArray): ArrayLike<number> {
  const { shape, stride, offset } = array, data = numbersOf(array.data), size = sizeOf(shape);
  checkInside(array);
  if (size === 0) return [];
  let dense = true;
  for (let i = shape.length - 1, expected = 1; i >= 0; expected *= shape[i--]) {
    if (shape[i] !== 1 && stride[i] !== expected) dense = false;
  }
  if (dense) return (data as TypedArray).subarray(offset, offset + size);
  const values = (data as TypedArray).slice(0, 0).constructor as new (n: number) => TypedArray;
  const out = new values(size), last = shape.length - 1;
  const at = new Array<number>(shape.length).fill(0);
  for (let n = 0, from = offset; n < size;) {
    for (let j = 0; j < shape[last]; j++) out[n++] = data[from + j * stride[last]];
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      from += stride[axis];
      if (++at[axis] < shape[axis]) break;
      from -= stride[axis] * shape[axis];
      at[axis] = 0;
    }
    if (axis < 0) break;
  }
  return out;
}

/** Refuses an array some of whose elements would lie outside of its data. */
function checkInside({ data, shape, stride, offset }: NdArray): void {
  checkShape("read an NdArray", shape);
  const size = sizeOf(shape), numbers = [offset, ...stride];
  if (stride.length !== shape.length || !numbers.every(Number.isSafeInteger)) {
    throw new ShapeError(
      "read an NdArray",
      "it must have an integer offset and an integer stride for each axis",
      [shape],
      `offset ${offset} and strides [${stride.join(", ")}] of shape [${shape.join(", ")}]`,
    );
  }
  let first = offset, last = offset;
  shape.forEach((n, i) =>
    stride[i] < 0 ? first += (n - 1) * stride[i] : last += (n - 1) * stride[i]
  );
  if (size === 0 || (first >= 0 && last < data.length)) return;
  throw new ShapeError(
    "read an NdArray",
    `its ${size} elements must lie within its data, at positions from 0 to ${data.length - 1}`,
    [shape],
    `positions from ${first} to ${last}, of shape [${shape.join(", ")}], strides [${
      stride.join(", ")
    }] and offset ${offset}`,
  );
}

/** What a typed array or plain array holds, as numbers; 64-bit integers become 32-bit ones. */
function numbersOf(data: unknown): ArrayLike<number> {
  if (data instanceof BigInt64Array || data instanceof BigUint64Array) return narrowed(data);
  if (ArrayBuffer.isView(data) && !(data instanceof DataView)) {
    return data as unknown as ArrayLike<number>;
  }
  if (Array.isArray(data)) return Float64Array.from(flatten(data).values);
  throw new TypeError(
    "Cannot make a tensor as its values must be a number, nested arrays, a typed array or an " +
      `NdArray: current ${kindOf(data)}`,
  );
}

/** What a value is called in a message: the name of its class, or its type. */
function kindOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? value.constructor?.name ?? "object" : typeof value;
}

/** 64-bit integers as 32-bit ones; the first that does not fit is named. */
function narrowed(values: BigInt64Array | BigUint64Array): Int32Array {
  return Int32Array.from(values as ArrayLike<bigint>, (value, i) => {
    if (BigInt.asIntN(32, value) === value) return Number(value);
    throw new DataError(
      "Cannot make a tensor as 64-bit integers must be from -2^31 to 2^31 - 1: " +
        `current ${value} at position ${i}`,
      { offset: i, expected: "an integer of 32 bits", found: String(value) },
    );
  });
}

/** The shape and the values of nested arrays; ragged ones are refused, naming the place. */
function flatten(nested: NestedInput): { shape: number[]; values: number[] } {
  const shape: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > MOST_AXES) {
      throw new ShapeError("make a tensor", `it has at most ${MOST_AXES} axes`, [], "more");
    }
  }
  const values: number[] = [];
  const walk = (item: NestedInput, axis: number, path: string): void => {
    if (Array.isArray(item) !== axis < shape.length) {
      throw new ShapeError(
        "make a tensor",
        `nested arrays must be ${shape.length} deep everywhere, like the first item`,
        [shape],
        `${Array.isArray(item) ? "an array" : String(item)} at ${path || "the top"}`,
      );
    }
    if (!Array.isArray(item)) {
      if (typeof item !== "number" && typeof item !== "boolean") {
        throw new TypeError(
          `Cannot make a tensor as every item must be a number: current ${kindOf(item)} at ${
            path || "the top"
          }`,
        );
      }
      values.push(Number(item));
      return;
    }
    if (item.length !== shape[axis]) {
      throw new ShapeError(
        "make a tensor",
        `nested arrays must have ${shape[axis]} items on axis ${axis}, like the first`,
        [shape],
        `${item.length} items at ${path || "the top"} (a ragged array)`,
      );
    }
    for (let i = 0; i < item.length; i++) walk(item[i], axis + 1, `${path}[${i}]`);
  };
  walk(nested, 0, "");
  return { shape, values };
}

/** The classes of arrays of integers, by the names that they give themselves. */
const INTEGER_ARRAYS: ReadonlySet<unknown> = new Set([
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
  "BigInt64Array",
  "BigUint64Array",
]);

/** The name of a typed array's class; `undefined` for other values. */
function arrayName(data: unknown): unknown {
  return (data as { [Symbol.toStringTag]?: unknown } | undefined)?.[Symbol.toStringTag];
}

/** The element type that fits host values best: arrays of integers give int32, others float32. */
export function naturalType(data: unknown): DType {
  return INTEGER_ARRAYS.has(arrayName(data)) ? "int32" : "float32";
}

/** Refuses values that an int32 cannot hold, naming the first one. */
export function checkIntegers(values: ArrayLike<number>): void {
  const name = arrayName(values);
  if (name !== "Uint32Array" && INTEGER_ARRAYS.has(name)) return;
  for (let i = 0; i < values.length; i++) {
    if ((values[i] | 0) === values[i]) continue;
    throw new DataError(
      `Cannot make an int32 tensor as every value must be an integer from -2^31 to 2^31 - 1: ` +
        `current ${values[i]} at position ${i}`,
      { offset: i, expected: "an integer of 32 bits", found: values[i] },
    );
  }
}

/** Host values in row-major order, with their shape and the element type that fits them. */
export function hostValues(
  value: Exclude<TensorLike, Tensor>,
): { values: ArrayLike<number>; shape: readonly number[]; dtype: DType } {
  if (typeof value === "number" || typeof value === "boolean") {
    return { values: [Number(value)], shape: [], dtype: "float32" };
  }
  if (Array.isArray(value)) return { ...flatten(value), dtype: "float32" };
  if (isNdArray(value)) {
    return { values: rowMajor(value), shape: value.shape, dtype: naturalType(value.data) };
  }
  const values = numbersOf(value);
  return { values, shape: [values.length], dtype: naturalType(value) };
}

const DTYPES: readonly DType[] = ["float32", "int32"];

/** Refuses what is not the name of an element type. */
export function checkDType(dtype: unknown): void {
  checkOneOf("make a tensor", "the element type", dtype, DTYPES);
}

/** A tensor of host values on a backend. */
export function fromHost(
  value: Exclude<TensorLike, Tensor>,
  shape: readonly number[] | undefined,
  dtype: DType | undefined,
  backend: Backend,
): Tensor {
  const host = hostValues(value), { values } = host, type = dtype ?? host.dtype;
  checkDType(type);
  if (shape !== undefined) {
    checkShape("make a tensor", shape);
    if (sizeOf(shape) !== values.length) {
      throw new ShapeError(
        "make a tensor",
        `shape [${shape.join(", ")}] needs ${sizeOf(shape)} values`,
        [shape],
        `${values.length} values`,
      );
    }
  }
  if (type === "int32") checkIntegers(values);
  return written(backend, values, [...(shape ?? host.shape)], type);
}

/**
 * A tensor of values that are written to a backend. Where they cannot be read back at once, checks know
 * them still: those of indices, targets and finite numbers look at what the host has.
 */
export function written(
  backend: Backend,
  values: ArrayLike<number>,
  shape: readonly number[],
  dtype: DType,
): Tensor {
  const tensor = new Tensor(backend, backend.write(values, dtype), shape, dtype);
  if (!backend.synchronous) {
    tensor.handle.known = dtype === "int32" ? Int32Array.from(values) : Float32Array.from(values);
  }
  return tensor;
}

/**
 * The tensor itself, or one of the host values on `backend` (else the current one).
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { asTensor } from "@neurite/tensor";
 *
 * assertEquals(asTensor([[1, 2]]).shape, [1, 2]);
 * ```
 */
export function asTensor(value: TensorLike, backend?: Backend): Tensor {
  if (value instanceof Tensor) return value;
  return fromHost(value, undefined, undefined, backend ?? currentBackend());
}
