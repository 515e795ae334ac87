/** Data made ready for training: examples, targets and weights that fit the model. */
import { asTensor, type TensorLike, tidy } from "@neurite/tensor";
import type { Model } from "../model.ts";
import {
  type Data,
  type Dataset,
  type Examples,
  examplesOf,
  inputsOf,
  setOf,
  targetsOf,
} from "./batches.ts";

/** How much examples count. */
export interface Weights {
  /** A weight for each example. */
  sampleWeight?: TensorLike;
  /** A weight for each class, by its number: `{ 0: 1, 1: 10 }`; classes that are left out count 1. */
  classWeight?: Readonly<Record<number, number>>;
}

/**
 * Puts data together, builds the model where that is still to be done, and checks that the data
 * fit it.
 */
export function prepareSet(
  model: Model,
  x: Data,
  y: Data | undefined,
  { sampleWeight, classWeight }: Weights,
): Dataset {
  const made = new Map<TensorLike, Examples>();
  const take = (what: string) => (part: TensorLike): Examples => {
    const examples = made.get(part) ?? examplesOf(what, part);
    made.set(part, examples);
    return examples;
  };
  try {
    const inputs = inputsOf(model, x).map(take("inputs"));
    model.buildFor(inputs.map(({ shape }) => shape));
    model.computeOutputShape(inputs.map(({ shape }) => shape));
    const targets = targetsOf(model, y).map(take("targets"));
    const set = setOf(inputs, targets, weightsOf(targets, sampleWeight, classWeight));
    targets.forEach((target, i) => model.trainer.checkTargets(target, i));
    return set;
  } catch (error) {
    for (const examples of made.values()) examples.dispose();
    throw error;
  }
}

/** Gives back what was made for a set. */
export function disposeSet({ x, y }: Dataset): void {
  for (const examples of [...x, ...y]) examples.dispose();
}

/** A weight for each example, from its own and from that of its class. */
function weightsOf(
  [target, ...others]: readonly Examples[],
  sampleWeight: TensorLike | undefined,
  classWeight: Readonly<Record<number, number>> | undefined,
): Float32Array | undefined {
  const own = sampleWeight === undefined
    ? undefined
    : tidy(() => Float32Array.from(asTensor(sampleWeight).dataSync()));
  if (classWeight === undefined) return own;
  if (others.length > 0) {
    throw new RangeError(
      "Cannot weigh by class as the model must have one output: current " +
        `${1 + others.length}. Use sampleWeight`,
    );
  }
  const classes = classesOf(target);
  return Float32Array.from(classes, (c, i) => (classWeight[c] ?? 1) * (own?.[i] ?? 1));
}

/** The class of each example: the place of the 1, or the number itself. */
function classesOf(target: Examples): Int32Array {
  const values = target.values(), width = values.length / target.count;
  return Int32Array.from({ length: target.count }, (_, i) => {
    if (width === 1) return values[i];
    let best = 0;
    for (let c = 1; c < width; c++) if (values[i * width + c] > values[i * width + best]) best = c;
    return best;
  });
}
