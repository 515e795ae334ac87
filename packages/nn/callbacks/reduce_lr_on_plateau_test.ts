import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import fixture from "../fixtures/callbacks.json" with { type: "json" };
import { FakeModel, logsOf, ours, rehearse } from "../testing/fake_model.ts";
import { ReduceLROnPlateau } from "./reduce_lr_on_plateau.ts";

Deno.test("ReduceLROnPlateau does what Keras does, epoch by epoch", async () => {
  for (const { options, values, after } of fixture.reduceLROnPlateau) {
    const callback = new ReduceLROnPlateau(ours(options)), model = new FakeModel();
    let epochs = 0, before = model.optimizer.learningRate;
    await rehearse(callback, logsOf(values), {
      model,
      after(epoch, logs) {
        const [rate, wait, cooldown] = after[epoch], { learningRate } = model.optimizer;
        assertAlmostEquals(learningRate, rate, 1e-8 * rate, JSON.stringify(options));
        assertEquals([callback.wait, callback.cooldownCounter], [wait, cooldown]);
        assertEquals(logs.learningRate, before); // that of the epoch, not of the next
        before = learningRate;
        epochs++;
      },
    });
    assertEquals(epochs, values.length);
  }
});

Deno.test("ReduceLROnPlateau: NaN is never an improvement; bad factors are refused", async () => {
  const model = new FakeModel(1), callback = new ReduceLROnPlateau({ factor: 0.5, patience: 2 });
  await rehearse(callback, logsOf([NaN, NaN, 3, 2, NaN]), { model });
  assertEquals([model.optimizer.learningRate, callback.best, callback.wait], [0.5, 2, 1]);
  for (const factor of [1, 2, -0.1, NaN]) {
    assertThrows(() => new ReduceLROnPlateau({ factor }), RangeError, `current ${factor}`);
  }
});
