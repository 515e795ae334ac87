import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { ndarray, seed, tensor } from "@neurite/tensor";
import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { assertAllClose } from "../../testing/close.ts";

/** A network of sigmoids 2-2-1 in which, for x = (1, 2), every z is 0 and every a is 1/2. */
function half(): MultilayerPerceptron {
  const mlp = new MultilayerPerceptron([2, 2, 1]);
  mlp.weights = [[[2, -1], [0, 1]], [[2, -4]]];
  mlp.biases = [[[0], [-2]], [[1]]];
  return mlp;
}

Deno.test("feedforward follows z = W a + b, a = σ(z), as on paper", () => {
  assertEquals(half().feedforward([[1, 2]]).array(), [[0.5]]);
  // x = (0, 0): z = (0, -2), a = (1/2, σ(-2)), z = 2/2 - 4 σ(-2) + 1.
  const σ = (z: number) => 1 / (1 + Math.exp(-z));
  assertAlmostEquals(half().feedforward([[0, 0]]).item(), σ(2 - 4 * σ(-2)), 1e-7);
});

Deno.test("one example may be given as a vector", () => {
  assertEquals(half().feedforward([1, 2]).array(), [[0.5]]);
});

Deno.test("the four equations, worked out by hand for quadratic cost", () => {
  const { nablaW, nablaB, cost } = half().backprop([1, 2], [1]);
  // C = 1/2 (1 - 1/2)^2
  assertEquals(cost, 0.125);
  // (1) δ^3 = (1/2 - 1) * 1/4 = -1/8
  // (2) δ^2 = (2, -4) * -1/8 * 1/4 = (-1/16, 1/8)
  // (3) and (4)
  assertEquals(nablaW[1].array(), [[-1 / 16, -1 / 16]]);
  assertEquals(nablaB[1].array(), [[-1 / 8]]);
  assertEquals(nablaW[0].array(), [[-1 / 16, -2 / 16], [1 / 8, 2 / 8]]);
  assertEquals(nablaB[0].array(), [[-1 / 16], [1 / 8]]);
});

Deno.test("backprop sums over the examples of a minibatch", () => {
  const twice = half().backprop([[1, 2], [1, 2]], [[1], [1]]);
  assertEquals(twice.cost, 0.25);
  assertEquals(twice.nablaW[0].array(), [[-1 / 8, -2 / 8], [1 / 4, 2 / 4]]);
  const opposite = half().backprop([[1, 2], [1, 2]], [[1], [0]]);
  assertEquals(opposite.cost, 0.25);
  assertEquals(opposite.nablaW[0].array(), [[0, 0], [0, 0]]);
});

Deno.test("cross-entropy with softmax: C = -ln a of the right class, δ = a - y", () => {
  const mlp = new MultilayerPerceptron([1, 2], { cost: "cross-entropy" });
  mlp.weights = [[[0], [0]]];
  mlp.biases = [[[Math.log(3)], [0]]]; // a = (3/4, 1/4)
  const { nablaW, nablaB, cost } = mlp.backprop([2], [0, 1]);
  assertAlmostEquals(cost, Math.log(4), 1e-6);
  assertAllClose(nablaB, [[[0.75], [-0.75]]], 1e-6);
  assertAllClose(nablaW, [[[1.5], [-1.5]]], 1e-6);
});

Deno.test("cross-entropy with sigmoid: each output is a question of its own", () => {
  const mlp = new MultilayerPerceptron([1, 2], { cost: "cross-entropy", output: "sigmoid" });
  mlp.weights = [[[0], [0]]];
  mlp.biases = [[[Math.log(3)], [0]]]; // a = (3/4, 1/2)
  const { nablaB, cost } = mlp.backprop([2], [1, 1]);
  assertAlmostEquals(cost, -Math.log(0.75) - Math.log(0.5), 1e-6);
  assertAllClose(nablaB, [[[-0.25], [-0.5]]], 1e-6);
});

Deno.test("a relu that is off passes no error back, nor does one at 0", () => {
  const mlp = new MultilayerPerceptron([1, 3, 1], { activation: "relu" });
  mlp.weights = [[[1], [-1], [0]], [[2, 3, 5]]];
  mlp.biases = [[[0], [0], [0]], [[1]]];
  // x = 4: a^2 = (4, 0, 0), a^3 = 9, C = 1/2 (10 - 9)^2, δ^3 = -1, δ^2 = (-2, 0, 0)
  const { nablaW, nablaB, cost } = mlp.backprop([4], [10]);
  assertEquals(cost, 0.5);
  assertEquals(nablaB[1].array(), [[-1]]);
  assertEquals(nablaW[1].array(), [[-4, 0, 0]]);
  assertEquals(nablaW[0].array(), [[-8], [0], [0]]);
});

