/** Holds a model against what others compute of the file that it becomes. */
import type { Model } from "@neurite/nn";
import type { Tensor } from "@neurite/tensor";
import { assert, assertEquals } from "@std/assert";
import { fromOnnx, toOnnx } from "../mod.ts";
import { RUNTIMES, runWith } from "./runtimes.ts";

/** How far apart results may be, in parts of the largest: all compute in 32 bits, in another order. */
const TOLERANCE = 1e-5;

/** Passes where results have the same shapes and, within a tolerance, the same numbers. */
export function assertSame(
  found: readonly Tensor[],
  right: readonly Tensor[],
  what: string,
  tolerance = TOLERANCE,
): void {
  assertEquals(found.map(({ shape }) => shape), right.map(({ shape }) => shape), what);
  found.forEach((x, i) => {
    const [a, b] = [x, right[i]].map((tensor) => tensor.dataSync() as Float32Array);
    const scale = b.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    const off = a.reduce((most, value, at) => {
      const same = Object.is(value, b[at]) || value === b[at];
      return Math.max(most, same ? 0 : Math.abs(value - b[at]));
    }, 0) / scale;
    assert(off <= tolerance, `${what}: output ${i} is off by ${off}`);
  });
}

/** Writes a model, runs it by all runtimes and reads it again: every answer is to be that of the model. */
export async function assertAgreement(
  model: Model,
  inputs: readonly Tensor[],
  what: string,
  tolerance = TOLERANCE,
): Promise<void> {
  const bytes = await toOnnx(model), right = model.run(inputs);
  for (const runtime of RUNTIMES) {
    assertSame(await runWith(runtime, bytes, inputs), right, `${what}, ${runtime}`, tolerance);
  }
  assertSame(fromOnnx(bytes).run(inputs), right, `${what}, fromOnnx`, tolerance);
}
