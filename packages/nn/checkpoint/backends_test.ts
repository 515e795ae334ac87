import { assertEquals } from "@std/assert";
import { useBackend } from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import { onReference } from "../../../testing/on_reference.ts";
import { loadModel } from "../checkpoint.ts";
import type { Model } from "../model.ts";
import { inFolder, network, train, weights, x } from "../testing/small_network.ts";

/** All that an optimizer remembers of a model. */
const moments = (model: Model) => {
  const { optimizer, trainableWeights } = model, names = trainableWeights.map((_, i) => String(i));
  return [...optimizer!.state(trainableWeights, names).values()].map((t) => t.dataSync());
};

Deno.test("what was saved on one backend is loaded on another, and trained on there", () =>
  inFolder(async (path) => {
    const trained = network();
    await train(trained, 2, false);
    await trained.save(path);
    const saved = [weights(trained), moments(trained)], { state } = trained.rng;
    await train(trained, 3);
    const ends = weights(trained), prediction = trained.predict(x);
    const again = async () => {
      const loaded = await loadModel(path);
      assertEquals([weights(loaded), moments(loaded)], saved);
      assertEquals(loaded.rng.state, state);
      await loaded.save(`${path}.again`);
      await train(loaded, 3);
      loaded.weights.forEach(({ value }, i) => assertClose(value, ends[i], 1e-5));
      assertClose(loaded.predict(x), prediction.array(), 1e-5);
    };
    await onReference(again);
    await Deno.rename(`${path}.again`, path); // It was saved on the reference.
    await again();
  }));

Deno.test("a model stays where it is when it is restored while another backend is current", () =>
  inFolder(async (path) => {
    const trained = network(), model = network(undefined, 2);
    await train(trained, 2, false);
    await trained.save(path);
    void model.weights; // They are made where it is.
    await onReference(async () => {
      await model.loadWeights(path);
      await model.restore(path);
    });
    await useBackend("wasm", { threads: 1 });
    assertEquals([weights(model), moments(model)], [weights(trained), moments(trained)]);
    for (const one of [model, trained]) await train(one, 3);
    assertEquals(weights(model), weights(trained));
  }));
