import { Dense, Sequential } from "@neurite/nn";
import { CharRNN, Embedding, ModelStepper, SimpleRNN } from "@neurite/rnn";
import { backendInfo } from "@neurite/tensor";
import { assert, assertEquals, assertLess } from "@std/assert";

const TEXT = "the quick brown fox jumps over the lazy dog. ".repeat(20);
const small = () => new CharRNN(TEXT, { hiddenSize: 12, seqLength: 10, seed: 1 });
const held = () => [backendInfo().liveTensors, backendInfo().memoryInUse];

Deno.test("10,000 iterations and steps leave memory as after the tenth", async () => {
  const rnn = small();
  let after: number[] = [], count = 0;
  await rnn.fit({
    epochs: 120,
    onIteration() {
      if (++count === 10) after = held();
      if (count === 10_000) assertEquals(held(), after);
    },
  });
  assert(count >= 10_000);
  rnn.sample("t", 10_000);
  assertEquals(held(), after);
});

Deno.test("training on a megabyte of text takes less than 400 MB", async () => {
  const program = `
    import { CharRNN } from "@neurite/rnn";
    const rnn = new CharRNN(${JSON.stringify(TEXT)}.repeat(1200), { seed: 1 });
    const stop = new AbortController();
    let count = 0, most = 0;
    await rnn.fit({
      signal: stop.signal,
      onIteration() {
        if (++count % 100 === 0) most = Math.max(most, Deno.memoryUsage().rss);
        if (count === 2000) stop.abort();
      },
    });
    console.log(rnn.windows, most / 2 ** 20);
  `;
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--quiet", "--no-lock", program],
    cwd: import.meta.dirname,
    env: { NO_COLOR: "1" },
  }).output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  assertEquals(errors, "");
  const [windows, megabytes] = output.split(" ").map(Number);
  assertEquals(windows, 43_199);
  assertLess(megabytes, 400);
});

Deno.test("training with masks, and sampling, leave memory as after the tenth step", async () => {
  const model = new Sequential([
    new Embedding(5, 3, { maskZero: true, inputShape: [null] }),
    new SimpleRNN(4, { returnSequences: true }),
    new Dense(5, { activation: "softmax" }),
  ], { seed: 1 });
  const loss = "sparseCategoricalCrossentropy";
  model.compile({ optimizer: "adam", loss, metrics: ["accuracy"] });
  const x = [[1, 2, 3], [4, 1, 0]], y = [[2, 3, 4], [1, 0, 0]];
  let after: number[] = [];
  for (let step = 0; step < 2000; step++) {
    if (step === 10) after = held();
    await model.trainOnBatch(x, y);
  }
  assertEquals(held(), after);
  const stepper = new ModelStepper(model);
  let { state } = await stepper.step(stepper.begin(), 1);
  for (let step = 0; step < 10_000; step++) ({ state } = await stepper.step(state, 1 + step % 4));
  assertEquals(held(), after);
});
