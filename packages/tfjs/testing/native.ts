/** TensorFlow itself, where its native part was built. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { mendUtil, type Runtime, startRuntime } from "../runtime.ts";

/** Where it is built. */
const DIR = new URL("../../../out/tfjs-node/", import.meta.url);
const NAME = "@tensorflow/tfjs-node";

/** The runtime of what `tools/build_tfjs_node.ts` has built; says so loudly where there is none. */
export async function nativeRuntime(): Promise<Runtime | undefined> {
  if (existsSync(new URL(`node_modules/${NAME}/lib/napi-v8/tfjs_binding.node`, DIR))) {
    const require = createRequire(new URL("package.json", DIR));
    mendUtil(require("node:util"));
    return await startRuntime(require(NAME));
  }
  console.warn("NOT TESTED, no native part of TensorFlow.js: run tools/build_tfjs_node.ts");
  return undefined;
}
