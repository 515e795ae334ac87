import { assertEquals, assertRejects } from "@std/assert";
import { FakeModel, logsOf, rehearse } from "../testing/fake_model.ts";
import { LearningRateScheduler } from "./learning_rate_scheduler.ts";

Deno.test("LearningRateScheduler gives the function the epoch and the rate, and tells the logs", async () => {
  const model = new FakeModel(0.5), given: number[][] = [], told: number[] = [];
  const callback = new LearningRateScheduler((...numbers) => {
    given.push(numbers);
    return numbers[1] / 2;
  });
  await rehearse(callback, logsOf([3, 2, 1]), {
    model,
    after: (_, { learningRate }) => told.push(learningRate),
  });
  assertEquals(given, [[0, 0.5], [1, 0.25], [2, 0.125]]);
  assertEquals(told, [0.25, 0.125, 0.0625]);
});

Deno.test("LearningRateScheduler refuses what is no rate, and leaves the old one", async () => {
  for (const rate of [NaN, Infinity, -1, undefined as unknown as number]) {
    const model = new FakeModel(0.5);
    await assertRejects(
      () => rehearse(new LearningRateScheduler(() => rate), logsOf([1]), { model }),
      RangeError,
      `current ${rate} for epoch 0`,
    );
    assertEquals(model.optimizer.learningRate, 0.5);
  }
});

Deno.test("LearningRateScheduler sets the rate once, also where an epoch is resumed", async () => {
  const model = new FakeModel(0.5), halve = new LearningRateScheduler((_, rate) => rate / 2);
  model.progress.step = 3;
  await rehearse(halve, logsOf([1]), { model });
  assertEquals(model.optimizer.learningRate, 0.5);
});
