import { type Unary, unary } from "../rules/elementwise.ts";

/** The nearest integer; of two, the even one, as IEEE 754 has it. */
function nearest(x: number): number {
  const floor = Math.floor(x), rest = x - floor;
  if (rest < 0.5 || (rest === 0.5 && floor % 2 === 0)) return floor;
  return Math.ceil(x);
}

/**
 * The nearest integer, element by element; halfway between two it is the even one, as in NumPy,
 * PyTorch and IEEE 754 (`Math.round` goes up). int32 stays as it is. It is a constant to gradients.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { round } from "@neurite/tensor";
 *
 * assertEquals(round([0.5, 1.5, 2.5, -0.7]).array(), [0, 2, 2, -1]);
 * ```
 */
export const round: Unary = unary({
  name: "round",
  reference: nearest,
  gradient: { notDifferentiable: "it is constant almost everywhere" },
  ofIntegers: "int32",
});
