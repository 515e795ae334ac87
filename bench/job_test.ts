import { Rng, tensor, uniform } from "@neurite/tensor";
import { assert, assertEquals, assertRejects } from "@std/assert";
import { check, type Job, measure, moved } from "./job.ts";
import { jobsOf, SEED_JOBS } from "./jobs.ts";

const job = (more: Partial<Job>): Job => ({
  ...{ topic: "tensor", name: "test", flops: 1, bytes: 1 },
  small: () => [1],
  prepare: () => ({ step() {}, runs: 1 }),
  ...more,
});

Deno.test("a job is not timed where it gives something else than on the reference", async () => {
  const draw = () => uniform([3], 0, 1, { rng: new Rng(1) });
  await check(job({ name: "the same", small: () => draw().data() }));
  const other = job({ name: "other", small: () => [tensor(1).backend.name === "wasm" ? 1 : 1.1] });
  await assertRejects(() => check(other), Error, "current 1 instead of 1.1");
  const fewer = job({ name: "fewer", small: () => [] });
  await assertRejects(() => check(fewer), Error, "current 0 numbers instead of 0");
  const nan = job({ name: "nan", small: () => [NaN] });
  await assertRejects(() => check(nan), Error, "current NaN");
  assertEquals(tensor(1).backend.name, "wasm"); // as it was
});

Deno.test("times are those of a step, of a call and of an epoch", async () => {
  const busy = (ms: number) => {
    const end = performance.now() + ms;
    while (performance.now() < end);
  };
  const call = await measure(job({ per: 10, prepare: () => ({ step: () => busy(20), runs: 3 }) }));
  assert(call.ms >= 2 && call.ms < 20, `${call.ms}`);
  assertEquals(call.bare, undefined);
  let steps = 0;
  const epoch = await measure(job({
    prepare: () => ({
      step: () => busy(2 * Math.sign(++steps)),
      epoch: () => Promise.resolve(busy(40)),
      ...{ steps: 10, runs: 3 },
    }),
  }));
  assert(epoch.ms >= 4 && epoch.bare! >= 2, JSON.stringify(epoch));
  assertEquals(steps, 3 * 10);
});

Deno.test("a step moves its inputs once, activations twice, parameters and their moments twice", () => {
  const sizes = { batch: 10, inputs: 3, activations: 5, parameters: 7 };
  assertEquals(moved(sizes), 4 * (10 * 13 + 14));
  assertEquals(moved({ ...sizes, kept: 2 }), 4 * (10 * 13 + 42));
});

Deno.test("every chapter has jobs, under names of their own", () => {
  const topics = ["perceptron", "mlp-backprop", "cnn", "regularization", "autoencoders"];
  for (const topic of [...topics, "rnn", "lstm-gru", "rbf"]) {
    assert(jobsOf(topic).length > 0, topic);
  }
  assertEquals(new Set(SEED_JOBS.map(({ name }) => name)).size, SEED_JOBS.length);
});
