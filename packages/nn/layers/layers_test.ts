import { assertEquals } from "@std/assert";
import { Add, Concatenate, type Config, Dense, Input, Model } from "@neurite/nn";
import {
  checkCase,
  type KerasCase,
  readKeras,
  sequentialOf,
} from "../../../testing/keras_cases.ts";

/** Those of a `Sequential`, or the name of a graph below. */
type Layers = Config[] | string;

const { cases, steps } = await readKeras<Layers>(
  new URL("../fixtures/layers.json", import.meta.url),
);

/** The models that are no `Sequential`, built as the fixture's generator builds them. */
const GRAPHS: Record<string, () => Model> = {
  graph: () => {
    const x = new Input({ shape: [4] });
    const first = new Dense(4, { activation: "relu" });
    const a = first.apply(x);
    const skip = new Add().apply([new Dense(4, { activation: "tanh" }).apply(a), a, x]);
    const both = new Concatenate().apply([skip, first.apply(skip)]);
    return new Model({ inputs: x, outputs: new Dense(2).apply(both) });
  },
  concatenate: () => {
    const x = new Input({ shape: [2, 3] });
    const outputs = new Concatenate({ axis: 1 }).apply([
      new Dense(3).apply(x),
      new Dense(3).apply(x),
    ]);
    return new Model({ inputs: x, outputs });
  },
};

const modelOf = ({ layers, ...one }: KerasCase<Layers>): Model =>
  typeof layers === "string" ? GRAPHS[layers]() : sequentialOf({ ...one, layers });

for (const one of cases) {
  Deno.test(`layers: ${one.name} as Keras, its gradients, and 20 steps`, async () => {
    await checkCase(modelOf(one), one, steps);
  });
}

Deno.test("layers: the fixture has every activation and is long enough", () => {
  assertEquals(steps, 20);
  assertEquals(cases.filter(({ name }) => name.startsWith("Activation, ")).length, 13);
});
