/** Windows over a series of measurements, and what comes after each: the examples of forecasting. */
import {
  asTensor,
  DataError,
  isNdArray,
  type NdArray,
  ndarray,
  rowMajor,
  tidy,
} from "@neurite/tensor";
import type { TensorLike } from "@neurite/tensor";
import { checkCount, checkOptions } from "@neurite/tensor/internal";

/** How {@linkcode seriesWindows} cuts. */
export interface SeriesWindowsOptions {
  /** The measurements of a window. */
  length: number;
  /** How many measurements after a window are its target; 1 unless given. */
  horizon?: number;
  /** How many measurements further the next window begins; 1 unless given. */
  step?: number;
  /** Every how many measurements one is taken into a window; 1 unless given. */
  samplingRate?: number;
  /** The feature that is to be forecast; all of them unless given. */
  target?: number;
}

/** Windows and what comes after them. */
export interface SeriesWindows {
  /** The windows, float32 `[n, length, features]`. */
  inputs: NdArray<Float32Array>;
  /** What comes after each, float32 `[n, horizon]` of one feature, else `[n, horizon, features]`. */
  targets: NdArray<Float32Array>;
}

const OPTIONS: Readonly<Record<keyof SeriesWindowsOptions, true>> = {
  length: true,
  horizon: true,
  step: true,
  samplingRate: true,
  target: true,
};

/**
 * Cuts a series into windows of `length` measurements `r = samplingRate` apart, and the `horizon`
 * measurements that come after each, at the same distance:
 *
 * `inputs[i, t] = x[i step + t r]` and `targets[i, h] = x[i step + (length + h) r]`
 *
 * There are `floor((N - 1 - (length + horizon - 1) r) / step) + 1` of them. Both arrays are views of one,
 * so that overlapping windows take no more memory than the series. Split a series before it is cut, by
 * time and not by chance, or windows of the test overlap with those that were learnt.
 *
 * @param series Measurements `[N]`, or `[N, features]`.
 * @throws {DataError} if it is shorter than a window and its target, or a measurement is not finite.
 * @throws {RangeError} if an option is out of its range.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { seriesWindows } from "@neurite/datasets";
 * import { tensor } from "@neurite/tensor";
 *
 * const { inputs, targets } = seriesWindows([0, 0.5, 1, 1.5, 2], { length: 3 });
 * assertEquals(inputs.shape, [2, 3, 1]);
 * assertEquals(tensor(inputs).array(), [[[0], [0.5], [1]], [[0.5], [1], [1.5]]]);
 * assertEquals(tensor(targets).array(), [[1.5], [2]]);
 * ```
 */
export function seriesWindows(
  series: NdArray | TensorLike,
  options: SeriesWindowsOptions,
): SeriesWindows {
  const action = "cut windows of a series";
  checkOptions(action, options, OPTIONS);
  const { length, horizon = 1, step = 1, samplingRate = 1, target } = options;
  for (const [what, count] of Object.entries({ length, horizon, step, samplingRate })) {
    checkCount(action, what, count);
  }
  const { values, shape } = isNdArray(series)
    ? { values: rowMajor(series), shape: series.shape }
    : tidy(() => {
      const x = asTensor(series);
      return { values: x.dataSync(), shape: x.shape };
    });
  const x = Float32Array.from(values), total = shape[0] ?? 0;
  const features = shape.slice(1).reduce((product, n) => product * n, 1);
  const wrong = x.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) {
    const offset = Math.floor(wrong / features);
    throw new DataError(
      `Cannot ${action} as every measurement must be a finite number: current ${
        x[wrong]
      } at ${offset}`,
      { offset, found: x[wrong] },
    );
  }
  if (target !== undefined && !(Number.isInteger(target) && target >= 0 && target < features)) {
    throw new RangeError(
      `Cannot ${action} as target must be a feature, from 0 to ${features - 1}: current ${target}`,
    );
  }
  const needed = (length + horizon - 1) * samplingRate + 1;
  if (total < needed) {
    throw new DataError(
      `Cannot ${action} as it must be as long as a window and its target, ${needed}: current ${total}`,
      { expected: needed, found: total },
    );
  }
  const n = Math.floor((total - needed) / step) + 1;
  const next = step * features, within = samplingRate * features, after = length * within;
  const one = target !== undefined || features === 1;
  return {
    inputs: ndarray(x, [n, length, features], [next, within, 1]),
    targets: one
      ? ndarray(x, [n, horizon], [next, within], after + (target ?? 0))
      : ndarray(x, [n, horizon, features], [next, within, 1], after),
  };
}
