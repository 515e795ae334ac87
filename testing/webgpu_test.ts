/** Trainings of every package's kind on the adapter of this machine, to what `wasm` learns. */
import { assert, assertEquals, assertRejects } from "@std/assert";
import { leNet5 } from "@neurite/cnn";
import { oneHot, scale, syntheticDigits } from "@neurite/datasets";
import { textGenerator } from "@neurite/lstm-gru";
import {
  Callback,
  Dense,
  LambdaCallback,
  loadModel,
  type Logs,
  type Model,
  saveModel,
  Sequential,
} from "@neurite/nn";
import { collect } from "@neurite/rnn";
import { BackendError, backendInfo, currentBackend, ndarray, useBackend } from "@neurite/tensor";
import { adapterTest } from "./webgpu_adapter.ts";
import { handIn } from "./webgpu_handed_in.ts";
import { TRAININGS } from "./trainings.ts";

/** What figures may differ by, of their magnitude and 1: sums in another order, over a few steps. */
const TOLERANCE = 2e-5;

/** Runs `f` on `wasm`, and goes back to the adapter. */
async function onWasm<T>(f: () => Promise<T>): Promise<T> {
  await useBackend("wasm", { threads: 1 });
  try {
    return await f();
  } finally {
    await useBackend("webgpu");
  }
}

function assertNear(found: readonly number[], right: readonly number[]): void {
  assertEquals(found.length, right.length);
  found.forEach((v, i) => {
    if (Math.abs(v - right[i]) <= TOLERANCE * (1 + Math.abs(right[i]))) return;
    throw new Error(`figure ${i} is ${v}, expected ${right[i]}`);
  });
}

adapterTest("webgpu learns what wasm learns", async (t) => {
  for (const [name, run] of Object.entries(TRAININGS)) {
    await t.step(name, async () => assertNear(await run(), await onWasm(run)));
  }
});

adapterTest("a text generator learns and writes on webgpu what it does on wasm", async () => {
  const run = async () => {
    const generator = textGenerator("the cat sat on the mat. ".repeat(8), {
      hiddenSize: 5,
      seqLength: 6,
      batchSize: 4,
      validationSplit: 0.25,
      seed: 1,
    });
    const { history } = await generator.train({ epochs: 2, verbose: 0 });
    const written = (await collect(generator.stream("the ", 12, { seed: 3 }))).join("");
    return { losses: [...history.loss, ...history.valLoss], written };
  };
  const found = await run(), right = await onWasm(run);
  assertEquals(found.written, right.written);
  assertNear(found.losses, right.losses);
});

/** Points and which of two classes they belong to. */
const points = Array.from({ length: 512 }, (_, i) => [Math.sin(i), Math.cos(1.7 * i)]);
const classes = points.map(([a, b]) => [a * b > 0 ? 1 : 0]);

function classifier(): Model {
  const model = new Sequential([
    new Dense(16, { activation: "tanh", inputShape: [2] }),
    new Dense(1, { activation: "sigmoid" }),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "binaryCrossentropy", metrics: ["accuracy"] });
  return model;
}

adapterTest("memory is flat over 2,000 steps", async () => {
  const model = classifier(), seen: [number, number, number][] = [];
  const look = () => {
    const { liveTensors, memoryInUse, memoryReserved } = backendInfo();
    seen.push([liveTensors, memoryInUse, memoryReserved]);
  };
  const options = { batchSize: 8, verbose: 0 } as const;
  await model.fit(points, classes, { ...options, epochs: 1 });
  look();
  await model.fit(points, classes, { ...options, epochs: 32 });
  look();
  // What other tests have left may be collected meanwhile; a number that was a constant, which takes
  // nothing, may have become one of its own.
  const [tensors, bytes, reserved] = seen[0];
  assert(seen[1][0] <= tensors && seen[1][2] <= reserved, `${seen[1]}, before ${seen[0]}`);
  assert(seen[1][1] <= bytes + 1024, `${seen[1]}, before ${seen[0]}`);
  const { loss } = model.history!.history;
  assert(loss.at(-1)! < 0.8 * loss[0], `${loss}`);
});

adapterTest("a training of LeNet-5 reads as often as somebody looks", async () => {
  const { images, labels } = syntheticDigits({ count: 96, seed: 1 });
  const model = leNet5({ seed: 1 });
  model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
  const device = currentBackend(), own = device.read.bind(device);
  let reads = 0, looks = 0;
  class Bar extends Callback {
    override wantsLogs(step: number): boolean {
      return step % 4 === 3;
    }
    override onTrainBatchEnd(_: number, logs: Logs): void {
      if ("loss" in logs) looks++;
    }
  }
  device.read = (...args) => {
    reads++;
    return own(...args);
  };
  try {
    const options = { batchSize: 8, epochs: 2, verbose: 0, callbacks: [new Bar()] } as const;
    const x = ndarray(scale(images).data, [96, 28, 28, 1]);
    await model.fit(x, oneHot(labels, 10), options);
  } finally {
    device.read = own;
  }
  assertEquals(looks, 6);
  // Each look, and the figures of two epochs.
  assertEquals(reads, 8);
});

adapterTest(
  "a device that is lost in a training: where it was is told, and a checkpoint goes on",
  async () => {
    const handed = handIn(), dir = await Deno.makeTempDir(), path = `${dir}/last.safetensors`;
    const options = { batchSize: 16, epochs: 4, verbose: 0 } as const;
    const whole = await onWasm(async () =>
      (await classifier().fit(points, classes, options)).history.loss
    );
    try {
      await useBackend("webgpu", { gpu: handed.gpu });
      const model = classifier();
      const save = new LambdaCallback({
        onEpochEnd: () => saveModel(model, path),
        onTrainBatchEnd: () => {
          if (model.progress.epoch === 2 && model.progress.step === 2) handed.device!.destroy();
        },
      });
      const error = await assertRejects(
        () => model.fit(points, classes, { ...options, callbacks: [save] }),
        BackendError,
        "Cannot go on training in epoch 3, step ",
      );
      assert(error.message.includes("it was lost: current destroyed"), error.message);
      await useBackend("wasm", { threads: 1 });
      const again = await loadModel(path);
      const { history } = await again.fit(points, classes, { ...options, resume: true });
      assertNear(history.loss, whole);
    } finally {
      await Deno.remove(dir, { recursive: true });
    }
  },
);
