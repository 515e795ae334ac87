import { assertEquals, assertGreater, assertStringIncludes, assertThrows } from "@std/assert";
import { BackendError } from "../../errors.ts";
import { run } from "../../testing/run.ts";
import { Engine } from "./engine.ts";
import { type Extras, ThreadPool } from "./threads.ts";

const shared = new Engine();

/** Runs `body` with a pool of `threads`, and ends it. */
async function withPool(
  threads: number,
  extras: Extras | undefined,
  body: (pool: ThreadPool) => void | Promise<void>,
): Promise<void> {
  const pool = await ThreadPool.start(shared, threads, extras);
  try {
    assertEquals(pool.size, threads);
    await body(pool);
  } finally {
    await pool.stop();
  }
}

/** `count(at, begin, end)` adds 1 to the numbers from `begin` to `end` and checks where it begins. */
function counting(memory: WebAssembly.Memory): Extras {
  const bind = (memory: WebAssembly.Memory) => ({
    count: (at: number, begin: number, end: number) => {
      if (begin % 4 !== 0) throw new Error(`a share begins at ${begin}`);
      const counts = new Int32Array(memory.buffer, at);
      for (let i = begin; i < end; i++) counts[i]++;
    },
  });
  return { own: bind(memory), source: `(${bind})(memory)` };
}

for (const threads of [1, 2, 3, 5]) {
  Deno.test(`${threads} threads do every share once`, async () => {
    const at = shared.heap.allocate(4096);
    await withPool(threads, counting(shared.memory), (pool) => {
      const counts = new Int32Array(shared.memory.buffer, at, 200);
      for (let total = 0; total < 130; total++) {
        counts.fill(0);
        pool.launch("count", total, 1, [at]);
        assertEquals([...counts], Array.from(counts, (_, i) => i < total ? 1 : 0));
      }
    });
    shared.heap.free(at, 4096);
  });
}

Deno.test("kernels give the same on three threads as on one", async () => {
  const size = 10_001, [a, b, one, many] = [0, 0, 0, 0].map(() => shared.allocate(size));
  shared.view(a, "float32", size).set(Float32Array.from({ length: size }, (_, i) => Math.sin(i)));
  shared.view(b, "float32", size).set(Float32Array.from({ length: size }, (_, i) => Math.cos(i)));
  const args = (y: number) => [a.address, b.address, y, 1, 1];
  shared.kernels.mul(...args(one.address), 0, size);
  await withPool(3, undefined, (pool) => pool.launch("mul", size, 1, args(many.address)));
  const expected = Float32Array.from(shared.view(one, "float32", size));
  assertEquals(Float32Array.from(shared.view(many, "float32", size)), expected);
  assertEquals(expected[3], Math.fround(Math.fround(Math.sin(3)) * Math.fround(Math.cos(3))));
  for (const storage of [a, b, one, many]) shared.free(storage);
});

Deno.test("many small launches one after the other all arrive", async () => {
  const at = shared.heap.allocate(64), end = performance.now() + 3000;
  await withPool(2, counting(shared.memory), (pool) => {
    const counts = new Int32Array(shared.memory.buffer, at, 8).fill(0);
    let launches = 0;
    // A hundred thousand, or what can be done in three seconds where a processor is busy.
    for (; launches < 100_000 && performance.now() < end; launches++) {
      pool.launch("count", 8, 1, [at]);
    }
    assertEquals([...counts], Array(8).fill(launches));
    assertGreater(launches, 1000);
  });
  shared.heap.free(at, 64);
});

Deno.test("threads that fell asleep are woken", async () => {
  const at = shared.heap.allocate(64);
  await withPool(3, counting(shared.memory), async (pool) => {
    const counts = new Int32Array(shared.memory.buffer, at, 12).fill(0);
    for (let n = 1; n <= 20; n++) {
      await new Promise((resolve) => setTimeout(resolve, n));
      pool.launch("count", 12, 1, [at]);
      assertEquals([...counts], Array(12).fill(n));
    }
  });
  shared.heap.free(at, 64);
});

Deno.test("pools one after the other do not get in each other's way", async () => {
  const at = shared.heap.allocate(64), inUse = shared.heap.inUse;
  const counts = new Int32Array(shared.memory.buffer, at, 12).fill(0);
  for (let n = 1; n <= 10; n++) {
    await withPool(3, counting(shared.memory), (pool) => pool.launch("count", 12, 1, [at]));
    assertEquals([...counts], Array(12).fill(n));
  }
  assertEquals(shared.heap.inUse, inUse);
  shared.heap.free(at, 64);
});

Deno.test("a function that fails on a thread fails the launch, not the next one", async () => {
  const { code, output, errors } = await run(`
    import { Engine } from "./backends/wasm/engine.ts";
    import { ThreadPool } from "./backends/wasm/threads.ts";
    const nap = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    const own = { fail: nap, work() {} };
    const source = "({ fail() { throw new Error('on purpose') }, work() {} })";
    const pool = await ThreadPool.start(new Engine(), 2, { own, source });
    try {
      pool.launch("fail", 8, 1, []);
    } catch (error) {
      console.log(String(error));
    }
    pool.launch("work", 8, 1, []);
    console.log("worked");
  `);
  assertEquals(code, 0);
  assertStringIncludes(errors, "on purpose");
  assertEquals(
    output,
    "BackendError: Cannot run fail as a thread failed: its error is shown above\nworked\n",
  );
});

