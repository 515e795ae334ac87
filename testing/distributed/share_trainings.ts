/** A training on examples that are split, unequally, among ranks; the last of three has a stream of none. */
import {
  type Batch,
  type BatchStream,
  type Data,
  Dense,
  type FitOptions,
  type Model,
  Sequential,
  SGD,
} from "@neurite/nn";
import { Rng, uniform } from "@neurite/tensor";

/** What came of it. */
export interface Shared {
  /** The losses. */
  readonly loss: number[];
  /** The weights at the end. */
  readonly weights: number[][];
}

/** Trains for two epochs. */
export async function train(
  ranks: (model: Model) => Model,
  x: Data | BatchStream,
  y: Data | undefined,
  options: FitOptions,
): Promise<Shared> {
  const model = ranks(
    new Sequential([
      new Dense(6, { activation: "tanh", inputShape: [3] }),
      new Dense(1),
    ], { seed: 5 }),
  );
  model.compile({ optimizer: new SGD({ learningRate: 0.1, momentum: 0.5 }), loss: "mse" });
  const { history } = await model.fit(x, y, { ...options, epochs: 2, verbose: 0 });
  return {
    loss: history.loss,
    weights: model.getWeights().map((weight) => Array.from(weight.dataSync())),
  };
}

const X = uniform([40, 3], -1, 1, { rng: new Rng(2) }).array() as number[][];
const Y = X.map(([a, b, c]) => [a - b * c]);

/** The examples of a rank: 13 of rank 0, and one more of each further rank. */
export function share(rank: number, _size: number): [x: number[][], y: number[][]] {
  const begin = 13 * rank + rank * (rank - 1) / 2, end = begin + 13 + rank;
  return [X.slice(begin, end), Y.slice(begin, end)];
}

/** The batches of a rank, three examples each: 4 of rank 0, 3 of rank 1, none of rank 2. */
function batches(rank: number): Batch[] {
  const count = rank === 0 ? 4 : rank === 1 ? 3 : 0;
  return Array.from({ length: count }, (_, i) => {
    const at = 3 * (rank + 3 * i);
    return { x: X.slice(at, at + 3), y: Y.slice(at, at + 3) };
  });
}

function streamOf(list: Batch[]): BatchStream {
  return async function* () {
    await Promise.resolve();
    yield* list;
  };
}

/** The stream of a rank. */
export function ownStream(rank: number, _size: number): BatchStream {
  return streamOf(batches(rank));
}

/** The batches that all ranks step on together. */
export function streamOfAll(lists: Batch[][]): BatchStream {
  const steps = Math.max(...lists.map(({ length }) => length));
  return streamOf(
    Array.from({ length: steps }, (_, i) => {
      const parts = lists.flatMap((list) => list.slice(i, i + 1));
      return {
        x: parts.flatMap(({ x }) => x as number[][]),
        y: parts.flatMap(({ y }) => y as number[][]),
      };
    }),
  );
}

/** The same of examples that each rank steps through by four. */
export function arraysOfAll(size: number): BatchStream {
  return streamOfAll(
    Array.from({ length: size }, (_, rank) => {
      const [x, y] = share(rank, size);
      return Array.from({ length: Math.ceil(x.length / 4) }, (_, i) => ({
        x: x.slice(4 * i, 4 * i + 4),
        y: y.slice(4 * i, 4 * i + 4),
      }));
    }),
  );
}

/** Those of the streams. */
export function streamsOfAll(size: number): BatchStream {
  return streamOfAll(Array.from({ length: size }, (_, rank) => batches(rank)));
}
