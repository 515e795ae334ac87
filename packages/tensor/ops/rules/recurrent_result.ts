/** What the functions for whole sequences share: the running, and what comes out. */
import { asTensor, type TensorLike } from "../../convert.ts";
import type { Tensor } from "../../tensor.ts";
import { cast } from "../elementwise/cast.ts";
import { checked, prepare, type SequenceOptions } from "./recurrence.ts";
import type { CellName } from "./recurrent_cells.ts";
import { recurrentForward } from "../recurrent/recurrent_forward.ts";
import { recurrentOutput } from "../recurrent/recurrent_output.ts";
import { runSteps } from "./recurrent_steps.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";

/** What a recurrent layer gives. */
export interface SequenceStates {
  /** The states after all steps, `[batch, time, units]`, or after the last one, `[batch, units]`. */
  output: Tensor;
  /** The state after the last step, `[batch, units]`. */
  h: Tensor;
}

/** Runs a sequence: by the fast operations, or step by step with a mask on the recurrent products. */
export function runSequence(
  operation: string,
  cell: CellName,
  x: TensorLike,
  kernel: TensorLike,
  options: SequenceOptions & { c0?: TensorLike; recurrentBias?: TensorLike },
): SequenceStates & { c?: Tensor } {
  const prepared = prepare(operation, cell, x, kernel, options);
  const { h0, c0 } = prepared.inputs, { sequences } = prepared.recurrence;
  let state: Tensor, sequence: Tensor | undefined;
  if (options.recurrentMask !== undefined) {
    const mask = cast(asTensor(options.recurrentMask, h0.backend), "float32");
    const fits = checked(operation, "the mask of recurrent dropout", mask, h0.shape);
    ({ state, sequence } = runSteps(prepared.inputs, prepared.recurrence, fits));
  } else {
    const packed = recurrentForward(prepared);
    state = recurrentOutput(packed, prepared, "state");
    sequence = sequences ? recurrentOutput(packed, prepared, "sequence") : undefined;
  }
  if (c0 === undefined) {
    const h = reshape(state, h0.shape);
    return { output: sequences ? sequence! : h, h };
  }
  const h = reshape(slice(state, [0], [1]), h0.shape);
  const c = reshape(slice(state, [1], [1]), h0.shape);
  return { output: sequences ? sequence! : h, h, c };
}
