import { DataError, ShapeError, tensor, type TensorLike } from "@neurite/tensor";
import { assertEquals, assertThrows } from "@std/assert";
import { onDevice } from "../../../testing/awaited_backend.ts";
import { assertClose } from "../../../testing/close.ts";
import { Dense, layers, loadModel, Normalization, Sequential } from "../mod.ts";

/** What Keras says; see `tools/fixtures/normalization.py`. */
interface Case {
  name: string;
  options: ConstructorParameters<typeof Normalization>[0];
  data: TensorLike;
  x: TensorLike;
  y: TensorLike;
  mean?: TensorLike;
  variance?: TensorLike;
}
const { cases } = JSON.parse(
  await Deno.readTextFile(new URL("../fixtures/normalization.json", import.meta.url)),
) as { cases: Case[] };

for (const { name, options, data, x, y, mean, variance } of cases) {
  Deno.test(`normalization: ${name}, as Keras`, () => {
    const layer = new Normalization(options);
    if (mean !== undefined) layer.adapt(data);
    assertClose(new Sequential([layer]).predict(x), y, 1e-5, "result");
    if (mean === undefined) return assertEquals(layer.weights, []);
    assertClose(layer.weights[0].value, mean, 1e-6, "mean");
    assertClose(layer.weights[1].value, variance!, 1e-6, "variance");
    const again = layers.make(layer.toConfig());
    assertEquals(again.toConfig(), layer.toConfig());
  });
}

Deno.test("normalization: saved with the model, by adapt and by options, and never trained", async () => {
  const folder = await Deno.makeTempDir(), x = [[1, 100], [3, 300], [8, 0]], y = [[1], [2], [3]];
  const adapted = new Normalization();
  adapted.adapt(x);
  for (const first of [adapted, new Normalization({ mean: [4, 100], variance: [9, 400] })]) {
    const model = new Sequential([first, new Dense(1)], { seed: 1 }),
      path = `${folder}/m.safetensors`;
    model.compile({ optimizer: "sgd", loss: "mse" });
    const before = first.weights.map(({ value }) => value.array());
    await model.fit(x, y, { epochs: 2, verbose: 0 });
    assertEquals(first.weights.map(({ value }) => value.array()), before);
    await model.save(path);
    const loaded = await loadModel(path);
    assertEquals(loaded.predict(x).array(), model.predict(x).array());
  }
  await Deno.remove(folder, { recursive: true });
});

Deno.test("normalization: without adapt numbers stay; a second one counts alone; on a device too", async () => {
  const layer = new Normalization(), model = new Sequential([layer]), x = [[1, 5], [3, 5]];
  assertEquals(model.predict(x).array(), x);
  layer.adapt([[9, 9], [7, 7]]);
  layer.adapt(tensor(x));
  assertEquals(layer.weights.map(({ value }) => value.array()), [[2, 5], [1, 0], 2]);
  assertEquals(model.predict(x).array(), [[-1, 0], [1, 0]]);
  await onDevice(async () => {
    const there = new Normalization();
    there.adapt(x);
    using y = new Sequential([there]).predict(x);
    assertEquals([...await y.data()], [-1, 0, 1, 0]);
    assertThrows(() => there.adapt([[NaN, 1]]), DataError, "NaN");
  });
});

Deno.test("normalization: what does not fit is refused, and changes nothing", () => {
  const layer = new Normalization({ name: "first" });
  layer.adapt([[1, 5], [3, 5]]);
  for (
    const [data, kind, words] of [
      [[[1, NaN]], DataError, 'layer "first" as the data must be finite numbers: current NaN'],
      [
        [[1, 2, 3]],
        ShapeError,
        "each of 3 features must have a mean and a variance, and there are 2",
      ],
      [[], ShapeError, "there must be an example"],
      [1, ShapeError, "there must be an example"],
    ] as const
  ) {
    assertThrows(() => layer.adapt(data as unknown as TensorLike), kind as typeof Error, words);
    assertEquals(layer.weights[0].value.array(), [2, 5]);
  }
  const given = new Normalization({ mean: [1, 2], variance: [1, 1] });
  assertThrows(() => given.adapt([[1, 2]]), TypeError, "given as an option");
  assertThrows(() => new Sequential([given]).predict([[1]]), ShapeError, "there are 2");
  for (
    const [options, words] of [
      [{ mean: 1 }, "given together"],
      [{ variance: 1 }, "given together"],
      [{ mean: 1, variance: -1 }, "at least 0: current -1"],
      [{ mean: NaN, variance: 1 }, "finite"],
      [{ axis: 0 }, "other than 0, the batch: current 0"],
    ] as const
  ) {
    assertThrows(() => new Normalization(options), RangeError, words);
  }
  assertThrows(() => new Normalization({ axis: 2 }).adapt([[1]]), ShapeError, "axis 2");
});
