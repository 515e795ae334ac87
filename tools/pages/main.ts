/** What a page runs: the program on its own thread and in a worker, and a training in a worker by one call. */
import { Conv2D } from "@neurite/cnn";
import { Dense, Flatten, inWorker, Sequential } from "@neurite/nn";
import type { FromPage, Report } from "./program.ts";
import { failed, learn } from "./program.ts";

const parameters = new URLSearchParams(location.search);

const { requestAnimationFrame } = globalThis as unknown as {
  requestAnimationFrame(draw: () => void): void;
};

/** Frames that the page draws in a second while a model learns on its thread; the best of three tries. */
async function framesWhile(): Promise<number> {
  const x = Array.from(
    { length: 64 },
    (_, i) => Array.from({ length: 64 }, (_, j) => Math.sin(i * j)),
  );
  const model = new Sequential([
    new Dense(256, { activation: "tanh", inputShape: [64] }),
    new Dense(256, { activation: "tanh" }),
    new Dense(64),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  let best = 0;
  for (let tries = 0; tries < 3 && best < 30; tries++) {
    let frames = 0, drawing = true;
    const draw = () => {
      frames++;
      if (drawing) requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
    const begun = performance.now(), signal = AbortSignal.timeout(500);
    await model.fit(x, x, { epochs: 10_000, batchSize: 32, verbose: 0, signal });
    best = Math.max(best, 1000 * frames / (performance.now() - begun));
    drawing = false;
  }
  return best;
}

/** Trains filters in a worker, with messages on the way, and on this thread: the same weights. */
async function trainBeside(): Promise<boolean> {
  const make = () => {
    const model = new Sequential([
      new Conv2D(2, 3, { activation: "relu", inputShape: [6, 6, 1] }),
      new Flatten(),
      new Dense(1),
    ], { seed: 1 });
    model.compile({ optimizer: "adam", loss: "meanSquaredError", metrics: ["meanAbsoluteError"] });
    return model;
  };
  const x = Array.from(
    { length: 8 },
    (_, i) =>
      Array.from(
        { length: 6 },
        (_, j) => Array.from({ length: 6 }, (_, k) => [Math.sin(i + j * k)]),
      ),
  );
  const y = x.map(([[[first]]]) => [first]),
    options = { epochs: 3, batchSize: 4, verbose: 0 } as const;
  const [here, beside] = [make(), make()];
  const { history } = await here.fit(x, y, options);
  let messages = 0;
  const worker = new Worker(new URL("./trainer.ts", import.meta.url), { type: "module" });
  const other = await inWorker(beside, x, y, {
    ...options,
    worker,
    backend: parameters.get("backend") ?? "wasm",
    backendOptions: { threads: 1 },
    onProgress: () => messages++,
  });
  worker.terminate();
  const numbers = [[here, history], [beside, other.history]] as const;
  const [own, others] = numbers.map(([model, history]) => [
    ...model.getWeights().flatMap((weight) => [...weight.dataSync()]),
    ...Object.values(history).flat(),
  ]);
  // The reference computes in 64 bits, and weights are sent in 32.
  const most = parameters.get("backend") === "reference" ? 1e-5 : 0;
  return messages > 0 && own.every((value, i) => Math.abs(value - others[i]) <= most);
}

/** Runs the program in a worker of this page. */
function runInside(): Promise<Report | { error: string }> {
  const worker = new Worker(new URL("./inside.ts", import.meta.url), { type: "module" });
  worker.postMessage(String(parameters));
  return new Promise((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => resolve({ error: `the worker failed: ${message}` });
  }).finally(() => worker.terminate()) as Promise<Report | { error: string }>;
}

async function run(): Promise<FromPage> {
  const page = await learn(parameters).catch(failed);
  const frames = await framesWhile();
  return { page, frames, beside: await trainBeside(), inside: await runInside() };
}

const report = await run().catch(failed);
await fetch("report", { method: "POST", body: JSON.stringify(report) });
