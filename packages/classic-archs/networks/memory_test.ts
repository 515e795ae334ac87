// In a file of its own: what other tests leave to the garbage collector would disturb the count.
import { assert } from "@std/assert";
import { backendInfo, ones, useBackend } from "@neurite/tensor";
import { denseNet, resNet } from "./mod.ts";

Deno.test("ResNet-50 predicts in no more than twice the memory of its weights", async () => {
  await useBackend("wasm", { threads: 1 });
  const before = backendInfo().memoryReserved, model = resNet(50, { seed: 1 });
  const weights = 4 * model.countParams();
  using x = ones([1, 224, 224, 3]);
  const held = backendInfo().memoryInUse;
  model.predict(x).dispose();
  const { memoryReserved, memoryInUse } = backendInfo();
  assert(memoryReserved - before <= 2 * weights, `${memoryReserved - before} for ${weights}`);
  assert(memoryInUse <= held, `${memoryInUse} after ${held}`);
  // The two largest stages at once: 56 x 56 x 256 numbers of each.
  const room = memoryReserved - before - weights;
  assert(room <= 0.3 * weights, `${room} beside ${weights}`);
  for (const { value } of model.weights) value.dispose();
});

Deno.test("DenseNet-201 is built, and predicts for the first time, without a long wait", () => {
  const seconds = (f: () => void) => {
    const start = performance.now();
    f();
    return (performance.now() - start) / 1000;
  };
  let model: ReturnType<typeof denseNet>;
  const building = seconds(() => model = denseNet(201, { inputShape: [64, 64, 3], seed: 1 }));
  using x = ones([1, 64, 64, 3]);
  const [first, second] = [1, 2].map(() => seconds(() => model.predict(x).dispose()));
  // 0.8 s on a machine with nothing else to do; here others compute at the same time.
  assert(building + first - second < 6, `${building} + ${first} - ${second} s`);
});
