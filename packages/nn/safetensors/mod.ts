/** The safetensors format. */
export { type FileKind, fileKind } from "./file_kind.ts";
export { readSafetensors, writeSafetensors } from "./file.ts";
export type { BytesKind, FileHandle, FileSource, FileTarget } from "@neurite/tensor/files";
export {
  decodeSafetensors,
  type DecodeSafetensorsOptions,
  decodeValues,
  encodeSafetensors,
  type Safetensors,
  type SavedTensor,
  type ValuesPlace,
} from "./format.ts";
export {
  type OpenSafetensors,
  openSafetensors,
  type OpenSafetensorsOptions,
  type SafetensorsEntry,
  type SafetensorsPiece,
  type SafetensorsSource,
} from "./stream.ts";
