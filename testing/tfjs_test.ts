/** Trainings on TensorFlow's kernels, to what `wasm` learns; native ones where they were built. */
import { assert, assertEquals } from "@std/assert";
import { Dense, LambdaCallback, loadModel, type Model, saveModel, Sequential } from "@neurite/nn";
import { backendInfo, useBackend } from "@neurite/tensor";
import { startBackend } from "./start_backend.ts";
import { tfjsNode } from "./tfjs_node.ts";
import { TRAININGS } from "./trainings.ts";

/** What figures may differ by, of their magnitude and 1: sums in another order, over a few steps. */
const TOLERANCE = 2e-5;

/** What is asked of the runtime besides. */
interface Memory {
  memory(): { numTensors: number; numBytes: number };
}

const native = tfjsNode();
if (native === undefined) {
  console.warn("NOT TESTED on TensorFlow itself: run tools/build_tfjs_node.ts");
}
const module = native ?? await import("npm:@tensorflow/tfjs@4.22.0");
const { memory } = (module as { default?: Memory }).default ?? module as Memory;

/** Runs `f` on a backend, and goes back to `wasm`. */
async function on<T>(name: string, f: () => T | Promise<T>): Promise<T> {
  await startBackend(name, name === "tfjs" ? { runtime: module } : { threads: 1 });
  try {
    return await f();
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
}

function assertNear(found: readonly number[], right: readonly number[]): void {
  assertEquals(found.length, right.length);
  found.forEach((v, i) => {
    if (Math.abs(v - right[i]) <= TOLERANCE * (1 + Math.abs(right[i]))) return;
    throw new Error(`figure ${i} is ${v}, expected ${right[i]}`);
  });
}

/** Points and which of two classes they belong to. */
const points = Array.from({ length: 256 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)]);
const classes = points.map(([a, b]) => [a * b > 0 ? 1 : 0]);

function classifier(): Model {
  const model = new Sequential([
    new Dense(16, { activation: "tanh", inputShape: [2] }),
    new Dense(1, { activation: "sigmoid" }),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

// The first of all, so that nothing of others is given back meanwhile.
Deno.test("tfjs: memory is flat over 2,000 steps, TensorFlow's own count too", async () => {
  await on("tfjs", async () => {
    const model = classifier(), seen: number[][] = [];
    const look = () => {
      const { liveTensors, memoryInUse } = backendInfo(), { numTensors, numBytes } = memory();
      seen.push([liveTensors, memoryInUse, numTensors, numBytes]);
    };
    const options = { batchSize: 8, verbose: 0 } as const;
    await model.fit(points, classes, { ...options, epochs: 1 });
    look();
    await model.fit(points, classes, { ...options, epochs: 63 });
    look();
    assertEquals(seen[1], seen[0]);
    const { loss } = model.history!.history;
    assert(loss.at(-1)! < 0.8 * loss[0], `${loss}`);
  });
});

for (const [name, run] of Object.entries(TRAININGS)) {
  Deno.test(`${name}: tfjs learns what wasm learns`, async () => {
    assertNear(await on("tfjs", run), await on("wasm", run));
  });
}

for (const [from, to] of [["tfjs", "wasm"], ["wasm", "tfjs"], ["tfjs", "reference"]]) {
  Deno.test(`a training that was saved on ${from} goes on on ${to}`, async () => {
    const dir = await Deno.makeTempDir(), path = `${dir}/model.safetensors`;
    const options = { batchSize: 16, epochs: 4, verbose: 0 } as const;
    try {
      const whole = await on(
        from,
        async () => (await classifier().fit(points, classes, options)).history.loss,
      );
      await on(from, async () => {
        const model = classifier();
        const stop = new LambdaCallback({
          onEpochEnd: async () => {
            await saveModel(model, path);
            model.stopTraining = model.progress.epoch === 2;
          },
        });
        await model.fit(points, classes, { ...options, callbacks: [stop] });
      });
      await on(to, async () => {
        const { history } = await (await loadModel(path)).fit(points, classes, {
          ...options,
          resume: true,
        });
        assertNear(history.loss, whole);
      });
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  });
}
