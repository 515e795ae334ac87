/** Files that want to hurt: what they may cost, and how they are made of good ones. */
import { assert } from "@std/assert";
import { readSafetensors, type SavedTensor, writeSafetensors } from "@neurite/nn";
import fc from "npm:fast-check@4.10.2";

/** Milliseconds of processor time that a file may take. */
const MOST_TIME = 1000;
/** Memory that a file may take: a multiple of its size, and what garbage may lie about. */
const MOST_TIMES_SIZE = 3, BESIDES = 48 * 2 ** 20;

/** Runs `body` with the path of a file to be. */
export async function withFile(body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(`${folder}/file.safetensors`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What is known of the loading of a file. */
interface Loaded {
  /** Milliseconds of processor time. */
  readonly time: number;
  /** Bytes of memory. */
  readonly memory: number;
  /** The error, if it was refused. */
  readonly error?: { readonly name: string; readonly message: string; readonly file?: string };
}

/** A file in its first form and in others, which are named. */
export interface Forms {
  readonly tensors: ReadonlyMap<string, SavedTensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes hostile forms of a good file beside it and loads them in a process of its own. Each must be
 * refused by a `DataError` that names it, within the processor time and the memory that a file of its
 * size may take. Gives the messages.
 */
export async function assertAllRefused(
  kind: "model" | "CharRNN",
  good: string,
  forms: Readonly<Record<string, Forms>>,
): Promise<string[]> {
  const names = Object.keys(forms), paths = names.map((_, i) => `${good}.${i}`);
  for (const [i, { tensors, metadata }] of Object.values(forms).entries()) {
    await writeSafetensors(paths[i], tensors, metadata);
  }
  const script = new URL("load_files.ts", import.meta.url).pathname;
  const flags = [
    "--quiet",
    "--no-check",
    "--no-prompt",
    "--no-lock",
    "--allow-read",
    "--allow-sys",
  ];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", ...flags, script, kind, good, ...paths],
  }).output();
  const lines = new TextDecoder().decode(stdout).trim().split("\n");
  assert(lines.length === paths.length, new TextDecoder().decode(stderr));
  return lines.map((line, i) => {
    const { time, memory, error }: Loaded = JSON.parse(line), { size } = Deno.statSync(paths[i]);
    const what = `${names[i]}, ${size} bytes`;
    assert(error !== undefined, `${what}: was read`);
    checkError(error, paths[i], what);
    assert(time < MOST_TIME, `${what}: ${time} ms`);
    assert(memory < MOST_TIMES_SIZE * size + BESIDES, `${what}: ${memory} bytes of memory`);
    return error.message;
  });
}

function checkError(
  { name, message, file }: NonNullable<Loaded["error"]>,
  path: string,
  what: string,
): void {
  assert(name === "DataError", `${what}: ${name}: ${message}`);
  assert(file === path && message.startsWith("Cannot "), `${what}: ${message}`);
  assert(message.length < 1000, `${what}: a message of ${message.length} characters`);
}

/** What stands in the place of a part of the metadata. */
const HOSTILE: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      null,
      true,
      -1,
      0,
      0.5,
      1e4,
      1e9,
      2 ** 53,
      1e300,
      "",
      "x",
      "__proto__",
      "\u001b[2J",
      [],
      {},
    ],
    ...[[[]], [null], ["x"], [-1], [1e9, 1e9], { number: "NaN" }, { number: "Infinity" }],
    { className: "Dense", config: { units: 1e8 } },
    { className: "Sequential", config: { layers: [] } },
    { className: "constructor", config: {} },
    JSON.parse("[".repeat(150) + "]".repeat(150)),
  ),
  fc.string(),
  fc.double(),
  fc.jsonValue({ maxDepth: 3 }),
);

/** Puts `hostile` in the place of one part of a value, chosen by `choice`, or takes that part away. */
function changed(value: unknown, choice: number, hostile: unknown, removes: boolean): unknown {
  const places: [holder: Record<string, unknown>, key: string][] = [];
  const visit = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    for (const [key, inner] of Object.entries(part)) {
      places.push([part as Record<string, unknown>, key]);
      visit(inner);
    }
  };
  const copy = structuredClone(value);
  visit(copy);
  if (places.length === 0) return hostile;
  const [holder, key] = places[choice % places.length];
  if (!removes) holder[key] = hostile;
  else if (Array.isArray(holder)) holder.splice(Number(key), 1);
  else delete holder[key];
  return copy;
}

/**
 * Loads a good file with parts of its metadata changed or taken away, so many times: each is read, or
 * refused by a `DataError` that names it. Returns how many were refused.
 */
export async function assertNoHarm(
  path: string,
  load: (path: string) => Promise<unknown>,
  numRuns: number,
): Promise<number> {
  const { tensors, metadata } = await readSafetensors(path), hostilePath = `${path}.hostile`;
  const json = Object.entries(metadata).filter(([, text]) => /^[{["]/.test(text));
  const change = fc.record({
    part: fc.nat({ max: json.length - 1 }),
    choice: fc.nat(),
    hostile: HOSTILE,
    removes: fc.boolean(),
  });
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
      const texts = { ...metadata };
      for (const { part, choice, hostile, removes } of changes) {
        const [key] = json[part];
        texts[key] = JSON.stringify(changed(JSON.parse(texts[key]), choice, hostile, removes));
      }
      if (!Object.values(texts).every((text) => text.isWellFormed())) return;
      await writeSafetensors(hostilePath, tensors, texts);
      const since = performance.now();
      const error = await load(hostilePath).then(() => undefined, (error) => error);
      const time = performance.now() - since, what = JSON.stringify(changes);
      // Other tests may be running: what is meant is that none hangs.
      assert(time < 10 * MOST_TIME, `${what}: ${time} ms`);
      if (error === undefined) return;
      checkError(error, hostilePath, `${what}: ${error.stack}`);
      refused++;
    }),
    { numRuns },
  );
  return refused;
}
