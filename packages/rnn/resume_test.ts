import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import {
  Dense,
  Input,
  loadModel,
  type Model,
  ModelCheckpoint,
  readSafetensors,
  Sequential,
  writeSafetensors,
} from "@neurite/nn";
import { Bidirectional, SimpleRNN, StackedRNN } from "@neurite/rnn";
import { DataError, Rng, uniform } from "@neurite/tensor";

/** 12 sequences of 5 steps, in batches of 4: each batch goes on where the one before it ended. */
const x = uniform([12, 5, 2], -1, 1, { rng: new Rng(1) }).array() as number[][][];
const y = x.map((steps) => [steps.reduce((sum, [a, b]) => sum + a * b, 0)]);
const training = { batchSize: 4, shuffle: false, verbose: 0 } as const;

const rnn = (options = {}) =>
  new SimpleRNN(3, { stateful: true, returnSequences: true, ...options });

/** Layers that carry states wherever they can stand: alone, in both directions, in stacks, in models. */
function network(): Model {
  const inner = new Sequential([new Input({ shape: [null, 6] }), rnn()], { name: "inner" });
  const model = new Sequential([
    new Input({ shape: [null, 2] }),
    new Bidirectional(rnn({ dropout: 0.2 })),
    inner,
    new StackedRNN([rnn(), rnn({ returnSequences: false })]),
    new Dense(1),
  ], { seed: 3 });
  model.compile({ optimizer: "adam", loss: "mse" });
  return model;
}

/** All that a training leaves: weights, states, and its course. */
const left = (model: Model) => [
  model.namedWeights().map(([name, { value }]) => [name, value.dataSync()]),
  model.namedStates().map(([name, { value }]) => [name, value!.dataSync()]),
  model.history!.history,
];

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("stateful layers saved after any step, loaded or restored, go on from their states to the bit", () =>
  inFolder(async (folder) => {
    const whole = network(), filepath = `${folder}/{epoch}-{batch}`;
    const callbacks = [
      new ModelCheckpoint({ filepath, saveFreq: 1 }),
      new ModelCheckpoint({ filepath: `${folder}/{epoch}-end` }),
    ];
    await whole.fit(x, y, { ...training, epochs: 2, callbacks });
    assertEquals(whole.namedStates().map(([name]) => name), [
      "bidirectional/forward_simple_rnn/state_0",
      "bidirectional/backward_simple_rnn/state_0",
      "inner/simple_rnn/state_0",
      "stacked_rnn/simple_rnn/state_0",
      "stacked_rnn/simple_rnn_1/state_0",
    ]);
    for (const epoch of [1, 2]) {
      for (const place of ["1", "2", "3", "end"]) {
        const path = `${folder}/${epoch}-${place}`;
        const loaded = await loadModel(path), restored = network();
        await restored.fit(x, y, { ...training, epochs: 1 }); // It has states of its own.
        await restored.restore(path);
        for (const again of [loaded, restored]) {
          // Saved once more before it is resumed, and looked at: nothing is lost.
          await again.save(`${folder}/again`);
          const { tensors } = await readSafetensors(`${folder}/again`);
          assertEquals(tensors, (await readSafetensors(path)).tensors);
          await again.fit(x, y, { ...training, epochs: 2, resume: true });
          assertEquals(left(again), left(whole), path);
        }
      }
    }
    const path = `${folder}/1-2`, { tensors, metadata } = await readSafetensors(path);
    const without = new Map([...tensors].filter(([name]) => !name.startsWith("state/")));
    await writeSafetensors(path, without, metadata);
    const fresh = await loadModel(path);
    await fresh.fit(x, y, { ...training, epochs: 2, resume: true });
    assertNotEquals(left(fresh), left(whole), "the states matter");
  }));

Deno.test("a loaded stateful model predicts batches of any size, from states of zeros on", () =>
  inFolder(async (folder) => {
    const model = network(), path = `${folder}/model`;
    await model.fit(x, y, { ...training, epochs: 1 });
    await model.save(path);
    const loaded = await loadModel(path), zeros = await loadModel(path, { compile: false });
    model.resetStates();
    const expected = model.predict(x.slice(0, 1)).array();
    assertEquals(loaded.predict(x.slice(0, 1)).array(), expected);
    assertEquals(zeros.predict(x.slice(0, 1)).array(), expected);
  }));

Deno.test("states of another shape are refused, and named", () =>
  inFolder(async (folder) => {
    const model = network(), path = `${folder}/model`;
    await model.fit(x, y, { ...training, epochs: 1 });
    await model.save(path);
    const { tensors, metadata } = await readSafetensors(path);
    const name = "state/inner/simple_rnn/state_0", state = tensors.get(name)!;
    assertEquals(state.shape, [4, 3]);
    tensors.set(name, { ...state, shape: [3, 4] });
    await writeSafetensors(path, tensors, metadata);
    const error = await assertRejects(
      () => loadModel(path),
      DataError,
      "[null, 3]: current [3, 4]",
    );
    assert(error.message.includes("inner/simple_rnn/state_0"));
    tensors.delete(name);
    tensors.set("state/none", { ...state, shape: [4, 3] });
    await writeSafetensors(path, tensors, metadata);
    await assertRejects(() => loadModel(path), DataError, "state");
  }));
