/** What files are that somebody takes for safetensors, told by their first bytes. */
// deno-lint-ignore-file no-control-regex -- many formats begin with control characters

/** A kind of file. */
export interface FileKind {
  /** What it is. */
  readonly kind: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** How files of other programs are read, and what they have to write where they are not. */
const KERAS = "Read it by loadKeras of @neurite/formats";
const TORCH = "Read its parameters by loadTorch of @neurite/formats";
const ONNX = "Read it by fromOnnx of @neurite/formats";
const TFJS = "If it is the model.json of TensorFlow.js, read it by loadTfjs of @neurite/formats";
const GGUF =
  "Its weights are quantized for llama.cpp. Take the safetensors files that it was made of";
const OTHER = "Weights are read from safetensors files: write them as such where they come from";

/** The archives that are zip files, by the name of the first file in them. */
const IN_ZIP: readonly [name: RegExp, kind: string, remedy: string][] = [
  [/^(metadata|config)\.json$|\.weights\.h5$/, "a Keras model (.keras)", KERAS],
  [/\/(data\.pkl|data\/\d+|\.format_version|version|byteorder)$/, "a PyTorch file (.pt)", TORCH],
  [/\.npy$/, "NumPy arrays (.npz)", OTHER],
  [/./, "a zip archive", OTHER],
];

/** Other files, by how they begin, as one character a byte. */
const BEGINS: readonly [begin: RegExp, kind: string, remedy: string][] = [
  [/^\x89HDF\r\n\x1a\n/, "an HDF5 file, such as Keras's (.h5)", KERAS],
  [/^\x1f\x8b/, "a gzip file", "Unpack it first: gunzip FILE"],
  [/^GGUF/, "a GGUF file of llama.cpp", GGUF],
  [/^\x93NUMPY/, "a NumPy array (.npy)", OTHER],
  [/^\x80[\x02-\x05]/, "a Python pickle, such as PyTorch's old form (.pt, .pth)", TORCH],
  // A message of ModelProto: its version, then the name of the program that made it, or the graph.
  [/^\x08[\x01-\x20](\x12.{0,64}[ -~]|[\x12\x1a\x22\x3a\x42])/s, "an ONNX model", ONNX],
  [/^.{4}TFL3/s, "a TensorFlow Lite model", OTHER],
  [
    /^version https:\/\/git-lfs/,
    "a pointer of Git LFS, not the file itself",
    "Fetch it: git lfs pull",
  ],
  [
    /^\s*<(!doctype|html|\?xml)/i,
    "a page of text (HTML or XML)",
    "Was it downloaded from the page about it?",
  ],
  [/^\s*[{[]/, "JSON", TFJS],
];

/**
 * The kind of a file that begins with these bytes, 256 of them, and what to do with it; `undefined` where
 * it is not a known one.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { fileKind } from "@neurite/nn";
 *
 * assertEquals(fileKind(new TextEncoder().encode("GGUF..."))?.kind, "a GGUF file of llama.cpp");
 * ```
 */
export function fileKind(bytes: Uint8Array): FileKind | undefined {
  const text = String.fromCharCode(...bytes);
  const local = /^PK\x03\x04.{22}(..)(..)/s.exec(text);
  const rules = local === null ? BEGINS : IN_ZIP;
  const subject = local === null ? text : text.slice(30, 30 + local[1].charCodeAt(0));
  const found = rules.find(([rule]) => rule.test(subject));
  return found && { kind: found[1], remedy: found[2] };
}
