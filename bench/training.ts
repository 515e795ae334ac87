/** Jobs that train a model, or a network that reads text, on random examples. */
import { type TextCell, TextGenerator } from "@neurite/lstm-gru";
import type { Model } from "@neurite/nn";
import { Characters } from "@neurite/rnn";
import { type NdArray, oneHot, Rng, tensor, uniform } from "@neurite/tensor";
import { onHost } from "@neurite/tensor/internal";
import type { Job } from "./job.ts";

type Ways = Pick<Job, "small" | "prepare">;

/** Random numbers on the host, as data sets are. */
const someNumbers = (shape: number[]): NdArray =>
  onHost(() => uniform(shape, 0, 1, { rng: new Rng(1) }).toNdarray());

/** Labels `0, 7, 14, ...` of so many classes, one-hot. */
export const someLabels = (count: number, classes: number): NdArray =>
  onHost(() =>
    oneHot(Array.from({ length: count }, (_, i) => (7 * i) % classes), classes).toNdarray()
  );

/** The training of a model on random examples; without `classes` its inputs are its targets. */
export function training(
  make: () => Model,
  { shape, batchSize, steps, classes, ...options }: {
    shape: readonly number[];
    batchSize: number;
    steps: number;
    classes?: number;
    optimizer?: string;
    loss?: string;
  },
): Ways {
  const compiled = () => {
    const model = make();
    const loss = classes === undefined ? "meanSquaredError" : "categoricalCrossentropy";
    model.compile({ optimizer: "adam", loss, ...options });
    return model;
  };
  const examples = (count: number) => {
    const x = someNumbers([count, ...shape]);
    return { x, y: classes === undefined ? x : someLabels(count, classes) };
  };
  return {
    async small() {
      const { x, y } = examples(3);
      const { history } = await compiled().fit(x, y, { batchSize: 2, epochs: 2, verbose: 0 });
      return history.loss;
    },
    prepare() {
      const model = compiled(), set = examples(steps * batchSize), one = examples(batchSize);
      const x = tensor(one.x), y = classes === undefined ? x : tensor(one.y);
      const batch = { x: [x], y: [y], weights: undefined, count: batchSize };
      return {
        step: () => model.trainer.step(batch, 0, 0),
        epoch: () => model.fit(set.x, set.y, { batchSize, verbose: 0 }),
        ...{ steps, runs: 9 },
      };
    },
  };
}

/** `count` characters out of `different` ones, by chance. */
export function someText(count: number, different: number): string {
  const rng = new Rng(1), from = "A".codePointAt(0)!;
  const all = Array.from({ length: different }, (_, i) => from + i);
  const drawn = Array.from({ length: count - different }, () => from + rng.integer(different));
  return String.fromCodePoint(...all, ...drawn);
}

/** The chapter's network of 128 units on windows of 40 characters, of 38 different ones. */
export function reading(cell: TextCell): Ways {
  const length = 40, different = 38;
  const reader = (windows: number, batchSize: number) => {
    const text = someText(length + windows, different);
    const network = new TextGenerator(Characters.of(text), {
      ...{ cell, batchSize, hiddenSize: 128, seqLength: length, predict: "next", seed: 1 },
    });
    network.setCorpus(text);
    return network;
  };
  return {
    async small() {
      const { history } = await reader(3, 2).train({ verbose: 0 });
      return history.loss;
    },
    prepare() {
      const batchSize = 256, steps = 12, network = reader(steps * batchSize, batchSize);
      const numbers = Int32Array.from(
        { length: batchSize * length },
        (_, i) => (7 * i) % different,
      );
      const x = [tensor(numbers, { shape: [batchSize, length] })];
      const y = [tensor(numbers.slice(0, batchSize))];
      const batch = { x, y, weights: undefined, count: batchSize };
      return {
        step: () => network.trainer.step(batch, 0, 0),
        epoch: () => network.train({ verbose: 0 }),
        ...{ steps, runs: 5 },
      };
    },
  };
}
