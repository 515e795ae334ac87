/**
 * The contract of backends: every sample of every operation, forward and backward, gives on every
 * backend what the reference gives.
 */
import { assert, assertEquals, assertThrows } from "@std/assert";
import "./backends/wasm/table.ts";
import type { Backend } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import { useBackend } from "./backends/mod.ts";
import { ReferenceBackend } from "./backends/reference.ts";
import { WasmBackend } from "./backends/wasm/backend.ts";
import { Engine } from "./backends/wasm/engine.ts";
import { kernelsFile } from "./backends/wasm/kernels_file.ts";
import * as kernels from "./backends/wasm/module.ts";
import { entryOf } from "./backends/wasm/core_table.ts";
import { normal, uniform } from "./create.ts";
import { BackendError } from "./errors.ts";
import type { Sample } from "./op.ts";
import { add, matmul, softmax, sum, transpose } from "./ops/mod.ts";
import { Rng, seed } from "./random/rng.ts";
import { tidy } from "./scope.ts";
import { Tensor } from "./tensor.ts";
import { contract } from "./contract/mod.ts";
import {
  inputValues,
  type Operation,
  OPERATIONS,
  runSample,
  type Values,
} from "./contract/samples.ts";
import { AwaitedBackend } from "../../testing/awaited_backend.ts";

// Samples are small: let threads share work that would otherwise be too little for them.
const { launch } = Engine.prototype;
Engine.prototype.launch = function (name, total, grain, ...args) {
  launch.call(this, name, total, Math.min(grain, 4), ...args);
};

/** Goes through all samples, one step an operation; all that is wrong with one is told at once. */
async function forEverySample(
  t: Deno.TestContext,
  check: (operation: Operation, sample: Sample) => Promise<string[]>,
): Promise<void> {
  for (const operation of OPERATIONS) {
    await t.step(operation.name, async () => {
      const wrong: string[] = [];
      for (const sample of operation.samples) {
        const found = await check(operation, sample)
          .catch((error: Error) => [`${error.message} ${error.stack?.split("\n").slice(1, 4)}`]);
        wrong.push(...found.map((text) => `sample "${sample.name}": ${text}`));
      }
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    });
  }
}

/** Goes through the contract of a backend, one step a check. */
async function holds(t: Deno.TestContext, backend: Backend): Promise<void> {
  for (const { name, run } of contract(backend)) await t.step(name, run);
}

Deno.test("every operation is exported under its name, has samples and an entry in the table", () => {
  assert(OPERATIONS.length > 0);
  for (const { name, op, samples } of OPERATIONS) {
    assert(samples.length > 0, `${name} has no samples`);
    assertEquals(new Set(samples.map((s) => s.name)).size, samples.length, `names of ${name}`);
    if (op === undefined) continue;
    assertEquals(op.name, name);
    const entry = entryOf(op);
    for (const e of "float32" in entry ? [entry.float32, entry.int32] : [entry]) {
      if (typeof e !== "function") assert(e.viaReference.length > 10, `${name}: no reason given`);
    }
    if (typeof op.gradient !== "function") {
      assert(op.gradient.notDifferentiable.length > 5, `${name}: no reason given`);
    }
  }
});

Deno.test("wasm on one thread keeps the contract", async (t) => {
  assertEquals((await useBackend("wasm", { threads: 1 })).threads, 1);
  await holds(t, currentBackend());
});

Deno.test("wasm without fused multiply-add keeps the contract", async (t) => {
  const bytes = kernelsFile(kernels, { simd: "simd128", shared: true });
  await holds(t, new WasmBackend(new WebAssembly.Module(bytes)));
});

const noBlas = await useBackend("blas", { threads: 1 }).then(() => "", (error: Error) => {
  if (!(error instanceof BackendError)) throw error;
  console.warn(`NOT TESTED, no BLAS library here: ${error.message}`);
  return error.message;
});

Deno.test({
  name: `blas keeps the contract${noBlas && ` (NOT TESTED: ${noBlas})`}`,
  ignore: noBlas !== "",
  fn: async (t) => {
    const info = await useBackend("blas", { threads: 1 });
    console.log(`with ${info.blas}`);
    assertEquals(info.name, "blas");
    await holds(t, currentBackend());
  },
});

