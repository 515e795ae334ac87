/**
 * Layers that one operation does at once: a layer and what follows it, as in
 * `relu(batchNormalization(convolution(x)) + residual)` where a model predicts. The weights stay where
 * they are: the normalization is a factor and a number for each channel of the result. In training,
 * where it needs all results of the convolution first, it begins a chain of its own.
 */
import type { FusedActivation, Tensor } from "@neurite/tensor";
import type { Epilogue, EpiloguePart, FusedCall, Layer } from "./layer.ts";
import { anyThere } from "./masks.ts";
import { Activation } from "./layers/activation.ts";
import { Add } from "./layers/add.ts";
import { BatchNormalization } from "./layers/batch_normalization.ts";

/** A layer and those that it takes in, in this order, each at most once. */
export interface Chain {
  /** The first layer, whose operation does it all, and the number of its inputs. */
  readonly head: Layer;
  readonly inputs: number;
  /** What can follow. */
  readonly parts: readonly EpiloguePart[];
  /** The normalization. */
  readonly normalization?: BatchNormalization;
  /** Whether something is added; it comes after the inputs of the head. */
  readonly residual: boolean;
  /** What is done in the end. */
  readonly activation?: FusedActivation;
}

/** A chain of one layer, where it can take in others as a model predicts or trains. */
export function chainOf(head: Layer, inputs: number, predicts: boolean): Chain | undefined {
  const parts = predicts ? head.epilogue : head.trainingEpilogue;
  return parts.length > 0 ? { head, inputs, parts, residual: false } : undefined;
}

/** The chain with a layer after it, whose result is of rank `rank`; `undefined` where it cannot. */
export function extended(chain: Chain, layer: Layer, rank: number): Chain | undefined {
  const { parts, normalization, residual, activation } = chain;
  const takes = (part: EpiloguePart) => parts.includes(part) && activation === undefined;
  if (layer instanceof BatchNormalization) {
    const first = normalization === undefined && !residual;
    const last = layer.axis === -1 || layer.axis === rank - 1;
    return takes("normalization") && first && last ? { ...chain, normalization: layer } : undefined;
  }
  if (layer instanceof Add) {
    return takes("sum") && !residual ? { ...chain, residual: true } : undefined;
  }
  if (!(layer instanceof Activation) || !takes("activation")) return undefined;
  const { rest, fused } = layer.activation;
  return rest === undefined && fused !== "linear" ? { ...chain, activation: fused } : undefined;
}

/** The call that does all of a chain. */
export function callOf({ head, inputs, normalization, residual, activation }: Chain): FusedCall {
  return (given, context, beforeActivation) => {
    const epilogue: Epilogue = {
      ...normalization?.affine(),
      ...residual ? { residual: given[inputs] as Tensor } : {},
      activation: beforeActivation ? "linear" : activation ?? "linear",
    };
    return head.callWithEpilogue!(given.slice(0, inputs), context, epilogue);
  };
}

/** The masks of the result of a chain: those of the head, and of what is added to it. */
export function masksOf(
  { head, inputs, residual }: Chain,
): Pick<Layer, "isModel" | "computeMasks"> {
  return {
    isModel: head.isModel,
    computeMasks: (masks, given) => {
      const made = head.computeMasks(masks.slice(0, inputs), given.slice(0, inputs));
      return residual ? anyThere([made[0], masks[inputs]]) : made;
    },
  };
}
