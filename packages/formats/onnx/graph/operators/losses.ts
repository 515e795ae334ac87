/** Losses, where a graph has some. */
import {
  cast,
  div,
  equal,
  expandDims,
  gather,
  logSoftmax,
  mean,
  mul,
  neg,
  squeeze,
  sub,
  sum,
  takeAlongAxis,
  type Tensor,
  where,
} from "@neurite/tensor";
import { type Call, type Operator, type Operators, unsupported } from "../call.ts";

/** `-log p` at the labels, weighted by class and reduced: `logs` is `[n, classes, ...]`. */
function negativeLogs(call: Call, logs: Tensor): Tensor {
  const labels = cast(call.tensor(1), "int32"), { attributes } = call;
  const ignored = attributes.has("ignore_index")
    ? equal(labels, attributes.int("ignore_index", 0))
    : undefined;
  const inside = ignored === undefined ? labels : cast(where(ignored, 0, labels), "int32");
  const losses = neg(squeeze(takeAlongAxis(logs, expandDims(inside, 1), 1), 1));
  const byClass = call.has(2) ? gather(call.tensor(2), inside) : undefined;
  const counted = ignored === undefined ? undefined : sub(1, ignored);
  const weights = byClass && counted ? mul(byClass, counted) : byClass ?? counted;
  const weighted = weights === undefined ? losses : mul(losses, weights);
  const reduction = attributes.text("reduction", "mean");
  if (reduction === "none") return weighted;
  if (reduction === "sum") return sum(weighted);
  if (reduction !== "mean") unsupported(`${call.opType} with reduction ${reduction}`);
  return weights === undefined ? mean(weighted) : div(sum(weighted), sum(weights));
}

const loss = (run: Operator["run"]): Operator => ({
  attributes: ["ignore_index", "reduction"],
  run,
});

/** The operators of this file. */
export const losses: Operators = {
  NegativeLogLikelihoodLoss: loss((call) => negativeLogs(call, call.tensor(0))),
  SoftmaxCrossEntropyLoss: loss((call) => {
    const logs = logSoftmax(call.tensor(0), { axis: 1 });
    return [negativeLogs(call, logs), logs];
  }),
};
