/**
 * Tensors: arrays of numbers of any number of axes, with operations, their gradients, and random
 * numbers that are the same on every machine.
 *
 * Operations are functions, so that code reads like the formula. Without any set-up they run as
 * WebAssembly on one thread; {@linkcode useBackend} takes more threads, or the platform's own BLAS
 * library.
 *
 * @example A layer of neurons and the gradient of its loss
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { add, matmul, mean, sigmoid, square, sub, tensor, valueAndGrad } from "@neurite/tensor";
 *
 * const x = tensor([[0, 1], [1, 0]]), y = tensor([[1], [0]]);
 * const loss = valueAndGrad((w, b) => {
 *   const a = sigmoid(add(matmul(x, w), b)); // a = σ(x w + b)
 *   return mean(square(sub(a, y)));
 * });
 * const { value, gradients: [dw, db] } = loss(tensor([[0], [0]]), tensor([0]));
 * assertEquals(value.item(), 0.25);
 * assertEquals(dw.array(), [[0.125], [-0.125]]);
 * assertEquals(db.array(), [0]);
 * ```
 *
 * @module
 */
import "./backends/wasm/table.ts";

export * from "./base.ts";
export { choleskySolve } from "./linalg/cholesky_solve.ts";
export { leastSquares, type LeastSquaresOptions } from "./linalg/least_squares.ts";
export * from "./ops/mod.ts";
export type { AxisOr } from "./ops/rules/axis.ts";
export type { Convolution, ConvolutionOptions } from "./ops/rules/convolution.ts";
export type { Binary, Unary } from "./ops/rules/elementwise.ts";
export type { FusedActivation } from "./ops/rules/fused_activation.ts";
export type { Pooling, PoolOptions } from "./ops/rules/pool2d.ts";
export type {
  PreparedSequence,
  Recurrence,
  SequenceInput,
  SequenceInputs,
  SequenceOptions,
} from "./ops/rules/recurrence.ts";
export type { CellName } from "./ops/rules/recurrent_cells.ts";
export type { SequenceStates } from "./ops/rules/recurrent_result.ts";
export type { ReduceOptions, Reduction } from "./ops/rules/reduction.ts";
export type { AxisPadding, Triple, VolumePadding } from "./ops/rules/window_axes.ts";
export type { Padding, Pair, WindowOptions, Windows } from "./ops/rules/window.ts";
export type { UpdateDefinition, UpdatePlace } from "./backend.ts";
export type { Update, UpdateOptions, UpdateSample, UpdateTargets } from "./update.ts";
export * from "./updates/mod.ts";
