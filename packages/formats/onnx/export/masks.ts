/** Masks of sequences as nodes: floats `[batch, time]`, 0 for a step that is not there. */
import type { Builder } from "./builder.ts";

/** The steps that are there in any input, where all have a mask; else none are masked. */
export function anyThere(b: Builder, masks: readonly (string | undefined)[]): string | undefined {
  if (masks.length === 0 || masks.includes(undefined)) return undefined;
  return masks.length === 1 ? masks[0] : b.node("Max", masks as string[]);
}
