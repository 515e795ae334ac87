/** Tests on the adapter of this machine, which say so where there is none. */
import { BackendError, useBackend } from "@neurite/tensor";
import "@neurite/webgpu";

/** Why there is no adapter; empty where there is one. */
const missing = await useBackend("webgpu").then(() => "", (error: Error) => {
  if (!(error instanceof BackendError)) throw error;
  console.warn(`NOT TESTED, no adapter of WebGPU here: ${error.message}`);
  return error.message;
});
await useBackend("wasm", { threads: 1 });

/** A test that runs on the adapter, and leaves `wasm` in use. */
export function adapterTest(
  name: string,
  f: (t: Deno.TestContext) => void | Promise<void>,
): void {
  Deno.test({
    name: `${name}${missing && ` (NOT TESTED: ${missing})`}`,
    ignore: missing !== "",
    fn: async (t) => {
      await useBackend("webgpu");
      try {
        await f(t);
      } finally {
        await useBackend("wasm", { threads: 1 });
      }
    },
  });
}