Deno.test("two and three threads give the same as one, to the bit", async (t) => {
  const one = new Map<Sample, Values[]>();
  for (const threads of [1, 2, 3]) {
    assertEquals((await useBackend("wasm", { threads })).threads, threads);
    await t.step(`${threads}`, (t) =>
      forEverySample(t, async (operation, sample) => {
        const found = await runSample(operation, sample, inputValues(sample), currentBackend());
        if (threads === 1) one.set(sample, found);
        const right = one.get(sample);
        if (right === undefined) return ["failed on one thread"];
        return right.flatMap(({ what, values }, k) => {
          const other = found[k].values, i = values.findIndex((v, i) => !Object.is(v, other[i]));
          return i < 0 ? [] : [`${what} number ${i} is ${other[i]}, ${values[i]} on one thread`];
        });
      }));
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("large work on three threads gives the same as on one, again and again", async () => {
  const work: Record<string, () => Tensor> = {
    add: () => add(uniform([200_000], -1, 1, { rng: new Rng(1) }), 1),
    sum: () => sum(uniform([200_000], -1, 1, { rng: new Rng(2) })),
    rows: () => sum(uniform([700, 300], -1, 1, { rng: new Rng(3) }), { axis: 1 }),
    columns: () => sum(uniform([700, 300], -1, 1, { rng: new Rng(4) }), { axis: 0 }),
    softmax: () => softmax(uniform([700, 300], -1, 1, { rng: new Rng(5) })),
    transpose: () => transpose(uniform([700, 300], -1, 1, { rng: new Rng(6) })),
    matmul: () => matmul(uniform([150, 130], -1, 1, { rng: new Rng(7) }), normal([130, 170])),
  };
  const results = (): Map<string, ArrayLike<number>> => {
    seed(1);
    return new Map(Object.entries(work).map(([name, f]) => [name, tidy(() => f().dataSync())]));
  };
  await useBackend("wasm", { threads: 1 });
  const one = results();
  await useBackend("wasm", { threads: 3 });
  for (let n = 0; n < 5; n++) {
    for (const [name, values] of results()) {
      const right = one.get(name)!;
      for (let i = 0; i < right.length; i++) {
        if (!Object.is(values[i], right[i])) throw new Error(`${name}: ${values[i]}, ${right[i]}`);
      }
    }
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("a device that has to be awaited keeps the contract", async (t) => {
  const backend = new AwaitedBackend();
  await holds(t, backend);
  assertThrows(
    () => tidy(() => new Tensor(backend, backend.write([1], "float32"), [], "float32").item()),
    BackendError,
    "Cannot read values at once",
  );
});

Deno.test("operations stay on their inputs' backend, whichever is in use", async (t) => {
  await useBackend("wasm", { threads: 1 });
  const wasm = currentBackend();
  await useBackend("reference");
  await forEverySample(t, async (operation, sample) => {
    await runSample(operation, sample, inputValues(sample), wasm);
    return [];
  });
  await useBackend("wasm", { threads: 1 });
});

/** Numbers where kernels go wrong first. */
const EXTREMES = [
  NaN,
  Infinity,
  -Infinity,
  0,
  -0,
  2 ** -149,
  -1e-40,
  1e-30,
  -1e-30,
  0.5,
  -0.5,
  1,
  -1,
]
  .concat([
    1 + 2 ** -23,
    1 - 2 ** -24,
    2,
    -2,
    2.5,
    3,
    -3,
    9.01,
    -9.01,
    17,
    -17,
    88.7,
    -87.3,
    89,
    -104,
  ])
  .concat([1e4, -1e4, 2 ** 24 - 1, 2 ** 31, -(2 ** 31), 1e20, -1e20, 3e38, -3e38])
  .map(Math.fround);

/** What a result of extreme values may differ by, of its magnitude. */
const EXTREME_TOLERANCE = 4e-6;

/** Where an operation has no meaning, so that anything may come out. */
const MEANINGLESS: Readonly<
  Record<string, { at: (a: number, b: number) => boolean; cause: string }>
> = {
  sigmoidCrossEntropy: { at: (t) => t < 0 || t > 1, cause: "labels are probabilities" },
  sigmoidGradient: { at: (_, y) => y < 0 || y > 1, cause: "y is a result of sigmoid" },
  tanhGradient: { at: (_, y) => Math.abs(y) > 1, cause: "y is a result of tanh" },
};

Deno.test("extreme values: wasm agrees with the reference", async (t) => {
  await useBackend("wasm", { threads: 1 });
  const wasm = currentBackend(), reference = new ReferenceBackend(), n = EXTREMES.length;
  const inputs = {
    1: [EXTREMES],
    2: [EXTREMES.flatMap((v) => Array<number>(n).fill(v)), EXTREMES.flatMap(() => EXTREMES)],
  };
  for (const { name, op, samples } of OPERATIONS) {
    if (op?.elementwise === undefined) continue;
    await t.step(name, () => {
      const lists = inputs[op.elementwise!];
      const values = (backend: Backend): ArrayLike<number> =>
        tidy(() => {
          const tensors = lists.map((list) =>
            new Tensor(backend, backend.write(list, "float32"), [list.length], "float32")
          );
          return samples[0].call(...tensors).dataSync();
        });
      const found = values(wasm), right = values(reference), wrong: string[] = [];
      for (let i = 0; i < right.length; i++) {
        const [a, b] = lists.map((list) => list[i]);
        if (MEANINGLESS[name]?.at(a, b)) continue;
        const allowed = EXTREME_TOLERANCE * Math.abs(right[i]) + 2 ** -126;
        const same = Object.is(found[i], right[i]) || found[i] === right[i] ||
          Math.abs(found[i] - right[i]) <= allowed;
        if (!same) {
          wrong.push(
            `${name}(${b === undefined ? a : `${a}, ${b}`}) is ${found[i]}, expected ${right[i]}`,
          );
        }
      }
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    });
  }
});
