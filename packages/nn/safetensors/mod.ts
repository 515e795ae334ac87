/** The safetensors format. */
export { readSafetensors, writeSafetensors } from "./file.ts";
export {
  decodeSafetensors,
  type DecodeSafetensorsOptions,
  encodeSafetensors,
  type Safetensors,
  type SavedTensor,
} from "./format.ts";
export {
  type OpenSafetensors,
  openSafetensors,
  type OpenSafetensorsOptions,
  type SafetensorsEntry,
  type SafetensorsPiece,
  type SafetensorsSource,
} from "./stream.ts";
