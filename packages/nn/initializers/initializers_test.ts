import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  backendInfo,
  eye,
  matmul,
  max,
  mean,
  min,
  norm,
  normal,
  reshape,
  Rng,
  ShapeError,
  sub,
  type Tensor,
  tidy,
  useBackend,
  variance,
} from "@neurite/tensor";
import type { Config } from "../variable.ts";
import {
  computeFans,
  Constant,
  Identity,
  type Initializer,
  initializerOf,
  initializers,
  Orthogonal,
  RandomNormal,
  RandomUniform,
  TruncatedNormal,
  VarianceScaling,
} from "./mod.ts";

await useBackend("wasm", { threads: 1 });

Deno.test("fans of vectors, matrices and convolutions", () => {
  const fans = (...shape: number[]) => Object.values(computeFans(shape));
  assertEquals(fans(), [1, 1]);
  assertEquals(fans(7), [7, 7]);
  assertEquals(fans(784, 30), [784, 30]);
  assertEquals(fans(4, 5, 6), [4 * 5, 4 * 6]);
  assertEquals(fans(5, 3, 16, 32), [5 * 3 * 16, 5 * 3 * 32]);
  assertEquals(fans(2, 3, 4, 5, 6), [2 * 3 * 4 * 5, 2 * 3 * 4 * 6]);
});

/** Mean, variance, smallest and greatest of a weight of 200,000 numbers. */
function statistics(initializer: Initializer, shape: number[]): number[] {
  return tidy(() => {
    const w = initializer.make(shape, new Rng(11));
    assertEquals(w.shape, shape);
    return [mean(w), variance(w), min(w), max(w)].map((x) => x.item());
  });
}

/** The expected variance of each, given the fans; even ones have sharp bounds of sqrt(3 variance). */
const VARIANCES: Record<string, (fanIn: number, fanOut: number) => number> = {
  glorotUniform: (fanIn, fanOut) => 2 / (fanIn + fanOut),
  glorotNormal: (fanIn, fanOut) => 2 / (fanIn + fanOut),
  heUniform: (fanIn) => 2 / fanIn,
  heNormal: (fanIn) => 2 / fanIn,
  lecunUniform: (fanIn) => 1 / fanIn,
  lecunNormal: (fanIn) => 1 / fanIn,
  varianceScaling: (fanIn) => 1 / fanIn,
};

for (const [name, expected] of Object.entries(VARIANCES)) {
  Deno.test(`${name} has the variance of its formula, and its bounds`, () => {
    for (const [shape, fanIn, fanOut] of [[[500, 400], 500, 400], [[5, 5, 80, 100], 2000, 2500]]) {
      const right = expected(fanIn as number, fanOut as number);
      const [m, v, low, high] = statistics(initializerOf(name), shape as number[]);
      assertAlmostEquals(m / Math.sqrt(right), 0, 0.01);
      assertAlmostEquals(v / right, 1, 0.01);
      // Cut at two standard deviations of the normal numbers, of which 0.8796 is left.
      const bound = name.endsWith("Uniform")
        ? Math.sqrt(3 * right)
        : 2 * Math.sqrt(right) / 0.8796256610342398;
      assert(low >= -bound * (1 + 1e-6) && high <= bound * (1 + 1e-6));
      assertAlmostEquals(low / bound, -1, 1e-3);
      assertAlmostEquals(high / bound, 1, 1e-3);
    }
  });
}

Deno.test("variance scaling by the fan out, and by the mean of both", () => {
  const shape = [800, 250];
  const of = (mode: "fanOut" | "fanAvg") =>
    statistics(new VarianceScaling({ scale: 3, mode, distribution: "uniform" }), shape)[1];
  assertAlmostEquals(of("fanOut") * 250 / 3, 1, 0.01);
  assertAlmostEquals(of("fanAvg") * 525 / 3, 1, 0.01);
});

Deno.test("random numbers of a given spread", () => {
  const shape = [200_000];
  const [m, v] = statistics(new RandomNormal({ mean: 2, stddev: 0.5 }), shape);
  assertAlmostEquals(m, 2, 0.005);
  assertAlmostEquals(v, 0.25, 0.0025);
  const [mt, vt, lowest, highest] = statistics(
    new TruncatedNormal({ mean: 2, stddev: 0.5 }),
    shape,
  );
  assertAlmostEquals(mt, 2, 0.005);
  assertAlmostEquals(vt, 0.25 * 0.8796256610342398 ** 2, 0.0025);
  assert(lowest >= 1 && lowest < 1.001 && highest <= 3 && highest > 2.999);
  const [mu, vu, low, high] = statistics(new RandomUniform({ minval: -1, maxval: 3 }), shape);
  assertAlmostEquals(mu, 1, 0.01);
  assertAlmostEquals(vu, 16 / 12, 0.015);
  assert(low >= -1 && low < -0.999 && high <= 3 && high > 2.999);
});

Deno.test("untruncated normal numbers have the variance of their fan, and tails", () => {
  const he = { scale: 2, mode: "fanOut", distribution: "untruncatedNormal" } as const;
  const right = 2 / 400, [m, v, low, high] = statistics(new VarianceScaling(he), [500, 400]);
  assertAlmostEquals(m / Math.sqrt(right), 0, 0.01);
  assertAlmostEquals(v / right, 1, 0.01);
  assert(low < -4 * Math.sqrt(right) && high > 4 * Math.sqrt(right));
  const other = { distribution: "normal" as "uniform" };
  assertThrows(() => new VarianceScaling(other), RangeError, 'current "normal"');
});

