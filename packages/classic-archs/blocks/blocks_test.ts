import { assert, assertEquals, assertThrows } from "@std/assert";
import { Input, Model, type SymbolicTensor } from "@neurite/nn";
import {
  mul,
  Rng,
  ShapeError,
  sum,
  type Tensor,
  tensor,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import { assertClose } from "../../../testing/close.ts";
import {
  bottleneckBlock,
  convNormRelu,
  denseBlock,
  inceptionModule,
  naiveInceptionModule,
  residualBlock,
  transition,
} from "./mod.ts";

/** Numbers in row-major order. */
interface Numbers {
  readonly shape: number[];
  readonly data: number[];
}

/** A block, and what PyTorch says it computes; see `tools/fixtures/classic_blocks.py`. */
interface Case {
  readonly name: string;
  readonly x: Numbers;
  readonly weights: Record<string, Numbers>;
  readonly prediction: Numbers;
  readonly y: Numbers;
  readonly cotangent: Numbers;
  readonly dx: Numbers;
  readonly gradients: Record<string, Numbers>;
}

const url = new URL("../fixtures/blocks.json", import.meta.url);
const { cases }: { cases: Case[] } = JSON.parse(await Deno.readTextFile(url));

const name = "b";
/** The blocks of the fixture, as thin as it has them. */
const BLOCKS: Record<string, (x: SymbolicTensor) => SymbolicTensor> = {
  convNormRelu: (x) => convNormRelu(x, 3, 3, { strides: 2, epsilon: 1e-3, name }),
  naiveInceptionModule: (x) => naiveInceptionModule(x, { conv1: 2, conv3: 3, conv5: 2 }, name),
  inceptionModule: (x) => {
    const filters = { conv1: 2, reduce3: 2, conv3: 3, reduce5: 1, conv5: 2, pool: 2 };
    return inceptionModule(x, filters, { largest: 3, name });
  },
  "residualBlock, identity": (x) => residualBlock(x, 3, { name }),
  "residualBlock, projection": (x) => residualBlock(x, 4, { strides: 2, name }),
  "residualBlock, padding": (x) => residualBlock(x, 4, { strides: 2, shortcut: "padding", name }),
  "bottleneckBlock, identity": (x) => bottleneckBlock(x, 2, { name }),
  "bottleneckBlock, projection": (x) => bottleneckBlock(x, 2, { strides: 2, name }),
  denseBlock: (x) => denseBlock(x, 2, 2, { name }),
  "denseBlock, no bottleneck": (x) => denseBlock(x, 3, 2, { bottleneck: false, name }),
  transition: (x) => transition(x, { name }),
};

const of = ({ data, shape }: Numbers): Tensor => tensor(Float64Array.from(data), { shape });
/** Sums of float32 numbers of both signs. */
const TOLERANCE = 1e-4;

for (const one of cases) {
  const block = BLOCKS[one.name];
  Deno.test(`blocks: ${one.name} as PyTorch, and its gradients in one training step`, () => {
    const input = new Input({ shape: one.x.shape.slice(1) });
    const model = new Model({ inputs: input, outputs: block(input), seed: 1 });
    const named = model.namedWeights().map(([name]) => name.replace(/^b\./, ""));
    assertEquals([...named].sort(), Object.keys(one.weights).sort());
    tidy(() => {
      model.setWeights(named.map((name) => of(one.weights[name])));
      const x = of(one.x), cotangent = of(one.cotangent);
      assertClose(model.predict(x), of(one.prediction), TOLERANCE, "prediction");

      const trainable = model.namedWeights().filter(([, weight]) => weight.trainable);
      const { gradients: [dx, ...dw] } = valueAndGrad(() => {
        const y = model.call([x], { training: true, rng: new Rng(1) }) as Tensor;
        assertClose(y, of(one.y), TOLERANCE, "result");
        return sum(mul(y, cotangent));
      })(x, ...trainable.map(([, { value }]) => value));
      assertClose(dx, of(one.dx), TOLERANCE, "gradient of the input");
      trainable.forEach(([name], i) => {
        const expected = one.gradients[name.replace(/^b\./, "")];
        // What comes before a normalization of the whole batch may have no gradient at all.
        assertClose(dw[i], of(expected), TOLERANCE, `gradient of ${name}`);
      });
    });
  });
}

Deno.test("blocks: the fixture has every block", () => {
  assertEquals(cases.map(({ name }) => name), Object.keys(BLOCKS));
});

Deno.test("blocks: a block without a name leaves names to the model", () => {
  const x = new Input({ shape: [4, 4, 3] });
  const model = new Model({ inputs: x, outputs: residualBlock(residualBlock(x, 3), 3) });
  const names = model.layers.map(({ name }) => name);
  assertEquals(names.slice(0, 3), ["conv2d", "batch_normalization", "activation"]);
  assertEquals(new Set(names).size, names.length);
});

Deno.test("blocks: a shortcut hands the gradient on as it is", () => {
  // F(x) = 0, as gamma of its last normalization is 0: H(x) = ReLU(x), and dC/dx = dC/dH.
  const input = new Input({ shape: [3, 3, 2] });
  const model = new Model({ inputs: input, outputs: residualBlock(input, 2, { name }), seed: 1 });
  const gamma = model.namedWeights().find(([name]) => name === "b.bn2/gamma")![1].value;
  gamma.assign(mul(gamma, 0));
  tidy(() => {
    const x = tensor(Float32Array.from({ length: 36 }, (_, i) => 1 + i), { shape: [2, 3, 3, 2] });
    const { gradients: [dx] } = valueAndGrad((x: Tensor) =>
      sum(model.call([x], { training: true, rng: new Rng(1) }) as Tensor)
    )(x);
    assert(dx.dataSync().every((g) => g === 1));
  });
});

Deno.test("blocks refuse what they do not know", () => {
  const x = new Input({ shape: [4, 4, 3] });
  const wrong: [() => unknown, string][] = [
    [() => residualBlock(x, 3, { stride: 2 } as never), "strides"],
    [() => residualBlock(x, 3, { shortcut: "identity" as never }), "projection, padding, none"],
    [() => bottleneckBlock(x, 3, { stride: 2 } as never), "strides"],
    [() => convNormRelu(x, 3, 3, { activation: "relu" } as never), "relu"],
    [() => denseBlock(x, 3, 3, { growth: 3 } as never), "bottleneck"],
    [() => transition(x, { theta: 0.5 } as never), "compression"],
    [() => transition(x, { compression: 0 }), "above 0"],
    [
      () => inceptionModule(x, {} as never, { largest: 7 as never }),
      "must be one of 3, 5",
    ],
  ];
  for (const [f, message] of wrong) assertThrows(f, Error, message);
  assertThrows(() => transition(new Input({ shape: [1, 4, 3] })), ShapeError, "must fit");
  assertThrows(
    () => residualBlock(x, 2, { shortcut: "padding" }),
    ShapeError,
    "at most 2 channels",
  );
});
