/**
 * What `torch.save` wrote before version 1.6, and writes when it is asked to: five pickles one after the
 * other, then the storages.
 */
import { DataError } from "@neurite/tensor";
import { type Refuse, refuser } from "../refuse.ts";
import { readPickle } from "./pickle.ts";
import { rebuild, type TorchStorage } from "./torch_objects.ts";
import { storageOf } from "./zip_pt.ts";

/** The number that the first of the pickles is. */
const MAGIC = 0x1950a86a20f9469cfc6cn;

/**
 * What was saved, tensors as {@linkcode TorchTensor}.
 *
 * @throws {DataError} if it is another pickle, or damaged.
 */
export function readLegacyPt(bytes: Uint8Array, file: string): unknown {
  const storages = new Map<string, TorchStorage>(), refuse: Refuse = refuser(file);
  const reader = {
    call: (name: string, args: readonly unknown[]) => rebuild(name, args, file),
    persistent: (id: unknown) => storageOf(id, storages),
  };
  let at = 0;
  const next = (): unknown => {
    const { value, end } = readPickle(bytes, file, reader, at);
    at = end;
    return value;
  };
  const first = next();
  if (first !== MAGIC) {
    const what = first instanceof Map || Array.isArray(first) ? "data" : "an object";
    throw new DataError(
      `Cannot read ${file} as it must be written by torch.save: current another Python pickle, ${what}. ` +
        "In PyTorch, write torch.save(model.state_dict(), file)",
      { file, offset: 0, expected: "a file of torch.save", found: `another pickle, ${what}` },
    );
  }
  next(); // The version of the format.
  next(); // What kind of machine wrote it: all of today's have the low byte first.
  const value = next(), keys = next();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (const key of Array.isArray(keys) ? keys : []) {
    const storage = storages.get(key);
    if (at + 8 > bytes.length) {
      refuse("its storages must be whole", at, "8 bytes", bytes.length - at);
    }
    const count = Number(view.getBigUint64(at, true)), size = storage?.elementBytes;
    if (storage === undefined || size === undefined) {
      refuse("its storages must be of a known type", at, "a known type", storage?.type ?? "none");
    }
    const from = at + 8, end = from + count * size;
    if (!(end <= bytes.length)) {
      refuse(
        "its storages must be whole",
        at,
        `at most ${bytes.length - from} bytes`,
        count * size,
      );
    }
    storage.bytes = bytes.subarray(from, end);
    at = end;
  }
  return value;
}
