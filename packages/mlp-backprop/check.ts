/** What a network refuses. */
import {
  asTensor,
  cast,
  DataError,
  reshape,
  ShapeError,
  type Tensor,
  type TensorLike,
} from "@neurite/tensor";
import { activate, type Activation, derivative, type Output } from "./activations.ts";
import { type Cost, OUTPUTS } from "./costs.ts";

/** Checks the description of a network. */
export function checkNetwork(
  layers: readonly number[],
  activation: Activation,
  cost: Cost,
  output: Output,
): void {
  const count = (n: number) => Number.isSafeInteger(n) && n >= 1;
  if (!Array.isArray(layers) || layers.length < 2 || !layers.every(count)) {
    throw new RangeError(
      "Cannot make a network as layers must be two or more whole numbers of at least 1, the " +
        `inputs first: current [${layers}]`,
    );
  }
  checkName("activation", activation, Object.keys(derivative));
  checkName("cost", cost, Object.keys(OUTPUTS));
  checkName("output", output, Object.keys(activate));
  checkName(`the output of the ${cost} cost`, output, OUTPUTS[cost]);
}

/** Refuses a name that is not known, and lists those that are. */
function checkName(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  throw new RangeError(
    `Cannot make a network as ${what} must be one of ${known.join(", ")}: current "${name}"`,
  );
}

/** Checks a number that counts something, such as epochs. */
export function checkCount(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1) return;
  throw new RangeError(
    `Cannot train as ${name} must be a whole number of at least 1: current ${value}`,
  );
}

/** Examples as float32, one a row: `[N, columns]`; a vector is one example. */
export function checkRows(value: TensorLike, columns: number, name: string): Tensor {
  const given = asTensor(value);
  const rows = given.rank === 1 && given.size === columns ? reshape(given, [1, columns]) : given;
  if (rows.rank !== 2 || rows.shape[1] !== columns) {
    throw new ShapeError("use the network", `${name} must be of shape [N, ${columns}]`, [
      given.shape,
    ]);
  }
  if (rows.shape[0] === 0) {
    throw new DataError(
      `Cannot use the network as ${name} must hold at least one example: current 0`,
    );
  }
  return cast(rows, "float32");
}

/** Refuses inputs and desired outputs that are not equally many. */
export function checkPaired(X: Tensor, y: Tensor): void {
  if (X.shape[0] === y.shape[0]) return;
  throw new ShapeError("use the network", "X and y must have one row for each example", [
    X.shape,
    y.shape,
  ]);
}
