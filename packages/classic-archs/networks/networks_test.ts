import { assert, assertEquals, assertThrows } from "@std/assert";
import { createHash } from "node:crypto";
import { type Model, whileLoading } from "@neurite/nn";
import { ShapeError } from "@neurite/tensor";
import {
  alexNet,
  denseNet,
  denseNetCifar,
  type DenseNetDepth,
  googLeNet,
  plainCifar,
  resNet,
  resNetCifar,
  type ResNetDepth,
  vgg,
  type VggDepth,
} from "./mod.ts";

/** What torchvision says of a network; see `tools/fixtures/classic_counts.py`. */
interface Counts {
  readonly parameters: number;
  readonly weights: string;
}

const url = new URL("../fixtures/networks.json", import.meta.url);
const { networks }: { networks: Record<string, Counts> } = JSON.parse(await Deno.readTextFile(url));

/** What the optimizer changes. */
const parameters = (model: Model) =>
  model.trainableWeights.reduce((sum, { value }) => sum + value.size, 0);

/** Runs `f` on a model with zeros for weights and frees it: some have half a gigabyte of them. */
function withModel<T>(make: () => Model, f: (model: Model) => T): T {
  const model = whileLoading(Infinity, make);
  try {
    return f(model);
  } finally {
    for (const { value } of model.weights) value.dispose();
  }
}

/** PyTorch's names of what layers have. */
const THEIRS: Record<string, string> = {
  kernel: "weight",
  gamma: "weight",
  beta: "bias",
  moving_mean: "running_mean",
  moving_variance: "running_var",
};

/** The hash of names and shapes in PyTorch's layouts, as the script computes it. */
function digest(model: Model): string {
  const lines = model.namedWeights().map(([name, { value: { shape } }]) => {
    const [layer, own] = name.split("/");
    const order = shape.length === 4 ? [3, 2, 0, 1] : shape.length === 2 ? [1, 0] : [0];
    return [`${layer}.${THEIRS[own] ?? own}`, ...order.map((axis) => shape[axis])].join(" ");
  });
  return createHash("sha256").update(lines.sort().join("\n")).digest("hex");
}

/** The networks of the fixture. */
const NETWORKS: Record<string, () => Model> = {
  ...Object.fromEntries(
    [18, 34, 50, 101, 152].map((depth) =>
      [`resnet${depth}`, () => resNet(depth as ResNetDepth)] as const
    ),
  ),
  ...Object.fromEntries(
    [121, 161, 169, 201, 264].map((depth) =>
      [`densenet${depth}`, () => denseNet(depth as DenseNetDepth)] as const
    ),
  ),
  ...Object.fromEntries(
    [11, 13, 16, 19].flatMap((depth) =>
      [false, true].map((batchNormalization) => {
        const make = () => vgg(depth as VggDepth, { batchNormalization });
        return [`vgg${depth}${batchNormalization ? "_bn" : ""}`, make] as const;
      })
    ),
  ),
  googlenet: () => googLeNet(),
  googlenet_aux: () => googLeNet({ auxiliary: true }),
  alexnet: () => alexNet(),
};

for (const [name, make] of Object.entries(NETWORKS)) {
  Deno.test(`${name} has the parameters of torchvision's, by number, name and shape`, () => {
    withModel(make, (model) => {
      assertEquals(parameters(model), networks[name].parameters);
      assertEquals(digest(model), networks[name].weights);
      assert(model.outputs.every(({ shape }) => shape.join() === "1000"));
    });
  });
}

Deno.test("every network of the fixture is tested", () => {
  assertEquals(Object.keys(networks).sort(), Object.keys(NETWORKS).sort());
});

