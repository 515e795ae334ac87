/** What is refused, with the whole text: what was expected, what was found, what to do. */
import { Perceptron, type PerceptronOptions } from "@neurite/perceptron";
import { DataError, ndarray, ShapeError, type TensorLike } from "@neurite/tensor";
import { assertEquals, assertThrows } from "@std/assert";

type ErrorClass = new (...args: never[]) => Error;

function refuses(name: string, f: () => unknown, type: ErrorClass, text: string): void {
  Deno.test(`refused: ${name}`, () => {
    assertEquals(assertThrows(f, type).message, text);
  });
}

const make = (inputSize: number, options?: PerceptronOptions) => () =>
  new Perceptron(inputSize, options);
for (const n of [0, -1, 1.5, NaN, Infinity]) {
  const rule = `must be an integer of at least 1: current ${n}`;
  refuses(`inputSize ${n}`, make(n), RangeError, `Cannot make a perceptron as inputSize ${rule}`);
  refuses(
    `epochs ${n}`,
    make(2, { epochs: n }),
    RangeError,
    `Cannot make a perceptron as epochs ${rule}`,
  );
}
for (const η of [0, -1, NaN, Infinity]) {
  refuses(
    `learningRate ${η}`,
    make(2, { learningRate: η }),
    RangeError,
    `Cannot make a perceptron as learningRate must be a finite number above 0: current ${η}`,
  );
}

refuses(
  "an option that does not exist",
  make(2, { learning_rate: 1 } as PerceptronOptions),
  TypeError,
  'Cannot make a perceptron as its options are learningRate, epochs: current "learning_rate". Did ' +
    'you mean "learningRate"?',
);

const X = [[0, 0], [0, 1], [1, 0], [1, 1]], d = [0, 0, 0, 1];
const fit = (X: TensorLike, d: TensorLike) => () => new Perceptron(2).fit(X, d);
const shapeX = "Cannot fit as X must be of shape [N, 2]: current ";
refuses("inputs of another size", fit([[1], [2]], [0, 1]), ShapeError, `${shapeX}[2, 1]`);
refuses("one input alone", fit([0, 1], [1]), ShapeError, `${shapeX}[2]`);
const noneX = "Cannot fit as X must hold at least one example: current 0";
refuses("no examples", fit([], []), DataError, noneX);
refuses("no rows", fit(ndarray(new Float32Array(0), [0, 2]), []), DataError, noneX);
refuses(
  "a ragged array",
  fit([[0, 1], [1]], [0, 1]),
  ShapeError,
  "Cannot make a tensor as nested arrays must have 2 items on axis 1, like the first: current 1 " +
    "items at [1] (a ragged array)",
);
refuses(
  "NaN among the inputs",
  fit([[0, 1], [1, NaN]], [0, 1]),
  DataError,
  "Cannot use the inputs X as every number must be finite: current NaN at [1, 1]",
);
const shapeD = "Cannot fit as d must be of shape [4], one output for each row of X: current ";
refuses("too few outputs", fit(X, [0, 1, 0]), ShapeError, `${shapeD}[3]`);
refuses("outputs in a column", fit(X, [[0], [0], [0], [1]]), ShapeError, `${shapeD}[4, 1]`);
for (const label of [-1, 2, 0.5, NaN, Infinity]) {
  refuses(
    `the desired output ${label}`,
    fit(X, [0, 0, label, 1]),
    DataError,
    `Cannot fit as every desired output must be 0 or 1: current ${label} at [2]`,
  );
}

const predict = (x: TensorLike) => () => new Perceptron(2).predict(x);
const shapex = "Cannot predict as x must be of shape [2]: current ";
refuses("a longer input", predict([1, 2, 3]), ShapeError, `${shapex}[3]`);
refuses("many inputs at once", predict([[1, 2]]), ShapeError, `${shapex}[1, 2]`);
refuses("an empty input", predict([]), ShapeError, `${shapex}[0]`);
refuses(
  "an infinite input",
  predict([1, -Infinity]),
  DataError,
  "Cannot use the input x as every number must be finite: current -Infinity at [1]",
);

const setTo = (w: TensorLike) => () => new Perceptron(2).weights = w;
const shapeW = "Cannot set the weights as they must be of shape [3], the bias and one for each " +
  "input: current ";
refuses("weights without the bias", setTo([1, 2]), ShapeError, `${shapeW}[2]`);
refuses("weights as a row", setTo([[1, 2, 3]]), ShapeError, `${shapeW}[1, 3]`);
refuses(
  "NaN as a weight",
  setTo([1, NaN, 3]),
  DataError,
  "Cannot use the weights as every number must be finite: current NaN at [1]",
);

Deno.test("what is refused leaves the weights as they were", () => {
  const perceptron = new Perceptron(2);
  perceptron.fit(X, d);
  assertThrows(() => perceptron.fit(X, [1, 1, 1, 2]), DataError);
  assertThrows(() => perceptron.fit([[0, 1], [NaN, 0]], [1, 0]), DataError);
  assertThrows(() => perceptron.weights = [1], ShapeError);
  assertEquals(perceptron.weights, [-3, 2, 1]);
});

Deno.test("weights that would become infinite are refused", () => {
  const perceptron = new Perceptron(1, { learningRate: 1e30 });
  const error = assertThrows(() => perceptron.fit([[1e30]], [0]), DataError);
  assertEquals(
    error.message,
    "Cannot use the new weights as every number must be finite: current -Infinity at [1]",
  );
  assertEquals(perceptron.weights, [0, 0]);
});

Deno.test("a data error carries where and what", () => {
  const error = assertThrows(fit(X, [0, 0, 7, 1]), DataError);
  assertEquals([error.offset, error.expected, error.found], [2, "0 or 1", 7]);
});
