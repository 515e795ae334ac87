/**
 * Keras's files: models with their weights, read and written.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { loadKeras } from "@neurite/formats/keras";
 * import { DataError } from "@neurite/tensor";
 *
 * const page = new TextEncoder().encode("<!doctype html>");
 * await assertRejects(() => loadKeras(page), DataError, "current a page of text");
 * ```
 *
 * @module
 */
export { loadKeras } from "./load_keras.ts";
export { saveKeras, toKeras } from "./save_keras.ts";
export type { ModelSource } from "../source.ts";
