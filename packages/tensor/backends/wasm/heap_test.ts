import {
  assert,
  assertEquals,
  assertGreater,
  assertLess,
  assertLessOrEqual,
  assertThrows,
} from "@std/assert";
import fc from "npm:fast-check@4.10.2";
import { BackendError } from "../../errors.ts";
import { Rng } from "../../random/rng.ts";
import { type Growable, Heap } from "./heap.ts";

const LINE = 64, PAGE = 65536;

function heapOf(pages: number, most: number, start = 0): [Heap, WebAssembly.Memory] {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: most });
  return [new Heap(memory, start), memory];
}

Deno.test("size classes grow one by one, and a block wastes at most a quarter of its content", () => {
  let before = -1;
  for (let lines = 1; lines <= 50_000; lines++) {
    const sizeClass = Heap.sizeClass(lines * LINE), block = Heap.blockBytes(sizeClass) / LINE;
    assert(sizeClass === before || sizeClass === before + 1, `class of ${lines} lines`);
    assertLessOrEqual(lines, block);
    if (lines <= 4) assertEquals(block, lines);
    else assertLessOrEqual(block, 1.25 * lines);
    before = sizeClass;
  }
});

Deno.test("a block is the largest size of its class: one byte more is the next class", () => {
  for (let sizeClass = 0; sizeClass < 300; sizeClass++) {
    const bytes = Heap.blockBytes(sizeClass);
    assertEquals(Heap.sizeClass(bytes), sizeClass);
    assertEquals(Heap.sizeClass(bytes + 1), sizeClass + 1);
  }
  assertEquals([0, 1, 64, 65, 256, 257, 320, 321].map(Heap.sizeClass), [0, 0, 0, 1, 3, 4, 4, 5]);
});

Deno.test("blocks lie on cache lines, never overlap and stay inside of the memory", () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ allocate: fc.nat(20_000) }),
      fc.record({ allocate: fc.nat(200) }),
      fc.record({ free: fc.nat() }),
    ),
    { minLength: 1, maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (list) => {
      const [heap, memory] = heapOf(1, 1000, 1024);
      const live: { address: number; bytes: number }[] = [];
      for (const step of list) {
        if ("allocate" in step) {
          const bytes = step.allocate, address = heap.allocate(bytes);
          const end = address + Heap.blockBytes(Heap.sizeClass(bytes));
          assertEquals(address % LINE, 0);
          assert(address >= 1024 && end <= memory.buffer.byteLength);
          for (const other of live) {
            const otherEnd = other.address + Heap.blockBytes(Heap.sizeClass(other.bytes));
            assert(end <= other.address || otherEnd <= address, "two blocks overlap");
          }
          live.push({ address, bytes });
        } else if (live.length > 0) {
          const [{ address, bytes }] = live.splice(step.free % live.length, 1);
          heap.free(address, bytes);
        }
      }
      const used = live.reduce((sum, { bytes }) => sum + Heap.blockBytes(Heap.sizeClass(bytes)), 0);
      assertEquals(heap.inUse, used);
      assertEquals(heap.reserved, memory.buffer.byteLength);
      for (const { address, bytes } of live) heap.free(address, bytes);
      assertEquals(heap.inUse, 0);
    }),
    { numRuns: 200, seed: 1 },
  );
});

Deno.test("a block that was freed serves the next request of its class, last first", () => {
  const [heap] = heapOf(4, 4);
  const a = heap.allocate(1000), b = heap.allocate(1000);
  heap.free(a, 1000);
  heap.free(b, 1000);
  assertEquals(heap.allocate(1024), b);
  assertEquals(heap.allocate(961), a);
  assert(![a, b].includes(heap.allocate(1000)));
});

/** A memory of which only the length is real: 4 GiB of it cost nothing. */
function lengthOnly(most: number): Growable {
  const buffer = { byteLength: PAGE };
  const grow = (pages: number) => {
    if (buffer.byteLength + pages * PAGE > most * PAGE) throw new RangeError("at its end");
    return buffer.byteLength += pages * PAGE;
  };
  return { buffer, grow };
}

Deno.test("sizes that grow, shrink or come in any order reach the memory's end", () => {
  const most = 65536 * PAGE;
  const growing = [], shrinking = [];
  for (let r = 100; r * 4000 < most - PAGE; r = Math.ceil(r * 1.1)) growing.push(r * 4000);
  for (let bytes = most - 2 * PAGE; bytes > 1; bytes = Math.floor(bytes / 1.3)) {
    shrinking.push(bytes);
  }
  const heap = new Heap(lengthOnly(65536), PAGE);
  for (const bytes of [...growing, ...shrinking, ...growing, most - PAGE]) {
    heap.free(heap.allocate(bytes), bytes);
  }
  assertEquals([heap.inUse, heap.reserved], [0, most]);
});

