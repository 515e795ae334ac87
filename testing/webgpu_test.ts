/** Trainings of every package's kind on the adapter of this machine, to what `wasm` learns. */
import { assertEquals } from "@std/assert";
import { textGenerator } from "@neurite/lstm-gru";
import { collect } from "@neurite/rnn";
import { useBackend } from "@neurite/tensor";
import { adapterTest } from "../packages/webgpu/testing/adapter.ts";
import { TRAININGS } from "./trainings.ts";

/** What figures may differ by, of their magnitude and 1: sums in another order, over a few steps. */
const TOLERANCE = 2e-5;

/** Runs `f` on `wasm`, and goes back to the adapter. */
async function onWasm<T>(f: () => Promise<T>): Promise<T> {
  await useBackend("wasm", { threads: 1 });
  try {
    return await f();
  } finally {
    await useBackend("webgpu");
  }
}

function assertNear(found: readonly number[], right: readonly number[]): void {
  assertEquals(found.length, right.length);
  found.forEach((v, i) => {
    if (Math.abs(v - right[i]) <= TOLERANCE * (1 + Math.abs(right[i]))) return;
    throw new Error(`figure ${i} is ${v}, expected ${right[i]}`);
  });
}

adapterTest("webgpu learns what wasm learns", async (t) => {
  for (const [name, run] of Object.entries(TRAININGS)) {
    await t.step(name, async () => assertNear(await run(), await onWasm(run)));
  }
});

adapterTest("a text generator learns and writes on webgpu what it does on wasm", async () => {
  const run = async () => {
    const generator = textGenerator("the cat sat on the mat. ".repeat(8), {
      hiddenSize: 5,
      seqLength: 6,
      batchSize: 4,
      validationSplit: 0.25,
      seed: 1,
    });
    const { history } = await generator.train({ epochs: 2, verbose: 0 });
    const written = (await collect(generator.stream("the ", 12, { seed: 3 }))).join("");
    return { losses: [...history.loss, ...history.valLoss], written };
  };
  const found = await run(), right = await onWasm(run);
  assertEquals(found.written, right.written);
  assertNear(found.losses, right.losses);
});
