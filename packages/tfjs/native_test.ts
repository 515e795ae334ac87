/**
 * The contract on TensorFlow itself: the native part of `@tensorflow/tfjs-node`, where
 * `tools/build_tfjs_node.ts` has built it.
 */
import { assertEquals, assertMatch } from "@std/assert";
import type { ContractOptions, Tolerance } from "@neurite/tensor/contract";
import { TfjsBackend } from "./backend.ts";
import { holds } from "./testing/suite.ts";
import { tfjsNode } from "../../testing/tfjs_node.ts";
import { startRuntime } from "./runtime.ts";

const module = tfjsNode();
if (module === undefined) {
  console.warn("NOT TESTED, no native part of TensorFlow.js: run tools/build_tfjs_node.ts");
}

const SUMS: Tolerance = {
  relative: 5e-7,
  moved: 64,
  cause: "sums are taken in 32 bits, and the gradient takes the mean off numbers that are near it",
};

const OPTIONS: ContractOptions = {
  tolerances: {
    channelMoments: SUMS,
    variance: SUMS,
    gelu: {
      relative: 1e-5,
      moved: 8,
      cause: "there is no kernel of 1 - erf, of which little is left",
    },
    sigmoidCrossEntropy: {
      relative: 5e-7,
      moved: 16,
      cause: "the sigmoid is off by two roundings, which is much where the label is near it",
    },
    softmaxCrossEntropy: {
      relative: 5e-7,
      moved: 32,
      cause: "the logarithm is taken of a sum that is rounded, near 1",
    },
  },
  leftOut: { "where: a subnormal condition": "TensorFlow takes numbers below 2^-126 as 0" },
};

Deno.test({
  name: `the backend keeps the contract on TensorFlow${module ? "" : " (NOT TESTED)"}`,
  ignore: module === undefined,
  fn: async (t) => {
    const backend = new TfjsBackend(await startRuntime(module)),
      { runtime: name, device } = backend.info();
    console.log(`with ${name}`);
    assertMatch(name!, /^@tensorflow\/tfjs-node 4\.22\.0, TensorFlow 2\.\d+\.\d+/);
    assertEquals(device?.adapter, "CPU");
    await holds(t, backend, OPTIONS);
  },
});
