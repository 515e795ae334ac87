/** Backpropagation written out, held against automatic gradients, PyTorch and differences. */
import {
  type Activation,
  type Cost,
  MultilayerPerceptron,
  type Output,
} from "@neurite/mlp-backprop";
import {
  add,
  log,
  matmul,
  mul,
  neg,
  relu,
  Rng,
  sigmoid,
  softmax,
  square,
  sub,
  sum,
  tanh,
  type Tensor,
  tensor,
  valueAndGrad,
} from "@neurite/tensor";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import fixture from "./fixtures/gradients.json" with { type: "json" };
import { assertAllClose } from "../../testing/close.ts";
import { onReference } from "../../testing/on_reference.ts";

const KINDS: [Cost, Output][] = [
  ["quadratic", "sigmoid"],
  ["quadratic", "tanh"],
  ["quadratic", "relu"],
  ["cross-entropy", "softmax"],
  ["cross-entropy", "sigmoid"],
];
const NETWORKS = (["sigmoid", "tanh", "relu"] as Activation[])
  .flatMap((activation) => KINDS.map(([cost, output]) => ({ activation, cost, output })));

/** A small network with the fixture's parameters. */
function network(options: { activation: Activation; cost: Cost; output: Output }) {
  const mlp = new MultilayerPerceptron(fixture.layers, options);
  mlp.weights = fixture.weights;
  mlp.biases = fixture.biases;
  return mlp;
}

const σ: Record<Output, (z: Tensor) => Tensor> = {
  sigmoid: (z) => sigmoid(z),
  tanh: (z) => tanh(z),
  relu: (z) => relu(z),
  softmax: (z) => softmax(z, { axis: 0 }),
};

/** The cost as the textbook defines it, of the activations, for examples in columns. */
function textbook(cost: Cost, output: Output, y: Tensor, a: Tensor): Tensor {
  if (cost === "quadratic") return mul(0.5, sum(square(sub(y, a))));
  const right = mul(y, log(a));
  if (output === "softmax") return neg(sum(right));
  return neg(sum(add(right, mul(sub(1, y), log(sub(1, a))))));
}

/** The largest difference allowed, of the largest element of each gradient. */
function compareWithGrad(tolerance: number): void {
  for (const kind of NETWORKS) {
    const mlp = network(kind), { weights, biases } = mlp;
    const columns = (rows: number[][]) => tensor(rows[0].map((_, j) => rows.map((row) => row[j])));
    const f = valueAndGrad((...parameters) => {
      let a = columns(fixture.X);
      weights.forEach((_, i) => {
        const W = parameters[i], b = parameters[weights.length + i];
        const last = i === weights.length - 1;
        a = σ[last ? kind.output : kind.activation](add(matmul(W, a), b));
      });
      return textbook(kind.cost, kind.output, columns(fixture.y), a);
    });
    const { value, gradients } = f(...weights, ...biases);
    const { nablaW, nablaB, cost } = mlp.backprop(fixture.X, fixture.y);
    const what = Object.values(kind).join(" ");
    assertAlmostEquals(cost, value.item(), tolerance * value.item(), what);
    assertAllClose(
      [...nablaW, ...nablaB],
      gradients.map((g) => g.array() as number[]),
      tolerance,
      what,
    );
  }
}

Deno.test("backprop equals grad of the same cost, in float32", () => compareWithGrad(1e-5));

Deno.test("backprop equals grad of the same cost, in f64", () =>
  onReference(() => compareWithGrad(1e-12)));

/** Compares with what PyTorch found. */
function compareWithTorch(tolerance: number): void {
  assertEquals(fixture.gradients.length, NETWORKS.length);
  for (const { C, nablaW, nablaB, ...kind } of fixture.gradients) {
    const found = network(kind as typeof NETWORKS[0]).backprop(fixture.X, fixture.y);
    const what = Object.values(kind).join(" ");
    assertAlmostEquals(found.cost, C, tolerance * C, what);
    assertAllClose(found.nablaW, nablaW, tolerance, `${what} nablaW`);
    assertAllClose(found.nablaB, nablaB, tolerance, `${what} nablaB`);
  }
}

Deno.test("backprop gives PyTorch's cost and gradients, in float32", () => compareWithTorch(1e-5));

Deno.test("backprop gives PyTorch's cost and gradients, in f64", () =>
  onReference(() => compareWithTorch(1e-11)));

Deno.test("the gradient is the slope of the cost in any direction, in f64", () =>
  onReference(() => {
    for (const kind of NETWORKS) {
      const rng = new Rng(21), h = 1e-6, mlp = network(kind);
      const { nablaW, nablaB } = mlp.backprop(fixture.X, fixture.y);
      const { weights, biases } = fixture;
      const directionW = weights.map((W) => W.map((row) => row.map(() => rng.normal())));
      const directionB = biases.map((b) => b.map((row) => row.map(() => rng.normal())));
      const costAt = (t: number) => {
        const along = (values: number[][][], direction: number[][][]) =>
          values.map((m, i) => m.map((row, j) => row.map((v, k) => v + t * direction[i][j][k])));
        mlp.weights = along(weights, directionW);
        mlp.biases = along(biases, directionB);
        return mlp.backprop(fixture.X, fixture.y).cost;
      };
      const slope = (costAt(h) - costAt(-h)) / (2 * h);
      const projected = [...nablaW, ...nablaB].reduce((total, nabla, i) => {
        const direction = tensor([...directionW, ...directionB][i]);
        return total + sum(mul(nabla, direction)).item();
      }, 0);
      assertAlmostEquals(
        projected,
        slope,
        1e-7 * Math.abs(slope) + 1e-7,
        Object.values(kind).join(),
      );
    }
  }));

Deno.test("soft desired outputs have their gradients too", () => {
  const mlp = network({ activation: "tanh", cost: "cross-entropy", output: "softmax" });
  const y = fixture.X.map((_, i) => [0.1 * i, 0.5 - 0.1 * i, 0.5]);
  const { nablaB } = mlp.backprop(fixture.X, y);
  // The gradient of the output's biases is the sum of a - y.
  const a = mlp.predict(fixture.X).array() as number[][];
  const expected = [0, 1, 2].map((j) => [a.reduce((s, row, i) => s + row[j] - y[i][j], 0)]);
  assertAllClose([nablaB[1]], [expected], 1e-6);
});
