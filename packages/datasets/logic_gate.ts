/** The truth tables of the logic gates, the first thing a perceptron learns. */
import { type NdArray, ndarray } from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";

/** The gates of two inputs that {@linkcode logicGate} knows. */
export type LogicGate = "and" | "or" | "nand" | "nor" | "xor" | "xnor";

/** A truth table: inputs and desired outputs. */
export interface TruthTable {
  /** The inputs, float32 `[4, 2]`, in the order 00, 01, 10, 11. */
  X: NdArray<Float32Array>;
  /** The desired output of each row, float32 `[4]`. */
  d: NdArray<Float32Array>;
}

/** The desired outputs for 00, 01, 10 and 11. */
const OUTPUTS: Readonly<Record<LogicGate, readonly number[]>> = {
  and: [0, 0, 0, 1],
  or: [0, 1, 1, 1],
  nand: [1, 1, 1, 0],
  nor: [1, 0, 0, 0],
  xor: [0, 1, 1, 0],
  xnor: [1, 0, 0, 1],
};

/**
 * The truth table of a gate of two inputs. A line separates the outputs of AND, OR, NAND and NOR,
 * but not those of XOR and XNOR: a perceptron learns the first four only.
 *
 * @throws {RangeError} if there is no gate of that name.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { logicGate } from "@neurite/datasets";
 *
 * const { X, d } = logicGate("and");
 * assertEquals([X.get(1, 0), X.get(1, 1), d.get(1)], [0, 1, 0]);
 * assertEquals([X.get(3, 0), X.get(3, 1), d.get(3)], [1, 1, 1]);
 * ```
 */
export function logicGate(name: LogicGate): TruthTable {
  checkOneOf("make a logic gate", "its name", name, Object.keys(OUTPUTS));
  return {
    X: ndarray(new Float32Array([0, 0, 0, 1, 1, 0, 1, 1]), [4, 2]),
    d: ndarray(new Float32Array(OUTPUTS[name]), [4]),
  };
}
