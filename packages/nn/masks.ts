/** Masks of sequences: which steps are there. */
import type { Layer, Masks } from "./layer.ts";
import { div, maximum, mul, reshape, sum, type Tensor } from "@neurite/tensor";

/**
 * Gives the results of a layer their masks, where its inputs have some. A result that is an input as it
 * was and loses its mask becomes a tensor of its own.
 */
export function carryMasks(
  layer: Pick<Layer, "isModel" | "computeMasks">,
  masks: Map<Tensor, Tensor>,
  inputs: readonly Tensor[],
  results: readonly Tensor[],
): readonly Tensor[] {
  if (layer.isModel) return results; // The layers in it have seen to it.
  const given = inputs.map((input) => masks.get(input));
  if (given.every((mask) => mask === undefined)) return results;
  const made = layer.computeMasks(given, inputs);
  return results.map((result, i) => {
    const mask = made[i], at = inputs.indexOf(result);
    if (mask === undefined) return at >= 0 && given[at] !== undefined ? mul(result, 1) : result;
    if (!masks.has(result)) masks.set(result, mask);
    return result;
  });
}

/** The steps that are there in any input, where all of them have a mask; else none are masked. */
export function anyThere(masks: Masks): Masks {
  if (masks.includes(undefined)) return [];
  return [(masks as readonly Tensor[]).reduce((any, mask) => maximum(any, mask))];
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
