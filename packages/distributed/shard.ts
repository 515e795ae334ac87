/** The part of data that is a rank's own. */
import type { Batch, BatchStream } from "@neurite/nn";
import { gather, isNdArray, type NdArray, Tensor } from "@neurite/tensor";
import type { World } from "./world.ts";

/** Examples, one after the other, of which every rank may have a part. */
export type Examples = Tensor | NdArray | readonly unknown[] | ArrayLike<number>;

/**
 * The examples, or the batches of a stream, that are a rank's own: those with the numbers `rank`,
 * `rank + size`, `rank + 2 size`, ... of all. For `fit` of a model with
 * `distribute(model, world, { data: "share" })`, and for streams, which always are a rank's own.
 *
 * What lies in files need not be read whole: `loadMnist({ part: world })` and `loadCifar10({ part: world
 * })` keep the same examples, and no others.
 *
 * @throws {TypeError} for what is neither examples nor a stream.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { shard } from "@neurite/distributed";
 *
 * assertEquals(shard([0, 1, 2, 3, 4], { rank: 1, size: 2 }), [1, 3]);
 * ```
 */
export function shard<T extends Examples | BatchStream>(
  source: T,
  world: Pick<World, "rank" | "size">,
): T {
  const { rank, size } = world;
  if (typeof source === "function") {
    const stream = source as (epoch: number) => AsyncIterable<Batch>;
    return batchesOf(source, (epoch) => every(stream(epoch), world)) as T;
  }
  if (typeof source === "object" && Symbol.asyncIterator in source) {
    const stream = source as unknown as AsyncIterable<Batch> & BatchStream;
    return batchesOf(source, (epoch) => every(stream.epoch?.(epoch) ?? stream, world)) as T;
  }
  if (source instanceof Tensor) {
    const count = Math.ceil(Math.max(0, source.shape[0] - rank) / size);
    return gather(source, Int32Array.from({ length: count }, (_, i) => rank + i * size)) as T;
  }
  if (isNdArray(source)) return source.lo(rank).step(size) as T;
  const list = source as { filter?: unknown } & ArrayLike<number>;
  if (typeof list.filter === "function") {
    return (list as unknown as unknown[]).filter((_, i) => i % size === rank) as unknown as T;
  }
  throw new TypeError(
    "Cannot take a rank's part as there must be examples, in an array or a tensor, or a stream of " +
      `batches: current ${typeof source}`,
  );

  /** A stream whose batches are as many as those of the rank, where that is known. */
  function batchesOf(
    { batches }: { batches?: number },
    make: (epoch: number) => AsyncIterable<Batch>,
  ): BatchStream {
    if (batches === undefined) return make;
    return Object.assign(make, { batches: Math.ceil(batches / size) });
  }
}

async function* every(
  stream: AsyncIterable<Batch>,
  { rank, size }: Pick<World, "rank" | "size">,
): AsyncIterable<Batch> {
  let number = 0;
  for await (const batch of stream) if (number++ % size === rank) yield batch;
}
