import { noisySine, twoMoons } from "@neurite/datasets";
import {
  kMeans,
  type KMeansOptions,
  type RadialFunction,
  type RBFFitOptions,
  RBFNet,
  type RBFNetOptions,
  type Update,
} from "@neurite/rbf";
import {
  add,
  asTensor,
  DataError,
  DivergedError,
  matmul,
  neg,
  ones,
  Rng,
  ShapeError,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  type TensorLike,
  valueAndGrad,
} from "@neurite/tensor";
import {
  assertAlmostEquals,
  assertEquals,
  assertGreater,
  assertLess,
  assertNotEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import fixture from "./fixtures/nets.json" with { type: "json" };
import { gaussian } from "./radial_functions.ts";
import { assertClose } from "../../testing/close.ts";
import { onReference } from "../../testing/on_reference.ts";

/** Fits every net of the fixture from its initial values and compares all that it learnt. */
function compare(tolerance: number): void {
  for (const run of fixture.runs) {
    const { set, k, rbf, inferSpreads, update, learningRate, epochs, batchSize, learnt } = run;
    const { X, y } = fixture.sets[set as keyof typeof fixture.sets];
    const what = `${set}, k = ${k}, ${rbf}, ${run.solve ?? update}`;
    const net = new RBFNet({ k, rbf, inferSpreads, learningRate, epochs } as RBFNetOptions);
    const { cost } = net.fit(X, y, {
      solve: run.solve,
      update,
      batchSize,
      ridge: run.ridge,
      initial: { centers: run.centers, weights: run.weights, bias: run.bias },
    } as RBFFitOptions);
    assertClose(net.centers, learnt.centers, tolerance, `${what}: centres`);
    assertClose(net.spreads, learnt.spreads, tolerance, `${what}: spreads`);
    assertClose(net.weights, learnt.weights, tolerance, `${what}: weights`);
    assertClose(net.bias, learnt.bias, tolerance, `${what}: bias`);
    assertClose(net.predict(X.slice(0, 10)), learnt.predictions, tolerance, `${what}: predictions`);
    const costs = [...cost.slice(0, 3), cost.at(-1)!];
    assertClose(tensor(costs.slice(-learnt.cost.length)), learnt.cost, tolerance, `${what}: costs`);
  }
}

Deno.test("nets learn what NumPy learns, in float32", () => compare(1e-5));

Deno.test("nets learn what NumPy learns, in f64", () => onReference(() => compare(6e-9)));

Deno.test("one online step by hand", () => {
  // Centres 0 and 2; each has one point, so both share d_max / √(2k) = 2 / 2 = 1.
  const net = new RBFNet({ k: 2, learningRate: 0.5, epochs: 1 });
  const initial = { centers: [0, 2], weights: [1, -1], bias: [0.25] };
  const { cost } = net.fit([0, 2], [1, 3], { initial });
  const g = Math.exp(-2); //          φ at the other centre, exp(-2^2 / 2)
  const e1 = 1 - (1 - g + 0.25); //   y - F of the first example
  let w = [1 + 0.5 * e1, -1 + 0.5 * e1 * g], b = 0.25 + 0.5 * e1;
  const e2 = 3 - (w[0] * g + w[1] + b); // of the second, with the new weights
  w = [w[0] + 0.5 * e2 * g, w[1] + 0.5 * e2], b += 0.5 * e2;
  assertClose(net.weights, w.map((v) => [v]), 1e-6, "weights");
  assertClose(net.bias, [b], 1e-6, "bias");
  assertAlmostEquals(cost[0], (e1 * e1 + e2 * e2) / 2, 1e-6);
});

Deno.test("a batch step goes against the gradient of the cost, by automatic differentiation", () => {
  const { X, y } = fixture.sets.surface, k = 4, N = X.length, rng = new Rng(1);
  const init = X.slice(0, k), { centers, spreads } = kMeans(X, k, { init });
  const weights = init.map(() => [rng.normal(), rng.normal()]), bias = [0.5, -0.5];
  const phi = gaussian(X, centers, spreads);
  const C = valueAndGrad((w, b) => sum(square(sub(tensor(y), add(matmul(phi, w), b)))));
  const { value, gradients: [dw, db] } = C(tensor(weights), tensor(bias));

  const η = 0.25, net = new RBFNet({ k, learningRate: η, epochs: 1 });
  const initial = { centers: init, weights, bias };
  const { cost } = net.fit(X, y, { update: "batch", initial });
  assertAlmostEquals(cost[0], value.item() / N, 1e-5);
  // The rules leave the factor 2 of the derivative to η, and average.
  const moved = (from: TensorLike, by: TensorLike) => sub(from, asTensor(by)).array() as number[];
  const half = (d: typeof dw) =>
    tensor([...d.dataSync()].map((v) => η / (2 * N) * v), { shape: d.shape });
  assertClose(net.weights, moved(weights, half(dw)), 1e-6, "weights");
  assertClose(net.bias, moved(bias, half(db)), 1e-6, "bias");
});

Deno.test("one minibatch of all examples is a batch, minibatches of one are online", () => {
  const { X, y } = fixture.sets.surface, initial = { centers: X.slice(0, 3) };
  const learnt = (options: RBFFitOptions) => {
    const net = new RBFNet({ k: 3, epochs: 3, seed: 5 });
    net.fit(X, y, { ...options, initial });
    return net.weights.array();
  };
  const by = (update: Update, batchSize?: number) => learnt({ update, batchSize });
  assertEquals(by("minibatch", X.length), by("batch"));
  assertEquals(by("minibatch", 2 * X.length), by("batch"));
  assertEquals(by("minibatch", 1), by("online"));
  assertEquals(by("online", 7), by("online"));
  assertNotEquals(by("batch"), by("online"));
  assertNotEquals(learnt({ shuffle: true }), by("online"));
  assertEquals(learnt({ shuffle: true }), learnt({ shuffle: true }));
});

Deno.test("least squares leaves less cost than any descent, and a ridge makes weights smaller", () => {
  const { x, y } = noisySine({ seed: 4 });
  const best = (ridge: number, inferSpreads = false) => {
    const net = new RBFNet({ k: 5, inferSpreads, seed: 2 });
    const { cost } = net.fit(x, y, { solve: "least-squares", ridge });
    return { cost: cost[0], norm: Math.hypot(...net.weights.dataSync()) };
  };
  const { cost } = new RBFNet({ k: 5, inferSpreads: false, seed: 2 }).fit(x, y, { shuffle: true });
  assertLess(best(0).cost, cost.at(-1)!);
  assertLess(best(0).cost, best(1).cost);
  assertGreater(best(0).norm, best(1).norm);
  // A ridge beyond all measure leaves the bias: the mean.
  const flat = new RBFNet({ k: 5, seed: 2 });
  flat.fit(x, y, { solve: "least-squares", ridge: 1e9 });
  const mean = y.data.reduce((a, b) => a + b) / 100;
  for (const value of flat.predict(x).dataSync()) assertAlmostEquals(value, mean, 1e-5);
});

Deno.test("the chapter's experiments: 2 bells fit, 4 narrow ones do not, 4 that share a spread do", () => {
  const { x, y } = noisySine({ seed: 1 }), grid = Array.from({ length: 101 }, (_, i) => i / 100);
  const rmse = (net: RBFNet) => {
    const errors = [...net.predict(grid).dataSync()].map((F, i) =>
      F - Math.sin(2 * Math.PI * grid[i])
    );
    return Math.hypot(...errors) / Math.sqrt(grid.length);
  };
  const two = new RBFNet({ k: 2, seed: 1 });
  two.fit(x, y);
  assertLess(rmse(two), 0.1);
  const four = new RBFNet({ k: 4, seed: 1 });
  four.fit(x, y);
  assertGreater(rmse(four), 0.2);
  const shared = new RBFNet({ k: 4, inferSpreads: false, seed: 1 });
  shared.fit(x, y, { solve: "least-squares" });
  assertLess(rmse(shared), 0.07);
  const d = shared.centers.dataSync(), dMax = Math.max(...d) - Math.min(...d);
  for (const s of shared.spreads.dataSync()) assertAlmostEquals(s, dMax / Math.sqrt(8), 1e-6);
});

Deno.test("classes as one-hot outputs: two moons are told apart", () => {
  const { X, labels } = twoMoons({ seed: 2 });
  const y = Array.from(labels.data, (label) => [1 - label, label]);
  const net = new RBFNet({ k: 12, seed: 1 });
  net.fit(X, y, { solve: "least-squares" });
  const right = (net.predict(X).array() as number[][]).filter(([a, b], i) =>
    Number(b > a) === labels.get(i)
  );
  assertGreater(right.length, 195);
});

Deno.test("vectors and matrices of one column are the same, and predictions have the form of y", () => {
  const X = [0, 0.2, 0.5, 0.9], y = [1, 2, 0, 1];
  const fit = (X: TensorLike, y: TensorLike) => {
    const net = new RBFNet({ k: 2, seed: 3 });
    net.fit(X, y);
    return net.predict([0.1, 0.3]);
  };
  const vector = fit(X, y), column = fit(X.map((v) => [v]), y.map((v) => [v]));
  assertEquals([vector.shape, column.shape], [[2], [2, 1]]);
  assertEquals(vector.dataSync(), column.dataSync());
  assertEquals(fit(tensor(X), tensor(y, { dtype: "int32" })).array(), vector.array());
  assertEquals(new RBFNet({ k: 2, seed: 3 }).fit(X, y), new RBFNet({ k: 2, seed: 3 }).fit(X, y));
});

Deno.test("a basis function of one's own", () => {
  const triangle: RadialFunction = (x, c) => neg(sub(asTensor(x), matmul(ones([1, 1]), c)));
  const net = new RBFNet({ k: 1, rbf: triangle, seed: 1 });
  net.fit([0, 1, 2], [5, 7, 9], { solve: "least-squares", ridge: 0 }); // -(x - 1) w + b
  assertAlmostEquals(net.weights.item(), -2, 1e-5);
  assertAlmostEquals(net.bias.item(), 7, 1e-5);
});

Deno.test("a second fit begins anew; one that fails leaves the first as it was", () => {
  const X = [0, 1, 2, 3], y = [0, 1, 4, 9];
  const net = new RBFNet({ k: 2, seed: 1 });
  net.fit(X, y, { solve: "least-squares" });
  const before = net.predict(X).array(), { weights } = net;
  assertThrows(() => net.fit(X, [1, 2]), ShapeError);
  assertThrows(() => net.fit([[1, 2], [3, NaN]], [1, 2]), DataError);
  const steep = new RBFNet({ k: 2, learningRate: 1e9, seed: 1 });
  assertThrows(() => steep.fit(X, y), DivergedError);
  assertEquals(net.predict(X).array(), before);
  net.fit(X, y);
  net.fit(X, y, { solve: "least-squares" });
  assertEquals(net.predict(X).array(), before); // with a seed, of the same centres
  net.fit([[0, 0], [1, 2], [2, 1]], [[1, 2], [3, 4], [5, 6]]);
  assertEquals(net.predict([[1, 1]]).shape, [1, 2]);
  assertEquals(weights.disposed, true);
});

Deno.test("nets refuse options that mean nothing, and list the names they know", () => {
  const refuses = (options: Record<string, unknown>, text: string) =>
    assertThrows(() => new RBFNet({ k: 2, ...options } as RBFNetOptions), RangeError, text);
  refuses({ k: 0 }, "k must be an integer of at least 1: current 0");
  refuses({ k: 2.5 }, "current 2.5");
  refuses({ epochs: 0 }, "epochs");
  refuses({ learningRate: -1 }, "learningRate");
  refuses({ learningRate: NaN }, "learningRate");
  refuses({ rbf: "cubic" }, "gaussian, multiquadric, inverse-multiquadric, thin-plate");
  refuses({ init: "forgy" }, "random, k-means++");
  refuses({ seed: 0.5 }, "seed");

  const net = new RBFNet({ k: 2, seed: 1 });
  const refusesFit = (options: Record<string, unknown>, text: string) =>
    assertThrows(() => net.fit([0, 1, 2], [0, 1, 2], options as RBFFitOptions), RangeError, text);
  refusesFit({ update: "stochastic" }, 'online, minibatch, batch: current "stochastic"');
  refusesFit({ solve: "svd" }, "gradient-descent, least-squares");
  for (const update of ["online", "minibatch", "batch"]) {
    for (const batchSize of [0, 2.5, NaN]) refusesFit({ update, batchSize }, "batchSize must be");
  }
  refusesFit({ solve: "least-squares", batchSize: 0 }, "batchSize");
  refusesFit({ solve: "least-squares", ridge: -1 }, "ridge");
  const one = new RBFNet({ k: 1, inferSpreads: false });
  assertThrows(() => one.fit([0, 1], [0, 1]), RangeError, "Leave inferSpreads true");
  const many = new RBFNet({ k: 3 });
  const exact = { solve: "least-squares", ridge: 0 } as const;
  assertThrows(() => many.fit([0, 1, 2], [0, 1, 2], exact), RangeError, "more examples than k");
});

Deno.test("options that do not exist are refused, naming the nearest one that does", () => {
  const net = new RBFNet({ k: 2, seed: 1 });
  const unknown: [() => unknown, string][] = [
    [() => new RBFNet({ k: 2, infer_spreads: true } as RBFNetOptions), "inferSpreads"],
    [() => net.fit([0, 1, 2], [0, 1, 2], { batch_size: 2 } as RBFFitOptions), "batchSize"],
    [
      () => net.fit([0, 1, 2], [0, 1, 2], { initial: { centres: [0] } } as RBFFitOptions),
      "centers",
    ],
    [() => kMeans([0, 1, 2], 2, { max_iterations: 2 } as KMeansOptions), "maxIterations"],
  ];
  for (const [run, meant] of unknown) {
    assertThrows(run, TypeError, `Did you mean "${meant}"?`);
  }
});

Deno.test("a basis function that gives no [N, k] is refused: its rows would be broadcast", () => {
  const X = [[0], [1], [2]], y = [0, 1, 2];
  for (const [rows, columns] of [[1, 2], [3, 1], [3, 3]]) {
    const net = new RBFNet({ k: 2, seed: 1, rbf: () => ones([rows, columns]) });
    const error = assertThrows(() => net.fit(X, y), ShapeError);
    assertEquals(
      error.message,
      `Cannot use the basis function as it must give [3, 2], a number for each point and centre: ` +
        `current [${rows}, ${columns}]`,
    );
  }
  let own: (x: TensorLike) => Tensor = () => ones([3, 2]);
  const net = new RBFNet({ k: 2, seed: 1, rbf: (x) => own(x) });
  net.fit(X, y);
  own = () => ones([1, 2]);
  assertThrows(() => net.predict(X), ShapeError, "it must give [3, 2]");
});

Deno.test("nets refuse data that they cannot learn", () => {
  const net = new RBFNet({ k: 2, seed: 1 });
  assertThrows(() => net.fit([], []), DataError, "X as it must hold at least one example");
  assertThrows(() => net.fit([1, 2], []), DataError, "y as it must hold at least one example");
  assertThrows(() => net.fit([1], [1]), RangeError, "current k = 2 for 1");
  assertThrows(() => net.fit([1, 1, 1], [1, 2, 3]), DataError, "must not all be equal");
  assertThrows(() => net.fit([1, NaN], [1, 2]), DataError, "NaN at [1, 0]");
  assertThrows(() => net.fit([1, 2], [1, Infinity]), DataError, "use y");
  const solve = "least-squares";
  assertThrows(() => net.fit([1, 2, 3], [1e30, 0, 5e30], { solve }), DataError, "Scale y");
  const error = assertThrows(() => net.fit([1, 2, 3], [1, 2]), ShapeError);
  assertEquals(error.shapes, [[3, 1], [2, 1]]);
  const initial = { weights: [[1, 2]] };
  assertThrows(() => net.fit([1, 2], [1, 2], { initial }), ShapeError, "initial weights");
  assertThrows(() => net.fit([1, 2], [1, 2], { initial: { bias: [1, 2] } }), ShapeError, "bias");
});

Deno.test("a net that was not fitted says so; a fitted one refuses other inputs", () => {
  const net = new RBFNet({ k: 2, seed: 1 });
  for (const use of [() => net.predict([1]), () => net.centers, () => net.weights]) {
    assertStringIncludes(assertThrows(use, Error).message, "Call fit(X, y)");
  }
  net.fit([[0, 0], [1, 1], [2, 0]], [1, 2, 3]);
  assertThrows(() => net.predict([1, 2]), ShapeError, "[N, 2]");
  assertThrows(() => net.predict([[1, 2, 3]]), ShapeError, "[N, 2]");
  assertThrows(() => net.predict([[NaN, 1]]), DataError, "NaN at [0, 0]");
  assertThrows(() => net.predict([]), DataError, "at least one example");
});

Deno.test("a cost that is not finite ends the fit with epoch and step", () => {
  const X = [0, 1, 2, 3], y = [0, 1e18, 0, 1e18];
  const net = new RBFNet({ k: 2, learningRate: 1e3, seed: 1 });
  const error = assertThrows(() => net.fit(X, y), DivergedError);
  assertEquals(error.epoch, 1);
  assertStringIncludes(error.message, "A smaller learning rate often helps");

  // The very last step is the one that goes wrong: its cost is still finite.
  const last = new RBFNet({ k: 2, learningRate: 1e38, epochs: 1, seed: 1 });
  const late = assertThrows(() => last.fit([0, 1], [1e3, 2e3], { update: "batch" }), DivergedError);
  assertEquals([late.epoch, late.step], [1, 1]);
});
