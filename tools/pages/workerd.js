/** What Miniflare runs: a model that learns, and weights that come and go as responses. */
import { Dense, loadModel, saveModel, Sequential } from "@neurite/nn";
import { useBackend } from "@neurite/tensor";

const X = [[0, 0], [0, 1], [1, 0], [1, 1]], y = [[0], [1], [1], [0]];

async function learn(options) {
  const { name, simd, threads } = await useBackend("auto", options);
  const model = new Sequential([
    new Dense(8, { activation: "tanh", inputShape: [2] }),
    new Dense(1),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  const { history: { loss } } = await model.fit(X, y, { epochs: 50, verbose: 0 });
  const again = await loadModel(await saveModel(model, Response));
  // The reference computes in 64 bits, and weights are saved in 32.
  const [saved, own] = [again, model].map((one) => one.predict(X).dataSync());
  const same = saved.every((value, i) => Math.abs(value - own[i]) < 1e-5);
  return { name, simd, threads, fit: loss[49] < loss[0], same };
}

/** A worker of Cloudflare's that is given the compiled kernels. */
export const worker = (module) => ({
  async fetch(request) {
    const given = new URL(request.url).pathname === "/module";
    try {
      return Response.json(await learn(given ? { module } : {}));
    } catch (error) {
      return Response.json({ error: String(error?.stack ?? error) });
    }
  },
});
