/**
 * Damaged and hostile files for every reader: bytes of good files changed, cut and moved, values of their
 * descriptions replaced. Each must be read, or refused by a `DataError`, within a second.
 *
 *     deno run -A packages/formats/testing/fuzz.ts 100000 [reader...]
 *
 * runs so many a reader by hand; the test runs fewer.
 */
import { loadKeras, loadTfjs, loadTorch } from "@neurite/formats";
import { Conv2D } from "@neurite/cnn";
import { Dense, Flatten, type Model, Sequential } from "@neurite/nn";
import { backendInfo, DataError, Rng } from "@neurite/tensor";
import { readZip } from "../zip/read_zip.ts";
import { writeZip } from "../zip/write_zip.ts";

/** A reader, and files that it reads. */
export interface Fuzzed {
  /** Good files, of which others are made. */
  readonly files: readonly Uint8Array<ArrayBuffer>[];
  /** Makes another file of a good one. */
  readonly change: (file: Uint8Array<ArrayBuffer>, rng: Rng) => Promise<Uint8Array<ArrayBuffer>>;
  /** Reads one. */
  readonly read: (file: Uint8Array<ArrayBuffer>) => Promise<unknown>;
}

/** What came of the files. */
export interface Fuzzing {
  /** How many were read all the same. */
  read: number;
  /** How many were refused. */
  refused: number;
  /** Milliseconds of the slowest one. */
  slowest: number;
}

const folder = new URL("../fixtures/", import.meta.url);
const bytesOf = (name: string) => Deno.readFile(new URL(name, folder));

/** Numbers that break readers: bounds of integers, of lengths. */
const ODD = [0, 1, 2, 7, 8, 15, 16, 31, 63, 64, 127, 128, 254, 255];

/** A file with some of its bytes changed, left out, repeated or cut off. */
export function changeBytes(
  file: Uint8Array<ArrayBuffer>,
  rng: Rng,
): Promise<Uint8Array<ArrayBuffer>> {
  let bytes = file.slice();
  // Most of what a reader decides by stands near the beginning or the end.
  const place = () => {
    const share = rng.uniform() * (rng.uniform() < 0.5 ? rng.uniform() : 1);
    const at = Math.floor(share * bytes.length);
    return rng.uniform() < 0.3 ? bytes.length - 1 - at : at;
  };
  for (let left = 1 + rng.integer(4); left > 0 && bytes.length > 8; left--) {
    const at = place(), kind = rng.integer(8);
    if (kind < 2) bytes[at] = ODD[rng.integer(ODD.length)];
    else if (kind === 2) bytes[at] ^= 1 << rng.integer(8);
    else if (kind === 3) bytes[at] = rng.integer(256);
    else if (kind === 4) bytes.fill(rng.uniform() < 0.5 ? 255 : 0, at, at + 1 + rng.integer(8));
    else if (kind === 5) bytes.copyWithin(at, place(), at + rng.integer(64));
    else if (kind === 6) bytes = bytes.slice(0, at);
    else {
      const from = place(), part = file.subarray(from, from + rng.integer(64));
      bytes = new Uint8Array([...bytes.subarray(0, at), ...part, ...bytes.subarray(at)]);
    }
  }
  return Promise.resolve(bytes);
}

/** What is put in the place of a value of JSON. */
const VALUES: readonly unknown[] = [
  ...[null, true, -1, 0, 0.5, 3, 1e9, 2 ** 53, 1e300, "", "x", "__proto__", "\u001b[2J", [], {}],
  ...[[[]], [null], [-1], [1e9, 1e9], ["x", 0, 0], { class_name: "Dense", config: { units: 1e8 } }],
  { class_name: "Sequential", config: { layers: [] } },
  { class_name: "constructor", config: {} },
  JSON.parse("[".repeat(150) + "]".repeat(150)),
];