Deno.test("where this thread fails, the others are waited for, and the next launch works", async () => {
  const { code, output } = await run(`
    import { Engine } from "./backends/wasm/engine.ts";
    import { ThreadPool } from "./backends/wasm/threads.ts";
    const engine = new Engine(), at = engine.heap.allocate(64);
    const flags = new Int32Array(engine.memory.buffer, at, 2);
    const own = {
      fail() {
        while (Atomics.load(flags, 0) === 0);
        throw new Error("here");
      },
      work() {},
    };
    const source = \`({
      fail(at) {
        const flags = new Int32Array(memory.buffer, at, 2);
        Atomics.store(flags, 0, 1);
        for (const end = Date.now() + 50; Date.now() < end;);
        Atomics.store(flags, 1, 1);
        throw new Error("there");
      },
      work() {},
    })\`;
    const pool = await ThreadPool.start(engine, 2, { own, source });
    try {
      pool.launch("fail", 8, 1, [at]);
    } catch (error) {
      console.log(error.message, flags[1]);
    }
    pool.launch("work", 8, 1, []);
    console.log("worked");
  `);
  assertEquals([code, output], [0, "here 1\nworked\n"]);
});

Deno.test("where a worker was late, this thread goes on alone for a while, then not any more", async () => {
  const at = shared.heap.allocate(64), flags = new Int32Array(shared.memory.buffer, at, 3);
  flags.fill(0);
  // The worker counts its shares, and loses its processor for 30 ms in the first one; this thread lets
  // it have a share each time.
  const own = {
    share: (at: number, ...range: number[]): void => {
      const flags = new Int32Array(shared.memory.buffer, at, 3), end = performance.now() + 1000;
      flags[1] += range[1] - range[0];
      const alone = range[1] - range[0] === 8, seen = flags[2];
      while (!alone && Atomics.load(flags, 0) === seen && performance.now() < end);
      flags[2] = Atomics.load(flags, 0);
    },
  };
  const source = `({
    share(at, begin, end) {
      const flags = new Int32Array(memory.buffer, at, 3);
      const first = Atomics.add(flags, 0, 1) === 0;
      for (const end = Date.now() + 30; first && Date.now() < end;);
    },
  })`;
  await withPool(2, { own, source }, (pool) => {
    pool.launch("share", 8, 4, [at]);
    const late = Atomics.load(flags, 0);
    assertGreater(late, 0);
    flags[1] = 0;
    for (let n = 0; n < 16; n++) pool.launch("share", 8, 4, [at]);
    assertEquals([Atomics.load(flags, 0), flags[1]], [late, 16 * 8]);
    pool.launch("share", 8, 4, [at]);
    assertGreater(Atomics.load(flags, 0), late);
  });
  shared.heap.free(at, 64);
});

Deno.test("the number of threads is checked", () => {
  for (const threads of [0, -1, 1.5, NaN, 64]) {
    const error = assertThrows(() => ThreadPool.check(shared, threads), BackendError);
    assertEquals(
      error.message,
      `Cannot use threads as their number must be from 1 to 63: current ${threads}`,
    );
  }
  for (const threads of [1, 2, 63]) ThreadPool.check(shared, threads);
});

Deno.test("a process with threads needs no permission and ends by itself", async () => {
  const { code, output, errors } = await run(`
    import { add, backendInfo, full, useBackend } from "./mod.ts";
    await useBackend("wasm", { threads: 3 });
    console.log(backendInfo().threads, add(full([100000], 1), 2).dataSync().every((v) => v === 3));
  `);
  assertEquals([code, output, errors], [0, "3 true\n", ""]);
});

Deno.test("threads that cannot start are refused, and the process ends by itself", async () => {
  const { code, output } = await run(`
    import { Engine } from "./backends/wasm/engine.ts";
    const engine = new Engine(), at = engine.heap.allocate(64);
    const flags = new Int32Array(engine.memory.buffer, at, 2), own = { count() {} };
    // The first to come fails; the other listens, late, and must not work for the next pool.
    const source = \`(() => {
      const flags = new Int32Array(memory.buffer, \${at}, 2);
      if (Atomics.add(flags, 0, 1) === 0) throw new Error("on purpose");
      Atomics.wait(flags, 0, 2, 100);
      return { count() { Atomics.add(flags, 1, 1); } };
    })()\`;
    try {
      await engine.configure(3, { own, source });
    } catch (error) {
      console.log(String(error));
    }
    await engine.configure(3, { own, source: "({ count() {} })" });
    const end = Date.now() + 300;
    while (Date.now() < end) engine.launch("count", 64, 1);
    console.log(engine.threads, flags[1]);
  `);
  assertEquals(code, 0);
  assertStringIncludes(
    output,
    "BackendError: Cannot use 3 threads as each must start: current one ",
  );
  assertStringIncludes(output, "on purpose");
  assertEquals(output.split("\n").at(-2), "3 0");
});
