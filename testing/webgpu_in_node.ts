/** What `webgpu_node_test.ts` runs in Node: a training on a device of Dawn, which is handed in. */
import { Dense, Sequential } from "@neurite/nn";
import { backendInfo, Rng, useBackend } from "@neurite/tensor";
import "@neurite/webgpu";

/** What Dawn's module has. */
interface Dawn {
  readonly create: (flags: string[]) => unknown;
  readonly globals: Record<string, unknown>;
}

async function losses(): Promise<number[]> {
  const rng = new Rng(1), x = Array.from({ length: 32 }, () => [rng.uniform(-1, 1)]);
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [1] }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "mse" });
  return (await model.fit(x, x, { epochs: 3, batchSize: 8, verbose: 0 })).history.loss;
}

/** Trains on Dawn's device and on `wasm`, and writes down what both came to. */
async function run({ create, globals }: Dawn): Promise<void> {
  Object.assign(globalThis, globals);
  await useBackend("webgpu", { gpu: create([]) });
  const { name, device } = backendInfo(), found = await losses();
  await useBackend("wasm", { threads: 1 });
  console.log(JSON.stringify({ name, adapter: device!.adapter, found, right: await losses() }));
}

(globalThis as { run?: typeof run }).run = run;
