/** Whole networks with few filters: weights as PyTorch saved them, its logits and its gradients. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { Model, SparseCategoricalCrossentropy } from "@neurite/nn";
import {
  add,
  mean,
  mul,
  type NdArray,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import { onDevice } from "../../../testing/awaited_backend.ts";
import fixture from "../fixtures/thin.json" with { type: "json" };
import { images } from "../testing/images.ts";
import { thinNetworks } from "../testing/thin_networks.ts";
import { loadTorchvisionWeights } from "./load_torchvision_weights.ts";

/** Logits in float32 of about 1. */
const LOGITS = 2e-5;
/** Gradients, against the largest of a weight; those that are 0 but for rounding have nothing to be against. */
const GRADIENTS = 1e-4, ROUNDING = 1e-6;

const file = (name: string) => new URL(`../fixtures/thin_${name}.safetensors`, import.meta.url);

for (const [name, make] of Object.entries(thinNetworks)) {
  const { size, loss, logits } = fixture.cases[name as keyof typeof thinNetworks];

  Deno.test(`thin ${name} has PyTorch's logits, loss and gradients`, async () => {
    const model = make(), x = images(3, size);
    const classifier = new Model({ inputs: model.inputs, outputs: model.outputs[0] });
    classifier.predict(x); // What prediction may have made of the weights before is not kept.
    await loadTorchvisionWeights(model, file(name));
    const found = classifier.predict(x).array() as number[][];
    logits.forEach((row, i) => row.forEach((z, k) => assertAlmostEquals(found[i][k], z, LOGITS)));

    // The gradients as if they were weights, in our layout.
    const expected = make();
    await loadTorchvisionWeights(expected, file(`${name}_gradients`));
    const weights = model.trainableWeights, { value, gradients } = gradientsOf(model, x);
    assertAlmostEquals(value, loss, 1e-5);
    assertEquals(gradients.length, expected.trainableWeights.length);
    expected.trainableWeights.forEach(({ value: gradient }, i) => {
      const wanted = gradient.dataSync(), given = gradients[i];
      const largest = Math.max(...wanted.map(Math.abs));
      const off = Math.max(...given.map((g, k) => Math.abs(g - wanted[k])));
      assert(
        off <= GRADIENTS * largest + ROUNDING,
        `gradient of ${weights[i].name} ${i}: off by ${off} of ${largest}`,
      );
    });
  });
}

Deno.test("weights are written to a device that has to be awaited", () =>
  onDevice(async () => {
    const { size, logits } = fixture.cases.resnet, model = thinNetworks.resnet();
    await loadTorchvisionWeights(model, file("resnet"));
    const found = await model.predict(images(3, size)).data();
    logits.flat().forEach((z, i) => assertAlmostEquals(found[i], z, LOGITS));
  }));

/** The loss of one training step and the gradient of each weight that is trained. */
function gradientsOf(
  model: Model,
  batch: NdArray,
): { value: number; gradients: Float32Array[] } {
  const labels = tensor([0, 3, 1], { dtype: "int32" }),
    crossentropy = new SparseCategoricalCrossentropy({ fromLogits: true });
  const lossOf = (outputs: Tensor | readonly Tensor[]): Tensor => {
    const [z, auxiliary] = outputs instanceof Array ? outputs : [outputs];
    const main = mean(crossentropy.call(labels, z));
    return auxiliary === undefined
      ? main
      : add(main, mul(mean(crossentropy.call(labels, auxiliary)), 0.3));
  };
  return tidy(() => {
    const x = tensor(batch), weights = model.trainableWeights.map(({ value }) => value);
    const step = valueAndGrad(() => lossOf(model.call([x], { training: true, rng: model.rng })));
    const { value, gradients } = step(...weights);
    return { value: value.item(), gradients: gradients.map((g) => g.dataSync() as Float32Array) };
  });
}
