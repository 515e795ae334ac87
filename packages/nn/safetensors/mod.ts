/** The safetensors format. */
export { readSafetensors, writeSafetensors } from "./file.ts";
export {
  decodeSafetensors,
  type DecodeSafetensorsOptions,
  encodeSafetensors,
  type Safetensors,
  type SavedTensor,
} from "./format.ts";
