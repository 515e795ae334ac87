import { assert, assertEquals, assertThrows } from "@std/assert";
import "./backends/wasm/table.ts";
import type { Backend } from "./backend.ts";
import { currentBackend } from "./current_backend.ts";
import { backendInfo, useBackend } from "./backends/mod.ts";
import { ReferenceBackend } from "./backends/reference.ts";
import { tensor, zeros } from "./create.ts";
import { BackendError, DisposedError, DTypeError, ShapeError } from "./errors.ts";
import { reshape } from "./ops/mod.ts";
import { Rng } from "./random/rng.ts";
import { stopGradient } from "./tape.ts";
import { Tensor } from "./tensor.ts";
import { liveTensors } from "./handle.ts";
import type { UpdateSample } from "./update.ts";
import * as updates from "./updates/mod.ts";
import { adamUpdate, rmsPropUpdate, sgdUpdate } from "./updates/mod.ts";

await useBackend("wasm", { threads: 1 });

/** Every sample of every update, with its name. */
const SAMPLES: [string, UpdateSample][] = Object.entries(updates).flatMap(([name, { samples }]) =>
  samples.map((sample): [string, UpdateSample] => [`${name}, ${sample.name}`, sample])
);

/** What a sample changes, and what it only reads, after two steps. */
function results(sample: UpdateSample, size: number, backend: Backend): Float32Array[] {
  const rng = new Rng(size);
  const random = (low: number, high: number): Tensor => {
    const values = Float32Array.from({ length: size }, () => rng.uniform(low, high));
    return new Tensor(backend, backend.write(values, "float32"), [size], "float32");
  };
  const changed = sample.changed.map(([low, high]) => random(low, high)), gradient = random(-2, 2);
  sample.call(changed, gradient);
  sample.call(changed, gradient);
  const values = [...changed, gradient].map((x) => x.dataSync() as Float32Array);
  for (const x of [...changed, gradient]) x.dispose();
  return values;
}

Deno.test("every update is exported under its name and has samples", () => {
  for (const [name, { update, samples }] of Object.entries(updates)) {
    assertEquals(update.name, name);
    assert(samples.length > 0);
  }
});

Deno.test("two and three threads give the same as one, to the bit", async () => {
  const all = () => SAMPLES.map(([, sample]) => results(sample, 70_001, currentBackend()));
  const one = all();
  for (const threads of [2, 3]) {
    assertEquals((await useBackend("wasm", { threads })).threads, threads);
    for (let n = 0; n < 3; n++) {
      all().forEach((lists, s) =>
        lists.forEach((values, k) => {
          const i = values.findIndex((v, i) => !Object.is(v, one[s][k][i]));
          assertEquals(i, -1, `${SAMPLES[s][0]}: tensor ${k}, number ${i}, ${threads} threads`);
        })
      );
    }
  }
  await useBackend("wasm", { threads: 1 });
});

Deno.test("no update leaks tensors or memory", () => {
  const before = [liveTensors(), backendInfo().memoryInUse];
  for (const [, sample] of SAMPLES) results(sample, 33, currentBackend());
  assertEquals([liveTensors(), backendInfo().memoryInUse], before);
});

for (const backend of [currentBackend(), new ReferenceBackend()]) {
  const make = (values: number[]): Tensor =>
    new Tensor(backend, backend.write(values, "float32"), [values.length], "float32");

  Deno.test(`${backend.name}: views of what is changed keep the old values`, () => {
    const tensors = liveTensors(), bytes = backend.info().memoryInUse;
    {
      using w = make([1, 2]);
      using view = reshape(w, [2, 1]);
      using alias = stopGradient(w);
      using g = make([1, 1]);
      sgdUpdate(w, g, { rate: 1 });
      assertEquals(w.array(), [0, 1]);
      assertEquals(view.array(), [[1], [2]]);
      assertEquals(alias.array(), [1, 2]);
      // Now w has values of its own, which are changed in place.
      const storage = w.storage;
      sgdUpdate(w, g, { rate: 1 });
      assert(w.storage === storage);
      assertEquals(w.array(), [-1, 0]);
    }
    assertEquals([liveTensors(), backend.info().memoryInUse], [tensors, bytes]);
  });

  Deno.test(`${backend.name}: a gradient that shares the parameter's values`, () => {
    using w = make([1, 2]);
    using g = stopGradient(w);
    using m = make([0, 0]);
    using v = stopGradient(m);
    adamUpdate(w, m, v, g, { rate: 1, beta1: 0.5, beta2: 0.75, epsilon: 1 });
    assertEquals(g.array(), [1, 2]);
    assertEquals([m.array(), v.array()], [[0.5, 1], [0.25, 1]]);
    assertEquals(w.dataSync()[1], 1.5);
    sgdUpdate(w, w, { rate: 0.5 }); // and one that is the parameter
    assertEquals(w.dataSync()[1], 0.75);
  });

  Deno.test(`${backend.name}: a gradient of zeros leaves a fresh parameter as it is`, () => {
    using w = make([1, -2, 0]);
    using m = make([0, 0, 0]);
    using v = make([0, 0, 0]);
    using g = make([0, -0, 0]);
    adamUpdate(w, m, v, g, { rate: 1, beta1: 0.9, beta2: 0.999, epsilon: 1e-7 });
    rmsPropUpdate(w, v, g, { rate: 1, rho: 0.9, epsilon: 1e-7, mean: m });
    assertEquals([w.array(), m.array(), v.array()], [[1, -2, 0], [0, 0, 0], [0, 0, 0]]);
  });

  Deno.test(`${backend.name}: NaN and infinity of the gradient are not hidden`, () => {
    for (const nesterov of [false, true]) {
      using w = make([0, 0, 0]);
      using velocity = make([0, 0, 0]);
      using g = make([NaN, Infinity, 1]);
      sgdUpdate(w, g, { rate: 1, momentum: 0.5, velocity, nesterov });
      assertEquals(w.array(), [NaN, -Infinity, nesterov ? -1.5 : -1]);
      assertEquals(velocity.array(), [NaN, -Infinity, -1]);
    }
    using w = make([0, 0]);
    using m = make([0, 0]);
    using v = make([0, 0]);
    using maximum = make([0, 0]);
    using g = make([NaN, Infinity]);
    adamUpdate(w, m, v, g, { rate: 1, beta1: 0.5, beta2: 0.5, epsilon: 1, maximum });
    assertEquals([...w.dataSync(), ...m.dataSync()], [NaN, NaN, NaN, Infinity]);
    assertEquals([...v.dataSync(), ...maximum.dataSync()], [NaN, Infinity, NaN, Infinity]);
  });
}

