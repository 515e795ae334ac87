import { assert, assertEquals } from "@std/assert";
import { Input, Model } from "@neurite/nn";
import { cast, Rng, type Tensor, uniform } from "@neurite/tensor";
import { LAYER_CASES, type LayerCase } from "../../../testing/layer_cases.ts";
import { fromOnnx, toOnnx } from "./mod.ts";
import { RUNTIMES, runWith } from "./testing/runtimes.ts";

/** How far apart results may be, in parts of the largest: both compute in 32 bits, in another order. */
const TOLERANCE = 1e-5;

function assertClose(found: readonly Tensor[], right: readonly Tensor[], what: string): void {
  assertEquals(found.map(({ shape }) => shape), right.map(({ shape }) => shape), what);
  found.forEach((x, i) => {
    const [a, b] = [x, right[i]].map((tensor) => tensor.dataSync() as Float32Array);
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const off = a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0) / scale;
    assert(off <= TOLERANCE, `${what}: output ${i} is off by ${off}`);
  });
}

/** Writes a model, runs it by all runtimes and reads it again; every answer is to be that of `model`. */
async function check(model: Model, inputs: readonly Tensor[], what: string): Promise<void> {
  const bytes = await toOnnx(model), right = model.run(inputs);
  for (const runtime of RUNTIMES) {
    assertClose(await runWith(runtime, bytes, inputs), right, `${what}, ${runtime}`);
  }
  assertClose(fromOnnx(bytes).run(inputs), right, `${what}, fromOnnx`);
}

function modelOf({ make, shape, inputs = 1, symbols }: LayerCase): [Model, Tensor[]] {
  const rng = new Rng(7), xs = Array.from({ length: inputs }, () => new Input({ shape }));
  const layer = make(), model = new Model({ inputs: xs, outputs: layer.applyAll(xs), seed: 1 });
  const values = xs.map(() =>
    symbols === undefined
      ? uniform([3, ...shape], -1, 1, { rng })
      : cast(uniform([3, ...shape], 0, symbols, { rng }), "int32")
  );
  return [model, values];
}

for (const [name, one] of Object.entries(LAYER_CASES)) {
  Deno.test(`toOnnx: ${name} is computed by onnxruntime`, async () => {
    const [model, inputs] = modelOf(one);
    await check(model, inputs, name);
  });
}
