import { assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type CallContext,
  Dense,
  Flatten,
  Input,
  Layer,
  type Masks,
  Model,
  Sequential,
  type Shape,
} from "@neurite/nn";
import { add, mul, notEqual, Rng, type Tensor, tensor } from "@neurite/tensor";
import { anyThere, carryMasks, meanOfSteps } from "./masks.ts";

/** Gives sequences a mask. */
class MaskWhere extends Layer {
  readonly #mask: number[][];
  constructor(mask: number[][]) {
    super();
    this.#mask = mask;
  }
  computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  call([x]: readonly Tensor[], { masks }: CallContext): Tensor {
    const y = mul(x, 1);
    masks?.set(y, tensor(this.#mask));
    return y;
  }
}

/** Notes the masks that reach it. */
class Look extends Layer {
  seen: unknown[] = [];
  override computeMasks(masks: Masks): Masks {
    return anyThere(masks);
  }
  computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  call(inputs: readonly Tensor[], { masks }: CallContext): Tensor {
    this.seen = inputs.map((x) => masks?.get(x)?.array());
    return inputs.length === 2 ? add(inputs[0], inputs[1]) : mul(inputs[0], 1);
  }
}

const X = [[[1], [2], [3]], [[4], [5], [6]]], ONE = [[1, 1, 0], [1, 0, 0]];

Deno.test("a mask goes on with layers that hand it on, into models and out again", () => {
  const look = new Look(), inner = new Look(), after = new Look(), flat = new Look();
  const x = new Input({ shape: [null, 1] });
  const model = new Model({
    inputs: x,
    outputs: after.apply(
      new Sequential([new Input({ shape: [null, 4] }), inner, new Dense(2)]).apply(
        new Dense(4).apply(look.apply(new MaskWhere(ONE).apply(x))),
      ),
    ),
  });
  model.predict(X);
  assertEquals([look.seen, inner.seen, after.seen], [[ONE], [ONE], [ONE]]);
  new Sequential([new MaskWhere(ONE), new Flatten(), flat]).predict(X);
  assertEquals(flat.seen, [undefined]);
});

Deno.test("of several masks a step must be there in any", () => {
  const masks = new Map<Tensor, Tensor>(), both = new Look(), after = new Look();
  const x = new Input({ shape: [3, 1] }), other = [[0, 1, 1], [1, 0, 0]];
  const y = both.apply([new MaskWhere(ONE).apply(x), new MaskWhere(other).apply(x)]);
  new Model({ inputs: x, outputs: after.apply(y) }).predict(X);
  assertEquals(both.seen, [ONE, other]);
  assertEquals(after.seen, [[[1, 1, 1], [1, 0, 0]]]);
  const a = tensor(X), b = tensor(X);
  carryMasks(both, masks, [a], [b]);
  assertEquals(masks.size, 0);
});

Deno.test("the loss is the mean over the steps that are there, and so are metrics", async () => {
  const model = new Sequential([new Input({ shape: [3, 1] }), new MaskWhere(ONE), new Dense(1)], {
    seed: 1,
  });
  model.setWeights([[[1]], [0]]);
  const metrics = ["meanAbsoluteError", "rootMeanSquaredError"];
  model.compile({ optimizer: "sgd", loss: "meanSquaredError", metrics });
  const y = [[[0], [0], [99]], [[0], [99], [99]]]; // off by 1, 2 and 4 where steps are there
  const logs = await model.testOnBatch(X, y);
  assertAlmostEquals(logs.loss, (1 + 4 + 16) / 3, 1e-5);
  assertAlmostEquals(logs.meanAbsoluteError, 7 / 3, 1e-5);
  assertAlmostEquals(logs.rootMeanSquaredError, Math.sqrt(7), 1e-5);
  const weighted = await model.testOnBatch(X, y, [2, 1]);
  assertAlmostEquals(weighted.loss, (2 * 1 + 2 * 4 + 16) / 3, 1e-5);
});

Deno.test("where nothing is there, the loss is 0", () => {
  const losses = tensor([1, 2]), mask = tensor([[0, 0]]);
  assertEquals(meanOfSteps(losses, mask, undefined).item(), 0);
  const there = notEqual([[5, 0]], 0);
  assertEquals(meanOfSteps(losses, there, tensor([3])).item(), 3);
});

Deno.test("a layer that is called by itself needs no masks", () => {
  const y = new MaskWhere(ONE).call([tensor(X)], { training: false, rng: new Rng(1) });
  assertEquals(y.array(), X);
});
