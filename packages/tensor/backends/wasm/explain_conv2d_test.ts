import { assert, assertEquals } from "@std/assert";
import { type ConvolutionOptions, Rng, uniform, useBackend } from "@neurite/tensor";
import { conv2d } from "../../mod.ts";
import { explainConv2d } from "./explain_conv2d.ts";

const SAME: ConvolutionOptions = { padding: "same" };

Deno.test("explainConv2d: the way is the cheapest of the counts, and each kind of layer has its own", () => {
  const cases: [number[], number[], ConvolutionOptions, string, string][] = [
    [[1, 56, 56, 64], [3, 3, 64, 64], SAME, "winograd", "winograd library"],
    [[1, 7, 7, 512], [3, 3, 512, 512], SAME, "winograd", "library"],
    [[1, 56, 56, 64], [1, 1, 64, 256], {}, "product", "library"],
    [[1, 56, 56, 256], [1, 1, 256, 512], { strides: 2 }, "product", "library"],
    [[1, 28, 28, 128], [3, 3, 128, 256], { ...SAME, strides: 2 }, "product", "library"],
    [[1, 224, 224, 3], [7, 7, 3, 64], { ...SAME, strides: 2 }, "direct", "library"],
    [[128, 28, 28, 1], [5, 5, 1, 6], SAME, "direct", "direct"],
    [[2, 56, 56, 64], [3, 3, 1, 64], { ...SAME, groups: 64 }, "direct", "direct"],
  ];
  for (const [x, filter, options, wasm, blas] of cases) {
    for (const [library, way] of [[false, wasm], [true, blas]] as const) {
      const plan = explainConv2d(x, filter, options, library);
      assertEquals(plan.way, way, `${x} ${filter}`);
      const least = Math.min(...Object.values(plan.costs));
      assert(plan.costs[plan.way] === undefined || plan.costs[plan.way] === least);
    }
  }
});

Deno.test("the choice of a way depends on the sizes alone: the same call gives the same bits", async () => {
  await useBackend("wasm", { threads: 2 });
  try {
    const x = uniform([1, 14, 14, 64], -1, 1, { rng: new Rng(1) });
    const w = uniform([3, 3, 64, 64], -1, 1, { rng: new Rng(2) });
    const once = conv2d(x, w, SAME).dataSync();
    for (let i = 0; i < 5; i++) assertEquals(conv2d(x, w, SAME).dataSync(), once);
  } finally {
    await useBackend("wasm", { threads: 1 });
  }
});
