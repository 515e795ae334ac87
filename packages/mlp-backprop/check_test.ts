/** What is refused, with the whole text: what was expected, what was found, what to do. */
import { type FitOptions, MultilayerPerceptron, type NetworkOptions } from "@neurite/mlp-backprop";
import { DataError, ndarray, ShapeError, type TensorLike } from "@neurite/tensor";
import { assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";

type ErrorClass = new (...args: never[]) => Error;

function refuses(name: string, f: () => unknown, type: ErrorClass, text: string): void {
  Deno.test(`refused: ${name}`, () => {
    assertEquals(assertThrows(f, type).message, text);
  });
}

const make = (layers: unknown, options: Record<string, unknown> = {}) => () =>
  new MultilayerPerceptron(layers as number[], options as NetworkOptions);
const sizes = "Cannot make a network as layers must be two or more integers of at least 1, the " +
  "inputs first: current ";
for (const layers of [[], [3], [2, 0], [2, -1], [2, 1.5], [2, NaN], [2, Infinity]]) {
  refuses(`layers [${layers}]`, make(layers), RangeError, `${sizes}[${layers.join(", ")}]`);
}
refuses("layers that are none", make(5), RangeError, `${sizes}5`);
refuses(
  "an unknown activation",
  make([2, 1], { activation: "softplus" }),
  RangeError,
  'Cannot make a network as activation must be one of sigmoid, tanh, relu: current "softplus"',
);
refuses(
  "softmax in hidden layers",
  make([2, 1], { activation: "softmax", output: "sigmoid" }),
  RangeError,
  'Cannot make a network as activation must be one of sigmoid, tanh, relu: current "softmax"',
);
refuses(
  "an unknown cost",
  make([2, 1], { cost: "hinge" }),
  RangeError,
  'Cannot make a network as cost must be one of quadratic, cross-entropy: current "hinge"',
);
refuses(
  "an unknown output",
  make([2, 1], { output: "linear" }),
  RangeError,
  'Cannot make a network as output must be one of sigmoid, tanh, relu, softmax: current "linear"',
);
refuses(
  "a name that every object has",
  make([2, 1], { activation: "toString" }),
  RangeError,
  'Cannot make a network as activation must be one of sigmoid, tanh, relu: current "toString"',
);
refuses(
  "softmax with the quadratic cost",
  make([2, 1], { output: "softmax" }),
  RangeError,
  "Cannot make a network as the output of the quadratic cost must be one of sigmoid, tanh, relu: " +
    'current "softmax"',
);
refuses(
  "tanh with the cross-entropy",
  make([2, 1], { cost: "cross-entropy", output: "tanh" }),
  RangeError,
  "Cannot make a network as the output of the cross-entropy cost must be one of softmax, sigmoid: " +
    'current "tanh"',
);
refuses(
  "a seed below 0",
  make([2, 1], { seed: -1 }),
  RangeError,
  "Cannot seed a generator as the seed must be an integer from 0 to 2^53 - 1: current -1",
);

const mlp = new MultilayerPerceptron([2, 3, 2], { seed: 1 });
const X = [[0, 1], [1, 0]], y = [[1, 0], [0, 1]];

for (const method of ["feedforward", "predict"] as const) {
  const run = (X: TensorLike) => () => mlp[method](X);
  const rule = "Cannot use the network as X must be of shape [N, 2]: current ";
  refuses(`${method} with columns missing`, run([[1], [2]]), ShapeError, `${rule}[2, 1]`);
  refuses(`${method} with a long vector`, run([1, 2, 3]), ShapeError, `${rule}[3]`);
  refuses(`${method} with a number`, run(1), ShapeError, `${rule}[]`);
  refuses(`${method} with a matrix each`, run([[[1, 2]]]), ShapeError, `${rule}[1, 1, 2]`);
  const none = "Cannot use the network as X must hold at least one example: current 0";
  refuses(`${method} with nothing`, run([]), DataError, none);
  refuses(`${method} with no rows`, run(ndarray(new Float32Array(0), [0, 2])), DataError, none);
  refuses(
    `${method} with NaN`,
    run([[0, 1], [NaN, 1]]),
    DataError,
    "Cannot use the inputs X as every number must be finite: current NaN at [1, 0]",
  );
  refuses(
    `${method} with a ragged array`,
    run([[0, 1], [1]]),
    ShapeError,
    "Cannot make a tensor as nested arrays must have 2 items on axis 1, like the first: current 1 " +
      "items at [1] (a ragged array)",
  );
  refuses(
    `${method} with words`,
    run([["a", "b"]] as unknown as number[][]),
    TypeError,
    "Cannot make a tensor as every item must be a number: current string at [0][0]",
  );
  refuses(
    `${method} with null`,
    run(null as unknown as number[]),
    TypeError,
    "Cannot make a tensor as its values must be a number, nested arrays, a typed array or an " +
      "NdArray: current null",
  );
}

const soft = new MultilayerPerceptron([2, 2], { cost: "cross-entropy" });
const independent = new MultilayerPerceptron([2, 2], { cost: "cross-entropy", output: "sigmoid" });

/** Examples that everything refuses that learns, and why. */
const WRONG: [string, MultilayerPerceptron, TensorLike, TensorLike, ErrorClass, string][] = [
  [
    "rows of another size in y",
    mlp,
    X,
    [[1], [0]],
    ShapeError,
    "Cannot use the network as y must be of shape [N, 2] (oneHot() makes such rows of class " +
    "numbers): current [2, 1]",
  ],
  [
    "class numbers",
    mlp,
    [[0, 1], [1, 0], [1, 1]],
    [0, 1, 1],
    ShapeError,
    "Cannot use the network as y must be of shape [N, 2] (oneHot() makes such rows of class " +
    "numbers): current [3]",
  ],
  [
    "more inputs than outputs",
    mlp,
    [...X, [1, 1]],
    y,
    ShapeError,
    "Cannot use the network as X and y must have one row for each example: current [3, 2] and " +
    "[2, 2]",
  ],
  [
    "no outputs",
    mlp,
    X,
    [],
    DataError,
    "Cannot use the network as y must hold at least one example: current 0",
  ],
  [
    "an infinite input",
    mlp,
    [[0, 1], [0, -Infinity]],
    y,
    DataError,
    "Cannot use the inputs X as every number must be finite: current -Infinity at [1, 1]",
  ],
  [
    "NaN in y",
    mlp,
    X,
    [[1, NaN], [0, 1]],
    DataError,
    "Cannot use the desired outputs y as every number must be finite: current NaN at [0, 1]",
  ],
  [
    "a probability above 1",
    independent,
    X,
    [[1, 0], [2, 0]],
    DataError,
    "Cannot use the cross-entropy as every desired output must be from 0 to 1: current 2 at [1, 0]",
  ],
  [
    "a probability below 0",
    soft,
    X,
    [[1, 0], [1.5, -0.5]],
    DataError,
    "Cannot use the cross-entropy as every desired output must be from 0 to 1: current 1.5 at " +
    "[1, 0]",
  ],
  [
    "probabilities that do not sum to 1",
    soft,
    X,
    [[1, 0], [1, 1]],
    DataError,
    "Cannot use the cross-entropy with softmax as every row of y must sum to 1: current 2 in row 1",
  ],
];
for (const [name, network, X, y, type, text] of WRONG) {
  refuses(`backprop with ${name}`, () => network.backprop(X, y), type, text);
  refuses(`updateParameters with ${name}`, () => network.updateParameters(X, y, 1), type, text);
  Deno.test(`refused: fit with ${name}`, async () => {
    const before = network.weights.map((W) => W.array());
    const error = await assertRejects(() => network.fit(X, y, { validation: false }), type);
    assertEquals(error.message, text);
    const own = { X, y }, good = { X: [[0, 1]], y: [[1, 0]] };
    const options = { validation: own, batchSize: 1 };
    const other = await assertRejects(() => network.fit(good.X, good.y, options), type);
    assertEquals(other.message, text);
    assertEquals(network.weights.map((W) => W.array()), before);
  });
}
refuses(
  "updateParameters with a learning rate of 0",
  () => mlp.updateParameters(X, y, 0),
  RangeError,
  "Cannot train as learningRate must be a finite number above 0: current 0",
);

const OPTIONS: [FitOptions, string][] = [
  ...[0, -1, 1.5, NaN, Infinity].flatMap((n): [FitOptions, string][] => [
    [{ epochs: n }, `Cannot train as epochs must be an integer of at least 1: current ${n}`],
    [
      { batchSize: n },
      `Cannot train as batchSize must be an integer of at least 1: current ${n}`,
    ],
  ]),
  ...[0, -0.1, NaN, Infinity].map((n): [FitOptions, string] => [
    { learningRate: n },
    `Cannot train as learningRate must be a finite number above 0: current ${n}`,
  ]),
  ...[0, 1, -0.5, 0.1, 0.9, NaN].map((n): [FitOptions, string] => [
    { validation: n },
    "Cannot hold out a part for validation as it must be a fraction between 0 and 1 that leaves " +
    `examples on both sides: current ${n} of 2`,
  ]),
  [
    { batchSize: 2 },
    "Cannot hold out the last minibatch as there must be at least two: current 2 examples in " +
    "minibatches of 2. Choose a smaller batchSize, another validation, or validation: false",
  ],
];
for (const [options, text] of OPTIONS) {
  const [[name, value]] = Object.entries(options);
  Deno.test(`refused: fit with ${name} ${value}`, async () => {
    assertEquals((await assertRejects(() => mlp.fit(X, y, options), RangeError)).message, text);
  });
}

for (const name of ["batch_size", "epoch", "batchSiz"]) {
  Deno.test(`refused: fit with an option ${name}, which does not exist`, async () => {
    const error = await assertRejects(() => mlp.fit(X, y, { [name]: 1 }), TypeError);
    const meant = name === "epoch" ? "epochs" : "batchSize";
    assertStringIncludes(error.message, `current "${name}". Did you mean "${meant}"?`);
  });
}
Deno.test("refused: a network with an option that does not exist", () => {
  assertThrows(make([2, 1], { activations: "tanh" }), TypeError, 'Did you mean "activation"?');
});

Deno.test("refused: two trainings at once; the first one goes on, and a third may follow", async () => {
  const options = { epochs: 3, validation: false } as const;
  const network = new MultilayerPerceptron([2, 3, 2], { seed: 1 });
  const alone = new MultilayerPerceptron([2, 3, 2], { seed: 1 });
  // A first training that lasts, as it awaits what happens within it.
  let second: Promise<unknown> | undefined;
  const onStep = () => {
    second ??= network.fit(X, y, options).catch((error) => error);
  };
  await network.fit(X, y, { ...options, onStep });
  assertEquals(
    (await second as Error).message,
    "Cannot train the network as one training must end before the next begins: current one is " +
      "still running. Await it",
  );
  await alone.fit(X, y, options);
  assertEquals(network.weights.map((W) => W.array()), alone.weights.map((W) => W.array()));
  await network.fit(X, y, options);
});

refuses(
  "too few weights",
  () => mlp.weights = [[[1, 2], [3, 4], [5, 6]]],
  RangeError,
  "Cannot set the weights as there must be a list of 2 arrays, one for each layer but the inputs: " +
    "current 1",
);
refuses(
  "no list of biases",
  () => mlp.biases = undefined as unknown as number[],
  RangeError,
  "Cannot set the biases as there must be a list of 2 arrays, one for each layer but the inputs: " +
    "current undefined",
);
refuses(
  "Keras's weights, which are transposed",
  () => mlp.weights = [[[1, 2, 3], [4, 5, 6]], [[1, 2], [3, 4], [5, 6]]],
  ShapeError,
  "Cannot set the weights as weights[0] must be of shape [3, 2]: current [2, 3]",
);
refuses(
  "biases that are vectors",
  () => mlp.biases = [[[1], [2], [3]], [1, 2]],
  ShapeError,
  "Cannot set the biases as biases[1] must be of shape [2, 1]: current [2]",
);
refuses(
  "infinite weights",
  () => mlp.weights = [[[1, 2], [3, 4], [5, 6]], [[1, 2, 3], [4, Infinity, 6]]],
  DataError,
  "Cannot use weights[1] as every number must be finite: current Infinity at [1, 1]",
);
Deno.test("parameters that are refused leave all as they were", () => {
  const before = mlp.biases.map((b) => b.array());
  assertThrows(() => mlp.biases = [[[1], [2], [3]], [1, 2]], ShapeError);
  assertEquals(mlp.biases.map((b) => b.array()), before);
});

const answers = [[0.1, 0.9], [0.8, 0.2]];
refuses(
  "accuracy of other columns",
  () => mlp.accuracy([[1], [0]], answers),
  ShapeError,
  "Cannot count right answers as y must be outputs of shape [N, 2] or class numbers of shape [N]: " +
    "current [2, 1]",
);
refuses(
  "accuracy of unequally many",
  () => mlp.accuracy([1, 0, 1], answers),
  ShapeError,
  "Cannot count right answers as y and pred must have one row for each example: current [3] and [2]",
);
for (const label of [-1, 2, 0.5, NaN]) {
  refuses(
    `accuracy of class ${label}`,
    () => mlp.accuracy([1, label], answers),
    DataError,
    "Cannot count right answers as every class in y must be an integer from 0 to 1: current " +
      `${label} at [1]`,
  );
}
refuses(
  "accuracy of predictions that are no classes",
  () => mlp.accuracy([1, 0], [0, 7]),
  DataError,
  "Cannot count right answers as every class in pred must be an integer from 0 to 1: current 7 " +
    "at [1]",
);
refuses(
  "accuracy of nothing",
  () => mlp.accuracy([], []),
  DataError,
  "Cannot count right answers as y must hold at least one example: current 0",
);
refuses(
  "accuracy of NaN",
  () => mlp.accuracy([1], [[NaN, 1]]),
  DataError,
  "Cannot use pred as every number must be finite: current NaN at [0, 0]",
);

Deno.test("a data error carries where and what", () => {
  const error = assertThrows(() => soft.backprop(X, [[1, 0], [0, 3]]), DataError);
  assertEquals([error.offset, error.expected, error.found], [3, "a number from 0 to 1", 3]);
});
