/** What `try_in_page.ts` runs in a page: it learns, and sends home what it found. */
import { Dense, Sequential } from "@neurite/nn";
import { Perceptron } from "@neurite/perceptron";
import { useBackend } from "@neurite/tensor";

/** What a page reports. */
export interface Report {
  /** Whether a perceptron learnt AND. */
  and: boolean;
  /** Whether `fit` brought the loss of XOR down, with its progress shown. */
  fit: boolean;
  /** What computed. */
  backend: string;
  /** Its threads. */
  threads: number;
  /** Why there is only one. */
  singleThread: string;
}

async function learn(): Promise<Report> {
  const X = [[0, 0], [0, 1], [1, 0], [1, 1]];
  const { converged } = new Perceptron(2).fit(X, [0, 0, 0, 1]);
  const { name, threads, singleThread = "" } = await useBackend();
  const model = new Sequential([
    new Dense(256, { activation: "tanh", inputShape: [2] }),
    new Dense(256, { activation: "tanh" }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const { history: { loss } } = await model.fit(X, [[0], [1], [1], [0]], {
    epochs: 100,
    verbose: 1,
  });
  return { and: converged, fit: loss[99] < loss[0] / 2, backend: name, threads, singleThread };
}

const report = await learn().catch((error) => ({ error: String(error?.stack ?? error) }));
await fetch("report", { method: "POST", body: JSON.stringify(report) });
