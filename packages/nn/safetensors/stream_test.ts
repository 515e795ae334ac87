import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { readSafetensors } from "./file.ts";
import { encodeSafetensors, type SavedTensor } from "./format.ts";
import { openSafetensors, type SafetensorsSource } from "./stream.ts";

const TENSORS = new Map<string, SavedTensor>([
  ["layer/kernel", { dtype: "float32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ["empty", { dtype: "float32", shape: [0, 4], data: new Float32Array() }],
  ["steps", { dtype: "int32", shape: [], data: Int32Array.of(7) }],
]);
const BYTES = encodeSafetensors(TENSORS, { author: "me" }).slice();

/** Bytes as they come, `size` at a time; `ended` is told when nothing more is asked for. */
async function* inParts(bytes: Uint8Array, size: number, ended = () => {}) {
  try {
    for (let at = 0; at < bytes.length; at += size) {
      yield await Promise.resolve(bytes.subarray(at, at + size));
    }
  } finally {
    ended();
  }
}

/** All that a source has. */
async function all(source: SafetensorsSource): Promise<[string, SavedTensor][]> {
  return await Array.fromAsync(await openSafetensors(source));
}

const refusal = (source: SafetensorsSource) => assertRejects(() => all(source), DataError);

/** A file whose header is this text, with these bytes of data. */
function fileOf(header: string, data: Uint8Array = new Uint8Array()): Uint8Array<ArrayBuffer> {
  const text = new TextEncoder().encode(header),
    bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
}

async function inFile(bytes: Uint8Array, body: (path: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir(), path = `${folder}/model.safetensors`;
  try {
    await Deno.writeFile(path, bytes);
    await body(path);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("tensors come from paths, files of a page, and bytes in parts of any size", () =>
  inFile(BYTES, async (path) => {
    assertEquals([...(await readSafetensors(path)).tensors], [...TENSORS]);
    const sources: SafetensorsSource[] = [
      path,
      new URL(`file://${path}`),
      new Blob([BYTES]),
      new File([BYTES], "mine"),
      [BYTES],
      new Response(BYTES).body!,
      ...[1, 2, 3, 7, 8, 1000].map((size) => inParts(BYTES, size)),
      ReadableStream.from(inParts(BYTES, 5)),
    ];
    for (const source of sources) assertEquals(await all(source), [...TENSORS]);
  }));

Deno.test("streams of platforms that do not iterate over them are read", async () => {
  const { body } = new Response(BYTES);
  const plain = { getReader: () => body!.getReader() } as unknown as ReadableStream<Uint8Array>;
  assertEquals(await all(plain), [...TENSORS]);
});

Deno.test("the header is known before the values", async () => {
  const opened = await openSafetensors(new File([BYTES], "mine"));
  assertEquals([opened.file, opened.metadata], ["mine", { author: "me" }]);
  assertEquals([...opened.entries], [
    ["layer/kernel", { dtype: "F32", shape: [2, 3] }],
    ["empty", { dtype: "F32", shape: [0, 4] }],
    ["steps", { dtype: "I32", shape: [] }],
  ]);
  await opened.close();
});

Deno.test("what is long comes in pieces of at most 1 MiB, and only what is wanted", async () => {
  const length = 600_001, data = Float32Array.from({ length }, (_, i) => i);
  const whole: [string, SavedTensor][] = [
    ["before", { dtype: "float32", shape: [3], data: data.slice(0, 3) }],
    ["long", { dtype: "float32", shape: [length], data }],
  ];
  const bytes = encodeSafetensors(new Map(whole));
  const opened = await openSafetensors(inParts(bytes, 70_001));
  let next = 0;
  for await (const { name, begin, values } of opened.pieces((name) => name === "long")) {
    assertEquals([name, begin], ["long", next]);
    assert(values.byteLength <= 1 << 20);
    assert(values.every((value, i) => value === begin + i));
    next += values.length;
  }
  assertEquals(next, length);
  assertEquals(await all(inParts(bytes, 70_001)), whole);
});

Deno.test("half precision becomes float32", async () => {
  const header = '{"h":{"dtype":"F16","shape":[2],"data_offsets":[0,4]},' +
    '"b":{"dtype":"BF16","shape":[2],"data_offsets":[4,8]}}';
  // numpy.float16([1.5, -0.0999755859375]), and the upper halves of float32 [1.5, -3.140625].
  const bytes = fileOf(header, Uint8Array.of(0, 0x3e, 0x66, 0xae, 0xc0, 0x3f, 0x49, 0xc0));
  const [[, half], [, brain]] = await all(inParts(bytes, 3));
  assertEquals(half.data, Float32Array.of(1.5, -0.0999755859375));
  assertEquals(brain.data, Float32Array.of(1.5, -3.140625));
});

Deno.test("a file that is cut anywhere is refused, known length or not", async () => {
  for (let end = 0; end < BYTES.length; end++) {
    const cut = BYTES.slice(0, end);
    const stream = await refusal(inParts(cut, 7)), blob = await refusal(new Blob([cut]));
    assert(stream.offset! <= end && blob.offset! <= end);
  }
  const cut = BYTES.slice(0, -1);
  // Where the length is known, before any value is read.
  await assertRejects(() => openSafetensors(new Blob([cut])), DataError, "it is truncated");
  await inFile(cut, async (path) => {
    const error = await assertRejects(() => openSafetensors(path), DataError, "it is truncated");
    assertEquals([error.file, error.offset], [path, cut.length]);
  });
  const error = await refusal(inParts(cut, 7));
  assertStringIncludes(error.message, "it is truncated: current the end of the file at byte");
  assertEquals(error.offset, cut.length);
  const longer = await refusal(inParts(Uint8Array.of(...BYTES, 0), 7));
  assertStringIncludes(longer.message, "it has bytes left over");
});

Deno.test("nothing is made of what a header only promises", async () => {
  const size = 2 ** 40;
  const entry = `{"w":{"dtype":"F32","shape":[${size / 4}],"data_offsets":[0,${size}]}}`;
  const error = await refusal(inParts(fileOf(entry, new Uint8Array(64)), 16));
  assertStringIncludes(error.message, "it is truncated");
  // A header of 99 MB, of which nothing comes.
  const long = new Uint8Array(9);
  new DataView(long.buffer).setBigUint64(0, 99_000_000n, true);
  long[8] = "{".charCodeAt(0);
  assertStringIncludes((await refusal([long])).message, "must end within the file");
  const longer = long.slice();
  new DataView(longer.buffer).setBigUint64(0, 100_000_001n, true);
  assertStringIncludes((await refusal(endless(longer))).message, "at most 100000000");
});

/** Bytes, then zeros without end. */
async function* endless(bytes: Uint8Array) {
  yield bytes;
  for (;;) yield await Promise.resolve(new Uint8Array(1 << 16));
}

Deno.test("what is no safetensors file is called by its name", async () => {
  const page = new TextEncoder().encode("<!DOCTYPE html><html>");
  assertStringIncludes((await refusal([page])).message, "current a page of text");
  assertStringIncludes((await refusal([])).message, "begin with the header's length");
  const text = await refusal(["text"] as unknown as Uint8Array[]);
  assertStringIncludes(text.message, "each part must be a Uint8Array: current string");
});

Deno.test("whatever gives the bytes is told when no more are wanted", async () => {
  let ended = 0;
  const parts = (bytes: Uint8Array) => inParts(bytes, 7, () => ended++);
  await all(parts(BYTES));
  assertEquals(ended, 1);
  const opened = await openSafetensors(parts(BYTES));
  for await (const _ of opened) break;
  assertEquals(ended, 2);
  await (await openSafetensors(parts(BYTES))).close();
  assertEquals(ended, 3);
  await refusal(parts(BYTES.slice(0, -1)));
  await refusal(parts(fileOf("nothing")));
  assertEquals(ended, 5);
  await opened.close();
  assertEquals(ended, 5);
});

Deno.test("bytes that do not come any more say why", async () => {
  const lost = async function* () {
    yield BYTES.subarray(0, BYTES.length - 8);
    throw await Promise.resolve(new Error("the connection was lost"));
  };
  const error = await refusal(lost());
  assertStringIncludes(error.message, "current the connection was lost");
  for (const address of ["https://example.org/a", new URL("https://example.org/a")]) {
    await assertRejects(() => openSafetensors(address), DataError, "(await fetch(address)).body");
  }
  const none = await assertRejects(() => openSafetensors("no/such/file"), DataError);
  assertEquals(none.file, "no/such/file");
});
