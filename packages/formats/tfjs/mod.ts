/**
 * TensorFlow.js's files: layers models with their weights are read.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { loadTfjs } from "@neurite/formats/tfjs";
 * import { DataError } from "@neurite/tensor";
 *
 * const graph = new File([JSON.stringify({ format: "graph-model" })], "model.json");
 * await assertRejects(() => loadTfjs([graph]), DataError, "a graph model, which has no layers");
 * ```
 *
 * @module
 */
export { loadTfjs, type TfjsSource } from "./load_tfjs.ts";
export type { ModelSource } from "../source.ts";
