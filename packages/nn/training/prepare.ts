/** Data made ready for training: examples, targets and weights that fit the model. */
import { asTensor, checkFinite, stopGradient, type TensorLike, tidy } from "@neurite/tensor";
import { hostBackend } from "@neurite/tensor/internal";
import type { Model } from "../model.ts";
import { formatSizes } from "../shape.ts";
import {
  type Data,
  type Dataset,
  type Examples,
  examplesOf,
  inputsOf,
  setOf,
  targetsOf,
  weightPerExample,
} from "./batches.ts";

/** How much examples count. */
export interface Weights {
  /** A weight for each example, `[n]` or `[n, 1]`. */
  sampleWeight?: TensorLike;
  /**
   * A weight for each class, by its number: `{ 0: 1, 1: 10 }`; classes that are left out count 1. For
   * one class an example, as a number or a one-hot row. Only training is weighted, not validation; an
   * example counts the product of its own weight and that of its class.
   */
  classWeight?: Readonly<Record<number, number>>;
}

/**
 * Puts data together, builds the model where that is still to be done, and checks that the data
 * fit it.
 */
export async function prepareSet(
  model: Model,
  x: Data,
  y: Data | undefined,
  { sampleWeight }: Pick<Weights, "sampleWeight">,
): Promise<Dataset> {
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
    const set = setOf(inputs, targets);
    for (const [i, target] of targets.entries()) await model.trainer.checkTargets(target, i);
    return sampleWeight === undefined
      ? set
      : { ...set, weights: await ownWeights(sampleWeight, set) };
  } catch (error) {
    for (const examples of made.values()) examples.dispose();
    throw error;
  }
}

/** Frees what was made for a set. */
export function disposeSet({ x, y }: Dataset): void {
  for (const examples of [...x, ...y]) examples.dispose();
}

/** The weights that were given, as numbers that are finite. */
async function ownWeights(sampleWeight: TensorLike, { count }: Dataset): Promise<Float32Array> {
  const weights = tidy(() => stopGradient(weightPerExample(sampleWeight, count)));
  const values = Float32Array.from(await weights.data().finally(() => weights.dispose()));
  tidy(() => checkFinite(asTensor(values, hostBackend()), "sampleWeight"));
  return values;
}

/**
 * The same set with the weight of each example times that of its class.
 *
 * Throws `RangeError` unless the model has one output that gives a class for each example, and for
 * weights that are no finite numbers.
 */
export async function weighClasses(
  model: Model,
  set: Dataset,
  classWeight: Weights["classWeight"],
): Promise<Dataset> {
  if (classWeight === undefined) return set;
  const [{ shape }, ...others] = model.outputs, classes = shape[shape.length - 1] ?? 1;
  if (others.length > 0 || shape.length > 1) {
    throw new RangeError(
      "Cannot weigh by class as the model must give one class for each example: current outputs " +
        `${model.outputs.map(({ shape }) => formatSizes(shape)).join(" and ")}. Use sampleWeight`,
    );
  }
  if (classWeight instanceof Map) {
    throw new TypeError(
      "Cannot weigh by class as classWeight must be an object by the numbers of classes: current a " +
        "Map. Use Object.fromEntries",
    );
  }
  for (const [name, weight] of Object.entries(classWeight)) {
    const number = Number(name), known = classes === 1 || (number >= 0 && number < classes);
    if (Number.isInteger(number) && known && Number.isFinite(weight)) continue;
    throw new RangeError(
      "Cannot weigh by class as classWeight must hold finite numbers by the numbers of classes" +
        `${classes === 1 ? "" : `, 0 to ${classes - 1}`}: current ${weight} for ${name}`,
    );
  }
  const weights = Float32Array.from(
    await classesOf(set.y[0]),
    (c, i) => (classWeight[c] ?? 1) * (set.weights?.[i] ?? 1),
  );
  return { ...set, weights };
}

/** The class of each example: the place of the 1, or the number itself, rounded as Keras does. */
async function classesOf(target: Examples): Promise<number[]> {
  const values = await target.values(), width = values.length / target.count;
  return Array.from({ length: target.count }, (_, i) => {
    if (width === 1) return roundHalfEven(Number(values[i]));
    let best = 0;
    for (let c = 1; c < width; c++) if (values[i * width + c] > values[i * width + best]) best = c;
    return best;
  });
}

/** The nearest integer; of two the even one. */
function roundHalfEven(value: number): number {
  const up = Math.round(value);
  return up - value === 0.5 && up % 2 !== 0 ? up - 1 : up;
}
