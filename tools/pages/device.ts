/** What `try_in_page.ts` runs in a page with a graphics card, and in a worker of it: a training there. */
import { Conv2D } from "@neurite/cnn";
import { Dense, Flatten, Sequential } from "@neurite/nn";
import { backendInfo, normal, Rng, useBackend } from "@neurite/tensor";
import "@neurite/webgpu";

/** What a page, or a worker, found. */
export interface DeviceReport {
  /** What computed. */
  backend: string;
  /** The adapter. */
  adapter: string;
  /** Whether the device learnt what `wasm` learns, and drew the same random numbers. */
  learnt: boolean;
  /** In a page, what a worker of it found. */
  worker?: DeviceReport;
}

/** The losses of a training, what the model says after it, and random numbers. */
async function figures(): Promise<number[]> {
  const rng = new Rng(1), shape = [4, 4, 1];
  const x = Array.from(
    { length: 8 },
    () => Array.from({ length: 4 }, () => Array.from({ length: 4 }, () => [rng.uniform(-1, 1)])),
  );
  const y = x.map(([[[v]]]) => [v > 0 ? 1 : 0]);
  const model = new Sequential([
    new Conv2D(4, 3, { activation: "tanh", inputShape: shape as [number, number, number] }),
    new Flatten(),
    new Dense(1, { activation: "sigmoid" }),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy" });
  const { history } = await model.fit(x, y, { epochs: 5, batchSize: 4, verbose: 0 });
  const said = await model.predict(x).data();
  const drawn = await normal([64], 0, 1, { rng: new Rng(2) }).data();
  return [...history.loss, ...said, ...drawn];
}

async function learn(): Promise<DeviceReport> {
  await useBackend("webgpu");
  const { name, device } = backendInfo(), found = await figures();
  await useBackend("wasm", { threads: 1 });
  const right = await figures();
  const learnt = found.every((v, i) => Math.abs(v - right[i]) <= 2e-5 * (1 + Math.abs(right[i])));
  return { backend: name, adapter: device!.adapter, learnt };
}

/** What runs this: a page has a document. */
const scope = globalThis as unknown as {
  document?: unknown;
  postMessage: (message: unknown) => void;
};
const failed = (error: Error) => ({ error: String(error?.stack ?? error) });

if (scope.document === undefined) scope.postMessage(await learn().catch(failed));
else {
  const inWorker = new Promise<DeviceReport>((resolve, reject) => {
    const worker = new Worker(new URL("page.js", location.href), { type: "module" });
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
  });
  const report = await learn().then(async (own) => ({ ...own, worker: await inWorker }))
    .catch(failed);
  await fetch("report", { method: "POST", body: JSON.stringify(report) });
}
