/** Backends by their names, those of packages of their own included: for examples and benches. */
import {
  type BackendInfo,
  type BackendName,
  type BackendOptions,
  useBackend,
} from "@neurite/tensor";
import { tfjsNode } from "./tfjs_node.ts";

/** The names of all backends. */
export const BACKENDS = ["auto", "wasm", "blas", "reference", "webgpu", "tfjs"];

/** Loads the package of a backend, if it has one. */
const PACKAGES: Readonly<Record<string, () => Promise<unknown>>> = {
  webgpu: () => import("@neurite/webgpu"),
  tfjs: () => import("@neurite/tfjs"),
};

/** Starts a backend; that of TensorFlow takes the native part that was built here, if there is one. */
export async function startBackend(
  name: string,
  options: BackendOptions = {},
): Promise<BackendInfo> {
  await PACKAGES[name]?.();
  const all = name === "tfjs" ? { runtime: tfjsNode(), ...options } : options;
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return await useBackend(name as BackendName, Object.fromEntries(given));
}
