import { Dense, Sequential } from "@neurite/nn";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { LossOverSteps } from "./loss_over_steps.ts";

Deno.test("the losses of the windows are means over their steps: together the loss of the epoch", async () => {
  const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
  model.compile({ optimizer: "sgd", loss: "meanSquaredError" });
  const x = Array.from({ length: 24 }, (_, i) => [i / 24]), y = x.map(([v]) => [3 * v - 1]);
  const watch = new LossOverSteps();
  const { history } = await model.fit(x, y, {
    epochs: 10,
    batchSize: 3,
    callbacks: [watch],
    verbose: 0,
  });
  // 8 steps an epoch, 2 windows in each of 10 epochs.
  assertEquals(watch.steps.slice(0, 6), [4, 8, 12, 16, 20, 24]);
  assertEquals(watch.steps.length, 20);
  assertEquals(watch.rates, Array(20).fill(0.01));
  history.loss.forEach((loss, epoch) => {
    const [a, b] = watch.losses.slice(2 * epoch);
    assertAlmostEquals((4 * a + 4 * b) / 8, loss, 1e-6);
  });
});
