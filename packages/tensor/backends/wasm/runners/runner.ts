/** What the wasm backend's table holds for an operation. */
import type { DType, Operand, TensorSpec } from "../../../backend.ts";
import type { Engine, WasmStorage } from "../engine.ts";

/** Runs an operation on the engine and gives the storage of its result. */
export type Runner<A> = (
  engine: Engine,
  inputs: readonly Operand[],
  attributes: A,
  output: TensorSpec,
) => WasmStorage;

/** No kernel: the operation's reference computes on the linear memory. The text says why. */
export interface ViaReference {
  /** Why that is enough. */
  readonly viaReference: string;
}

/** One runner for every element type, or one for each type of the first input. */
export type Entry<A> =
  | Runner<A>
  | ViaReference
  | Readonly<Record<DType, Runner<A> | ViaReference>>;

/** The address of a tensor's values. */
export function address(x: Operand): number {
  return (x.storage as WasmStorage).address;
}
