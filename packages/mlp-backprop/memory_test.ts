import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { backendInfo, tensor, tidy } from "@neurite/tensor";
import { assert, assertEquals } from "@std/assert";

/** What must not grow. */
function held(): number[] {
  const { liveTensors, memoryInUse } = backendInfo();
  return [liveTensors, memoryInUse];
}

const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[1, 0], [0, 1], [0, 1], [1, 0]];

Deno.test("10,000 training steps leave memory and live tensors as after the tenth", async () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { cost: "cross-entropy", seed: 1 });
  const own = held();
  let after: number[] = [], steps = 0;
  await mlp.fit(X, y, {
    epochs: 2500,
    batchSize: 1,
    learningRate: 0.01,
    validation: { X, y },
    onStep() {
      if (++steps === 10) after = held();
      if (steps === 10_000) assertEquals(held(), after);
    },
  });
  assertEquals(steps, 10_000);
  assertEquals(held(), own); // what the training made for itself is freed, too
});

Deno.test("a training that fails or is stopped frees what it made", async () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
  using given = tensor(X);
  const own = held(), ended = (p: Promise<unknown>) => p.then(() => false, () => true);
  assert(await ended(mlp.fit(X, [[1, 0]], {})));
  assert(await ended(mlp.fit(given, y, { validation: 2 })));
  assert(await ended(mlp.fit(given, y, { batchSize: 1, onStep: () => assert(false) })));
  await mlp.fit(given, y, { batchSize: 2, signal: AbortSignal.abort() });
  assertEquals(held(), own);
});

Deno.test("100,000 predictions leave memory and live tensors as after the tenth", () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
  const expected = tidy(() => mlp.predict(X[1]).array());
  let after: number[] = [];
  for (let n = 0; n < 100_000; n++) {
    if (n === 10) after = held();
    using a = mlp.predict(X[1]);
    if (n % 1000 === 0) assertEquals(a.array(), expected);
  }
  assertEquals(held(), after);
});

Deno.test("backprop, accuracy and new parameters leave nothing behind but their results", () => {
  const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 }), own = held();
  tidy(() => {
    const { nablaW, nablaB } = mlp.backprop(X, y);
    assertEquals(backendInfo().liveTensors, own[0] + nablaW.length + nablaB.length);
  });
  mlp.updateParameters(X, y, 0.1);
  assertEquals(mlp.accuracy(y, y), 1);
  mlp.weights = [[[1, 2], [3, 4], [5, 6], [7, 8]], [[1, 2, 3, 4], [5, 6, 7, 8]]];
  mlp.biases = [[[1], [2], [3], [4]], [[1], [2]]];
  assertEquals(held(), own);
});

Deno.test("predictions that nobody disposes of are freed by the garbage collector", async () => {
  const program = `
    import { MultilayerPerceptron } from "@neurite/mlp-backprop";
    import { backendInfo } from "@neurite/tensor";
    const mlp = new MultilayerPerceptron([2, 4, 2], { seed: 1 });
    const held = () => [backendInfo().liveTensors, backendInfo().memoryInUse].join();
    const before = held();
    for (let n = 1; n <= 100_000; n++) {
      mlp.predict([0, n % 2]).array();
      if (n % 10_000 === 0) await new Promise((resolve) => setTimeout(resolve));
    }
    for (let turn = 0; turn < 50 && held() !== before; turn++) {
      gc();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    console.log(held() === before, mlp.layers); // the network is still in use
  `;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-lock", "--v8-flags=--expose-gc", program],
    cwd: import.meta.dirname,
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals([output, errors], ["true [ 2, 4, 2 ]\n", ""]);
});
