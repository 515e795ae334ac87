/** A small network, data for it, and a place to save it. */
import { type Nested, Rng, tidy, uniform } from "@neurite/tensor";
import { Dense } from "../layers/mod.ts";
import type { Model } from "../model.ts";
import { Adam, type Optimizer } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import type { History } from "../training/history.ts";
import { RandomDrop } from "./random_drop.ts";

/** Runs `body` with the path of a file to be, in a folder of its own. */
export async function inFolder(
  body: (path: string, folder: string) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(`${folder}/model.safetensors`, folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Inputs. */
export const x = tidy(() => uniform([20, 3], -1, 1, { rng: new Rng(2) }).array() as number[][]);
/** Targets. */
export const y = x.map(([a, b, c]) => [a * b - c]);

/** A model with random numbers, compiled. */
export function network(optimizer: Optimizer = new Adam(), seed = 1, units = 4): Sequential {
  const model = new Sequential([
    new Dense(units, { activation: "tanh", inputShape: [3] }),
    new RandomDrop(),
    new Dense(1),
  ], { seed });
  model.compile({ optimizer, loss: "mse", metrics: ["mae"] });
  return model;
}

/** The weights of a model. */
export function weights(model: Model): Nested[] {
  return model.getWeights().map((weight) => {
    using values = weight;
    return values.array();
  });
}

/** Trains a model, four steps an epoch. */
export function train(model: Model, epochs: number, resume = true): Promise<History> {
  return model.fit(x, y, { epochs, batchSize: 6, verbose: 0, resume });
}
