import { apply, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import { concat } from "../shape/concat.ts";
import {
  cellOf,
  eachStep,
  flat,
  inOrder,
  layoutOf,
  named,
  type Recurrence,
  type SequenceInputs,
  type SequenceResult,
} from "../rules/recurrence.ts";
import { recurrentForward } from "./recurrent_forward.ts";
import { recurrentGradient } from "./recurrent_gradient.ts";
import { backwardSamples } from "../rules/recurrent_samples.ts";
import { throughSteps } from "../rules/recurrent_steps.ts";
import { expandDims } from "../shape/expand_dims.ts";

/** Where the gradients of the kernels and biases stand, one above the other. */
export interface KernelRows {
  /** All rows; those of the recurrent kernel come first, then those of the input kernel. */
  readonly rows: number;
  /** The row of the bias, if there is one. */
  readonly bias?: number;
  /** The row of the recurrent bias, if there is one. */
  readonly recurrentBias?: number;
}

/**
 * The rows for a recurrent kernel and an input kernel, if there is one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { type Recurrence } from "@neurite/tensor";
 * import { sequenceKernelRows } from "@neurite/tensor/internal";
 *
 * const of = (shape: number[]) => ({ shape });
 * const inputs = { x: of([]), h0: of([]), kernel: of([4, 4]), inputKernel: of([3, 4]) };
 * const how = { cell: "tanh", biased: true } as Recurrence;
 * assertEquals(sequenceKernelRows(inputs, how), { rows: 8, bias: 7, recurrentBias: undefined });
 * ```
 */
export function rowsOf(
  { kernel, inputKernel }: SequenceInputs<{ readonly shape: readonly number[] }>,
  { cell, biased }: Recurrence,
): KernelRows {
  let rows = kernel.shape[0] + (inputKernel?.shape[0] ?? 0);
  const bias = biased ? rows++ : undefined;
  const recurrentBias = cell === "gruResetAfter" ? rows++ : undefined;
  return { rows, bias, recurrentBias };
}

const op: OpDefinition<SequenceResult> = {
  name: "recurrentKernelGradient",
  shape: ([, , , ...tensors], result) => {
    const inputs = named(tensors, result);
    return { shape: [rowsOf(inputs, result).rows, inputs.kernel.shape[1]], dtype: "float32" };
  },
  reference: ([slope, , packed, ...arrays], result, output) => {
    const inputs = named(arrays, result), values = named(arrays.map(flat), result);
    const { x, kernel } = inputs, { bias, recurrentBias } = rowsOf(inputs, result);
    const layout = layoutOf(x.shape, kernel.shape, result), { units: n, width } = layout;
    const dx = flat(slope), p = flat(packed), y = flat(output), cell = cellOf(result);
    y.fill(0);
    eachStep(layout, result, values.mask, false, ({ row }) => {
      const saved = (from: number, size: number) =>
        p.subarray(from + row * size, from + (row + 1) * size);
      const step = {
        h: saved(layout.before, n),
        gates: saved(layout.gates, width),
        extra: saved(layout.extra, n),
        dx: dx.subarray(row * width, (row + 1) * width),
      };
      for (let gate = 0; gate < cell.gates; gate++) {
        const [left, right] = cell.kernelFactors(gate, step);
        const add = (row: number, v: number, d: ArrayLike<number>, from: number): void => {
          for (let j = 0; j < n; j++) y[row * width + gate * n + j] += v * d[from + j];
        };
        for (let k = 0; k < n; k++) add(k, left[k], right, 0);
        if (recurrentBias !== undefined) add(recurrentBias, 1, right, 0);
        if (bias !== undefined) add(bias, 1, step.dx, gate * n);
        if (result.input === "symbols") add(n + values.x[row], 1, step.dx, gate * n);
        if (result.input !== "vectors") continue;
        for (let k = 0, features = x.shape[2]; k < features; k++) {
          add(n + k, values.x[row * features + k], step.dx, gate * n);
        }
      }
    });
  },
  // Seldom wanted: through plain operations.
  gradient: ({ dy: d, inputs: [, dy, , ...tensors], attributes }, index) =>
    index === 0 || index === 2
      ? undefined
      : throughSteps(d, dy, tensors, attributes, Math.max(0, index - 2), false, (found) => {
        const { kernel, inputKernel, bias, recurrentBias } = found;
        const rows = [bias, recurrentBias].map((b) => b && expandDims(b, 0));
        return concat([kernel, inputKernel, ...rows].filter((x) => x !== undefined));
      }),
};

/**
 * The gradients of the kernels and biases of a sequence, one above the other: of the recurrent
 * kernel, of the input kernel, of the bias and of the recurrent bias, as far as there are any. They
 * are made of the gradient of the gates at all steps, which {@linkcode recurrentGradient} found, in
 * products over all examples and steps: `dU = sum_t h_(t-1)^T dz_t`, `dW = sum_t x_t^T dz_t`,
 * `db = sum_t dz_t`. Where inputs are symbols, a row of `dW` is the sum of the `dz_t` of its symbol.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, simpleRnnSequence, sum, tensor } from "@neurite/tensor";
 *
 * // h2 = x2 + u x1, so dh2/du = x1
 * const x = tensor([[[3], [5]]]);
 * const f = grad((u) => sum(simpleRnnSequence(x, u, { activation: "relu" }).h));
 * assertEquals(f(tensor([[2]])).array(), [[3]]);
 * ```
 */
export const recurrentKernelGradient: Primitive<
  [
    dx: Tensor,
    dy: Tensor,
    packed: Tensor,
    inputs: SequenceInputs<Tensor>,
    result: SequenceResult,
  ],
  SequenceResult
> = primitive(
  op,
  (
    dx: Tensor,
    dy: Tensor,
    packed: Tensor,
    inputs: SequenceInputs<Tensor>,
    result: SequenceResult,
  ): Tensor => apply(op, [dx, dy, packed, ...inOrder(inputs)], result),
  backwardSamples((dy, prepared, part) =>
    tidy(() => {
      const { inputs, recurrence } = prepared, packed = recurrentForward(prepared);
      const result = { ...recurrence, part };
      const dx = recurrentGradient(dy, packed, inputs, result, "input");
      return recurrentKernelGradient(dx, dy, packed, inputs, result);
    })
  ),
);