Deno.test("the numbers of the issue and of the papers", () => {
  const of = (name: string) => networks[name].parameters;
  assertEquals(["vgg16", "resnet50", "resnet152", "densenet121"].map(of), [
    138_357_544,
    25_557_032,
    60_192_808,
    7_978_856,
  ]);
  withModel(() => alexNet({ variant: "paper" }), (m) => assertEquals(parameters(m), 60_965_224));
  // Convolutions, gamma and beta; 256 channels of 2 x 2 are left.
  const convolutions = 11 * 11 * 3 * 96 + 5 * 5 * 96 * 256 + 9 * 256 * 384 + 9 * 384 * 256;
  const dense = 1024 * 4096 + 4096 + 4096 * 4096 + 4096 + 4096 * 1000 + 1000;
  withModel(() => alexNet({ variant: "chapter" }), (m) => {
    assertEquals(parameters(m), convolutions + 2 * (96 + 256 + 384 + 256) + dense);
  });
});

Deno.test("the small networks have the parameters of the papers", () => {
  // He et al., table 6: 0.27, 0.46, 0.66, 0.85 and 1.7 million; plain ones as many.
  const million = (n: number) => Math.round(n / 1e4) / 100;
  const residual = [20, 32, 44, 56].map((depth) => withModel(() => resNetCifar(depth), parameters));
  assertEquals(residual.map(million), [0.27, 0.46, 0.66, 0.85]);
  assertEquals(residual[0], 269_722);
  assertEquals(withModel(() => resNetCifar(110), parameters), 1_727_962);
  assertEquals(withModel(() => plainCifar(20), parameters), residual[0]);
  // With projections: 2 convolutions of 1 x 1, and their gamma and beta.
  const projected = withModel(() => resNetCifar(20, { shortcut: "projection" }), parameters);
  assertEquals(projected - residual[0], 16 * 32 + 2 * 32 + 32 * 64 + 2 * 64);
  // Huang et al., table 2: 0.8 million with BC, 1.0 million without.
  assertEquals(withModel(() => denseNetCifar(100, 12), parameters), 769_162);
  const basic = withModel(() => denseNetCifar(40, 12, { variant: "basic" }), parameters);
  assertEquals(basic, 1_019_722);
});

Deno.test("summary shows what torchvision counts", () => {
  let text = "";
  withModel(() => resNet(18), (model) => model.summary({ print: (table) => text = table }));
  assert(text.includes(" Trainable params: 11,689,512 "), text.slice(-300));
  assert(text.includes("layer1.0.conv1 (Conv2D)"));
});

Deno.test("maps have the sizes of the papers", () => {
  const cases: [() => Model, number[]][] = [
    [() => alexNet({ includeTop: false }), [6, 6, 256]],
    [() => alexNet({ variant: "paper", includeTop: false }), [6, 6, 256]],
    [() => alexNet({ variant: "chapter", includeTop: false }), [2, 2, 256]],
    [() => googLeNet({ includeTop: false, auxiliary: true }), [7, 7, 1024]],
    [() => resNet(18, { includeTop: false, inputShape: [64, 96, 1] }), [2, 3, 512]],
    [() => alexNet({ includeTop: false, stem: "cifar" }), [3, 3, 256]],
    [() => alexNet({ variant: "paper", includeTop: false, stem: "cifar" }), [3, 3, 256]],
    [() => alexNet({ variant: "chapter", includeTop: false, stem: "cifar" }), [1, 1, 256]],
    [() => vgg(11, { includeTop: false, stem: "cifar" }), [1, 1, 512]],
    [() => googLeNet({ includeTop: false, stem: "cifar" }), [4, 4, 1024]],
    [() => resNet(18, { includeTop: false, stem: "cifar" }), [4, 4, 512]],
    [() => denseNet(121, { includeTop: false, stem: "cifar" }), [4, 4, 1024]],
    [() => resNetCifar(8, { includeTop: false }), [8, 8, 64]],
    [() => denseNetCifar(10, 4, { includeTop: false }), [8, 8, 9]],
    [() => googLeNet({ stem: "cifar", classes: 3 }), [3]],
  ];
  for (const [make, shape] of cases) {
    withModel(make, (model) => assertEquals(model.outputs[0].shape, shape, String(make)));
  }
});

