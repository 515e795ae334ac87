/**
 * The contract on TensorFlow itself: the native part of `@tensorflow/tfjs-node`, where
 * `tools/build_tfjs_node.ts` has built it.
 */
import { assertEquals, assertMatch } from "@std/assert";
import { TfjsBackend } from "./backend.ts";
import { holds } from "./testing/suite.ts";
import { nativeRuntime } from "./testing/native.ts";

const runtime = await nativeRuntime();

Deno.test({
  name: `the backend keeps the contract on TensorFlow${runtime ? "" : " (NOT TESTED)"}`,
  ignore: runtime === undefined,
  fn: async (t) => {
    const backend = new TfjsBackend(runtime!), { runtime: name, device } = backend.info();
    console.log(`with ${name}`);
    assertMatch(name!, /^@tensorflow\/tfjs-node 4\.22\.0, TensorFlow 2\.\d+\.\d+/);
    assertEquals(device?.adapter, "CPU");
    await holds(t, backend, {});
  },
});
