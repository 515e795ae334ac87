import { assertEquals } from "@std/assert";
import {
  BatchNormalization,
  Conv2D,
  Conv2DTranspose,
  LocalResponseNormalization,
  MaxPooling2D,
  SeparableConv2D,
} from "@neurite/cnn";
import { Dense, Flatten, Sequential } from "@neurite/nn";
import { backendInfo, Rng, tensor, uniform } from "@neurite/tensor";

/** What must not grow. */
function held(): number[] {
  const { liveTensors, memoryInUse } = backendInfo();
  return [liveTensors, memoryInUse];
}

Deno.test("1,000 steps and predictions of a convolutional network leave memory as after the tenth", async () => {
  const model = new Sequential([
    new Conv2D(4, 3, { activation: "relu", inputShape: [6, 6, 1] }),
    new BatchNormalization({ axis: 1 }),
    new LocalResponseNormalization(),
    new SeparableConv2D(4, 3, { padding: "same", activation: "elu" }),
    new Conv2DTranspose(2, 2, { strides: 2 }),
    new BatchNormalization(),
    new MaxPooling2D(2),
    new Flatten(),
    new Dense(3, { activation: "softmax" }),
  ], { seed: 1 });
  model.compile({ optimizer: "adam", loss: "sparseCategoricalCrossentropy" });
  using x = uniform([3, 6, 6, 1], -1, 1, { rng: new Rng(1) });
  using y = tensor([0, 1, 2], { dtype: "int32" });
  let after: number[] = [];
  for (let n = 0; n < 1000; n++) {
    if (n === 10) after = held();
    await model.trainOnBatch(x, y);
    using _prediction = model.predict(x);
  }
  assertEquals(held(), after);
});
