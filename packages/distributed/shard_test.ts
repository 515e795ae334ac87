import { assertEquals, assertThrows } from "@std/assert";
import type { Batch, BatchStream } from "@neurite/nn";
import { ndarray, type Tensor, tensor } from "@neurite/tensor";
import { shard } from "./mod.ts";

const ranks = (size: number) => Array.from({ length: size }, (_, rank) => ({ rank, size }));

Deno.test("a rank's part of arrays and tensors: every size-th example", () => {
  const rows = [[0], [1], [2], [3], [4]], flat = Float32Array.of(0, 1, 2, 3, 4);
  const expected = [[0, 3], [1, 4], [2]];
  for (const world of ranks(3)) {
    const own = expected[world.rank];
    assertEquals(shard(rows, world), own.map((v) => [v]));
    assertEquals([...shard(flat, world)], own);
    assertEquals((shard(tensor(rows), world) as Tensor).array(), own.map((v) => [v]));
    const view = shard(ndarray(flat, [5, 1]), world);
    assertEquals(view.shape, [own.length, 1]);
    assertEquals(own.map((_, i) => view.get(i, 0)), own);
  }
  assertEquals(shard(rows.slice(0, 1), { rank: 2, size: 3 }), []);
  assertThrows(() => shard(5 as unknown as number[], ranks(1)[0]), TypeError, "current number");
});

Deno.test("a rank's part of a stream: every size-th batch, by whatever makes the stream", async () => {
  const batches: Batch[] = [0, 1, 2].map((v) => ({ x: [[v]], y: [[v]] }));
  const make = async function* () {
    await Promise.resolve();
    yield* batches;
  };
  const read = async (stream: BatchStream, epoch: number) => {
    const found: Batch[] = [];
    const made = (stream as (epoch: number) => AsyncIterable<Batch>)(epoch);
    for await (const batch of made) found.push(batch);
    return found;
  };
  const iterable = { [Symbol.asyncIterator]: make, batches: 3 } as BatchStream;
  for (const source of [make, iterable]) {
    for (const [rank, own] of [[0, [0, 2]], [1, [1]]] as const) {
      const stream = shard(source as BatchStream, { rank, size: 2 });
      for (const epoch of [0, 1]) {
        assertEquals(await read(stream, epoch), own.map((i) => batches[i]));
      }
    }
  }
  assertEquals(shard(iterable, { rank: 0, size: 2 }).batches, 2);
});
