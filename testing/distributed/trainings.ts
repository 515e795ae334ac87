/** Small trainings that one process and several are to do alike. */
import { Conv2D } from "@neurite/cnn";
import type { DistributeOptions } from "@neurite/distributed";
import {
  Activation,
  Adam,
  BatchNormalization,
  type Data,
  Dense,
  Flatten,
  type History,
  type Model,
  Sequential,
  SGD,
} from "@neurite/nn";
import { l2 } from "@neurite/regularization";
import { Embedding, SimpleRNN } from "@neurite/rnn";
import { Rng, uniform } from "@neurite/tensor";

/** What came of a training. */
export interface Result {
  /** The course. */
  readonly history: History["history"];
  /** The weights at the end. */
  readonly weights: number[][];
  /** What `evaluate` says then. */
  readonly score: Record<string, number>;
}

/** Lets several processes train a model, or leaves it as it is. */
export type Share = (model: Model, options: DistributeOptions) => Model;

/** 50 examples: the last of the batches of 12 has two, so that of three ranks one has none. */
const EXAMPLES = 50, BATCH = 12;

const rng = () => new Rng(7);

function numbers(...shape: number[]): number[][] {
  return uniform([EXAMPLES, ...shape], -1, 1, { rng: rng() }).array() as number[][];
}

async function train(
  model: Model,
  x: unknown,
  y: unknown,
  more: Parameters<Model["fit"]>[2] = {},
): Promise<Result> {
  const data = [x, y] as [Data, Data];
  const { history } = await model.fit(...data, {
    batchSize: BATCH,
    epochs: 3,
    verbose: 0,
    ...more,
  });
  const weights = model.getWeights().map((weight) => Array.from(weight.dataSync()));
  return { history, weights, score: await model.evaluate(...data) };
}

/** The trainings by their names. */
export const TRAININGS: Readonly<Record<string, (share: Share) => Promise<Result>>> = {
  "weights of examples, a penalty, momentum, a part held out": (share) => {
    const model = share(
      new Sequential([
        new Dense(8, {
          activation: "tanh",
          inputShape: [3],
          kernelRegularizer: l2(0.01),
        }),
        new Dense(1),
      ], { seed: 3 }),
      { batch: "global", bucketBytes: 64 },
    );
    model.compile({
      optimizer: new SGD({ learningRate: 0.05, momentum: 0.9, weightDecay: 0.01 }),
      loss: "mse",
      metrics: ["mae"],
    });
    const x = numbers(3), sampleWeight = x.map(([a]) => 1 + a);
    return train(model, x, x.map(([a, b, c]) => [a * b - c]), {
      sampleWeight,
      validationSplit: 0.2,
    });
  },
  "images, batch normalization by all examples": (share) => {
    const model = share(
      new Sequential([
        new Conv2D(4, 3, { inputShape: [6, 6, 1] }),
        new BatchNormalization(),
        new Activation("relu"),
        new Conv2D(4, 3),
        new BatchNormalization({ momentum: 0.5 }),
        new Flatten(),
        new Dense(3, { activation: "softmax" }),
      ], { seed: 3 }),
      { batch: "global", batchNormalization: "synchronized" },
    );
    model.compile({
      optimizer: new SGD({ learningRate: 0.1, clipNorm: 1 }),
      loss: "sparseCategoricalCrossentropy",
      metrics: ["accuracy"],
    });
    return train(model, numbers(6, 6, 1), numbers(1).map(([a]) => a < -0.3 ? 0 : a < 0.3 ? 1 : 2));
  },
  "masked sequences, Adam": (share) => {
    const model = share(
      new Sequential([
        new Embedding(5, 3, { maskZero: true, inputShape: [6] }),
        new SimpleRNN(4, { returnSequences: true }),
        new Dense(2),
      ], { seed: 3 }),
      { batch: "global" },
    );
    model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: "mse", metrics: ["mae"] });
    const words = numbers(6).map((row) => row.map((a) => Math.max(0, Math.floor(5 * a))));
    const x = words.map((row) => [1, ...row.slice(1)]);
    return train(model, x, x.map((row) => row.map((a) => [a / 4, -a / 4])));
  },
};
