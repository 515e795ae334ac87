import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { Activation, Dense, Flatten, Sequential } from "@neurite/nn";
import { backendInfo, ShapeError } from "@neurite/tensor";
import { classify, type Image, imagenetLabels } from "./mod.ts";

/** Grey: after the normalization, red is the greatest number of a pixel where it is light. */
const image: Image = { width: 20, height: 30, channels: 1, data: new Uint8Array(600).fill(200) };

/** A network that gives the mean red, green and blue, some of them several times, as logits. */
function means(outputs: number, ...after: Activation[]): Sequential {
  const model = new Sequential([
    new Flatten({ inputShape: [8, 8, 3] }),
    new Dense(outputs, { kernelInitializer: "zeros" }),
    ...after,
  ]);
  const kernel = Array.from(
    { length: 192 },
    (_, i) => Array.from({ length: outputs }, (_, j) => i % 3 === j % 3 ? 1 / 64 : 0),
  );
  model.setWeights([kernel, Array.from({ length: outputs }, (_, j) => j / 1000)]);
  return model;
}

Deno.test("the most probable classes, of logits and of probabilities alike", async () => {
  const logits = [0.485, 0.456, 0.406]
    .map((mean, c) => (200 / 255 - mean) / [0.229, 0.224, 0.225][c] + c / 1000);
  const total = logits.reduce((sum, z) => sum + Math.exp(z), 0);
  const options = { labels: ["red", "green", "blue"], top: 2 };
  for (const model of [means(3), means(3, new Activation("softmax"))]) {
    const [first, second, ...others] = await classify(model, image, options);
    assertEquals(others, []);
    assertEquals([first.label, first.index, second.label], ["blue", 2, "green"]);
    assertAlmostEquals(first.probability, Math.exp(logits[2]) / total, 1e-5);
    assertAlmostEquals(second.probability, Math.exp(logits[1]) / total, 1e-5);
  }
  const five = await classify(means(1000), image);
  assertEquals(five.length, 5);
  assert(five.every(({ label, index }) => imagenetLabels[index] === label));
});

Deno.test("labels that do not fit, and networks for something else, are refused; nothing is left", async () => {
  const model = means(3);
  await classify(model, image, { labels: ["a", "b", "c"] });
  const before = backendInfo().liveTensors;
  await assertRejects(
    () => classify(model, image),
    RangeError,
    "1000 labels for results of shape [3]",
  );
  const labels = ["a", "b", "c"];
  await assertRejects(() => classify(model, image, { labels, top: 4 }), RangeError, "top 4");
  await assertRejects(() => classify(model, image, { labels, top: 0 }), RangeError, "top");
  assertEquals(backendInfo().liveTensors, before);
  const vectors = new Sequential([new Dense(2, { inputShape: [4] })]);
  await assertRejects(() => classify(vectors, image), ShapeError, "squares in three colours");
  const grey = new Sequential([new Flatten({ inputShape: [8, 8, 1] }), new Dense(2)]);
  await assertRejects(() => classify(grey, image), ShapeError, "current [8, 8, 1]");
});

Deno.test("ImageNet's classes", () => {
  assertEquals(imagenetLabels.length, 1000);
  assertEquals(new Set(imagenetLabels).size, 1000);
  const some = [0, 1, 281, 285, 388, 817, 954, 999].map((i) => imagenetLabels[i]);
  assertEquals(some, [
    "tench",
    "goldfish",
    "tabby",
    "Egyptian cat",
    "giant panda",
    "sports car",
    "banana",
    "toilet tissue",
  ]);
});
