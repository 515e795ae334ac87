/**
 * Models of other programs: PyTorch's parameters are read, ONNX models read and written.
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
export * from "./onnx/mod.ts";
export * from "./torch/mod.ts";
