/** What the cells refuse. */
import { ShapeError, type Tensor } from "@neurite/tensor";

/** Refuses a recurrent kernel that has not so many gates. */
export function checkGates(operation: string, { shape }: Tensor, gates: number): void {
  if (shape.length === 2 && shape[1] === gates * shape[0]) return;
  const rule = `the recurrent kernel must be of shape [units, ${gates} * units]`;
  throw new ShapeError(operation, rule, [shape]);
}
