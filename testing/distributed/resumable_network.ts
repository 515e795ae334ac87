/** What `resumable.ts` trains. */
import { Adam, Dense, type Model, Sequential } from "@neurite/nn";
import { Rng, uniform } from "@neurite/tensor";

/** A small network, compiled. */
export function network(): Model {
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [3] }),
    new Dense(1),
  ], { seed: 5 });
  model.compile({ optimizer: new Adam({ learningRate: 0.01 }), loss: "mse", metrics: ["mae"] });
  return model;
}

/** 100 examples, and their targets. */
export function set(): [x: number[][], y: number[][]] {
  const x = uniform([100, 3], -1, 1, { rng: new Rng(1) }).array() as number[][];
  return [x, x.map(([a, b, c]) => [a * b - c])];
}
