/** One training of every package's kind on a device that has to be awaited. */
import { assert, assertAlmostEquals, assertEquals, assertGreater, assertThrows } from "@std/assert";
import { autoencoder, psnr } from "@neurite/autoencoders";
import { resNetCifar } from "@neurite/classic-archs";
import { BatchNormalization, Conv2D, MaxPooling2D } from "@neurite/cnn";
import { GRU, LSTM, textGenerator } from "@neurite/lstm-gru";
import { MultilayerPerceptron } from "@neurite/mlp-backprop";
import { Dense, Flatten, type Layer, type Model, Sequential } from "@neurite/nn";
import { Perceptron } from "@neurite/perceptron";
import { kMeans, RBFNet } from "@neurite/rbf";
import { Dropout, l2 } from "@neurite/regularization";
import { Bidirectional, CharRNN, collect, Embedding, SimpleRNN } from "@neurite/rnn";
import { BackendError, Rng } from "@neurite/tensor";
import { onDevice } from "./awaited_backend.ts";
import { onReference } from "./on_reference.ts";

/** Numbers from -1 to 1, nested in a shape. */
function numbers(shape: readonly number[], seed = 1): number[] {
  const rng = new Rng(seed),
    made = ([n, ...rest]: readonly number[]): unknown =>
      n === undefined ? rng.uniform(-1, 1) : Array.from({ length: n }, () => made(rest));
  return made(shape) as number[];
}

/** The losses of a training, and what the model gives after it. */
async function learn(layers: () => Layer[], x: number[], y: number[]): Promise<number[]> {
  const model = new Sequential(layers(), { seed: 1 });
  model.compile({ optimizer: "adam", loss: "mse", metrics: ["mae"] });
  const { history } = await model.fit(x, y, { epochs: 2, batchSize: 4, verbose: 0 });
  return [...history.loss, ...history.mae, ...await outputs(model, x)];
}

async function outputs(model: Model, x: number[]): Promise<number[]> {
  const prediction = model.predict(x, { batchSize: 4 }), values = [...await prediction.data()];
  prediction.dispose();
  return values;
}

const sequences = numbers([8, 5, 3]), images = numbers([8, 6, 6, 2]), targets = numbers([8, 2], 2);
const symbols = Array.from({ length: 8 }, (_, i) => [1, 2, 3, i % 3 + 1]) as unknown as number[];

/** What is learnt where, by package. */
const KINDS: Record<string, () => Promise<number[]>> = {
  "nn, regularization": () =>
    learn(
      () => [
        new Dense(6, { activation: "relu", kernelRegularizer: l2(0.01), inputShape: [3] }),
        new Dropout(0.3),
        new Dense(2),
      ],
      numbers([8, 3]),
      targets,
    ),
  cnn: () =>
    learn(
      () => [
        new Conv2D(3, 3, { padding: "same", inputShape: [6, 6, 2] }),
        new BatchNormalization(),
        new MaxPooling2D(2),
        new Flatten(),
        new Dense(2),
      ],
      images,
      targets,
    ),
  rnn: () =>
    learn(
      () => [
        new Bidirectional(
          new SimpleRNN(3, { recurrentInitializer: "glorotUniform", dropout: 0.2 }),
          { inputShape: [5, 3] },
        ),
        new Dense(2),
      ],
      sequences,
      targets,
    ),
  "lstm-gru": () =>
    learn(
      () => [
        new Embedding(4, 3, { inputShape: [4] }),
        new LSTM(3, {
          returnSequences: true,
          recurrentInitializer: "glorotUniform",
          stateful: true,
        }),
        new GRU(2, { recurrentInitializer: "glorotUniform" }),
      ],
      symbols,
      targets,
    ),
  "classic-archs": async () => {
    const model = resNetCifar(8, { inputShape: [6, 6, 2], classes: 2, seed: 1 });
    model.compile({ optimizer: "sgd", loss: "mse" });
    const { history } = await model.fit(images, targets, { epochs: 2, batchSize: 4, verbose: 0 });
    return [...history.loss, ...await outputs(model, images)];
  },
  autoencoders: async () => {
    const model = autoencoder(6, 2, { seed: 1 });
    model.compile({ optimizer: "adam", loss: "mse" });
    const x = numbers([8, 6]);
    return (await model.fit(x, x, { epochs: 2, verbose: 0 })).history.loss;
  },
};

for (const [name, run] of Object.entries(KINDS)) {
  Deno.test(`${name}: a device learns what the reference learns`, async () => {
    const right = await onReference(run), found = await onDevice(run);
    assertEquals(found.length, right.length);
    found.forEach((v, i) => assertAlmostEquals(v, right[i], 1e-9));
  });
}

Deno.test("what is synchronous by nature computes on the host while a device is in use", async () => {
  await onDevice(async () => {
    const and = new Perceptron(2), X = [[0, 0], [0, 1], [1, 0], [1, 1]];
    assertEquals(and.fit(X, [0, 0, 0, 1]).converged, true);
    assertEquals(and.predict([1, 1]), 1);

    assertEquals(kMeans([1, 2, 3, 11, 13], 2, { init: [1, 13] }).centers.array(), [[2], [12]]);
    const points = Array.from({ length: 20 }, (_, i) => i / 20);
    for (const solve of ["gradient-descent", "least-squares"] as const) {
      const net = new RBFNet({ k: 4, seed: 1, epochs: 5 });
      net.fit(points, points, { solve });
      assertEquals(net.predict([0.5]).dataSync().length, 1);
    }

    const mlp = new MultilayerPerceptron([2, 4, 1], { seed: 1 });
    const { cost } = await mlp.fit(X, [[0], [1], [1], [0]], {
      epochs: 3,
      batchSize: 2,
      validation: 0.5,
    });
    assertEquals(cost.length, 3);
    assertEquals(typeof mlp.accuracy([0, 1, 1, 0], mlp.predict(X)), "number");

    const rnn = new CharRNN("to be or not to be ".repeat(3), {
      hiddenSize: 4,
      seqLength: 5,
      seed: 1,
    });
    await rnn.fit({ epochs: 1 });
    assertGreater(rnn.loss("to be", "o be ").loss, 0);
    assertEquals(rnn.sample("to", 4).length, 4);

    assert(psnr([0, 0], [0.1, -0.1]) > 19);
  });
});

for (const predict of ["all", "next"] as const) {
  Deno.test(`a text generator (${predict}) learns, is validated and writes on a device`, async () => {
    const run = async () => {
      const generator = textGenerator("the cat sat on the mat. ".repeat(8), {
        hiddenSize: 5,
        seqLength: 6,
        batchSize: 4,
        predict,
        validationSplit: 0.25,
        seed: 1,
      });
      const { history } = await generator.train({ epochs: 2, verbose: 0 });
      const written = (await collect(generator.stream("the ", 12, { seed: 3 }))).join("");
      return { losses: [...history.loss, ...history.valLoss], written };
    };
    const right = await onReference(run), found = await onDevice(run);
    assertEquals(found.written, right.written);
    assertEquals(found.losses.length, 4);
    found.losses.forEach((loss, i) => assertAlmostEquals(loss, right.losses[i], 1e-6));
    await onDevice(() => {
      const generator = textGenerator("abcabcabc", { hiddenSize: 2, seqLength: 3, seed: 1 });
      assertThrows(() => generator.sample("a", 2), BackendError, "Read stream()");
    });
  });
}
