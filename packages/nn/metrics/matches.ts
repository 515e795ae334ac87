/** What metrics that count right answers have in common. */
import { cast, equal, reshape, ShapeError, type Tensor } from "@neurite/tensor";

/** 1 where class numbers agree, else 0, in the shape of `b`. */
export function matches(a: Tensor, b: Tensor): Tensor {
  return equal(cast(reshape(a, b.shape), "float32"), cast(b, "float32"));
}

/** Throws `ShapeError` unless there is a number for every number. */
export function checkDense(metric: string, yTrue: Tensor, yPred: Tensor): void {
  const { shape, size } = yTrue;
  if (size === yPred.size && shape[0] === yPred.shape[0]) return;
  refuse(metric, "targets must have the shape of the predictions", yTrue, yPred);
}

/** Throws `ShapeError` unless there is a class number for every row of the predictions. */
export function checkSparse(metric: string, yTrue: Tensor, yPred: Tensor): void {
  const classes = yPred.shape[yPred.rank - 1], rows = yPred.size / classes;
  if (yTrue.size === rows && yTrue.shape[0] === yPred.shape[0]) return;
  refuse(metric, "there must be a class number for every row of the predictions", yTrue, yPred);
}

function refuse(metric: string, rule: string, yTrue: Tensor, yPred: Tensor): never {
  throw new ShapeError(`update ${metric}`, rule, [yTrue.shape, yPred.shape]);
}
