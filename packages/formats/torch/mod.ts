/**
 * PyTorch's files: parameters out of safetensors and `.pt` files, in our layout.
 *
 * @example
 * ```ts
 * import { assertRejects } from "@std/assert";
 * import { loadTorch } from "@neurite/formats/torch";
 * import { Dense, Sequential } from "@neurite/nn";
 * import { DataError } from "@neurite/tensor";
 *
 * const model = new Sequential([new Dense(1, { inputShape: [2] })]);
 * const quantized = new TextEncoder().encode("GGUF...");
 * await assertRejects(() => loadTorch(model, quantized), DataError, "a GGUF file of llama.cpp");
 * ```
 *
 * @module
 */
export {
  loadTorch,
  type LoadTorchOptions,
  type TorchMatch,
  type TorchMatches,
} from "./load_torch.ts";
export type { ModelSource } from "../source.ts";
