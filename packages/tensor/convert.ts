/** From numbers on the host to tensors. */
import type { Backend, DType } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import { DataError, ShapeError } from "./errors.ts";
import type { NdArray, TypedArray } from "./ndarray.ts";
import { checkShape, sizeOf } from "./shape.ts";
import { type Nested, Tensor } from "./tensor.ts";

/** Whatever can be made a tensor: a tensor, a number, nested arrays, a typed array, an `NdArray`. */
export type TensorLike = Tensor | Nested | TypedArray | NdArray;

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
 * in that order already.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { ndarray, rowMajor } from "@neurite/tensor";
 *
 * const x = ndarray(new Float32Array([1, 2, 3, 4]), [2, 2]);
 * assertEquals([...rowMajor(x.transpose(1, 0)) as Float32Array], [1, 3, 2, 4]);
 * ```
 */
export function rowMajor(array: NdArray): ArrayLike<number> {
  const { data, shape, stride, offset } = array, size = sizeOf(shape);
  if (size === 0) return [];
  let dense = true;
  for (let i = shape.length - 1, expected = 1; i >= 0; expected *= shape[i--]) {
    if (shape[i] !== 1 && stride[i] !== expected) dense = false;
  }
  if (dense) return data.subarray(offset, offset + size);
  const values = data.slice(0, 0).constructor as new (n: number) => TypedArray;
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

/** The shape and the values of nested arrays; ragged ones are refused, naming the place. */
function flatten(nested: Nested): { shape: number[]; values: number[] } {
  const shape: number[] = [];
  for (let level = nested; Array.isArray(level); level = level[0]) shape.push(level.length);
  const values: number[] = [];
  const walk = (item: Nested, axis: number, path: string): void => {
    if (Array.isArray(item) !== axis < shape.length) {
      throw new ShapeError(
        "make a tensor",
        `nested arrays must be ${shape.length} deep everywhere, like the first item`,
        [shape],
        `${Array.isArray(item) ? "an array" : String(item)} at ${path || "the top"}`,
      );
    }
    if (!Array.isArray(item)) {
      if (typeof item !== "number") {
        throw new TypeError(
          `Cannot make a tensor as every item must be a number: current ${typeof item} at ${
            path || "the top"
          }`,
        );
      }
      values.push(item);
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

/** The element type that fits host values best: whole-number arrays give int32, others float32. */
function naturalType(data: ArrayLike<number>): DType {
  return data instanceof Float32Array || data instanceof Float64Array || Array.isArray(data)
    ? "float32"
    : "int32";
}

/** Refuses values that an int32 cannot hold, naming the first one. */
function checkWhole(values: ArrayLike<number>): void {
  const fits = values instanceof Int8Array || values instanceof Int16Array ||
    values instanceof Int32Array || values instanceof Uint8Array ||
    values instanceof Uint8ClampedArray || values instanceof Uint16Array;
  if (fits) return;
  for (let i = 0; i < values.length; i++) {
    if ((values[i] | 0) === values[i]) continue;
    throw new DataError(
      `Cannot make an int32 tensor as every value must be a whole number from -2^31 to 2^31 - 1: ` +
        `current ${values[i]} at position ${i}`,
      { offset: i, expected: "a whole number of 32 bits", found: values[i] },
    );
  }
}

/** Host values in row-major order, with their shape and the element type that fits them. */
export function hostValues(
  value: Exclude<TensorLike, Tensor>,
): { values: ArrayLike<number>; shape: readonly number[]; dtype: DType } {
  if (typeof value === "number") return { values: [value], shape: [], dtype: "float32" };
  if (ArrayBuffer.isView(value)) {
    return { values: value, shape: [value.length], dtype: naturalType(value) };
  }
  if (isNdArray(value)) {
    return { values: rowMajor(value), shape: value.shape, dtype: naturalType(value.data) };
  }
  if (Array.isArray(value)) return { ...flatten(value), dtype: "float32" };
  throw new TypeError(
    `Cannot make a tensor as its values must be a number, nested arrays, a typed array or an ` +
      `NdArray: current ${value === null ? "null" : typeof value}`,
  );
}

/** A tensor of host values on a backend. */
export function fromHost(
  value: Exclude<TensorLike, Tensor>,
  shape: readonly number[] | undefined,
  dtype: DType | undefined,
  backend: Backend,
): Tensor {
  const host = hostValues(value), { values } = host, type = dtype ?? host.dtype;
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
  if (type === "int32") checkWhole(values);
  return new Tensor(backend, backend.write(values, type), [...(shape ?? host.shape)], type);
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
