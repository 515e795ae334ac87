/** TensorFlow itself, where its native part was built. */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

/** Where `tools/build_tfjs_node.ts` builds it. */
const DIR = new URL("../out/tfjs-node/", import.meta.url);
const NAME = "@tensorflow/tfjs-node";

/** The module of what was built; nothing where nothing was. */
export function tfjsNode(): unknown {
  if (!existsSync(new URL(`node_modules/${NAME}/lib/napi-v8/tfjs_binding.node`, DIR))) {
    return undefined;
  }
  const require = createRequire(new URL("package.json", DIR)), util = require("node:util");
  util.isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  return require(NAME);
}
