/** The package against Keras: `tools/fixtures/regularization.py` made the numbers. */
import { assert, assertEquals } from "@std/assert";
import { type Config, Dense, layers, optimizers, Sequential } from "@neurite/nn";
import { asTensor, type TensorLike, tidy } from "@neurite/tensor";
import { maxNorm } from "./mod.ts";

interface Fixture {
  x: number[][];
  target: number[][];
  weights: TensorLike[];
  cases: {
    name: string;
    dense: Record<string, unknown>;
    optimizer: Config;
    losses: number[];
    trained: TensorLike[];
  }[];
  kernel: TensorLike;
  maxValue: number;
  projections: { axis: number | number[]; result: TensorLike }[];
}
const keras: Fixture = JSON.parse(
  await Deno.readTextFile(new URL("fixtures/keras.json", import.meta.url)),
);

/** Passes if no element is off by more than `tolerance`, relative to it; near 0, to a tenth. */
function assertClose(actual: TensorLike, expected: TensorLike, tolerance: number): void {
  tidy(() => {
    const [a, e] = [asTensor(actual), asTensor(expected)];
    assertEquals(a.shape, e.shape);
    const found = a.dataSync();
    e.dataSync().forEach((wanted, i) => {
      const off = Math.abs(found[i] - wanted) / Math.max(Math.abs(wanted), 0.1);
      assert(off <= tolerance, `element ${i}: ${found[i]}, Keras ${wanted}`);
    });
  });
}

for (const { name, dense, optimizer, losses, trained } of keras.cases) {
  Deno.test(`20 steps as Keras takes them: ${name}`, async () => {
    const config = { units: 5, activation: "tanh", inputShape: [4], ...dense };
    const model = new Sequential([layers.make({ className: "Dense", config }), new Dense(2)]);
    model.setWeights(keras.weights);
    model.compile({ optimizer: optimizers.make(optimizer), loss: "meanSquaredError" });
    assertEquals(losses.length, 20);
    const found: number[] = [];
    for (const _ of losses) {
      found.push((await model.trainOnBatch(keras.x, keras.target)).loss);
    }
    assertClose(found, losses, 1e-4);
    model.getWeights().forEach((w, i) => assertClose(w, trained[i], 1e-4));
  });
}

for (const { axis, result } of keras.projections) {
  Deno.test(`max-norm of a convolution's kernel as Keras's, axis ${axis}`, () => {
    const w = maxNorm(keras.maxValue, { axis }).project(asTensor(keras.kernel));
    assertClose(w, result, 1e-5);
  });
}
