import { assertEquals, assertThrows } from "@std/assert";
import { leNet5 } from "@neurite/cnn";
import { oneHot, scale, syntheticDigits } from "@neurite/datasets";
import { expandDims, ShapeError } from "@neurite/tensor";

/** What Keras says about the chapter's model. */
const keras: {
  layers: [name: string, className: string, outputShape: number[], parameters: number][];
  total: number;
} = JSON.parse(await Deno.readTextFile(new URL("fixtures/le_net5.json", import.meta.url)));

Deno.test("leNet5: names, shapes and parameters of its layers as Keras's", () => {
  const [input, ...layers] = leNet5().describe();
  assertEquals(input.outputShape, [28, 28, 1]);
  assertEquals(
    layers.map((layer) => [layer.name, layer.className, layer.outputShape, layer.parameters]),
    keras.layers,
  );
  assertEquals(keras.total, 61706);
});

Deno.test("leNet5: summary is Keras's table", () => {
  let text = "";
  leNet5().summary({ print: (table) => text = table });
  const rows = text.split("\n").filter((line) => line.startsWith("│")).slice(1)
    .map((line) => line.split("│").slice(1, -1).map((cell) => cell.trim()));
  assertEquals(
    rows,
    keras.layers.map(([name, className, shape, parameters]) => [
      `${name} (${className})`,
      `(None, ${shape.join(", ")})`,
      parameters.toLocaleString("en-US"),
    ]),
  );
  const counts = text.split("\n").filter((line) => line.startsWith(" "));
  assertEquals(counts, [
    " Total params: 61,706 (241.04 KB)",
    " Trainable params: 61,706 (241.04 KB)",
    " Non-trainable params: 0 (0.00 B)",
  ]);
});

Deno.test("leNet5: other classes, other images", () => {
  const model = leNet5({ classes: 4, inputShape: [32, 36, 3], activation: "tanh", seed: 1 });
  // 32 x 36, halved to 16 x 18, windows to 12 x 14, halved to 6 x 7, windows to 2 x 3.
  assertEquals(model.getLayer("flatten").computeOutputShape([[2, 3, 120]]), [720]);
  assertEquals(model.describe().at(-3)?.outputShape, [720]);
  assertEquals(model.outputs[0].shape, [4]);
  assertThrows(() => leNet5({ inputShape: [16, 16, 1] }).describe(), ShapeError, "must fit");
});

Deno.test("leNet5: learns digits, and the same twice from one seed", async () => {
  const [X, test] = [600, 200].map((count, i) => {
    const { images, labels } = syntheticDigits({ count, seed: 1 + i });
    return { x: expandDims(scale(images, { flatten: false }), -1), y: oneHot(labels, 10) };
  });
  const learn = async () => {
    const model = leNet5({ seed: 7 });
    model.compile({ optimizer: "adam", loss: "categoricalCrossentropy", metrics: ["accuracy"] });
    const { history } = await model.fit(X.x, X.y, { epochs: 3, batchSize: 32, verbose: 0 });
    return { history, measured: await model.evaluate(test.x, test.y) };
  };
  const first = await learn(), second = await learn();
  assertEquals(first.history.loss[2] < first.history.loss[0] / 2, true, `${first.history.loss}`);
  assertEquals(first.measured.accuracy > 0.8, true, `accuracy ${first.measured.accuracy}`);
  assertEquals(second, first);
});
