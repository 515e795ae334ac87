import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { Conv2D } from "@neurite/cnn";
import { Input, Model, whileLoading } from "@neurite/nn";
import {
  alexNet,
  countMultiplications,
  denseNet,
  googLeNet,
  networkBlocks,
  plainCifar,
  resNet,
  resNetCifar,
  vgg,
} from "./mod.ts";

/** Runs `f` on a model with zeros for weights, and frees it. */
function withModel<T>(make: () => Model, f: (model: Model) => T): T {
  const model = whileLoading(Infinity, make);
  try {
    return f(model);
  } finally {
    for (const { value } of model.weights) value.dispose();
  }
}

Deno.test("multiplications are those that torchvision's documentation states, in billions", () => {
  const stated: [() => Model, number][] = [
    [() => alexNet(), 0.71],
    [() => vgg(11), 7.61],
    [() => vgg(13), 11.31],
    [() => vgg(16), 15.47],
    [() => vgg(19), 19.63],
    [() => googLeNet(), 1.5],
    [() => resNet(18), 1.81],
    [() => resNet(34), 3.66],
    [() => resNet(50), 4.09],
    [() => resNet(101), 7.8],
    [() => resNet(152), 11.51],
    [() => denseNet(121), 2.83],
    [() => denseNet(161), 7.73],
    [() => denseNet(169), 3.36],
    [() => denseNet(201), 4.29],
  ];
  for (const [make, billions] of stated) {
    const { total } = withModel(make, countMultiplications);
    assertAlmostEquals(total / 1e9, billions, 0.005, String(make));
  }
});

Deno.test("groups see a part of the channels each", () => {
  const x = new Input({ shape: [5, 5, 8] });
  const outputs = new Conv2D(6, 3, { groups: 2, name: "conv" }).apply(x);
  assertEquals(countMultiplications(new Model({ inputs: x, outputs })).total, 9 * 9 * 4 * 6);
});

Deno.test("the size of images must be known to count", () => {
  const model = resNetCifar(8, { inputShape: [null, 32, 3], seed: 1 });
  assertThrows(() => countMultiplications(model), RangeError, '"conv1" gives [null,32,16]');
});

Deno.test("the blocks of networks, by kind", () => {
  const kinds = (make: () => Model) =>
    withModel(make, (model) => {
      const counts: Record<string, number> = {}, blocks = networkBlocks(model);
      for (const { className } of blocks) counts[className] = (counts[className] ?? 0) + 1;
      const names = model.layers.map(({ name }) => name), inside = blocks.flatMap((b) => b.layers);
      assertEquals(new Set(inside).size, inside.length);
      assertEquals(inside.every((name) => names.includes(name)), true);
      return counts;
    });
  assertEquals(kinds(() => resNet(18)), { Stem: 1, "Residual block": 8 });
  assertEquals(kinds(() => resNet(50)), { Stem: 1, "Bottleneck block": 16 });
  assertEquals(kinds(() => plainCifar(20)), { Stem: 1, "Two convolutions": 9 });
  assertEquals(kinds(() => denseNet(121)), { Stem: 1, "Dense block": 4, Transition: 3 });
  const googLeNets = { Stem: 1, "Inception module": 9, "Auxiliary classifier": 2 };
  assertEquals(kinds(() => googLeNet({ auxiliary: true })), googLeNets);
  assertEquals(kinds(() => vgg(16, { batchNormalization: true })), { Convolutions: 5 });
  assertEquals(kinds(() => alexNet({ variant: "chapter" })), { "Conv, BN, ReLU, pool": 4 });
  assertEquals(kinds(() => alexNet()), { Convolutions: 1 });
});
