import { apply, type OpDefinition, type Primitive, primitive } from "../../op.ts";
import type { Tensor } from "../../tensor.ts";
import { tidy } from "../../scope.ts";
import { matmul } from "../product/matmul.ts";
import {
  flat,
  inOrder,
  type Layout,
  layoutOf,
  named,
  type PreparedSequence,
  type SequencePart,
  type SequenceResult,
} from "../rules/recurrence.ts";
import { recurrentForward } from "./recurrent_forward.ts";
import { recurrentGradient } from "./recurrent_gradient.ts";
import { recurrentKernelGradient, rowsOf } from "./recurrent_kernel_gradient.ts";
import { sequenceSamples } from "../rules/recurrent_samples.ts";
import { reshape } from "../shape/reshape.ts";
import { slice } from "../shape/slice.ts";

/** The shape of a result. */
function shapeOfPart(
  { batch, time, units, states }: Layout,
  part: SequencePart,
): readonly number[] {
  return part === "state" ? [states, batch, units] : [batch, time, units];
}

/** The gradient of what the input adds to the gates, and what that of the recurrent kernel is in. */
interface Found {
  readonly dz?: Tensor;
  readonly kernels?: Tensor;
}

/** What was found for one input and serves the others, under the gradient of the result. */
const known = new WeakMap<Tensor, Found>();

/** Computes once for all inputs of a sequence. */
function once(dy: Tensor, what: keyof Found, compute: () => Tensor): Tensor {
  const found = known.get(dy) ?? {}, before = found[what];
  if (before !== undefined && !before.disposed) return before;
  const made = compute();
  known.set(dy, { ...found, [what]: made });
  return made;
}

const op: OpDefinition<SequenceResult> = {
  name: "recurrentOutput",
  shape: ([, x, kernel], result) => ({
    shape: shapeOfPart(layoutOf(x.shape, kernel.shape, result), result.part),
    dtype: "float32",
  }),
  reference: ([packed, ...arrays], result, output) => {
    const { x, kernel } = named(arrays, result);
    const { sequence } = layoutOf(x.shape, kernel.shape, result);
    const from = result.part === "state" ? 0 : sequence, y = flat(output);
    y.set(flat(packed).subarray(from, from + y.length));
  },
  gradient: ({ dy, inputs: [packed, ...tensors], attributes }, index) => {
    if (index === 0) return undefined;
    const inputs = named(tensors, attributes), { x, kernel, inputKernel } = inputs;
    const wanted = tensors[index - 1], [units] = kernel.shape;
    const isSymbols = attributes.input === "symbols";
    if (wanted === inputs.mask || wanted === x && isSymbols) return undefined;
    if (wanted === inputs.h0 || wanted === inputs.c0) {
      const states = recurrentGradient(dy, packed, inputs, attributes, "state");
      return reshape(slice(states, [wanted === inputs.h0 ? 0 : 1], [1]), wanted.shape);
    }
    const dz = once(
      dy,
      "dz",
      () => recurrentGradient(dy, packed, inputs, attributes, "input"),
    );
    if (wanted === x) {
      return inputKernel === undefined ? dz : matmul(dz, inputKernel, { transposeB: true });
    }
    const all = once(
      dy,
      "kernels",
      () => recurrentKernelGradient(dz, dy, packed, inputs, attributes),
    );
    const places = rowsOf(inputs, attributes);
    if (wanted === kernel) return places.rows === units ? all : slice(all, [0], [units]);
    if (wanted === inputKernel) return slice(all, [units], [wanted.shape[0]]);
    const row = wanted === inputs.bias ? places.bias! : places.recurrentBias!;
    return reshape(slice(all, [row], [1]), wanted.shape);
  },
};

/**
 * A result of {@linkcode recurrentForward}, with the gradient of the whole sequence: the last states,
 * `[states, batch, units]`, or the states after all steps, `[batch, time, units]`. What
 * {@linkcode simpleRnnSequence}, {@linkcode lstmSequence} and {@linkcode gruSequence} are made of.
 *
 * In the backward pass, {@linkcode recurrentGradient} goes through the steps once, from the last to the
 * first, and finds the gradient of all gates; {@linkcode recurrentKernelGradient} makes those of the
 * kernels and biases of it, in one product over all steps. A state that the gradient is wanted of, too,
 * takes another backward pass through the steps.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { gruSequence, zeros } from "@neurite/tensor";
 *
 * // Takes recurrentOutput of both kinds.
 * const { output, h } = gruSequence(zeros([2, 3, 3]), zeros([1, 3]), { returnSequences: true });
 * assertEquals(output.shape, [2, 3, 1]);
 * assertEquals(h.shape, [2, 1]);
 * ```
 */
export const recurrentOutput: Primitive<
  [packed: Tensor, prepared: PreparedSequence, part: SequencePart],
  SequenceResult
> = primitive(
  op,
  (packed: Tensor, { inputs, recurrence }: PreparedSequence, part: SequencePart): Tensor =>
    apply(op, [packed, ...inOrder(inputs)], { ...recurrence, part }),
  sequenceSamples((prepared) =>
    tidy(() => {
      const packed = recurrentForward(prepared);
      return recurrentOutput(
        packed,
        prepared,
        prepared.recurrence.sequences ? "sequence" : "state",
      );
    })
  ),
);
