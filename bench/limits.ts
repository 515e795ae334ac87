/**
 * What the machine can do at most, a line of JSON each: bare multiply-adds of 128 bits with nothing to
 * load, `{"limit":"multiply-adds","threads","gflops"}`, and copies within so many bytes,
 * `{"limit":"copy","bytes","threads","gbs"}`, read and written. Each the best of several turns.
 *
 * `deno run bench/limits.ts [turns]`
 */
import { Worker } from "node:worker_threads";

/** Multiply-adds in flight: more than any processor needs to be busy. */
const CHAINS = 12;

/** A module whose `run(n)` does `n` rounds of multiply-adds on four numbers each in every chain. */
export function multiplyAdds(fused: boolean): Uint8Array<ArrayBuffer> {
  const section = (id: number, bytes: number[]) => [id, ...leb(bytes.length), ...bytes];
  const a = CHAINS + 1, b = CHAINS + 2; // locals: n, the chains, and two factors
  const add = [0xfd, ...leb(0xe4)];
  const step = (chain: number) =>
    fused
      ? [0x20, a, 0x20, b, 0x20, chain, 0xfd, ...leb(0x105), 0x21, chain]
      : [0x20, a, 0x20, b, 0xfd, ...leb(0xe6), 0x20, chain, ...add, 0x21, chain];
  const chains = Array.from({ length: CHAINS }, (_, i) => i + 1);
  const code = [
    ...[1, CHAINS + 2, 0x7b], // v128 each
    ...[0x43, 0, 0, 0x80, 0x3f, 0xfd, 0x13, 0x22, a, 0x21, b], // both factors are ones
    ...[0x03, 0x40, ...chains.flatMap(step)], // loop
    ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b], // until --n is 0
    ...chains.flatMap((chain) => [0x20, chain]),
    ...chains.slice(1).flatMap(() => add), // all chains count
    ...[0xfd, 0x1f, 0, 0x0b],
  ];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7d]), // (i32) => f32
    ...section(3, [1, 0]),
    ...section(7, [1, 3, 0x72, 0x75, 0x6e, 0, 0]), // "run"
    ...section(10, [1, ...leb(code.length), ...code]),
  ]);
}

/** An integer as WebAssembly writes it. */
function leb(value: number): number[] {
  return value < 128 ? [value] : [value & 127 | 128, ...leb(value >> 7)];
}

/** What a thread does for a quarter of a second: multiply-adds, or copies; it tells its rate. */
const PROGRAM = `
  const { parentPort, workerData: { compiled, bytes } } = require("node:worker_threads");
  let work, amount;
  if (compiled) {
    const { run } = new WebAssembly.Instance(compiled).exports;
    work = () => run(10000);
    amount = 2 * 4 * ${CHAINS} * 10000;
  } else {
    const half = bytes >> 1, from = new Uint8Array(half).fill(1), to = new Uint8Array(half);
    const times = Math.max(1, Math.round(4e6 / half));
    work = () => { for (let i = 0; i < times; i++) to.set(from); };
    amount = 2 * half * times;
  }
  parentPort.on("message", () => {
    for (let i = 0; i < 20; i++) work();
    const start = performance.now();
    let done = 0;
    while (performance.now() < start + 250) { work(); done += amount; }
    parentPort.postMessage(done / (performance.now() - start) / 1e6);
  });
`;

/** The rates of threads that work at once, added up; the best of several turns. */
async function best(
  threads: number,
  turns: number,
  workerData: { compiled?: WebAssembly.Module; bytes?: number },
): Promise<number> {
  const workers = Array.from(
    { length: threads },
    () => new Worker(PROGRAM, { eval: true, env: {}, workerData }),
  );
  let most = 0;
  for (let turn = 0; turn < turns; turn++) {
    const rates = await Promise.all(
      workers.map((worker) =>
        new Promise<number>((resolve, reject) => {
          worker.once("message", resolve).once("error", reject);
          worker.postMessage("go");
        })
      ),
    );
    most = Math.max(most, rates.reduce((sum, rate) => sum + rate, 0));
  }
  await Promise.all(workers.map((worker) => worker.terminate()));
  return Number(most.toFixed(1));
}

/** Sizes at which copies are timed: in each level of caches, and beyond. */
export const COPY_BYTES: readonly number[] = [1 << 16, 1 << 20, 1 << 24, 1 << 27];

if (import.meta.main) {
  const turns = Number(Deno.args[0] ?? 3);
  const bytes = [multiplyAdds(true), multiplyAdds(false)].find((one) => WebAssembly.validate(one));
  if (bytes === undefined) throw new Error("Cannot measure as WebAssembly must have SIMD: none");
  const compiled = new WebAssembly.Module(bytes);
  for (const threads of [1, 2]) {
    const gflops = await best(threads, turns, { compiled });
    console.log(JSON.stringify({ limit: "multiply-adds", threads, gflops }));
    for (const bytes of COPY_BYTES) {
      const gbs = await best(threads, turns, { bytes: bytes / threads });
      console.log(JSON.stringify({ limit: "copy", bytes, threads, gbs }));
    }
  }
}
