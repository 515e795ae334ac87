/** What `torch.save` writes: a zip archive with a pickle, and a file for each storage. */
import { DataError } from "@neurite/tensor";
import { wrongKind } from "../refuse.ts";
import { readZip } from "../zip/read_zip.ts";
import { readPickle } from "./pickle.ts";
import { rebuild, TorchStorage } from "./torch_objects.ts";

/**
 * What was saved, tensors as {@linkcode TorchTensor}.
 *
 * @throws {DataError} if it is another archive, a TorchScript program, or damaged.
 */
export async function readZipPt(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<unknown> {
  const entries = readZip(bytes, file);
  const pickle = [...entries.keys()].find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  if (pickle === undefined) throw wrongKind(file, bytes, "a PyTorch state dictionary (.pt)");
  const root = pickle.slice(0, -"data.pkl".length);
  if ([...entries.keys()].some((name) => name.startsWith(`${root}code/`))) {
    throw new DataError(
      `Cannot read ${file} as it must be a state dictionary: current a TorchScript program. In PyTorch, ` +
        "write torch.save(torch.jit.load(file).state_dict(), other)",
      { file, expected: "a state dictionary", found: "a TorchScript program" },
    );
  }
  const order = entries.get(`${root}byteorder`);
  if (order !== undefined && new TextDecoder().decode(await order.read()) !== "little") {
    throw new DataError(
      `Cannot read ${file} as its numbers must have the low byte first: current the high byte first`,
      { file, expected: "little", found: "big" },
    );
  }
  const storages = new Map<string, TorchStorage>();
  const { value } = readPickle(await entries.get(pickle)!.read(), file, {
    call: (name, args) => rebuild(name, args, file),
    persistent: (id) => storageOf(id, storages),
  });
  for (const storage of storages.values()) {
    storage.bytes = await entries.get(`${root}data/${storage.key}`)?.read();
  }
  return value;
}

/** The storage that `("storage", class, key, device, size)` refers to; one for each key. */
export function storageOf(id: unknown, storages: Map<string, TorchStorage>): unknown {
  const [kind, type, key, , size] = Array.isArray(id) ? id : [];
  if (kind !== "storage" || typeof key !== "string") return undefined;
  const known = storages.get(key);
  if (known !== undefined) return known;
  const name = (type as { name?: string } | undefined)?.name ?? "";
  const storage = new TorchStorage(key, name, Number(size));
  storages.set(key, storage);
  return storage;
}
