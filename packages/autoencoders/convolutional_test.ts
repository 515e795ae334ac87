import { assert, assertEquals } from "@std/assert";
import { scale, syntheticDigits } from "@neurite/datasets";
import { ndarray, Rng } from "@neurite/tensor";
import { convAutoencoder, denoisingAutoencoder } from "./convolutional.ts";
import { addNoise } from "./noise.ts";
import { psnr } from "./psnr.ts";

Deno.test("convAutoencoder: the layers of the chapter, with Keras's shapes and parameters", () => {
  const model = convAutoencoder();
  const layers = [model.encode, model.decode].map((half) =>
    half.describe().slice(1).map((l) => [l.className, l.outputShape!.join(), l.parameters])
  );
  assertEquals(layers, [[
    ["Conv2D", "28,28,32", 320],
    ["MaxPooling2D", "14,14,32", 0],
    ["Conv2D", "14,14,8", 2312],
    ["MaxPooling2D", "7,7,8", 0],
    ["Conv2D", "7,7,8", 584],
    ["MaxPooling2D", "4,4,8", 0],
  ], [
    ["Conv2D", "4,4,8", 584],
    ["UpSampling2D", "8,8,8", 0],
    ["Conv2D", "8,8,8", 584],
    ["UpSampling2D", "16,16,8", 0],
    ["Conv2D", "14,14,32", 2336],
    ["UpSampling2D", "28,28,32", 0],
    ["Conv2D", "28,28,1", 289],
  ]]);
  assertEquals(model.countParams(), 7009);
});

Deno.test("noisy digits become cleaner than they were", async () => {
  const { images } = syntheticDigits({ count: 800, seed: 1 });
  const clean = ndarray(scale(images).data, [800, 28, 28, 1]);
  const noisy = addNoise(clean, { rng: new Rng(1) });
  const model = denoisingAutoencoder({ seed: 1 });
  model.compile({ optimizer: "adam", loss: "meanSquaredError" });
  model.optimizer!.learningRate = 0.005;
  const { history } = await model.fit(noisy, clean, { epochs: 5, batchSize: 8, verbose: 0 });
  assert(history.loss[4] < history.loss[0] / 2, `${history.loss}`);
  const [before, after] = [noisy, model.predict(noisy)].map((given) => psnr(clean, given));
  assert(after > before + 0.5, `${before} -> ${after} dB`);
});
