// In a file of its own: what other tests leave to the garbage collector would disturb the count.
import { assertEquals, assertRejects } from "@std/assert";
import { backendInfo, DataError } from "@neurite/tensor";
import { loadWeights, restoreModel, saveModel } from "../checkpoint.ts";
import { inFolder, network, train } from "../testing/small_network.ts";

Deno.test("saving, restoring and loading weights leave no tensor behind", () =>
  inFolder(async (path) => {
    const model = network();
    await train(model, 1, false);
    await model.save(path);
    const before = backendInfo().liveTensors;
    for (let time = 0; time < 3; time++) {
      await saveModel(model, path);
      await restoreModel(model, path);
      await loadWeights(model, path);
      await assertRejects(() => loadWeights(model, path, { rename: () => "none" }), DataError);
      assertEquals(backendInfo().liveTensors, before);
    }
  }));
