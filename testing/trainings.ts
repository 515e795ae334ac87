/** Small trainings, one of every package's kind: what a device learns is held to what others learn. */
import { autoencoder } from "@neurite/autoencoders";
import { resNetCifar } from "@neurite/classic-archs";
import { BatchNormalization, Conv2D, MaxPooling2D } from "@neurite/cnn";
import { GRU, LSTM } from "@neurite/lstm-gru";
import { Dense, Flatten, type Layer, type Model, Sequential } from "@neurite/nn";
import { Dropout, l2 } from "@neurite/regularization";
import { Bidirectional, Embedding, SimpleRNN } from "@neurite/rnn";
import { Rng } from "@neurite/tensor";

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

/** What is learnt, by package: losses, metrics and what the model gives in the end. */
export const TRAININGS: Record<string, () => Promise<number[]>> = {
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
        // Without the bias, which the normalisation takes off again: of what rounding leaves of its
        // gradient, Adam makes whole steps.
        new Conv2D(3, 3, { padding: "same", useBias: false, inputShape: [6, 6, 2] }),
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
