import { assert, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { Dense } from "../layers/mod.ts";
import { loadModel, restoreModel } from "../checkpoint.ts";
import { readSafetensors, writeSafetensors } from "../safetensors/file.ts";
import { decodeSafetensors, encodeSafetensors } from "../safetensors/format.ts";
import { Sequential } from "../sequential.ts";
import { inFolder, network, train } from "../testing/small_network.ts";

const PYTHON = new URL("../fixtures/python.safetensors", import.meta.url);

Deno.test("files that hold no model, or one of unknown parts, are refused", () =>
  inFolder(async (path, folder) => {
    await assertRejects(() => loadModel(PYTHON), DataError, "Weights of other programs");
    await assertRejects(() => loadModel(`${folder}/none`), DataError, "ENOENT");
    await network().save(path);
    const { tensors, metadata } = await readSafetensors(path);
    const changed = async (changes: Record<string, string>, ...parts: string[]) => {
      await writeSafetensors(path, tensors, { ...metadata, ...changes });
      for (const load of [() => loadModel(path), () => restoreModel(network(), path)]) {
        const error = await load().then(() => undefined, (error) => error);
        if (error === undefined) continue; // restoreModel does not look at the layers
        assert(error instanceof DataError && error.file === path, String(error));
        for (const part of parts) assert(error.message.includes(part), error.message);
      }
      await assertRejects(() => loadModel(path), DataError);
    };
    await changed({ neurite: "2" }, 'version 1: current version "2"');
    await changed({ model: metadata.model.replace('"Dense"', '"Sense"') }, "a layer", '"Sense"');
    await changed({ model: '{"className":"Dense","config":{"units":3}}' }, "a Dense is no model");
    await changed({ model: '{"className":"Sequential","config":{"layers":[{}]}}' }, "known parts");
    await changed({ model: '{"className":"Sequential","config":{}}' }, "known parts");
    await changed({ model: "" }, '"model" of its metadata');
    await changed({ settings: metadata.settings.replace("Adam", "Eve") }, "Eve");
    await changed({ settings: metadata.settings.replace("0.001", "-1") }, "-1");
    await changed({ settings: "[".repeat(1e5) + "]".repeat(1e5) }, '"settings" of its metadata');
    await changed(
      { settings: metadata.settings.replace('"metrics"', '"__proto__"') },
      '"settings"',
    );
    await changed({ rng: '{"seed":-1,"position":0,"buffer":[]}' }, '"rng" of its metadata');
    await changed({ rng: '{"seed":1,"position":0,"buffer":[1,2,3,4,5]}' }, '"rng"');
    await changed({ progress: '{"epoch":1}' }, '"progress" of its metadata');
    await changed({ history: '{"epoch":[0],"history":{"loss":["x"]}}' }, '"history"');
    assertEquals(({} as Record<string, unknown>).metrics, undefined);
  }));

Deno.test("numbers that JSON has none for survive", () =>
  inFolder(async (path) => {
    const model = network();
    await train(model, 1, false);
    model.history!.history.valLoss = [Infinity, -Infinity, NaN];
    await model.save(path);
    assertEquals((await loadModel(path)).history, model.history);
  }));

Deno.test("changed checkpoints are loaded or refused", () =>
  inFolder(async (path) => {
    const model = network();
    await train(model, 1, false);
    await model.save(path);
    const bytes = await Deno.readFile(path), { tensors, metadata } = decodeSafetensors(bytes);
    let loaded = 0, refused = 0;
    const key = fc.constantFrom(...Object.keys(metadata)), sign = fc.constantFrom(...'{}[]:,-"0e');
    const change = fc.tuple(key, fc.nat(), fc.nat({ max: 3 }), fc.oneof(fc.constant(""), sign));
    await fc.assert(
      fc.asyncProperty(change, async ([key, at, count, text]) => {
        const old = metadata[key], i = at % old.length;
        const changed = old.slice(0, i) + text + old.slice(i + count);
        await Deno.writeFile(path, encodeSafetensors(tensors, { ...metadata, [key]: changed }));
        try {
          await loadModel(path);
          loaded++;
        } catch (error) {
          assert(error instanceof DataError, String(error));
          refused++;
        }
      }),
      { numRuns: 200 },
    );
    assert(loaded > 0 && refused > 50, `${loaded} loaded, ${refused} refused`);
  }));

Deno.test("what users put into a model's metadata is saved and loaded with it, at every kind of saving", async () => {
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
  const make = () => {
    const model = new Sequential([new Dense(1, { inputShape: [1] })], { seed: 1 });
    model.compile({ optimizer: "sgd", loss: "mse" });
    return model;
  };
  const model = make();
  assertEquals(model.metadata, {});
  model.metadata = { classes: ["a", "b"], best: NaN, scaler: { toJSON: () => ({ mean: [1, 2] }) } };
  const wanted = { classes: ["a", "b"], best: NaN, scaler: { mean: [1, 2] } };
  for (const weightsOnly of [true, false]) {
    await model.save(path, { weightsOnly });
    assertEquals((await loadModel(path)).metadata, wanted);
  }
  const restored = make();
  await restored.restore(path);
  assertEquals(restored.metadata, wanted);
  const { tensors, metadata } = await readSafetensors(path);
  await writeSafetensors(path, tensors, { ...metadata, metadata: "[1]" });
  await assertRejects(() => loadModel(path), DataError, '"metadata" of its metadata must be');
  await Deno.remove(folder, { recursive: true });
});
