import { apply, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import { tidy } from "../../scope.ts";
import type { Tensor } from "../../tensor.ts";
import {
  cellOf,
  eachStep,
  flat,
  inOrder,
  layoutOf,
  named,
  products,
  type SequenceInputs,
  type SequenceResult,
} from "../rules/recurrence.ts";
import { recurrentForward } from "./recurrent_forward.ts";
import { backwardSamples } from "../rules/recurrent_samples.ts";
import { throughSteps } from "../rules/recurrent_steps.ts";
import { stack } from "../shape/stack.ts";

/** What the gradient is by: what the input adds to the gates, or the states before the first step. */
export type SequenceOrigin = "input" | "state";

/** How a sequence was run, which result has the given gradient, and by what it is wanted. */
export interface SequenceGradient extends SequenceResult {
  /** By what. */
  readonly by: SequenceOrigin;
}

const op: OpDefinition<SequenceGradient> = {
  name: "recurrentGradient",
  shape: ([, , x, kernel], gradient) => {
    const { states, batch, time, units, width } = layoutOf(x.shape, kernel.shape, gradient);
    const shape = gradient.by === "input" ? [batch, time, width] : [states, batch, units];
    return { shape, dtype: "float32" };
  },
  reference: ([slope, packed, ...arrays], gradient, output) => {
    const { x, kernel } = named(arrays, gradient), values = named(arrays.map(flat), gradient);
    const layout = layoutOf(x.shape, kernel.shape, gradient), { batch, units: n, width } = layout;
    const { timesTransposed } = products(values.kernel, layout), cell = cellOf(gradient);
    const dy = flat(slope), p = flat(packed), y = flat(output), states = batch * n;
    const { part, by } = gradient, dState = new Float64Array(layout.states * states);
    if (part === "state") dState.set(dy.subarray(0, dState.length));
    y.fill(0);
    eachStep(layout, gradient, values.mask, true, ({ example, row, idle }) => {
      const ofH = example * n, ofC = states + ofH;
      const saved = (from: number, size: number) =>
        p.subarray(from + row * size, from + (row + 1) * size);
      const dh = dState.slice(ofH, ofH + n), dc = dState.slice(ofC, ofC + n);
      if (part === "sequence") dh.forEach((d, j) => dh[j] = d + dy[row * n + j]);
      if (idle) return dState.set(dh, ofH);
      const before = cell.backward({
        ...{ dh, dc, timesTransposed },
        h: saved(layout.before, n),
        c: saved(layout.cells, n),
        gates: saved(layout.gates, width),
        extra: saved(layout.extra, n),
      });
      dState.set(before.dh, ofH);
      if (cell.hasCellState) dState.set(before.dc, ofC);
      if (by === "input") y.set(before.dx, row * width);
    });
    if (by === "state") y.set(dState);
  },
  // Seldom wanted: through plain operations.
  gradient: ({ dy: d, inputs: [dy, , ...tensors], attributes }, index) =>
    index === 1
      ? undefined
      : throughSteps(d, dy, tensors, attributes, Math.max(0, index - 1), true, ({ x, h0, c0 }) =>
        attributes.by === "input" ? x : stack(c0 === undefined ? [h0] : [h0, c0])),
};

/**
 * The backward pass of a whole sequence of a recurrent layer, from the last step to the first:
 * backpropagation through time. `dy` is the gradient of a {@linkcode recurrentOutput}; the result is
 * the gradient of what the input adds to the gates at all steps, `[batch, time, gates * units]`, or
 * that of the states before the first step, `[states, batch, units]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { grad, simpleRnnSequence, sum, tensor } from "@neurite/tensor";
 *
 * // h2 = x2 + u (x1 + u h0), with u = 2; by x1 and x2:
 * const f = grad((x) => sum(simpleRnnSequence(x, [[2]], { activation: "relu" }).h));
 * assertEquals(f(tensor([[[1], [1]]])).array(), [[[2], [1]]]);
 * ```
 */
export const recurrentGradient: Primitive<
  [
    dy: Tensor,
    packed: Tensor,
    inputs: SequenceInputs<Tensor>,
    result: SequenceResult,
    by: SequenceOrigin,
  ],
  SequenceGradient
> = primitive(
  op,
  (
    dy: Tensor,
    packed: Tensor,
    inputs: SequenceInputs<Tensor>,
    result: SequenceResult,
    by: SequenceOrigin,
  ): Tensor => apply(op, [dy, packed, ...inOrder(inputs)], { ...result, by }),
  (["input", "state"] as const).flatMap((by) =>
    backwardSamples((dy, prepared, part) =>
      tidy(() => {
        const { inputs, recurrence } = prepared, packed = recurrentForward(prepared);
        return recurrentGradient(dy, packed, inputs, { ...recurrence, part }, by);
      })
    )
      // One way to a gradient tells as much of the first states as the other.
      .filter(({ name }) => by === "input" || name.endsWith("from state"))
      .map((sample) => ({ ...sample, name: `${sample.name}, by ${by}` }))
  ),
);
