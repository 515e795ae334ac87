/** What a perceptron refuses, and what it says then. */
import { checkFinite, DataError, ShapeError, type Tensor } from "@neurite/tensor/core";

/** The inputs, if they have the wanted shape (`"N"`: any number of examples) and are finite. */
export function checkInputs(inputs: Tensor, wanted: readonly ("N" | number)[]): Tensor {
  const many = wanted[0] === "N";
  if (many && inputs.size === 0) {
    throw new DataError("Cannot fit as X must hold at least one example: current 0");
  }
  const fits = inputs.rank === wanted.length &&
    wanted.every((n, axis) => n === "N" || n === inputs.shape[axis]);
  if (!fits) {
    const rule = `${many ? "X" : "x"} must be of shape [${wanted.join(", ")}]`;
    throw new ShapeError(many ? "fit" : "predict", rule, [inputs.shape]);
  }
  checkFinite(inputs, many ? "the inputs X" : "the input x");
  return inputs;
}

/** The desired outputs as numbers, if there is one 0 or 1 for each example. */
export function checkDesired(d: Tensor, examples: number): readonly number[] {
  if (d.rank !== 1 || d.size !== examples) {
    const rule = `d must be of shape [${examples}], one output for each row of X`;
    throw new ShapeError("fit", rule, [d.shape]);
  }
  const values = [...d.dataSync()], wrong = values.findIndex((v) => v !== 0 && v !== 1);
  if (wrong >= 0) {
    throw new DataError(
      `Cannot fit as every desired output must be 0 or 1: current ${values[wrong]} at [${wrong}]`,
      { offset: wrong, expected: "0 or 1", found: values[wrong] },
    );
  }
  return values;
}

/** The weights, if they are a bias and one number for each input, all finite. */
export function checkWeights(w: Tensor, inputSize: number): Tensor {
  if (w.rank !== 1 || w.size !== inputSize + 1) {
    const rule = `they must be of shape [${inputSize + 1}], the bias and one for each input`;
    throw new ShapeError("set the weights", rule, [w.shape]);
  }
  checkFinite(w, "the weights");
  return w;
}