Deno.test("the costs stay finite and right where an output is sure and wrong", () => {
  const mlp = new MultilayerPerceptron([1, 2], { cost: "cross-entropy" });
  mlp.weights = [[[1000], [0]]];
  mlp.biases = [[[0], [0]]];
  assertEquals(mlp.backprop([1], [0, 1]).cost, 1000);
  const sigmoid = new MultilayerPerceptron([1, 1], { cost: "cross-entropy", output: "sigmoid" });
  sigmoid.weights = [[[1000]]];
  sigmoid.biases = [[[0]]];
  assertEquals(sigmoid.backprop([1], [0]).cost, 1000);
});

Deno.test("updateParameters steps down the averaged gradient and gives the averaged cost", () => {
  const mlp = half();
  assertEquals(mlp.updateParameters([[1, 2], [1, 2]], [[1], [1]], 8), 0.125);
  // W - 8/2 * (twice -1/16): the gradient of one example, times 8.
  assertEquals(mlp.weights[1].array(), [[2.5, -3.5]]);
  assertEquals(mlp.biases[1].array(), [[2]]);
  assertEquals(mlp.weights[0].array(), [[2.5, 0], [-1, -1]]);
  assertEquals(mlp.biases[0].array(), [[0.5], [-3]]);
});

Deno.test("updateParameters changes nothing where the cost is not finite", () => {
  const mlp = new MultilayerPerceptron([1, 1], { activation: "relu" });
  mlp.weights = [[[3e38]]];
  mlp.biases = [[[0]]];
  assertEquals(mlp.updateParameters([1], [0], 1), Infinity);
  assertEquals(mlp.weights[0].item(), Math.fround(3e38));
});

Deno.test("predict takes the rows a thousand at a time and gives what feedforward gives", () => {
  const mlp = new MultilayerPerceptron([3, 5, 2], { activation: "tanh", seed: 3 });
  const X = Array.from({ length: 2345 }, (_, i) => [Math.sin(i), Math.cos(i), i / 2345]);
  const at = (rows: number[][]) => mlp.predict(rows).array() as number[][];
  assertEquals(at(X), mlp.feedforward(X).array());
  assertEquals(at(X.slice(0, 1000)), at(X).slice(0, 1000));
  assertEquals(at([X[2344]]), at(X).slice(2344));
  assertEquals(mlp.predict(X[7]).array(), at([X[7]]));
});

Deno.test("inputs may be nested arrays, NdArrays with any strides, typed arrays or tensors", () => {
  const mlp = new MultilayerPerceptron([2, 3, 1], { seed: 5 });
  const expected = mlp.predict([[1, 2], [3, 4], [5, 6]]).array();
  const columns = ndarray(new Float64Array([1, 3, 5, 2, 4, 6]), [2, 3]).transpose(1, 0);
  assertEquals(mlp.predict(columns).array(), expected);
  const bytes = ndarray(new Uint8Array([1, 2, 9, 3, 4, 9, 5, 6, 9]), [3, 3]).hi(3, 2);
  assertEquals(mlp.predict(bytes).array(), expected);
  const whole = tensor([[1, 2], [3, 4], [5, 6]], { dtype: "int32" });
  assertEquals(mlp.predict(whole).array(), expected);
  assertEquals(mlp.predict(new Float32Array([3, 4])).array(), [(expected as number[][])[1]]);
  const y = [[0], [1], [0]], { cost } = mlp.backprop([[1, 2], [3, 4], [5, 6]], y);
  assertEquals(mlp.backprop(columns, ndarray(new Uint8Array([0, 1, 0]), [3, 1])).cost, cost);
  assertEquals(mlp.backprop(bytes, tensor(y)).cost, cost);
});

