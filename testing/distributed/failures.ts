/** Trainings that are refused, on all ranks; each rank prints what it was told, as a line of JSON. */
import { connect, distribute, type DistributeOptions } from "@neurite/distributed";
import { Callback, Dense, type FitOptions, type Model, Sequential } from "@neurite/nn";

const world = await connect(), { rank } = world;

function network(units = 4, options: DistributeOptions = {}): Model {
  const model = new Sequential([
    new Dense(units, { activation: "tanh", inputShape: [2] }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "mse" });
  return distribute(model, world, options);
}

const x = Array.from({ length: 8 }, (_, i) => [i / 8, 1 - i / 8]), y = x.map(([a, b]) => [a * b]);
const options: FitOptions = { batchSize: 2, epochs: 3, shuffle: false, verbose: 0 };

/** Changes a weight where nobody else does. */
class Drift extends Callback {
  override onTrainBatchEnd(): void {
    if (rank === 1) this.model.weights[3].value.overwrite(Float32Array.of(7));
  }
}

const CASES: Readonly<Record<string, () => Promise<unknown>>> = {
  "not finite": async () => {
    const model = network(), bad = x.map((row) => [...row]);
    // The third example of the second step of 4 is rank 1's.
    bad[6][0] = NaN;
    try {
      await model.fit(bad, y, options);
    } finally {
      const { step } = model.progress, weights = model.getWeights().map((w) => w.array());
      console.log(JSON.stringify({ name: "left", rank, step, weights }));
    }
  },
  "other models": () => network(4 + rank).fit(x, y, options),
  "other optimizers": () => {
    const model = network();
    model.compile({ optimizer: rank === 0 ? "sgd" : "adam", loss: "mse" });
    return model.fit(x, y, options);
  },
  "fewer examples than ranks": () => network().fit(x.slice(0, 1), y.slice(0, 1), options),
  "a batch that does not divide": () =>
    network(4, { batch: "global" }).fit(x, y, { ...options, batchSize: 3 }),
  "other examples": () => network().fit(x.slice(rank), y.slice(rank), options),
  "wrong on one rank": () => network().fit(x, rank === 1 ? y.slice(1) : y, options),
  "an option that is none": () => network().fit(x, y, { ...options, batchSize: 0 }),
  "other weights": () => network().fit(x, y, { ...options, callbacks: [new Drift()] }),
  "no batches": () => {
    const stream = async function* () {};
    return network().fit(stream, undefined, { epochs: 1, verbose: 0 });
  },
};

for (const [name, run] of Object.entries(CASES)) {
  if (Deno.args.length > 0 && Deno.args[0] !== name) continue;
  try {
    await run();
    console.log(JSON.stringify({ name, rank, error: "none" }));
  } catch (error) {
    if (Deno.args.length > 0) throw error;
    const { name: kind, message } = error as Error;
    console.log(JSON.stringify({ name, rank, kind, message }));
  }
}
