import { Perceptron } from "@neurite/perceptron";
import { backendInfo, ndarray, Rng, tensor } from "@neurite/tensor";
import { assert, assertEquals } from "@std/assert";

const X = [[0, 0], [0, 1], [1, 0], [1, 1]];

Deno.test("the first epoch on AND, traced on paper", () => {
  const perceptron = new Perceptron(2, { epochs: 1 });
  // w = (0, 0, 0). 00: z = 0, y = 1, d = 0, e = -1: w = (-1, 0, 0). 01 and 10: z = -1, y = 0, right.
  // 11: z = -1, y = 0, d = 1, e = 1: w = (0, 1, 1).
  assertEquals(perceptron.fit(X, [0, 0, 0, 1]), { epochs: 1, mistakes: [2], converged: false });
  assertEquals(perceptron.weights, [0, 1, 1]);
});

Deno.test("AND gives the weights of the book after six epochs", () => {
  const perceptron = new Perceptron(2);
  assertEquals(perceptron.fit(X, [0, 0, 0, 1]), {
    epochs: 6,
    mistakes: [2, 3, 3, 2, 1, 0],
    converged: true,
  });
  assertEquals(perceptron.weights, [-3, 2, 1]);
  assertEquals(X.map((x) => perceptron.predict(x)), [0, 0, 0, 1]);
});

for (
  const [gate, d] of Object.entries({ OR: [0, 1, 1, 1], NAND: [1, 1, 1, 0], NOR: [1, 0, 0, 0] })
) {
  Deno.test(`${gate} is learnt`, () => {
    const perceptron = new Perceptron(2), { converged, mistakes, epochs } = perceptron.fit(X, d);
    assertEquals([converged, mistakes.at(-1), mistakes.length], [true, 0, epochs]);
    assertEquals(mistakes.filter((n) => n === 0).length, 1);
    assertEquals(X.map((x) => perceptron.predict(x)), d);
  });
}

Deno.test("XOR is not learnt: every epoch has mistakes", () => {
  const { epochs, mistakes, converged } = new Perceptron(2, { epochs: 60 }).fit(X, [0, 1, 1, 0]);
  assertEquals([epochs, mistakes.length, converged], [60, 60, false]);
  assert(mistakes.every((n) => n >= 1 && n <= 4));
});

Deno.test("an input on the line counts as 1", () => {
  assertEquals(new Perceptron(2).predict([0, 0]), 1);
  const perceptron = new Perceptron(2);
  perceptron.weights = [-3, 2, 1];
  assertEquals(perceptron.predict([1, 1]), 1); // z = 0
  assertEquals(perceptron.predict([1, 0.999]), 0);
  assertEquals(perceptron.predict([-5, 13]), 1);
});

Deno.test("the learning rate scales the steps", () => {
  const perceptron = new Perceptron(2, { learningRate: 0.25 });
  const { mistakes } = perceptron.fit(X, [0, 0, 0, 1]);
  // From zero weights, all of them are scaled alike, so the decisions are the same.
  assertEquals(mistakes, [2, 3, 3, 2, 1, 0]);
  assertEquals(perceptron.weights, [-0.75, 0.5, 0.25]);
});

Deno.test("learning goes on from the weights that are set", () => {
  const perceptron = new Perceptron(2, { epochs: 1 });
  perceptron.weights = [-3, 2, 1];
  assertEquals(perceptron.fit(X, [0, 0, 0, 1]), { epochs: 1, mistakes: [0], converged: true });
  perceptron.weights = new Float64Array([1, 0, 0]);
  // 00: z = 1, y = 1, d = 0: w = (0, 0, 0). 01: z = 0, y = 1, d = 1. 10 alike. 11 alike.
  assertEquals(perceptron.fit(X, [0, 1, 1, 1]).mistakes, [1]);
  assertEquals(perceptron.weights, [0, 0, 0]);
});

Deno.test("the weights that are read are a copy", () => {
  const perceptron = new Perceptron(1);
  perceptron.weights[0] = 5;
  assertEquals(perceptron.weights, [0, 0]);
  using w = tensor([1, 2]);
  perceptron.weights = w;
  perceptron.fit([[3]], [0]);
  assertEquals([w.array(), perceptron.weights], [[1, 2], [0, -1]]);
});

Deno.test("what is learnt does not depend on how the data is given", () => {
  // Every other column of a longer array, backwards.
  const strided = ndarray(new Float32Array([0, 9, 0, 9, 1, 9, 0, 9, 0, 9, 1, 9, 1, 9, 1, 9]), [
    4,
    4,
  ])
    .step(1, 2).step(1, -1);
  const kinds = [
    X,
    strided,
    ndarray(new Uint8Array([0, 0, 0, 1, 1, 0, 1, 1]), [4, 2]),
    tensor(X),
    tensor(X, { dtype: "int32" }),
  ];
  const outputs = [[0, 0, 0, 1], new Uint8Array([0, 0, 0, 1]), tensor([0, 0, 0, 1])];
  for (const inputs of kinds) {
    for (const d of outputs) {
      const perceptron = new Perceptron(2);
      assertEquals(perceptron.fit(inputs, d).mistakes, [2, 3, 3, 2, 1, 0]);
      assertEquals(perceptron.weights, [-3, 2, 1]);
    }
  }
  const perceptron = new Perceptron(2);
  perceptron.weights = [-3, 2, 1];
  const ones = ndarray(new Float64Array([1, 5, 1, 5]), [2, 2]).pick(null, 0);
  for (const x of [[1, 1], ones, new Uint8Array([1, 1]), tensor([1, 1])]) {
    assertEquals(perceptron.predict(x), 1);
  }
});

Deno.test("any separable set is learnt (the convergence theorem)", () => {
  const rng = new Rng(17), normal = [2, -1, 0.5];
  const rows = Array.from({ length: 300 }, () => normal.map(() => rng.uniform(-1, 1)));
  const side = (x: number[]) => x.reduce((z, x_i, i) => z + normal[i] * x_i, 0.3);
  const points = rows.filter((x) => Math.abs(side(x)) > 0.1); // a gap between the classes
  const d = points.map((x) => side(x) >= 0 ? 1 : 0);
  const perceptron = new Perceptron(3, { epochs: 1000, learningRate: 0.1 });
  assertEquals(perceptron.fit(points, d).converged, true);
  assertEquals(points.map((x) => perceptron.predict(x)), d);
  // Novikoff: the mistakes are at most (R / gap)^2, which 1000 epochs are far above.
});

Deno.test("fitting and predicting leave memory and live tensors as they were", () => {
  const held = () => [backendInfo().liveTensors, backendInfo().memoryInUse];
  const perceptron = new Perceptron(2, { epochs: 2500 });
  perceptron.fit(X, [0, 0, 0, 1]);
  const after = held();
  assertEquals(perceptron.fit(X, [0, 1, 1, 0]).epochs, 2500); // 10,000 steps
  assertEquals(held(), after);
  for (let n = 0; n < 100_000; n++) perceptron.predict(X[n % 4]);
  assertEquals(held(), after);
});
