/**
 * Tensors on the graphics card: the backend `webgpu`, in Deno, browsers and Node.
 *
 * Importing this package makes the backend known; `useBackend("webgpu")` starts it. The same programs
 * run on it unchanged. Values are read when somebody asks for them, and are awaited: `await x.data()`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import "@neurite/webgpu";
 * import { add, BackendError, tensor, useBackend } from "@neurite/tensor";
 *
 * try {
 *   const { name } = await useBackend("webgpu");
 *   assertEquals(name, "webgpu");
 *   assertEquals([...await add(tensor([1, 2]), 10).data()], [11, 12]);
 * } catch (error) {
 *   if (!(error instanceof BackendError)) throw error; // no adapter here: the message says what is missing
 * } finally {
 *   await useBackend("wasm");
 * }
 * ```
 *
 * @module
 */
import { registerBackend } from "@neurite/tensor";
import { start } from "./start.ts";

export type { WebGPUOptions } from "./start.ts";

registerBackend("webgpu", start);
