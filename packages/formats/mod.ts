/**
 * Models of other programs: those of Keras and ONNX are read and written, those of TensorFlow.js and
 * PyTorch's parameters read.
 *
 * Each format has an entry point of its own, such as `@neurite/formats/torch`, for programs that need no
 * other.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { loadTorch } from "@neurite/formats";
 * import { Dense, encodeSafetensors, Sequential } from "@neurite/nn";
 *
 * const weight = { dtype: "float32" as const, shape: [1, 2], data: new Float32Array([3, 4]) };
 * const file = encodeSafetensors(new Map([["fc.weight", weight]]));
 * const model = new Sequential([new Dense(1, { inputShape: [2], name: "fc", useBias: false })]);
 * await loadTorch(model, file);
 * assertEquals(model.predict([[1, 2]]).array(), [[11]]);
 * ```
 *
 * @module
 */
export * from "./keras/mod.ts";
export * from "./onnx/mod.ts";
export * from "./tfjs/mod.ts";
export * from "./torch/mod.ts";
