/** Indices given to operations: integers that lie within an axis, checked before use. */
import type { Backend } from "../../backend.ts";
import { currentBackend } from "../../current_backend.ts";
import { fromHost, hostValues, type TensorLike } from "../../convert.ts";
import { DTypeError } from "../../errors.ts";
import { tidy } from "../../scope.ts";
import { isRecording } from "../../tape.ts";
import { Tensor, valuesOnHost } from "../../tensor.ts";
import { add } from "../elementwise/add.ts";
import { cast } from "../elementwise/cast.ts";
import { less } from "../elementwise/less.ts";
import { mul } from "../elementwise/mul.ts";

/**
 * Calls `f` with indices as {@linkcode indicesFrom} gives them. A tensor made here of host values is
 * freed after, unless a tape may need it.
 */
export function withIndices(
  operation: string,
  value: TensorLike,
  bound: number,
  backend: Backend | undefined,
  f: (indices: Tensor) => Tensor,
  negative = false,
): Tensor {
  const indices = indicesFrom(operation, value, bound, backend, negative);
  try {
    return f(indices);
  } finally {
    if (indices !== value && !isRecording()) indices.dispose();
  }
}

/**
 * Indices as an int32 tensor on `backend`, checked to be from 0 to `bound - 1`; with `negative`, those
 * from `-bound` on count from the end. The values of a tensor on a backend that has to be awaited are
 * not checked; negative ones are counted there.
 *
 * Throws `DTypeError` for a tensor that is not int32, `RangeError` for an index out of range.
 */
export function indicesFrom(
  operation: string,
  value: TensorLike,
  bound: number,
  backend: Backend | undefined,
  negative = false,
): Tensor {
  if (value instanceof Tensor) {
    if (value.dtype !== "int32") {
      throw new DTypeError(
        `Cannot ${operation} as indices must be int32: current ${value.dtype}. Use cast(x, "int32")`,
      );
    }
    const values = valuesOnHost(value);
    if (values === undefined) return negative ? countedOnDevice(value, bound) : value;
    if (!check(operation, values, bound, negative)) return value;
    return fromHost(counted(values, bound), value.shape, "int32", value.backend);
  }
  // Checked before anything is rounded to int32.
  const { values, shape } = hostValues(value);
  const counts = check(operation, values, bound, negative) ? counted(values, bound) : values;
  return fromHost(counts as Int32Array, shape, "int32", backend ?? currentBackend());
}

/** Indices counted from the front, `i + bound` where `i < 0`, without looking at them. */
function countedOnDevice(indices: Tensor, bound: number): Tensor {
  return tidy(() => add(indices, mul(cast(less(indices, 0), "int32"), bound)));
}

/** Indices counted from the front. */
function counted(indices: ArrayLike<number>, bound: number): Int32Array {
  return Int32Array.from(indices, (index) => index < 0 ? index + bound : index);
}

/**
 * Throws `RangeError` for the first index that is not an integer from 0 to `bound - 1` or, where
 * negative ones count from the end, from `-bound` on. Tells whether there is a negative one.
 */
function check(
  operation: string,
  indices: ArrayLike<number>,
  bound: number,
  negative: boolean,
): boolean {
  const least = negative ? -bound : 0;
  let found = false;
  for (let i = 0; i < indices.length; i++) {
    const index = indices[i];
    if (index < 0) found = true;
    if (index >= least && index < bound && Number.isInteger(index)) continue;
    const from = negative ? `from ${-bound}` : "of 0 or more";
    throw new RangeError(
      `Cannot ${operation} as every index must be an integer ${from}, below ${bound}: ` +
        `current ${index} at position ${i}`,
    );
  }
  return found;
}
