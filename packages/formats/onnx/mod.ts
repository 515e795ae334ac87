/**
 * ONNX: models written so that onnxruntime runs them, and models of others read, predicted with and
 * trained further.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fromOnnx, toOnnx } from "@neurite/formats/onnx";
 * import { Dense, Sequential } from "@neurite/nn";
 *
 * const model = new Sequential([new Dense(1, { activation: "sigmoid", inputShape: [2] })], { seed: 1 });
 * const again = fromOnnx(await toOnnx(model));
 * assertEquals(again.predict([[1, 2]]).item().toFixed(5), model.predict([[1, 2]]).item().toFixed(5));
 * ```
 *
 * @module
 */
export { fromOnnx, type FromOnnxOptions } from "./from_onnx.ts";
export { OnnxGraph } from "./graph/onnx_graph.ts";
export type { Port } from "./graph/plan.ts";
export type { ElementName } from "./proto/elements.ts";
export { toOnnx } from "./to_onnx.ts";
