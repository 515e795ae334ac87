/** State dictionaries: the parameters of a PyTorch module by their names, out of any file that has them. */
import { decodeSafetensors } from "@neurite/nn";
import { DataError } from "@neurite/tensor";
import { checkOneOf, printable } from "@neurite/tensor/internal";
import { wrongKind } from "../refuse.ts";
import { isZip } from "../zip/read_zip.ts";
import type { SourceBytes } from "../source.ts";
import { readLegacyPt } from "./legacy_pt.ts";
import { PickledObject } from "./pickle.ts";
import { readZipPt } from "./zip_pt.ts";
import { type StateTensor, TorchTensor } from "./torch_objects.ts";

/** What a reader of `.pt` files is asked for. */
const EXPECTED = "a safetensors file or a PyTorch state dictionary (.pt)";

/** The names under which checkpoints keep the state dictionary, the usual ones first. */
const USUAL = ["model_state_dict", "state_dict", "model", "net", "module", "params"];

/**
 * The parameters of a module by their names, in the order of the file. No value is converted yet.
 *
 * @param key Where in a checkpoint the state dictionary is, if it is not the whole.
 * @throws {DataError} if it is another file, or damaged.
 */
export async function readStateDict(
  { bytes, file }: SourceBytes,
  key?: string,
): Promise<Map<string, StateTensor>> {
  if (isZip(bytes)) return tensorsIn(await readZipPt(bytes, file), file, key);
  if (bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5) {
    return tensorsIn(readLegacyPt(bytes, file), file, key);
  }
  // Safetensors begin with the length of a header, which begins with a brace.
  if (bytes[8] !== 0x7b) throw wrongKind(file, bytes, EXPECTED);
  return withoutPrefix(ofSafetensors(bytes, file));
}

/** The tensors of a safetensors file, which keeps no order: by name, `layers.2` before `layers.10`. */
function ofSafetensors(bytes: Uint8Array, file: string): Map<string, StateTensor> {
  const { compare } = new Intl.Collator("en", { numeric: true });
  const { tensors } = decodeSafetensors(bytes, { file });
  const sorted = [...tensors].sort(([a], [b]) => compare(a, b));
  return new Map(sorted.map(([name, { shape, data }]) => [name, { shape, read: () => data }]));
}

/** The tensors of a dictionary, or of the one in it that `key` names. */
function tensorsIn(root: unknown, file: string, key: string | undefined): Map<string, StateTensor> {
  const found = key === undefined ? dictionaryOf(root, file) : at(root, key, file);
  const named = direct(found);
  if (named.size > 0) return withoutPrefix(named);
  throw nothing(file, found);
}

/** The tensors that stand directly in a dictionary. */
function direct(value: unknown): Map<string, StateTensor> {
  if (!(value instanceof Map)) return new Map();
  return new Map(
    [...value].filter((pair): pair is [string, TorchTensor] =>
      typeof pair[0] === "string" && pair[1] instanceof TorchTensor
    ),
  );
}

/** The dictionary of parameters: the whole, or one in a checkpoint. */
function dictionaryOf(root: unknown, file: string): unknown {
  if (!(root instanceof Map) || direct(root).size > 0) return root;
  const inner = [...root].filter(([, value]) => direct(value).size > 0).map(([name]) =>
    String(name)
  );
  const usual = USUAL.find((name) => inner.includes(name)) ??
    (inner.length === 1 ? inner[0] : undefined);
  if (usual !== undefined) return root.get(usual);
  if (inner.length === 0) return root;
  const found = inner.map((name) => printable(name)).join(", ");
  throw new DataError(
    `Cannot read ${file} as it must be clear which of its dictionaries are the parameters: current ` +
      `${found}. Name one of them by the option key`,
    { file, expected: "one dictionary of tensors", found },
  );
}

/** The dictionary under a name. */
function at(root: unknown, key: string, file: string): unknown {
  const names = root instanceof Map ? [...root.keys()].map(String) : [];
  checkOneOf(`read ${file}`, "key", key, names);
  return (root as Map<string, unknown>).get(key);
}

/** The error of a file without parameters. */
function nothing(file: string, found: unknown): DataError {
  const isObject = found instanceof PickledObject;
  const what = isObject
    ? `a pickled object of class ${printable(found.type)}`
    : "no tensors by name";
  return new DataError(
    `Cannot read ${file} as it must be a state dictionary, names with their tensors: current ${what}. ` +
      "In PyTorch, write it by torch.save(model.state_dict(), file)",
    { file, expected: "a state dictionary", found: what },
  );
}

/** What wrappers of modules put before all names. */
const PREFIXES = ["module.", "_orig_mod."];

function withoutPrefix(named: Map<string, StateTensor>): Map<string, StateTensor> {
  const prefix = PREFIXES.find((prefix) =>
    [...named.keys()].every((name) => name.startsWith(prefix))
  );
  if (prefix === undefined) return named;
  return withoutPrefix(
    new Map(Array.from(named, ([name, tensor]) => [name.slice(prefix.length), tensor])),
  );
}
