import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { gzipSync } from "node:zlib";
import fc from "npm:fast-check@4.10.2";
import { gunzip } from "./gunzip.ts";

const TEXT = Uint8Array.from({ length: 3000 }, (_, i) => (i * i) % 251);

Deno.test("gunzip gives back what was compressed", async () => {
  assertEquals(await gunzip(gzipSync(TEXT), "f"), TEXT);
  assertEquals(await gunzip(gzipSync(new Uint8Array(0)), "f"), new Uint8Array(0));
});

Deno.test("gunzip refuses a foreign file at its first byte", async () => {
  const error = await assertRejects(() => gunzip(Uint8Array.of(0x50, 0x4b, 3), "f.gz"), DataError);
  assertEquals([error.file, error.offset, error.expected], ["f.gz", 0, "1f 8b"]);
  assertEquals(error.found, "50 4b");
  const empty = await assertRejects(() => gunzip(new Uint8Array(0), "f.gz"), DataError);
  assertEquals(empty.found, "an empty file");
});

Deno.test("gunzip refuses a file that ends early, wherever", async () => {
  const compressed = gzipSync(TEXT);
  for (let length = 0; length < compressed.length; length += length < 20 ? 1 : 17) {
    const error = await assertRejects(
      () => gunzip(compressed.subarray(0, length), "f.gz"),
      DataError,
    );
    assertEquals(error.file, "f.gz");
    assertEquals(error.offset, length < 2 ? 0 : length);
  }
  await assertRejects(() => gunzip(compressed.subarray(0, -1), "f.gz"), DataError, "truncated");
});

Deno.test("gunzip refuses bytes after the end", async () => {
  const compressed = gzipSync(TEXT);
  await assertRejects(() => gunzip(Uint8Array.from([...compressed, 7]), "f.gz"), DataError);
});

Deno.test("gunzip gives no more than the end of the file says, and refuses what says too much", async () => {
  const bomb = gzipSync(new Uint8Array(50_000_000));
  assert(bomb.length < 60_000);
  const before = performance.now();
  const error = await assertRejects(
    () => gunzip(bomb, "f.gz"),
    DataError,
    "If it is whole, decompress it",
  );
  assertEquals([error.found, error.file], [50_000_000, "f.gz"]);
  // One that lies.
  const liar = bomb.slice();
  new DataView(liar.buffer, liar.byteOffset).setUint32(liar.length - 4, 1000, true);
  await assertRejects(() => gunzip(liar, "f.gz"), DataError, "more than the 1000 that it says");
  assert(performance.now() - before < 1000);
  const dark = new Uint8Array(1_000_000).map((_, i) => i % 20 === 0 ? i % 251 : 0);
  assertEquals(await gunzip(gzipSync(dark), "f"), dark);
});

Deno.test("gunzip, fuzzed: the right content or a DataError", async () => {
  const compressed = gzipSync(TEXT);
  const at = fc.nat({ max: compressed.length - 1 });
  await fc.assert(fc.asyncProperty(at, fc.integer({ min: 1, max: 255 }), async (at, flip) => {
    const bytes = compressed.slice();
    bytes[at] ^= flip;
    try {
      assertEquals(await gunzip(bytes, "f"), TEXT); // the date and the system may be anything
      assert(at < 10);
    } catch (error) {
      assertInstanceOf(error, DataError);
    }
  }));
});
