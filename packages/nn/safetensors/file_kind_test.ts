import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { loadModel, loadWeights } from "../checkpoint.ts";
import fixture from "../fixtures/file_kinds.json" with { type: "json" };
import { network } from "../testing/small_network.ts";
import { fileKind } from "./file_kind.ts";
import { decodeSafetensors, encodeSafetensors } from "./format.ts";

/** What is said of the files that the other programs wrote. */
const KINDS: Record<keyof typeof fixture.heads, [kind: string, remedy: string]> = {
  "array.npy": ["a NumPy array (.npy)", "safetensors"],
  "array.npy.gz": ["a gzip file", "gunzip"],
  "arrays.npz": ["NumPy arrays (.npz)", "safetensors"],
  "model.h5": ["an HDF5 file", "loadKeras"],
  "model.keras": ["a Keras model (.keras)", "loadKeras"],
  "model.weights.h5": ["an HDF5 file", "loadKeras"],
  "old.pth": ["a Python pickle", "loadTorch"],
  "plain.onnx": ["an ONNX model", "fromOnnx"],
  "pytorch.onnx": ["an ONNX model", "fromOnnx"],
  "script.pt": ["a PyTorch file (.pt)", "loadTorch"],
  "state.pt": ["a PyTorch file (.pt)", "loadTorch"],
};

const bytesOf = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));

Deno.test("files of Keras, PyTorch, ONNX and NumPy are called by their names", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, head] of Object.entries(fixture.heads)) {
      const [kind, remedy] = KINDS[name as keyof typeof KINDS], path = `${folder}/${name}`;
      await Deno.writeFile(path, bytesOf(atob(head)));
      for (const load of [() => loadModel(path), () => loadWeights(network(), path)]) {
        const error = await assertRejects(load, DataError, kind);
        assert(error.message.startsWith(`Cannot read ${path} as it must be a safetensors file`));
        assert(error.message.includes(remedy), error.message);
        assertEquals([error.file, error.offset], [path, 0]);
      }
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("other files are told by what their formats say they begin with", () => {
  const kinds: [text: string, kind: string][] = [
    ["GGUF\x03\0\0\0", "GGUF"],
    ["\x1c\0\0\0TFL3\x14\0\x20\0", "TensorFlow Lite"],
    ["version https://git-lfs.github.com/spec/v1\noid sha256:4d7a", "Git LFS"],
    ["<!DOCTYPE html><html><head>", "a page"],
    ['{"format":"layers-model","generatedBy":"keras v2.9.0"', "JSON"],
    ["PK\x03\x04\x14\0\0\0\x08\0" + "\0".repeat(16) + "\x05\0\0\0a.txt", "a zip archive"],
  ];
  for (const [text, kind] of kinds) {
    assertThrows(() => decodeSafetensors(bytesOf(text)), DataError, kind);
  }
  assertEquals(fileKind(bytesOf("nothing that is known")), undefined);
});

Deno.test("safetensors whose length begins like another format are read", () => {
  // Headers of 0x8b1f and 0x0280 bytes begin as gzip and as a pickle do.
  for (const length of [0x8b1f, 0x0280]) {
    const text = '{"__metadata__":{"a":""}}'.padEnd(length);
    const bytes = Uint8Array.from([length & 255, length >> 8, 0, 0, 0, 0, 0, 0, ...bytesOf(text)]);
    assertEquals(decodeSafetensors(bytes).metadata, { a: "" });
  }
  const tensors = new Map([["w", {
    dtype: "float32" as const,
    shape: [0],
    data: new Float32Array(),
  }]]);
  assertEquals(decodeSafetensors(encodeSafetensors(tensors)).tensors, tensors);
});
