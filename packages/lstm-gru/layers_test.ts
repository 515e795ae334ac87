import { assert, assertEquals } from "@std/assert";
import { fromTorch, toTorch } from "@neurite/lstm-gru";
import {
  add,
  asTensor,
  mean,
  mul,
  Rng,
  square,
  sub,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import type { RecurrentLayer } from "@neurite/rnn";
import { assertClose } from "../../testing/close.ts";
import { type KerasCase, layerOf, readCases, type TorchCase } from "./testing/fixtures.ts";

const { steps, cases } = await readCases<KerasCase>("keras.json");
const { cases: torchCases } = await readCases<TorchCase>("torch.json");
const context = { training: false, rng: new Rng(1) };

/** The output and the last states. */
function run(layer: RecurrentLayer, inputs: readonly Tensor[], mask?: TensorLike): Tensor[] {
  const masks = new Map(mask === undefined ? [] : [[inputs[0], asTensor(mask)]]);
  return [...layer.call(inputs, { ...context, masks }) as readonly Tensor[]];
}

/** The gradients of `sum(results * cotangents)`. */
function gradientsOf(
  results: () => Tensor[],
  cotangents: readonly TensorLike[],
  by: readonly Tensor[],
): readonly Tensor[] {
  return valueAndGrad(() =>
    results().map((r, i) => sum(mul(r, cotangents[i]))).reduce((a, b) => add(a, b))
  )(...by).gradients;
}

for (const one of cases) {
  Deno.test(`${one.name} as Keras: results, gradients`, () => {
    const { layer } = layerOf(one);
    tidy(() => {
      layer.weights.forEach(({ value }, i) => value.assign(asTensor(one.weights[i])));
      const inputs = [one.x, ...one.first].map((x) => asTensor(x));
      run(layer, inputs, one.mask).forEach((result, i) => {
        assertClose(result, one.results[i], 1e-5, `result ${i}`);
      });
      const by = [...inputs, ...layer.weights.map(({ value }) => value)];
      const gradients = gradientsOf(() => run(layer, inputs, one.mask), one.cotangents, by);
      gradients.forEach((g, i) => assertClose(g, one.gradients[i], 1e-5, `gradient ${i}`));
    });
  });

  Deno.test(`${one.name} as Keras: ${steps} training steps`, () => {
    const { layer } = layerOf(one);
    tidy(() => {
      const weights = layer.weights.map(({ value }) => value);
      weights.forEach((weight, i) => weight.assign(asTensor(one.weights[i])));
      const inputs = [one.x, ...one.first].map((x) => asTensor(x));
      let loss = NaN;
      for (let step = 0; step < steps; step++) {
        const { value, gradients } = valueAndGrad(() =>
          mean(square(sub(run(layer, inputs, one.mask)[0], one.target)))
        )(...weights);
        loss = value.item();
        weights.forEach((weight, i) => weight.assign(sub(weight, mul(gradients[i], one.rate))));
      }
      assertClose(asTensor(loss), one.lastLoss, 1e-4, "loss");
      layer.weights.forEach(({ name, value }, i) => {
        assertClose(value, one.trained[i], 1e-4, `${name} after ${steps} steps`);
      });
    });
  });
}

for (const one of torchCases) {
  Deno.test(`${one.name} as PyTorch: results, gradients, weights there and back`, () => {
    const { layer } = layerOf(one, { returnSequences: true });
    tidy(() => {
      fromTorch(layer, one.weights);
      const inputs = [one.x, ...one.first].map((x) => asTensor(x));
      run(layer, inputs).forEach((result, i) => {
        assertClose(result, one.results[i], 1e-5, `result ${i}`);
      });
      const weights = layer.weights.map(({ value }) => value);
      const [dx, ...rest] = gradientsOf(() => run(layer, inputs), one.cotangents, [
        ...inputs,
        ...weights,
      ]);
      assertClose(dx, one.gradients.x, 1e-5, "gradient of x");
      one.first.forEach((_, i) => {
        assertClose(rest[i], one.gradients.first[i], 1e-5, `gradient of state ${i}`);
      });
      // Gradients in PyTorch's layout: set as weights, they are converted like weights.
      rest.slice(one.first.length).forEach((g, i) => weights[i].assign(g));
      for (const [name, g] of Object.entries(toTorch(layer))) {
        // A layer with one bias has the gradient that each of PyTorch's two has.
        if (one.className === "LSTM" && name === "bias_hh_l0") continue;
        assertClose(g, one.gradients.weights[name], 1e-5, `gradient of ${name}`);
      }
      fromTorch(layer, one.weights);
      const again = toTorch(layer);
      assertEquals(Object.keys(again).sort(), Object.keys(one.weights).sort());
      for (const name of Object.keys(again).filter((n) => n.startsWith("weight"))) {
        assertEquals(again[name].array(), asTensor(one.weights[name]).array());
      }
      fromTorch(layer, again);
      assertClose(run(layer, inputs)[0], one.results[0], 1e-5, "after the way there and back");
    });
  });
}

Deno.test("the fixtures have both kinds of GRU, masks, both directions, and biases or none", () => {
  const has = (name: string) => assert(cases.some((one) => one.name === name), name);
  for (const kind of ["LSTM", "GRU, reset after", "GRU, reset before"]) {
    has(`${kind}, masked, backwards`);
    has(`${kind}, without bias`);
  }
  assertEquals([steps, cases.length, torchCases.length], [20, 18, 4]);
});