Deno.test("accuracy compares the places of the largest numbers, or class numbers", () => {
  const mlp = new MultilayerPerceptron([2, 3]);
  const y = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]];
  const pred = [[0.4, 0.3, 0.3], [0.1, 0.2, 0.7], [0, 0, 0.1], [-3, -2, -1]];
  assertEquals(mlp.accuracy(y, pred), 0.75);
  assertEquals(mlp.accuracy([0, 1, 2, 2], pred), 0.75);
  assertEquals(mlp.accuracy(y, [0, 2, 2, 2]), 0.75);
  assertEquals(mlp.accuracy(new Uint8Array([0, 1, 2, 2]), new Int32Array([1, 1, 0, 2])), 0.5);
  assertEquals(mlp.accuracy(ndarray(new Float32Array([2, 2])), tensor([0, 1])), 0);
});

Deno.test("accuracy of a single output asks on which side of 1/2 it is", () => {
  const mlp = new MultilayerPerceptron([2, 1]);
  assertEquals(mlp.accuracy([[0], [1], [1], [0]], [[0.2], [0.5], [0.4], [0.9]]), 0.5);
  assertEquals(mlp.accuracy([0, 1, 1, 0], [[0.2], [0.5], [0.4], [0.9]]), 0.5);
});

Deno.test("initial values are normal, weights divided by the square root of their inputs", () => {
  const { weights, biases } = new MultilayerPerceptron([400, 300, 1000], { seed: 11 });
  const moments = (values: ArrayLike<number>) => {
    const all = Array.from(values), mean = all.reduce((s, v) => s + v, 0) / all.length;
    return [mean, Math.sqrt(all.reduce((s, v) => s + (v - mean) ** 2, 0) / all.length)];
  };
  assertEquals(weights.map((W) => W.shape), [[300, 400], [1000, 300]]);
  assertEquals(biases.map((b) => b.shape), [[300, 1], [1000, 1]]);
  const [[m2, s2], [m3, s3]] = weights.map((W) => moments(W.dataSync()));
  assertAlmostEquals(m2, 0, 0.001);
  assertAlmostEquals(s2, 1 / Math.sqrt(400), 0.001);
  assertAlmostEquals(m3, 0, 0.001);
  assertAlmostEquals(s3, 1 / Math.sqrt(300), 0.001);
  const [m, s] = moments(biases[1].dataSync());
  assertAlmostEquals(m, 0, 0.1);
  assertAlmostEquals(s, 1, 0.1);
});

Deno.test("the same seed gives the same network; without one the global generator decides", () => {
  const values = (seed?: number) =>
    new MultilayerPerceptron([3, 4, 2], { seed }).weights.map((W) => W.array());
  assertEquals(values(4), values(4));
  assertNotEquals(values(4), values(5));
  seed(8);
  const first = values();
  assertNotEquals(values(), first);
  seed(8);
  assertEquals(values(), first);
});

Deno.test("parameters can be set from each other, and then go their own ways", () => {
  const a = new MultilayerPerceptron([2, 3, 1], { seed: 1 });
  const b = new MultilayerPerceptron([2, 3, 1], { seed: 2 });
  b.weights = a.weights;
  b.biases = a.biases;
  const before = a.weights[0].array();
  assertEquals(b.weights[0].array(), before);
  b.updateParameters([1, 2], [1], 1);
  assertEquals(a.weights[0].array(), before);
  assertNotEquals(b.weights[0].array(), before);
});

Deno.test("a network without hidden layers is one layer of neurons", () => {
  const mlp = new MultilayerPerceptron([2, 2], { activation: "relu" });
  mlp.weights = [[[1, 2], [3, 4]]];
  mlp.biases = [[[10], [-20]]];
  assertEquals(mlp.predict([[1, 1]]).array(), [[13, 0]]);
});

Deno.test("the output is that of the hidden layers, softmax, or the one asked for", () => {
  assertEquals(new MultilayerPerceptron([1, 1], { activation: "tanh" }).output, "tanh");
  assertEquals(new MultilayerPerceptron([1, 1], { cost: "cross-entropy" }).output, "softmax");
  const { activation, output } = new MultilayerPerceptron([1, 2, 1], {
    activation: "relu",
    output: "sigmoid",
  });
  assertEquals([activation, output], ["relu", "sigmoid"]);
  const softmax = new MultilayerPerceptron([2, 3], { cost: "cross-entropy", seed: 1 });
  const rows = softmax.predict([[1, 2], [3, 4]]).array() as number[][];
  for (const row of rows) assertAlmostEquals(row.reduce((s, p) => s + p, 0), 1, 1e-6);
  assert(rows.flat().every((p) => p > 0 && p < 1));
});