Deno.test("the defaults are Keras's", () => {
  const config = (name: string) => initializerOf(name).toConfig().config;
  assertEquals(config("randomNormal"), { mean: 0, stddev: 0.05 });
  assertEquals(config("truncatedNormal"), { mean: 0, stddev: 0.05 });
  assertEquals(config("randomUniform"), { minval: -0.05, maxval: 0.05 });
  assertEquals(config("constant"), { value: 0 });
  assertEquals(config("orthogonal"), { gain: 1 });
  assertEquals(config("identity"), { gain: 1 });
});

Deno.test("constants and the identity", () => {
  const rng = new Rng(1);
  assertEquals(initializerOf("zeros").make([2, 1], rng).array(), [[0], [0]]);
  assertEquals(initializerOf("ones").make([2], rng).array(), [1, 1]);
  assertEquals(new Constant({ value: -2.5 }).make([], rng).array(), -2.5);
  assertEquals(new Identity({ gain: 3 }).make([3, 2]).array(), [[3, 0], [0, 3], [0, 0]]);
  assertThrows(() => new Identity().make([3]), ShapeError, "must be a matrix: current [3]");
  assertEquals(rng.state, new Rng(1).state);
});

/** The greatest distance of a matrix's columns (or of its rows) from orthonormal ones. */
function off(W: Tensor, transposeA: boolean): number {
  const n = W.shape[transposeA ? 1 : 0];
  const gram = matmul(W, W, { transposeA, transposeB: !transposeA });
  return norm(sub(gram, eye(n)), { ord: Infinity }).item();
}

Deno.test("orthogonal: tall, wide, square, of four axes, of one row or column", () => {
  for (
    const shape of [[40, 25], [25, 40], [33, 33], [128, 512], [3, 3, 8, 16], [2, 2, 3, 50], [7, 1]]
      .concat([[1, 7], [1, 1], [2, 0]])
  ) {
    for (let seed = 0; seed < 5; seed++) {
      tidy(() => {
        const w = new Orthogonal().make(shape, new Rng(seed)), columns = shape.at(-1)!;
        assertEquals(w.shape, shape);
        if (w.size === 0) return;
        const W = reshape(w, [-1, columns]), tall = W.shape[0] >= columns;
        assert(off(W, tall) < 2e-6, `${shape}: ${off(W, tall)}`);
        assert(columns === 1 || W.shape[0] === 1 || w.dataSync().some((v) => v < 0));
      });
    }
  }
});

Deno.test("orthogonal: gain", () => {
  tidy(() => {
    const one = new Orthogonal().make([6, 4], new Rng(2)).dataSync();
    const two = new Orthogonal({ gain: 2 }).make([6, 4], new Rng(2)).dataSync();
    assertEquals([...two], [...one].map((v) => 2 * v));
  });
});

Deno.test("orthogonal: the Q of A = Q R with a positive diagonal of R", () => {
  tidy(() => {
    const [m, n] = [50, 37];
    const Q = new Orthogonal().make([m, n], new Rng(4));
    const AT = normal([n, m], 0, 1, { rng: new Rng(4) });
    const R = matmul(Q, AT, { transposeA: true, transposeB: true }).toNdarray(); // Qᵀ A
    for (let i = 0; i < n; i++) {
      assert(R.get(i, i) > 0.1);
      for (let j = 0; j < i; j++) assertAlmostEquals(R.get(i, j), 0, 2e-5);
    }
  });
});

Deno.test("orthogonal: weights without two axes are refused; nothing is left behind", () => {
  assertThrows(
    () => new Orthogonal().make([5], new Rng(1)),
    ShapeError,
    "Cannot start orthogonal as the weight must have two axes at least: current [5]",
  );
  const { liveTensors, memoryInUse } = backendInfo();
  new Orthogonal().make([64, 48], new Rng(1)).dispose();
  assertEquals([backendInfo().liveTensors, backendInfo().memoryInUse], [liveTensors, memoryInUse]);
});

Deno.test("every name gives an initializer that its config makes again", () => {
  const names = ["zeros", "ones", "constant", "identity", "randomNormal", "randomUniform"]
    .concat(["truncatedNormal", "orthogonal", ...Object.keys(VARIANCES)]);
  for (const name of names) {
    const initializer = initializerOf(name), config = initializer.toConfig();
    assertEquals(config.className, name[0].toUpperCase() + name.slice(1));
    const again = initializers.make(JSON.parse(JSON.stringify(config)) as Config);
    assertEquals(again.constructor, initializer.constructor);
    assertEquals(again.toConfig(), config);
    tidy(() => {
      const [a, b] = [initializer, again].map((one) => one.make([5, 4], new Rng(8)).dataSync());
      assertEquals(a, b);
    });
  }
  const own = new Constant({ value: 3 });
  assert(initializerOf(own) === own);
  assertEquals(initializers.make(own.toConfig()).make([1], new Rng(0)).array(), [3]);
  assertThrows(() => initializerOf("xavier"), RangeError, 'zeros: current "xavier"');
  assertThrows(() => initializerOf("constructor"), RangeError);
});

Deno.test("options that make no sense are refused", () => {
  assertThrows(
    () => new VarianceScaling({ scale: 0 }),
    RangeError,
    "Cannot scale a variance as the scale must be above 0: current 0",
  );
  assertThrows(() => new VarianceScaling({ scale: NaN }), RangeError);
});
