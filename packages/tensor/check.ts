/** Checks of data at the public boundary. */
import { DataError } from "./errors.ts";
import { sum } from "./ops/reduce/sum.ts";
import { rowMajorStrides } from "./shape.ts";
import { type Tensor, valuesOnHost } from "./tensor.ts";

/**
 * Throws a {@linkcode DataError} that names the first place in `x` that is NaN or infinite.
 *
 * The sum of all elements is finite only if every one is, so clean data costs one pass. On a backend
 * that has to be awaited, values are looked at that came from the host; what is not finite in others
 * shows in the loss.
 *
 * @example
 * ```ts
 * import { assertThrows } from "@std/assert";
 * import { checkFinite, DataError, tensor } from "@neurite/tensor";
 *
 * checkFinite(tensor([1, 2]), "the inputs");
 * assertThrows(() => checkFinite(tensor([[1, NaN]]), "the inputs"), DataError, "[0, 1]");
 * ```
 */
export function checkFinite(x: Tensor, what: string): void {
  if (x.dtype === "int32" || (x.backend.synchronous && sumsUp(x))) return;
  const values = valuesOnHost(x);
  if (values === undefined) return;
  const at = Array.prototype.findIndex.call(values, (v) => !Number.isFinite(v));
  if (at < 0) return; // only the sum overflows
  const place = rowMajorStrides(x.shape).map((s, i) => Math.floor(at / s) % x.shape[i]);
  throw new DataError(
    `Cannot use ${what} as every number must be finite: current ${values[at]} at [${
      place.join(", ")
    }]`,
    { offset: at, expected: "a finite number", found: values[at] },
  );
}

/** Whether the sum of all elements is finite. */
function sumsUp(x: Tensor): boolean {
  const total = sum(x);
  try {
    return Number.isFinite(total.item());
  } finally {
    total.dispose();
  }
}
