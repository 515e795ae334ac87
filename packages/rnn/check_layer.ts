/** What layers for sequences refuse, and what they say then. */
import { formatSizes, type Shape } from "@neurite/nn";
import { cast, DataError, max, ShapeError, type Tensor } from "@neurite/tensor";
import { valuesOnHost } from "@neurite/tensor/internal";

/** Refuses a share that is none, or all. */
export function checkRate(name: string, rate: number): number {
  if (rate >= 0 && rate < 1) return rate;
  throw new RangeError(
    `Cannot make a recurrent layer as ${name} must be from 0 to below 1: current ${rate}`,
  );
}

/** The shape of a sequence; refuses other inputs, and states that do not fit. */
export function checkInputs(
  [shape, ...states]: readonly Shape[],
  { units, stateCount, oneHot }: { units: number; stateCount: number; oneHot: number | undefined },
): Shape {
  const rank = oneHot === undefined ? 2 : 1;
  if (shape?.length !== rank || shape[1] === null) {
    const rule = oneHot === undefined
      ? "an example must be a sequence [time, features] of known features, such as one-hot vectors " +
        "or what an Embedding makes"
      : "with oneHot an example must be a sequence of numbers, [time]";
    throw new ShapeError("compute a recurrent layer", rule, [], formatSizes(shape ?? []));
  }
  const fit = states.every((state) => state.length === 1 && state[0] === units);
  if (fit && (states.length === 0 || states.length === stateCount)) return shape;
  throw new ShapeError(
    "compute a recurrent layer",
    `after the sequence there must be no state or ${stateCount} of shape [${units}]`,
    [],
    states.map(formatSizes).join(" and "),
  );
}

/** Refuses a batch of another size than that of the states it is to go on from. */
export function checkStates(layer: string, kept: number, batch: number): void {
  if (kept === batch) return;
  throw new ShapeError(
    `run layer "${layer}"`,
    "a stateful layer goes on with the sequences that it had",
    [],
    `a batch of ${batch} after one of ${kept}. Call resetStates() first`,
  );
}

/**
 * Refuses sequences without steps, and those of which every step is masked: where the mask can be read
 * at once. Elsewhere such a sequence leaves the state that it found.
 */
export function checkSequence(layer: string, x: Tensor, mask: Tensor | undefined): void {
  if (x.rank < 2 || x.shape[1] === 0) {
    throw new ShapeError(`run layer "${layer}"`, "a sequence must have at least one step", [
      x.shape,
    ]);
  }
  if (mask === undefined || !mask.backend.synchronous) return;
  const there = max(mask, { axis: 1 }), example = there.dataSync().indexOf(0);
  there.dispose();
  if (example < 0) return;
  throw new DataError(
    `Cannot run layer "${layer}" as every sequence must have a step that is not masked: current ` +
      `none in example ${example} of the batch`,
    { offset: example, expected: "a step that is not masked", found: "none" },
  );
}

/** Numbers of symbols as int32; refuses those that are no integers. */
export function symbolsOf(layer: string, x: Tensor): Tensor {
  if (x.dtype === "int32") return x;
  const values = valuesOnHost(x);
  if (values !== undefined) {
    const at = Array.prototype.findIndex.call(values, (v) => !Number.isInteger(v));
    if (at >= 0) {
      throw new DataError(
        `Cannot run layer "${layer}" as its inputs must be the integers of symbols: current ` +
          `${values[at]} at ${at}`,
        { offset: at, expected: "an integer", found: values[at] },
      );
    }
  }
  return cast(x, "int32");
}