/** A text of JSON with a value replaced or left out, or twice in its list. */
export function changeJson(text: string, rng: Rng): string {
  const root: unknown = JSON.parse(text);
  for (let left = 1 + rng.integer(3); left > 0; left--) {
    const places: [holder: Record<string, unknown>, key: string][] = [];
    const visit = (part: unknown): void => {
      if (typeof part !== "object" || part === null) return;
      for (const [key, inner] of Object.entries(part)) {
        places.push([part as Record<string, unknown>, key]);
        visit(inner);
      }
    };
    visit(root);
    if (places.length === 0) break;
    const [holder, key] = places[rng.integer(places.length)], kind = rng.integer(4);
    if (kind === 0 && Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (kind === 0) delete holder[key];
    else if (kind === 1 && Array.isArray(holder)) holder.push(structuredClone(holder[Number(key)]));
    else if (kind === 2) holder[key] = structuredClone(places[rng.integer(places.length)][0]);
    else holder[key] = structuredClone(VALUES[rng.integer(VALUES.length)]);
  }
  return JSON.stringify(root);
}

/** A Keras archive with another configuration. */
async function changeConfig(
  file: Uint8Array<ArrayBuffer>,
  rng: Rng,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = await Promise.all(
    Array.from(readZip(file, "it"), async ([name, entry]) => {
      const bytes = await entry.read();
      if (name !== "config.json") return [name, [bytes]] as const;
      const text = changeJson(new TextDecoder().decode(bytes), rng);
      return [name, [new TextEncoder().encode(text)]] as const;
    }),
  );
  return new Uint8Array(await new Blob(writeZip(parts)).arrayBuffer());
}

/** One way or the other. */
const either = (a: Fuzzed["change"], b: Fuzzed["change"]): Fuzzed["change"] => (file, rng) =>
  rng.uniform() < 0.5 ? a(file, rng) : b(file, rng);

/** Frees what was read. */
const freed = async (model: Promise<Model>): Promise<void> => {
  for (const { value } of (await model).weights) value.dispose();
};

/** The model whose parameters the PyTorch files have. */
const net = new Sequential([
  new Conv2D(4, 3, { inputShape: [6, 6, 1] }),
  new Conv2D(4, 3),
  new Flatten(),
  new Dense(8),
  new Dense(3),
], { seed: 1 });
const shard = await bytesOf("tfjs/uint8/shard1of1.bin");

/** The readers by name. */
export const READERS: Readonly<Record<string, Fuzzed>> = {
  "torch, pickles": {
    files: [await bytesOf("torch/net.pt"), await bytesOf("torch/net_checkpoint.pt")],
    change: changeBytes,
    read: (file) => loadTorch(net, file),
  },
  "torch, the old form": {
    files: [await bytesOf("torch/net_old.pth")],
    change: changeBytes,
    read: (file) => loadTorch(net, file),
  },
  "torch, safetensors": {
    files: [await bytesOf("torch/net.safetensors")],
    change: changeBytes,
    read: (file) => loadTorch(net, file),
  },
  "keras, archives": {
    files: [await bytesOf("keras/half.keras"), await bytesOf("keras/symbols.keras")],
    change: either(changeBytes, changeConfig),
    read: (file) => freed(loadKeras(file)),
  },
  "keras, HDF5": {
    files: [
      await bytesOf("keras/half.h5"),
      await bytesOf("keras/symbols.h5"),
      await bytesOf("chunks.h5"),
    ],
    change: changeBytes,
    read: (file) => freed(loadKeras(file)),
  },
  tfjs: {
    files: [await bytesOf("tfjs/uint8/model.json"), await bytesOf("tfjs/functional/model.json")],
    change: either(changeBytes, (file, rng) => {
      const text = changeJson(new TextDecoder().decode(file), rng);
      return Promise.resolve(new TextEncoder().encode(text));
    }),
    read: (file) =>
      freed(loadTfjs([new File([file], "model.json"), new File([shard], "shard1of1.bin")])),
  },
};

/** Reads so many changed files; throws where one is refused by another error, or takes a second. */
export async function fuzz(
  { files, change, read }: Fuzzed,
  count: number,
  seed = 1,
): Promise<Fuzzing> {
  const rng = new Rng(seed), result = { read: 0, refused: 0, slowest: 0 };
  for (let i = 0; i < count; i++) {
    const file = await change(files[i % files.length], rng), since = performance.now();
    try {
      await read(file);
      result.read++;
    } catch (error) {
      if (!(error instanceof DataError) || error.message.length > 5000) {
        throw new Error(`file ${i} of seed ${seed} was refused by ${error}`, { cause: error });
      }
      result.refused++;
    }
    const time = performance.now() - since;
    if (time > 1000) throw new Error(`file ${i} of seed ${seed} took ${time} ms`);
    result.slowest = Math.max(result.slowest, time);
  }
  return result;
}

if (import.meta.main) {
  const [count = "1000", ...names] = Deno.args;
  for (const [name, reader] of Object.entries(READERS)) {
    if (names.length > 0 && !names.some((one) => name.includes(one))) continue;
    const since = performance.now(), { read, refused, slowest } = await fuzz(reader, Number(count));
    const seconds = Math.round((performance.now() - since) / 1000);
    const memory = Math.round(Deno.memoryUsage().rss / 2 ** 20);
    console.log(
      `${name}: ${read} read, ${refused} refused, slowest ${
        slowest.toFixed(0)
      } ms, ${seconds} s, ` +
        `${memory} MiB, ${backendInfo().liveTensors} tensors`,
    );
  }
}
