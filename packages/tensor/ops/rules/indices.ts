/** Indices given to operations: whole numbers that lie within an axis, checked before use. */
import type { Backend } from "../../backend.ts";
import { currentBackend } from "../../current_backend.ts";
import { fromHost, isNdArray, rowMajor, type TensorLike } from "../../convert.ts";
import { DTypeError } from "../../errors.ts";
import { isRecording } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";

/**
 * Calls `f` with indices as {@linkcode indicesFrom} gives them. A tensor made here of host values is
 * given back after, unless a tape may need it.
 */
export function withIndices(
  operation: string,
  value: TensorLike,
  bound: number,
  backend: Backend | undefined,
  f: (indices: Tensor) => Tensor,
): Tensor {
  const indices = indicesFrom(operation, value, bound, backend);
  try {
    return f(indices);
  } finally {
    if (indices !== value && !isRecording()) indices.dispose();
  }
}

/**
 * Indices as an int32 tensor on `backend`, checked to be from 0 to `bound - 1`. The values of a tensor
 * on a backend that has to be awaited are not checked.
 *
 * Throws `DTypeError` for a tensor that is not int32, `RangeError` for an index out of range.
 */
export function indicesFrom(
  operation: string,
  value: TensorLike,
  bound: number,
  backend: Backend | undefined,
): Tensor {
  if (value instanceof Tensor) {
    if (value.dtype !== "int32") {
      throw new DTypeError(
        `Cannot ${operation} as indices must be int32: current ${value.dtype}. Use cast(x, "int32")`,
      );
    }
    if (value.backend.synchronous) check(operation, value.dataSync(), bound);
    return value;
  }
  // Checked before anything is rounded to int32.
  check(operation, numbersIn(value), bound);
  return fromHost(value, undefined, "int32", backend ?? currentBackend());
}

/** Host values in row-major order. */
function numbersIn(value: Exclude<TensorLike, Tensor>): ArrayLike<number> {
  if (typeof value === "number") return [value];
  if (isNdArray(value)) return rowMajor(value);
  return Array.isArray(value) ? value.flat(Infinity) : value as ArrayLike<number>;
}

/** Throws `RangeError` for the first index that is not a whole number from 0 to `bound - 1`. */
function check(operation: string, indices: ArrayLike<number>, bound: number): void {
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index >= 0 && index < bound && Number.isInteger(index)) continue;
    throw new RangeError(
      `Cannot ${operation} as every index must be a whole number of 0 or more, below ${bound}: ` +
        `current ${index} at position ${i}`,
    );
  }
}
