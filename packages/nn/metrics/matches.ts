/** What metrics that count right answers have in common. */
import { argmax, cast, equal, max, mul, reshape, ShapeError, type Tensor } from "@neurite/tensor";
import { sameButLast } from "../losses/targets.ts";
import { fits } from "../shape.ts";

/** 1 where the class number is that of the largest prediction of a row, else 0. */
export function matches(classes: Tensor, yPred: Tensor): Tensor {
  const largest = argmax(yPred), numbers = cast(reshape(classes, largest.shape), "float32");
  return mul(equal(numbers, cast(largest, "float32")), withoutNaN(yPred));
}

/** 1 for rows without NaN, else 0: where there is NaN, no prediction is the largest. */
export function withoutNaN(yPred: Tensor): Tensor {
  const largest = max(yPred, { axis: -1 });
  return equal(largest, largest);
}

/** Throws `ShapeError` unless there is a target for every number: but for a last axis of size 1. */
export function checkDense(metric: string, yTrue: Tensor, yPred: Tensor): void {
  if (sameButLast(yTrue.shape, yPred.shape)) return;
  refuse(metric, "targets must have the shape of the predictions", yTrue, yPred);
}

/** Throws `ShapeError` unless there is a row of targets for every row of predictions. */
export function checkRows(metric: string, yTrue: Tensor, yPred: Tensor): void {
  if (yPred.rank > 1 && fits(yTrue.shape, yPred.shape)) return;
  refuse(metric, "targets must have the shape of the predictions", yTrue, yPred);
}

/** Throws `ShapeError` unless there is a class number for every row of the predictions. */
export function checkSparse(metric: string, yTrue: Tensor, yPred: Tensor): void {
  const rows = yPred.shape.slice(0, -1), targets = yTrue.shape;
  if (yPred.rank > 1 && (fits(targets, rows) || fits(targets, [...rows, 1]))) return;
  refuse(metric, "there must be a class number for every row of the predictions", yTrue, yPred);
}

function refuse(metric: string, rule: string, yTrue: Tensor, yPred: Tensor): never {
  throw new ShapeError(`update ${metric}`, rule, [yTrue.shape, yPred.shape]);
}