Deno.test("images that are too small are refused with the size that is enough", () => {
  const sizes: [(n: number) => Model, number, string][] = [
    [(n) => alexNet({ inputShape: [n, n, 3] }), 63, "an AlexNet"],
    [(n) => alexNet({ variant: "chapter", inputShape: [n, n, 3] }), 127, "an AlexNet"],
    [(n) => vgg(11, { inputShape: [n, 224, 3], includeTop: false }), 32, "a VGG-11"],
    [(n) => googLeNet({ inputShape: [n, n, 3] }), 15, "a GoogLeNet"],
    [(n) => denseNet(121, { inputShape: [224, n, 3] }), 29, "a DenseNet-121"],
    [(n) => denseNetCifar(10, 4, { inputShape: [n, n, 3] }), 4, "a DenseNet-10 of growth 4"],
  ];
  for (const [make, least, what] of sizes) {
    const error = assertThrows(() => make(least - 1), ShapeError);
    const text = `Cannot make ${what} as its images must be at least ${least} x ${least}`;
    assert(error.message.startsWith(text), error.message);
  }
  withModel(() => vgg(11, { inputShape: [32, 32, 3], includeTop: false }), ({ outputs }) => {
    assertEquals(outputs[0].shape, [1, 1, 512]);
  });
  assertThrows(() => alexNet({ inputShape: [32, 32, 3] }), ShapeError, '{ stem: "cifar" }');
});

Deno.test("depths, variants and options that do not exist are refused", () => {
  const wrong: [() => unknown, string][] = [
    [() => resNet("50" as never), 'must be one of 18, 34, 50, 101, 152: current "50"'],
    [() => resNet(undefined as never), "current undefined"],
    [() => resNet(20 as never), "must be one of 18, 34, 50, 101, 152: current 20"],
    [() => vgg(12 as never), "must be one of 11, 13, 16, 19: current 12"],
    [() => denseNet(120 as never), "must be one of 121, 161, 169, 201, 264: current 120"],
    [() => resNetCifar(21), "must be 6n + 2, such as 20, 32, 44, 56 or 110: current 21"],
    [() => resNetCifar(2), "The nearest is 8"],
    [() => plainCifar(NaN), "current NaN. The nearest is 8"],
    [() => resNetCifar(20, { shortcut: "none" as never }), "must be one of padding, projection"],
    [() => denseNetCifar(41), 'variant "BC" must be 6n + 4: current 41. The nearest is 40'],
    [() => denseNetCifar(41, 12, { variant: "basic" }), "must be 3n + 4"],
    [() => denseNetCifar(40, 0), "growth must be an integer of at least 1"],
    [() => denseNetCifar(40, 12, { variant: "B" as never }), "must be one of BC, basic"],
    [() => alexNet({ variant: "torch" as never }), "must be one of chapter, paper, torchvision"],
    [() => vgg(16, { stem: "small" as never }), "stem must be one of imagenet, cifar"],
    [() => vgg(16, { batchNorm: true } as never), 'batchNormalization: current "batchNorm"'],
    [() => resNet(18, { batchNormalization: true } as never), "its options are"],
    [() => resNetCifar(20, { stem: "cifar" } as never), "its options are"],
    [() => resNet(18, { classes: 0 }), "classes must be an integer of at least 1"],
    [() => resNet(18, { activation: "softmaxx" as never }), 'Did you mean "softmax"?'],
    [() => resNet(18, { inputShape: [224, 224] as never }), "must be [height, width, channels]"],
    [() => resNet(18, { inputShape: [0, 224, 3] }), "integers above 0"],
    [() => resNet(18, 5 as never), "its options must be an object"],
    [() => googLeNet(null as never), "its options must be an object"],
  ];
  for (const [f, message] of wrong) {
    const error = assertThrows(f, Error);
    assert(error.message.includes(message), error.message);
    assert(error.message.startsWith("Cannot "), error.message);
  }
});
