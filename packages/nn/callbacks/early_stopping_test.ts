import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { backendInfo } from "@neurite/tensor";
import fixture from "../fixtures/callbacks.json" with { type: "json" };
import { logsOf, ours, rehearse } from "../testing/fake_model.ts";
import { EarlyStopping } from "./early_stopping.ts";

Deno.test("EarlyStopping does what Keras does, epoch by epoch", async () => {
  for (const { options, values, waits, ...end } of fixture.earlyStopping) {
    const callback = new EarlyStopping(ours(options)), found: number[] = [];
    const model = await rehearse(callback, logsOf(values), {
      after: () => found.push(callback.wait),
    });
    assertEquals(found, waits, JSON.stringify(options));
    assertEquals(
      {
        best: callback.best,
        bestEpoch: callback.bestEpoch,
        stoppedEpoch: callback.stoppedEpoch,
        weights: model.weight,
      },
      end,
      JSON.stringify(options),
    );
  }
});

Deno.test("EarlyStopping: NaN is never an improvement", async () => {
  const callback = new EarlyStopping({ patience: 2, restoreBestWeights: true });
  const model = await rehearse(callback, logsOf([NaN, 3, 2, NaN, NaN, 1]));
  assertEquals([callback.best, callback.bestEpoch, callback.stoppedEpoch], [2, 2, 4]);
  assertEquals(model.weight, 2);
});

Deno.test("EarlyStopping serves several trainings and gives its weights back", async () => {
  const callback = new EarlyStopping({ patience: 1, restoreBestWeights: true });
  const before = backendInfo().liveTensors;
  for (let time = 0; time < 3; time++) {
    const model = await rehearse(callback, logsOf([4, 3, 5, 1]));
    assertEquals([model.weight, callback.best, callback.stoppedEpoch], [1, 3, 2]);
    assertEquals(backendInfo().liveTensors, before);
  }
});

Deno.test("EarlyStopping goes by the name of the number, or says that it cannot", async () => {
  for (const monitor of ["loss", "valLoss", "valOutLoss", "mae", "valMeanSquaredError"]) {
    const callback = new EarlyStopping({ monitor, patience: 1 });
    await rehearse(callback, [{ [monitor]: 1 }, { [monitor]: 2 }]);
    assertEquals(callback.best, 1, monitor);
  }
  for (const monitor of ["accuracy", "valAccuracy", "valBinaryAccuracy", "precision", "auc"]) {
    const callback = new EarlyStopping({ monitor, patience: 1 });
    await rehearse(callback, [{ [monitor]: 1 }, { [monitor]: 2 }]);
    assertEquals(callback.best, 2, monitor);
  }
  const error = assertThrows(() => new EarlyStopping({ monitor: "valDepth" }), RangeError);
  assert(error.message.startsWith("Cannot stop early as "), error.message);
  new EarlyStopping({ monitor: "valDepth", mode: "max" });
  assertThrows(() => new EarlyStopping({ mode: "up" as "max" }), RangeError, '"up"');
  await assertRejects(
    () => rehearse(new EarlyStopping(), [{ loss: 1, accuracy: 2 }]),
    RangeError,
    'one of loss, accuracy: current "valLoss". Give validationData or validationSplit to fit',
  );
});