Deno.test("a guard that decides nothing is refused", () => {
  using w = tensor([1, 2]);
  using two = tensor([0, 0]);
  assertEquals(
    assertThrows(() => sgdUpdate(w, w, { rate: 1, guard: two }), ShapeError).message,
    "Cannot run sgdUpdate as the guard must be one float32 number on the gradient's backend, " +
      '"wasm": current float32 [2] on "wasm"',
  );
});

Deno.test("AMSGrad remembers the greatest mean of squares", () => {
  using w = tensor([0]);
  using m = zeros([1]);
  using v = zeros([1]);
  using maximum = zeros([1]);
  const step = (gradient: number) => {
    using g = tensor([gradient]);
    adamUpdate(w, m, v, g, { rate: 1, beta1: 0, beta2: 0.5, epsilon: 0, maximum });
  };
  step(2); // v = 2
  step(0); // v = 1
  assertEquals([v.item(), maximum.item()], [1, 2]);
  const before = w.item();
  step(1); // v = 1
  assertEquals(w.item(), Math.fround(before - 1 / Math.SQRT2));
});

Deno.test("what is remembered fades to 0 where the gradient has become 0", () => {
  // Numbers that are too small for all the bits of a float32 slow a processor down.
  using w = tensor([1, 1, 1, 1, 1]);
  using g = zeros([5]);
  using m = tensor([1, -1, 1e-30, 1e-45, 0]);
  using v = tensor([1e-36, 1e-37, 1e-38, 1e-45, 0]);
  using velocity = tensor([1, -1, 1e-30, 1e-45, 0]);
  using mean = tensor([1, -1, 1e-30, 1e-45, 0]);
  for (let n = 0; n < 1000; n++) {
    adamUpdate(w, m, v, g, { rate: 0, beta1: 0.9, beta2: 0.99, epsilon: 1 });
    rmsPropUpdate(w, v, g, { rate: 0, rho: 0.9, epsilon: 1, mean });
    sgdUpdate(w, g, { rate: 0, momentum: 0.9, velocity });
  }
  for (const x of [m, v, velocity, mean]) {
    assertEquals([...x.dataSync()].map(Math.abs), [0, 0, 0, 0, 0]);
  }
});

Deno.test("tensors that do not go together are refused, and nothing is changed", () => {
  using w = tensor([1, 2]);
  using g = tensor([1, 1]);
  using three = zeros([3]);
  using row = zeros([1, 2]);
  using whole = zeros([2], "int32");
  using elsewhere = ((b) => new Tensor(b, b.write([0, 0], "float32"), [2], "float32"))(
    new ReferenceBackend(),
  );
  const options = { rate: 1, momentum: 0.5 };
  assertEquals(
    assertThrows(() => sgdUpdate(w, g, { ...options, velocity: three }), ShapeError).message,
    "Cannot run sgdUpdate as every tensor must have the gradient's shape, [2]: current [3]",
  );
  assertThrows(() => sgdUpdate(w, row, { rate: 1 }), ShapeError);
  assertEquals(
    assertThrows(() => sgdUpdate(w, g, { ...options, velocity: whole }), DTypeError).message,
    "Cannot run sgdUpdate as every tensor must be float32: current int32",
  );
  assertThrows(() => sgdUpdate(w, whole, { rate: 1 }), DTypeError);
  assertThrows(() => sgdUpdate(w, g, { ...options, velocity: elsewhere }), BackendError);
  const gone = zeros([2]);
  gone.dispose();
  assertThrows(() => sgdUpdate(w, g, { ...options, velocity: gone }), DisposedError);
  assertThrows(() => sgdUpdate(w, gone, { rate: 1 }), DisposedError);
  assertEquals(
    assertThrows(() => sgdUpdate(w, g, options), RangeError).message,
    "Cannot run sgdUpdate as momentum takes a velocity: current momentum 0.5, no velocity",
  );
  assertThrows(() => rmsPropUpdate(w, g, g, { ...options, rho: 0, epsilon: 1 }), RangeError);
  assertEquals(w.array(), [1, 2]);
});
