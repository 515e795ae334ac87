import { assertEquals } from "@std/assert";
import { logsOf, rehearse } from "../testing/fake_model.ts";
import { LambdaCallback } from "./lambda_callback.ts";

Deno.test("LambdaCallback calls its functions in order, and waits for them", async () => {
  const calls: unknown[][] = [];
  const note = (...call: unknown[]) => Promise.resolve().then(() => void calls.push(call));
  const callback = new LambdaCallback({
    onTrainBegin: () => note("begin"),
    onEpochBegin: (epoch) => note("epoch", epoch),
    onTrainBatchEnd: (batch, { loss }) => note("batch", batch, loss),
    onEpochEnd: (epoch, { loss }) => note("done", epoch, loss),
    onTrainEnd: ({ loss }) => note("end", loss),
  });
  await rehearse(callback, logsOf([7]), { batches: 2 });
  assertEquals(calls, [
    ["begin"],
    ["epoch", 0],
    ["batch", 0, 7],
    ["batch", 1, 7],
    ["done", 0, 7],
    ["end", 7],
  ]);
  await rehearse(new LambdaCallback({}), logsOf([7]), { batches: 1 }); // nothing has to be given
});
