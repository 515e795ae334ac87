/** Random trainings, as Keras reports them: shapes, masks, weights, metrics and batches together. */
import { assert, assertEquals } from "@std/assert";
import { expandDims, max, mul, type Nested, notEqual, type Tensor } from "@neurite/tensor";
import fixture from "../fixtures/training.json" with { type: "json" };
import { type CallContext, Layer } from "../layer.ts";
import { Activation } from "../layers/mod.ts";
import type { MetricLike } from "../metrics/mod.ts";
import { SGD } from "../optimizers/mod.ts";
import { Sequential } from "../sequential.ts";
import type { Shape } from "../shape.ts";

/** A model, its data, and what Keras reports of them. */
interface Case {
  loss: string;
  activation: "linear" | "softplus" | "sigmoid" | "softmax";
  shape: number[];
  masked: boolean;
  batchSize: number;
  validationSplit: number;
  metrics: MetricLike[];
  weightedMetrics: MetricLike[];
  classWeight: Record<number, number> | null;
  x: Nested;
  t: Nested;
  w: number[] | null;
  logs: Record<"evaluate" | "trainOnBatch" | "fit", Record<string, number>>;
}

/** Masks the steps of which all numbers are one that stands for nothing. */
class Steps extends Layer {
  override computeOutputShape([shape]: readonly Shape[]): Shape {
    return shape;
  }
  override call([x]: readonly Tensor[], { masks }: CallContext): Tensor {
    const there = max(notEqual(x, fixture.masked), { axis: -1 }), y = mul(x, expandDims(there, -1));
    masks?.set(y, there);
    return y;
  }
}

function modelOf({ activation, shape, masked, ...options }: Case): Sequential {
  const inputShape = { inputShape: shape };
  const model = new Sequential(
    masked
      ? [new Steps(inputShape), new Activation(activation)]
      : [new Activation(activation, inputShape)],
  );
  const { loss, metrics, weightedMetrics } = options;
  model.compile({ optimizer: new SGD({ learningRate: 0 }), loss, metrics, weightedMetrics });
  return model;
}

function assertLogs(what: string, found: Record<string, number>, right: Record<string, number>) {
  assertEquals(Object.keys(found).sort(), Object.keys(right).sort(), what);
  for (const [name, e] of Object.entries(right)) {
    const near = Math.abs(found[name] - e) <= 1e-5 * Math.abs(e) + 1e-6;
    assert(near, `${what}, ${name}: ${found[name]}, expected ${e}`);
  }
}

for (const [i, one] of (fixture.cases as unknown as Case[]).entries()) {
  const { loss, shape, batchSize, x, t, w, logs, ...rest } = one;
  const what = `${loss} of [${shape}]${rest.masked ? ", masked" : ""}${w ? ", weighted" : ""}`;
  Deno.test(`a random training is as in Keras: ${i + 1}, ${what}`, async () => {
    const model = modelOf(one), sampleWeight = w ?? undefined, { validationSplit } = rest;
    assertLogs("evaluate", await model.evaluate(x, t, { sampleWeight, batchSize }), logs.evaluate);
    assertLogs("batch", await model.trainOnBatch(x, t, sampleWeight), logs.trainOnBatch);
    const { history } = await model.fit(x, t, {
      sampleWeight,
      classWeight: rest.classWeight ?? undefined,
      batchSize,
      validationBatchSize: batchSize,
      validationSplit,
      shuffle: false,
      verbose: 0,
    });
    const first = Object.entries(history).map(([name, [value]]) => [name, value]);
    assertLogs("fit", Object.fromEntries(first), logs.fit);
  });
}
