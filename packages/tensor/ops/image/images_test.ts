/** Pooling, enlargement and normalisation against TensorFlow, Keras and PyTorch. */
import { assert, assertEquals } from "@std/assert";
import * as tensors from "../../mod.ts";
import { mul, sum, type Tensor, tensor, useBackend, valueAndGrad } from "../../mod.ts";
import fixture from "../fixtures/images.json" with { type: "json" };

/** An array of the fixture. */
interface Values {
  shape: number[];
  values: number[];
}

interface Case {
  name: string;
  op: string;
  options: Record<string, unknown>;
  inputs: Values[];
  y: Values;
  weights: Values;
  gradients: Values[];
}

const cases = fixture.cases as Case[];
const functions = {
  ...tensors,
  batchNormTraining: (x: Tensor, gamma: Tensor, beta: Tensor, options: { epsilon: number }) =>
    tensors.batchNormTraining(x, gamma, beta, options).y,
} as unknown as Record<string, (...args: unknown[]) => Tensor>;

const made = ({ shape, values }: Values): Tensor => tensor(Float64Array.from(values), { shape });

/** Compares with a tolerance relative to numbers above 1, absolute below. */
function assertClose(actual: Tensor, expected: Values, tolerance: number, what: string): void {
  assertEquals(actual.shape, expected.shape, what);
  const values = actual.toNdarray().data;
  expected.values.forEach((v, i) => {
    const close = Math.abs(values[i] - v) <= tolerance * Math.max(1, Math.abs(v));
    assert(close, `${what}: ${values[i]} instead of ${v} at ${i}`);
  });
}

for (const backend of ["reference", "wasm"] as const) {
  for (const op of new Set(cases.map((c) => c.op))) {
    Deno.test(`${op}: values and gradients are those of the peers on ${backend}`, async () => {
      await useBackend(backend);
      try {
        // TensorFlow interpolates with weights in f32, whatever the element type.
        const tolerance = backend === "wasm" ? 4e-6 : op === "upsample2d" ? 1e-6 : 1e-8;
        const own = cases.filter((c) => c.op === op);
        for (const { name, options, inputs, y, weights, gradients } of own) {
          const w = made(weights), xs = inputs.map(made);
          const call = (...all: Tensor[]): Tensor => functions[op](...all, options);
          assertClose(call(...xs), y, tolerance, name);
          const found = valueAndGrad((...all) => sum(mul(w, call(...all))))(...xs).gradients;
          assertEquals(found.length, gradients.length);
          found.forEach((g, i) => assertClose(g, gradients[i], 4 * tolerance, `${name}, by ${i}`));
        }
      } finally {
        await useBackend("wasm");
      }
    });
  }
}
