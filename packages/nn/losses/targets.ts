/** Whether numbers can be the targets of a loss. */
import { cast, DataError, mean, reshape, ShapeError, type Tensor } from "@neurite/tensor";
import { fits, formatSizes, type Shape } from "../shape.ts";

/** Which values a loss takes as targets. */
export interface TargetRule {
  /** What they must be, for messages. */
  readonly text: string;
  /** Whether a finite number is one. */
  readonly holds: (value: number) => boolean;
}

/** Any number. */
export const FINITE: TargetRule = { text: "finite", holds: () => true };
/** Probabilities. */
export const PROBABILITY: TargetRule = {
  text: "probabilities from 0 to 1",
  holds: (p) => p >= 0 && p <= 1,
};
/** Counts, or expected counts. */
export const COUNT: TargetRule = { text: "0 or more", holds: (n) => n >= 0 };

/** The numbers of classes from 0 to `classes - 1`. */
export function classNumber(classes: number): TargetRule {
  return {
    text: `class numbers, integers from 0 to ${classes - 1}`,
    holds: (c) => Number.isInteger(c) && c >= 0 && c < classes,
  };
}

/** Throws for the first value that cannot be a target, naming its place. */
export function checkValues(
  loss: string,
  values: ArrayLike<number>,
  shape: readonly number[],
  { text, holds }: TargetRule,
): void {
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    if (Number.isFinite(value) && holds(value)) continue;
    const message = `Cannot compute ${loss} as targets must be ${text}: current ${value} at ` +
      `[${placeOf(i, shape).join(", ")}] of shape ${formatSizes(shape)}`;
    if (Number.isFinite(value)) throw new RangeError(message);
    throw new DataError(message, { offset: i, expected: text, found: value });
  }
}

/** The indices of element number `i`. */
function placeOf(i: number, shape: readonly number[]): number[] {
  const place: number[] = [];
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    place.unshift(i % shape[axis]);
    i = Math.floor(i / shape[axis]);
  }
  return place;
}

/** The same sizes without a last axis of size 1. */
function squeezed(shape: Shape): Shape {
  return shape.length > 1 && shape[shape.length - 1] === 1 ? shape.slice(0, -1) : shape;
}

/** Whether two shapes are equal, but for a last axis of size 1, which one of them may lack. */
export function sameButLast(a: Shape, b: Shape): boolean {
  return fits(a, b) || fits(squeezed(a), squeezed(b));
}

/**
 * Throws `ShapeError` unless there is a target for every number of the predictions: equal shapes, but
 * for a last axis of size 1, which may be left out.
 */
export function checkSameShape(loss: string, targets: Shape, predictions: Shape): void {
  if (sameButLast(targets, predictions)) return;
  const classes = predictions[predictions.length - 1];
  const last = targets[targets.length - 1];
  let fix = "";
  if (fits(squeezed(targets), predictions.slice(0, -1))) {
    const sparse = loss === "categoricalCrossentropy" ? "sparseCategoricalCrossentropy, or " : "";
    fix = `If these are class numbers, use ${sparse}oneHot(labels, ${classes})`;
  } else if (targets.length === predictions.length && last !== classes) {
    fix = `The last layer gives ${classes} numbers; these targets need ${last}`;
  }
  const rule = "there must be a target for every number of the predictions";
  throw shapeError(loss, rule, targets, predictions, fix);
}

/**
 * Targets as float32, and in the shape of the predictions where the two differ only by a last axis of
 * size 1: Keras's `squeeze_or_expand_to_same_rank`.
 */
export function likePredictions(yTrue: Tensor, yPred: Tensor): Tensor {
  const t = cast(yTrue, "float32");
  const differ = t.rank !== yPred.rank && sameButLast(t.shape, yPred.shape);
  return differ ? reshape(t, yPred.shape) : t;
}

/** Throws `ShapeError` unless there is a class number for every row of the predictions. */
export function checkSparseShape(loss: string, targets: Shape, predictions: Shape): void {
  const rows = predictions.slice(0, -1);
  if (predictions.length > 1 && (fits(targets, rows) || fits(targets, [...rows, 1]))) return;
  throw shapeError(
    loss,
    "there must be a class number for every row of the predictions",
    targets,
    predictions,
    fits(targets, predictions) ? "If these are one-hot rows, use categoricalCrossentropy" : "",
  );
}

function shapeError(
  loss: string,
  rule: string,
  targets: Shape,
  predictions: Shape,
  fix: string,
): ShapeError {
  const current = `targets ${formatSizes(targets)} and predictions ${formatSizes(predictions)}`;
  const shapes = [targets, predictions].map((shape) => shape.map((n) => n ?? -1));
  return new ShapeError(`compute ${loss}`, rule, shapes, fix ? `${current}. ${fix}` : current);
}

/** The mean over all axes but the batch: one number an example. */
export function perExample(values: Tensor): Tensor {
  const { shape, size } = values;
  if (shape.length === 1) return values;
  if (size === shape[0]) return reshape(values, [size]);
  return mean(values, { axis: shape.slice(1).map((_, i) => i + 1) });
}
