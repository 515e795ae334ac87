/** What a network refuses, and what it says then. */
import {
  argmax,
  asTensor,
  type Backend,
  cast,
  checkFinite,
  DataError,
  greaterEqual,
  reshape,
  ShapeError,
  sum,
  type Tensor,
  type TensorLike,
} from "@neurite/tensor";
import { checkOneOf } from "@neurite/tensor/internal";
import { activate, type Activation, derivative, type Output } from "./activations.ts";
import { type Cost, OUTPUTS } from "./costs.ts";

/** What the data must fit: a network's sizes and kind, and where its values are. */
export interface Kind {
  /** The number of neurons of each layer, the inputs first. */
  readonly layers: readonly number[];
  /** The activation function of the hidden layers. */
  readonly activation: Activation;
  /** The cost function. */
  readonly cost: Cost;
  /** The activation function of the last layer. */
  readonly output: Output;
}

/** Examples as float32 matrices, one example a row. */
export interface Examples {
  /** The inputs, `[N, in]`. */
  readonly x: Tensor;
  /** The desired outputs, `[N, out]`. */
  readonly y: Tensor;
}

/** Refuses a network that cannot be. */
export function checkKind({ layers, activation, cost, output }: Kind): void {
  const make = "make a network", counts = (n: number) => Number.isSafeInteger(n) && n >= 1;
  if (!Array.isArray(layers) || layers.length < 2 || !layers.every(counts)) {
    throw new RangeError(
      `Cannot ${make} as layers must be two or more integers of at least 1, the inputs first: ` +
        `current ${Array.isArray(layers) ? `[${layers.join(", ")}]` : layers}`,
    );
  }
  checkOneOf(make, "activation", activation, Object.keys(derivative));
  checkOneOf(make, "cost", cost, Object.keys(OUTPUTS));
  checkOneOf(make, "output", output, Object.keys(activate));
  checkOneOf(make, `the output of the ${cost} cost`, output, OUTPUTS[cost]);
}

/** Numbers as a float32 matrix with one example a row; a vector is one example. */
function matrix(
  value: TensorLike,
  columns: number,
  name: string,
  backend: Backend,
  hint = "",
): Tensor {
  const given = asTensor(value, backend);
  if (given.size === 0) {
    throw new DataError(
      `Cannot use the network as ${name} must hold at least one example: current 0`,
    );
  }
  const rows = given.rank === 1 && given.size === columns ? reshape(given, [1, columns]) : given;
  if (rows.rank !== 2 || rows.shape[1] !== columns) {
    const rule = `${name} must be of shape [N, ${columns}]${hint}`;
    throw new ShapeError("use the network", rule, [given.shape]);
  }
  return cast(rows, "float32");
}

/** The inputs, `[N, in]`, all finite. */
export function checkInputs(X: TensorLike, { layers }: Kind, backend: Backend): Tensor {
  const x = matrix(X, layers[0], "X", backend);
  checkFinite(x, "the inputs X");
  return x;
}

/** Inputs and desired outputs that fit the network and each other. */
export function checkExamples(
  X: TensorLike,
  Y: TensorLike,
  kind: Kind,
  backend: Backend,
): Examples {
  const x = checkInputs(X, kind, backend);
  const hint = " (oneHot() makes such rows of class numbers)";
  const y = matrix(Y, kind.layers.at(-1)!, "y", backend, hint);
  if (x.shape[0] !== y.shape[0]) {
    throw new ShapeError("use the network", "X and y must have one row for each example", [
      x.shape,
      y.shape,
    ]);
  }
  checkFinite(y, "the desired outputs y");
  if (kind.cost === "cross-entropy") checkProbabilities(y, kind.output);
  return { x, y };
}

/** Refuses what the cross-entropy cannot measure: it takes `y` for probabilities. */
function checkProbabilities(y: Tensor, output: Output): void {
  const columns = y.shape[1], values = y.dataSync();
  const wrong = values.findIndex((v) => !(v >= 0 && v <= 1));
  if (wrong >= 0) {
    throw new DataError(
      "Cannot use the cross-entropy as every desired output must be from 0 to 1: current " +
        `${values[wrong]} at [${Math.floor(wrong / columns)}, ${wrong % columns}]`,
      { offset: wrong, expected: "a number from 0 to 1", found: values[wrong] },
    );
  }
  if (output !== "softmax") return;
  const sums = sum(y, { axis: 1 }).dataSync();
  const row = sums.findIndex((s) => Math.abs(s - 1) > 1e-4);
  if (row >= 0) {
    throw new DataError(
      "Cannot use the cross-entropy with softmax as every row of y must sum to 1: current " +
        `${sums[row]} in row ${row}`,
      { offset: row * columns, expected: 1, found: sums[row] },
    );
  }
}

/**
 * Class numbers, `[N]`: the place of the largest output of each row; of a single output, 1 where it
 * is at least 1/2. Class numbers are taken as they are, if they are integers from 0 to the number
 * of classes less 1.
 */
export function checkClasses(
  value: TensorLike,
  outputs: number,
  name: string,
  backend: Backend,
): Tensor {
  const given = asTensor(value, backend), classes = Math.max(outputs, 2);
  if (given.size === 0) {
    throw new DataError(
      `Cannot count right answers as ${name} must hold at least one example: current 0`,
    );
  }
  if (given.rank === 2 && given.shape[1] === outputs) {
    checkFinite(given, name);
    if (outputs === 1) return reshape(greaterEqual(given, 0.5), [given.size]);
    return cast(argmax(given, { axis: 1 }), "float32");
  }
  if (given.rank !== 1) {
    const rule = `${name} must be outputs of shape [N, ${outputs}] or class numbers of shape [N]`;
    throw new ShapeError("count right answers", rule, [given.shape]);
  }
  const numbers = given.dataSync();
  const wrong = numbers.findIndex((n) => !(Number.isInteger(n) && n >= 0 && n < classes));
  if (wrong >= 0) {
    const expected = `an integer from 0 to ${classes - 1}`;
    throw new DataError(
      `Cannot count right answers as every class in ${name} must be ${expected}: current ` +
        `${numbers[wrong]} at [${wrong}]`,
      { offset: wrong, expected, found: numbers[wrong] },
    );
  }
  return cast(given, "float32");
}

/** New values for parameters, one tensor for each; the shapes must be what they were. */
export function checkParameters(
  name: string,
  values: readonly TensorLike[],
  parameters: readonly Tensor[],
): Tensor[] {
  if (!Array.isArray(values) || values.length !== parameters.length) {
    throw new RangeError(
      `Cannot set the ${name} as there must be a list of ${parameters.length} arrays, one for each ` +
        `layer but the inputs: current ${Array.isArray(values) ? values.length : typeof values}`,
    );
  }
  return values.map((value, i) => {
    const { shape, backend } = parameters[i], tensor = cast(asTensor(value, backend), "float32");
    if (tensor.shape.join() !== shape.join()) {
      const rule = `${name}[${i}] must be of shape [${shape.join(", ")}]`;
      throw new ShapeError(`set the ${name}`, rule, [tensor.shape]);
    }
    checkFinite(tensor, `${name}[${i}]`);
    return tensor;
  });
}