Deno.test("a soak at the memory's end: an error only where no gap of a model allocator is long enough", () => {
  const pages = 64, end = pages * PAGE, heap = new Heap(lengthOnly(pages), 0);
  const random = new Rng(17);
  const live: { start: number; end: number; bytes: number }[] = [];
  let refused = 0;
  for (let step = 0; step < 20_000; step++) {
    if (random.uniform() < 0.45 && live.length > 0) {
      const [{ start, bytes }] = live.splice(random.integer(live.length), 1);
      heap.free(start, bytes);
      continue;
    }
    const bytes = Math.floor(2 ** random.uniform(0, 21));
    const block = Heap.blockBytes(Heap.sizeClass(bytes));
    try {
      const start = heap.allocate(bytes);
      const next = live.findIndex((other) => other.start > start);
      const at = next < 0 ? live.length : next;
      assert(at === 0 || live[at - 1].end <= start, "overlaps the block below");
      assert(at === live.length || start + block <= live[at].start, "overlaps the block above");
      assert(start + block <= end);
      live.splice(at, 0, { start, end: start + block, bytes });
    } catch (error) {
      if (!(error instanceof BackendError)) throw error;
      refused++;
      const starts = [...live.map((other) => other.start), end],
        ends = [0, ...live.map((o) => o.end)];
      const longest = Math.max(...starts.map((start, i) => start - ends[i]));
      assertLess(longest, block, "refused, though there is room");
    }
  }
  assertGreater(refused, 100);
  for (const { start, bytes } of live) heap.free(start, bytes);
  assertEquals(heap.allocate(end), 0);
});

Deno.test("sizes that are no numbers are refused and leave the heap whole", () => {
  const [heap] = heapOf(4, 4);
  const a = heap.allocate(1000);
  for (const bytes of [NaN, Infinity, 2 ** 40 * 30 ** 20]) {
    assertThrows(() => heap.allocate(bytes), BackendError, `Cannot allocate ${bytes} bytes`);
  }
  assertEquals(heap.inUse, 1024);
  heap.free(a, 1000);
  assertEquals(heap.allocate(1000), a);
  assertEquals(heap.allocate(3 * PAGE) % LINE, 0);
});

Deno.test("the same requests again and again need no more memory", () => {
  const [heap] = heapOf(1, 1000);
  let reserved = 0;
  for (let round = 0; round < 1000; round++) {
    const sizes = [10, 5000, 70_000, 10, 129, 5000];
    const blocks = sizes.map((bytes) => [heap.allocate(bytes), bytes]);
    for (const [address, bytes] of blocks) heap.free(address, bytes);
    if (round === 0) reserved = heap.reserved;
  }
  assertEquals(heap.reserved, reserved);
});

Deno.test("the memory grows by an eighth at least, and what is in it stays", () => {
  const [heap, memory] = heapOf(64, 1000);
  const first = heap.allocate(63 * PAGE - 1);
  new Uint8Array(memory.buffer)[first + 5] = 7;
  heap.allocate(40 * PAGE);
  const grown = heap.reserved / PAGE;
  assertGreater(grown, 64);
  heap.allocate((grown - 40) * PAGE);
  assert(heap.reserved / PAGE >= grown * 9 / 8);
  assertEquals(new Uint8Array(memory.buffer)[first + 5], 7);
});

Deno.test("where the memory cannot grow by an eighth, it grows by what is needed", () => {
  const [heap] = heapOf(31, 33);
  heap.allocate(28 * PAGE);
  heap.allocate(5 * PAGE);
  assertEquals(heap.reserved, 33 * PAGE);
});

Deno.test("at the limit there is an error that says what to do, and the heap goes on", () => {
  const [heap] = heapOf(16, 32);
  const block = heap.allocate(PAGE), inUse = heap.inUse;
  const error = assertThrows(() => heap.allocate(40 * PAGE), BackendError);
  assertEquals(
    error.message,
    "Cannot allocate 2621440 bytes as the memory of the wasm backend cannot grow from 1 MiB to " +
      "3 MiB: current 0 MiB in use. Give tensors back with tidy(), or use smaller batches",
  );
  assert(error.cause instanceof RangeError);
  assertEquals(heap.inUse, inUse);
  heap.free(block, PAGE);
  assertEquals(heap.allocate(PAGE), block);
  heap.allocate(10 * PAGE);
});

Deno.test("more than 4 GiB is refused, however much more", () => {
  const [heap] = heapOf(1, 65536);
  for (const bytes of [2 ** 32 + 1, 2 ** 38 + 64, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    const error = assertThrows(() => heap.allocate(bytes), BackendError, "Cannot allocate");
    assertEquals((error.cause as Error).message, "a WebAssembly memory has at most 4 GiB");
  }
  assertEquals([heap.inUse, heap.reserved], [0, PAGE]);
});

Deno.test("working space is reserved and not counted as in use", () => {
  const [heap] = heapOf(4, 4);
  const scratch = heap.reserve(1000);
  assertEquals(heap.inUse, 0);
  assert(heap.allocate(1000) >= scratch + 1000);
});
