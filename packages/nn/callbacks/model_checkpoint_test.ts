import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import fixture from "../fixtures/callbacks.json" with { type: "json" };
import { logsOf, ours, rehearse } from "../testing/fake_model.ts";
import { ModelCheckpoint, type ModelCheckpointOptions } from "./model_checkpoint.ts";

Deno.test("ModelCheckpoint saves when and where Keras does", async () => {
  for (const { options, batches, values, saved } of fixture.modelCheckpoint) {
    const filepath = "save_freq" in options
      ? "e{epoch}-b{batch:03d}.keras"
      : "e{epoch:02d}-{valLoss:.2f}.keras";
    const made = { filepath, ...ours(options) } as unknown as ModelCheckpointOptions;
    const model = await rehearse(new ModelCheckpoint(made), logsOf(values), { batches });
    assertEquals(model.saved, saved, JSON.stringify(options));
  }
});

Deno.test("ModelCheckpoint: NaN is never the best", async () => {
  const callback = new ModelCheckpoint({ filepath: "{epoch}", saveBestOnly: true });
  assertEquals((await rehearse(callback, logsOf([NaN, 3, NaN, 2, 4]))).saved, ["2", "4"]);
  assertEquals(callback.best, 2);
});

Deno.test("ModelCheckpoint refuses what makes no sense", async () => {
  const filepath = "model.safetensors";
  for (const saveFreq of [0, -1, 1.5, NaN, "batch" as "epoch"]) {
    assertThrows(() => new ModelCheckpoint({ filepath, saveFreq }), RangeError, "saveFreq");
  }
  assertThrows(() => new ModelCheckpoint({ filepath: "{epoch:4}" }), RangeError, "{epoch:4}");
  const depth = { filepath, monitor: "depth" };
  assertThrows(() => new ModelCheckpoint({ ...depth, saveBestOnly: true }), RangeError, "depth");
  new ModelCheckpoint(depth); // it is not looked at
  const callback = new ModelCheckpoint({ filepath, saveBestOnly: true });
  await assertRejects(() => rehearse(callback, [{ loss: 1 }]), RangeError, '"valLoss"');
});
