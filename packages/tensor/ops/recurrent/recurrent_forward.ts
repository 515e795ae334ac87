import { apply, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import {
  cellOf,
  eachStep,
  type Flat,
  flat,
  inOrder,
  layoutOf,
  named,
  type PreparedSequence,
  products,
  type Recurrence,
  type SequenceInputs,
} from "../rules/recurrence.ts";
import { sequenceSamples } from "../rules/recurrent_samples.ts";

/** What an input adds to the gates: a vector, or the number of a symbol alone. */
function gatesOf(
  x: Flat,
  { inputKernel, bias }: SequenceInputs<Flat>,
  { input }: Recurrence,
  width: number,
): number[] {
  return Array.from({ length: width }, (_, j) => {
    let total = bias?.[j] ?? 0;
    if (input === "gates") total += x[j];
    else if (input === "symbols") total += inputKernel![x[0] * width + j];
    else for (let k = 0; k < x.length; k++) total += x[k] * inputKernel![k * width + j];
    return total;
  });
}

const op: OpDefinition<Recurrence> = {
  name: "recurrentForward",
  shape: ([x, kernel], recurrence) => ({
    shape: [layoutOf(x.shape, kernel.shape, recurrence).size],
    dtype: "float32",
  }),
  reference: (arrays, recurrence, output) => {
    const { x: given, kernel } = named(arrays, recurrence), y = flat(output);
    const layout = layoutOf(given.shape, kernel.shape, recurrence), features = given.shape[2] ?? 1;
    const { batch, units: n, width } = layout, cell = cellOf(recurrence);
    const values = named(arrays.map(flat), recurrence), { times } = products(values.kernel, layout);
    const { saved, sequences } = recurrence, states = batch * n;
    y.set(values.h0.subarray(0, states));
    if (values.c0 !== undefined) y.set(values.c0.subarray(0, states), states);
    y.fill(0, layout.before);
    eachStep(layout, recurrence, values.mask, false, ({ example, row, idle }) => {
      // The states stand where the last ones are to be.
      const ofH = example * n, ofC = states + ofH;
      const input = values.x.subarray(row * features, (row + 1) * features);
      const x = gatesOf(input, values, recurrence, width);
      const h = y.slice(ofH, ofH + n), c = y.slice(ofC, ofC + n);
      if (saved) y.set(h, layout.before + row * n);
      if (saved && cell.hasCellState) y.set(c, layout.cells + row * n);
      if (!idle) {
        const after = cell.forward({ x, h, c, times, bias: values.recurrentBias ?? [] });
        y.set(after.h, ofH);
        if (cell.hasCellState) y.set(after.c, ofC);
        if (saved) y.set(after.gates, layout.gates + row * width);
        if (saved && cell.hasExtra) y.set(after.extra, layout.extra + row * n);
      }
      if (sequences) y.set(y.slice(ofH, ofH + n), layout.sequence + row * n);
    });
  },
  gradient: {
    notDifferentiable: "it is recurrentOutput, made of it, that has the gradient of a sequence",
  },
};

/**
 * The forward pass through a whole sequence of a recurrent layer; what {@linkcode simpleRnnSequence},
 * {@linkcode lstmSequence} and {@linkcode gruSequence} are made of, and not of use without them.
 *
 * The result is one vector: the last states `[states, batch, units]`, then, if they are wanted, the
 * states after all steps `[batch, time, units]`, then, in a function that is being differentiated,
 * what the backward pass needs: the states before all steps, the gates, the cell states before all steps
 * and one vector more.
 *
 * It is a constant for gradients: those of a sequence are {@linkcode recurrentOutput}'s.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { lstmSequence, zeros } from "@neurite/tensor";
 *
 * // Runs recurrentForward, and takes its parts.
 * const { h } = lstmSequence(zeros([2, 3, 4]), zeros([1, 4]));
 * assertEquals(h.array(), [[0], [0]]);
 * ```
 */
export const recurrentForward: Primitive<[prepared: PreparedSequence], Recurrence> = primitive(
  op,
  ({ inputs, recurrence }: PreparedSequence): Tensor => apply(op, inOrder(inputs), recurrence),
  sequenceSamples((prepared) =>
    recurrentForward({ ...prepared, recurrence: { ...prepared.recurrence, saved: true } })
  ),
);
