/** Comparison of models with what Keras computed for the same ones. */
import { type Config, layers, type Model, Sequential, SGD } from "@neurite/nn";
import {
  asTensor,
  mul,
  Rng,
  sum,
  type Tensor,
  type TensorLike,
  tidy,
  valueAndGrad,
} from "@neurite/tensor";
import { assertClose } from "./close.ts";

/** A small model, what Keras says it computes, and its weights after training; see `tools/fixtures`. */
export interface KerasCase<Layers = Config[]> {
  readonly name: string;
  /** The layers of a `Sequential`, or what else the test builds a model of. */
  readonly layers: Layers;
  readonly x: TensorLike;
  readonly weights: readonly TensorLike[];
  /** The result in training. */
  readonly y: TensorLike;
  /** The result in prediction, where it is another one. */
  readonly prediction?: TensorLike;
  /** The gradient of the result. */
  readonly cotangent: TensorLike;
  readonly dx: TensorLike;
  /** Those of the trainable weights. */
  readonly gradients: readonly TensorLike[];
  readonly target: TensorLike;
  readonly rate: number;
  readonly loss: string;
  /** The loss at the last step. */
  readonly lastLoss: number;
  /** The weights after all steps. */
  readonly trained: readonly TensorLike[];
}

/** A fixture as `tools/fixtures/keras_cases.py` writes it. */
export interface KerasFixture<Layers = Config[]> {
  readonly steps: number;
  readonly cases: readonly KerasCase<Layers>[];
}

/** Reads a fixture beside the test. */
export async function readKeras<Layers = Config[]>(url: URL): Promise<KerasFixture<Layers>> {
  return JSON.parse(await Deno.readTextFile(url));
}

/** The `Sequential` of a case, made of the layers' configurations. */
export function sequentialOf({ layers: configs, x }: KerasCase): Sequential {
  const model = new Sequential(configs.map((config) => layers.make(config)));
  model.buildFor([tidy(() => asTensor(x).shape.slice(1))]);
  return model;
}

/** Holds a model against a case: results, gradients, and the weights after training. */
export async function checkCase(
  model: Model,
  one: KerasCase<unknown>,
  steps: number,
): Promise<void> {
  model.setWeights(one.weights);
  using prediction = model.predict(one.x);
  assertClose(prediction, one.prediction ?? one.y, 1e-5, "prediction");

  tidy(() => {
    const x = asTensor(one.x), trainable = model.trainableWeights.map(({ value }) => value);
    let y: Tensor | undefined;
    const { gradients: [dx, ...dw] } = valueAndGrad(() => {
      y = model.call([x], { training: true, rng: new Rng(1) }) as Tensor;
      assertClose(y, one.y, 1e-5, "result");
      return sum(mul(y, one.cotangent));
    })(x, ...trainable);
    assertClose(dx, one.dx, 1e-5, "gradient of the input");
    dw.forEach((gradient, i) => assertClose(gradient, one.gradients[i], 1e-5, `gradient ${i}`));
  });

  model.setWeights(one.weights);
  model.compile({ optimizer: new SGD({ learningRate: one.rate }), loss: one.loss });
  let loss = NaN;
  for (let step = 0; step < steps; step++) ({ loss } = await model.trainOnBatch(one.x, one.target));
  assertClose(asTensor(loss), one.lastLoss, 1e-4, "loss");
  model.namedWeights().forEach(([name, { value }], i) => {
    assertClose(value, one.trained[i], 1e-4, `${name} after ${steps} steps`);
  });
}
