/** What operations are given, as tensors of one element type on one backend. */
import type { Backend, DType } from "../../backend.ts";
import { asTensor, fromHost, type TensorLike } from "../../convert.ts";
import { isRecording } from "../../tape.ts";
import { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";

/** Whether a host value is an integer of 32 bits, which mixes with int32 as it is. */
function isInteger32(value: TensorLike): value is number {
  return typeof value === "number" && (value | 0) === value;
}

/** The backend of the first tensor among some values, if there is one. */
export function backendOf(...values: readonly TensorLike[]): Backend | undefined {
  for (const value of values) if (value instanceof Tensor) return value.backend;
}

/**
 * Two operands as tensors of one element type: int32 if both are and the operation keeps whole
 * numbers (an integer beside an int32 tensor counts as one: `argmax(x) + 1` stays int32), else
 * float32. To be freed with {@linkcode release}.
 */
export function operands(
  left: TensorLike,
  right: TensorLike,
  keepIntegers: boolean,
  backend: Backend | undefined,
): [a: Tensor, b: Tensor] {
  let a = asTensor(left, backend), b = asTensor(right, backend);
  if (keepIntegers && a.dtype !== b.dtype) {
    // Made int32 at once: as a float32 it might have been rounded.
    if (isInteger32(left)) a = integer32(left, a);
    if (isInteger32(right)) b = integer32(right, b);
  }
  if (keepIntegers && a.dtype === b.dtype) return [a, b];
  return [convert(a, left, "float32"), convert(b, right, "float32")];
}

/** An integer as int32, in place of the tensor `x` that was made of it. */
function integer32(value: number, x: Tensor): Tensor {
  x.dispose();
  return fromHost(value, undefined, "int32", x.backend);
}

/** The tensor `x`, which was made of `value`, in another element type. */
export function convert(x: Tensor, value: TensorLike, dtype: DType): Tensor {
  if (x.dtype === dtype) return x;
  const y = cast(x, dtype);
  release(x, value);
  return y;
}

/** Gives a tensor back that was made of a caller's value, unless a tape needs it. */
export function release(x: Tensor, value: TensorLike): void {
  if (x !== value && !isRecording()) x.dispose();
}
