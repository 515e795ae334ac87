/** Masks of sequences: which steps are there. */
import { div, maximum, mul, reshape, sum, type Tensor } from "@neurite/tensor";

/**
 * Hands the masks of a layer's inputs on to its results: a result keeps the mask as long as it still
 * has the steps, `[batch, time, ...]` with the same batch and time. Of several inputs a step must be
 * there in each. A layer that knows better sets the mask of its result itself.
 */
export function carryMasks(
  masks: Map<Tensor, Tensor>,
  inputs: readonly Tensor[],
  results: readonly Tensor[],
): void {
  const given = new Set(
    inputs.map((input) => masks.get(input)).filter((mask) => mask !== undefined),
  );
  if (given.size === 0) return;
  const mask = [...given].reduce((all, one) => mul(all, one));
  for (const result of results) {
    const [batch, time] = result.shape;
    const stays = result.rank > 2 && batch === mask.shape[0] && time === mask.shape[1];
    if (stays && !masks.has(result)) masks.set(result, mask);
  }
}

/** Every step as an example of its own: `[batch, time, ...]` as `[batch * time, ...]`. */
export function bySteps(values: Tensor): Tensor {
  const [batch, time, ...rest] = values.shape;
  return reshape(values, [batch * time, ...rest]);
}

/** The weight of each step, `[batch, time]`: that of its example, and 0 for a step that is not there. */
export function weighSteps(mask: Tensor, weights: Tensor | undefined): Tensor {
  return weights === undefined ? mask : mul(mask, reshape(weights, [mask.shape[0], 1]));
}

/**
 * The mean of losses, one for each step, over the steps that are there: `sum(w m L) / sum(m)`. The
 * weights of examples, if there are any, do not divide it, as they do not without a mask.
 */
export function meanOfSteps(losses: Tensor, mask: Tensor, weights: Tensor | undefined): Tensor {
  const steps = maximum(sum(mask), 1);
  return div(sum(mul(losses, bySteps(weighSteps(mask, weights)))), steps);
}
