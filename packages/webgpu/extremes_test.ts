/** Numbers where kernels go wrong first: the elementwise kernels against the reference. */
import { Tensor, tidy } from "@neurite/tensor";
import * as operations from "@neurite/tensor";
import { ReferenceBackend } from "@neurite/tensor/contract";
import type { Backend, Sample } from "@neurite/tensor";
import { currentBackend } from "@neurite/tensor";
import { adapterTest } from "../../testing/webgpu_adapter.ts";

const EXTREMES = [
  ...[NaN, Infinity, -Infinity, 0, -0, 2 ** -126, -1e-37, 1e-30, -1e-30, 0.5, -0.5, 1, -1],
  ...[1 + 2 ** -23, 1 - 2 ** -24, 2, -2, 2.5, 3, -3, 9.01, -9.01, 17, -17, 88.7, -87.3, 89, -104],
  ...[511, -513, 1e4, -1e4, 2 ** 24 - 1, 2 ** 31, -(2 ** 31), 1e20, -1e20, 3e38, -3e38],
].map(Math.fround);

/** What a result may differ by, of its magnitude. */
const TOLERANCE = 4e-6;

/** Where an operation has no meaning, so that anything may come out. */
const MEANINGLESS: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  sigmoidCrossEntropy: (t) => t < 0 || t > 1, // labels are probabilities
  sigmoidGradient: (_, y) => y < 0 || y > 1, // y is a result of sigmoid
  tanhGradient: (_, y) => Math.abs(y) > 1, // y is a result of tanh
};

interface Elementwise {
  readonly elementwise: 1 | 2;
  readonly samples: readonly Sample[];
}

adapterTest("extreme values: webgpu agrees with the reference", async (t) => {
  const device = currentBackend(), reference = new ReferenceBackend();
  const lists = {
    1: [EXTREMES],
    2: [EXTREMES.flatMap((v) => EXTREMES.map(() => v)), EXTREMES.flatMap(() => EXTREMES)],
  };
  for (const [name, value] of Object.entries(operations as object)) {
    if (typeof value !== "function" || !("elementwise" in value)) continue;
    const { elementwise, samples } = value as unknown as Elementwise;
    const inputs = lists[elementwise];
    const on = (backend: Backend): Promise<ArrayLike<number>> =>
      tidy(() =>
        samples[0].call(
          ...inputs.map((list) =>
            new Tensor(backend, backend.write(list, "float32"), [list.length], "float32")
          ),
        )
      ).data();
    await t.step(name, async () => {
      const found = await on(device), right = await on(reference), wrong: string[] = [];
      for (let i = 0; i < right.length; i++) {
        const [a, b] = inputs.map((list) => list[i]);
        if (MEANINGLESS[name]?.(a, b)) continue;
        const allowed = TOLERANCE * Math.abs(right[i]) + 2 ** -126;
        if (Object.is(found[i], right[i]) || Math.abs(found[i] - right[i]) <= allowed) continue;
        if (found[i] === right[i]) continue;
        const call = b === undefined ? a : `${a}, ${b}`;
        wrong.push(`${name}(${call}) is ${found[i]}, expected ${right[i]}`);
      }
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    });
  }
});
