/** What is done to the result of a convolution: in its kernel, or in a pass of its own. */
import type { Operand } from "../../../backend.ts";
import type { FusedActivation } from "../../../ops/rules/fused_activation.ts";
import { sizeOf } from "../../../shape.ts";
import type { Engine, WasmStorage } from "../engine.ts";
import { PASS_GRAIN } from "./conv_windows.ts";
import { address } from "./runner.ts";

/** `y = f(scale z + shift + residual)`: what is not there is left out. */
export interface Epilogue {
  /** A factor for each output. */
  readonly scale?: Operand;
  /** A number for each output. */
  readonly shift?: Operand;
  /** A number for each result. */
  readonly residual?: Operand;
  /** The function. */
  readonly activation: FusedActivation;
}

/** The numbers of the activations, as the kernels know them. */
export const ACTIVATIONS = { linear: 0, relu: 1, sigmoid: 2, tanh: 3 } as const;

/** The address of what may not be there: 0. */
export function addressOf(x: Operand | undefined): number {
  return x === undefined ? 0 : address(x);
}

/** Does all of it, in place. */
export function finish(
  engine: Engine,
  y: WasmStorage,
  shape: readonly number[],
  { scale, shift, residual, activation }: Epilogue,
): void {
  if (!(scale || shift || residual) && activation === "linear") return;
  const n = shape[3], rows = sizeOf(shape) / n, grain = Math.ceil(PASS_GRAIN / n);
  const args = [addressOf(scale), addressOf(shift), addressOf(residual), n];
  engine.launch("finishChannels", rows, grain, y.address, ...args, ACTIVATIONS[activation]);
}
