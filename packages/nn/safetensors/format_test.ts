import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { DataError, DTypeError, ShapeError } from "@neurite/tensor";
import expected from "../fixtures/python.json" with { type: "json" };
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from "./format.ts";

/** A file of a header and data, with the length of the header in front unless another is given. */
function fileOf(header: string | Uint8Array, data: number[] | Uint8Array = [], length?: bigint) {
  const text = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const bytes = new Uint8Array([...new Uint8Array(8), ...text, ...data]);
  new DataView(bytes.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  return bytes;
}

/** The entry of a tensor in a header. */
const entry = (name: string, dtype: string, shape: unknown, offsets: unknown) =>
  `${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: offsets })}`;

function refused(bytes: Uint8Array, ...parts: string[]): DataError {
  const error = assertThrows(() => decodeSafetensors(bytes, { file: "model" }), DataError);
  assertStringIncludes(error.message, "Cannot read model as ");
  for (const part of parts) assertStringIncludes(error.message, part);
  assertEquals(error.file, "model");
  assert(error.offset! >= 0 && error.offset! <= bytes.length, error.message);
  assert(error.expected !== undefined && error.found !== undefined);
  return error;
}

Deno.test("a file of Python's safetensors is read, every element type", () => {
  const bytes = Deno.readFileSync(new URL("../fixtures/python.safetensors", import.meta.url));
  // The bytes may stand anywhere in a buffer.
  for (const shift of [0, 1, 4]) {
    const moved = new Uint8Array(bytes.length + shift).subarray(shift);
    moved.set(bytes);
    const { tensors, metadata } = decodeSafetensors(moved);
    assertEquals(metadata, expected.metadata);
    assertEquals([...tensors.keys()].sort(), Object.keys(expected.tensors).sort());
    for (const [name, { shape, values }] of Object.entries(expected.tensors)) {
      const { shape: found, dtype, data } = tensors.get(name)!;
      assertEquals(found, shape, name);
      const whole = /^(BOOL|[IU]\d|größer)/.test(name);
      assertEquals(dtype, whole ? "int32" : "float32", name);
      const right = values.map(Number);
      assertEquals(data, whole ? Int32Array.from(right) : Float32Array.from(right), name);
    }
  }
});

Deno.test("the layout of a file, byte by byte", () => {
  const bytes = encodeSafetensors(
    new Map<string, SavedTensor>([
      ["a", { dtype: "float32", shape: [1, 2], data: new Float32Array([1, -2]) }],
      ["b", { dtype: "int32", shape: [], data: new Int32Array([258]) }],
    ]),
    { k: "v" },
  );
  const header = '{"__metadata__":{"k":"v"},' +
    '"a":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},' +
    '"b":{"dtype":"I32","shape":[],"data_offsets":[8,12]}}';
  assertEquals(header.length % 8, 6); // two spaces follow
  const data = [0, 0, 128, 63, 0, 0, 0, 192, 2, 1, 0, 0]; // 1, -2 and 258, the low byte first
  assertEquals(bytes, fileOf(header + "  ", data));
  assertEquals((bytes.length - data.length) % 8, 0);
});

Deno.test("what is encoded is decoded: views, NaN, -0, nothing, odd names", () => {
  const tensors = new Map<string, SavedTensor>([
    ["", { dtype: "float32", shape: [0, 3], data: new Float32Array() }],
    ["__proto__", { dtype: "float32", shape: [1], data: new Float32Array([NaN]) }],
    ['"\\\n\u0000 größer', { dtype: "int32", shape: [1], data: new Int32Array([-(2 ** 31)]) }],
    ["part", { dtype: "float32", shape: [2], data: new Float32Array([7, -0, 1e-45]).subarray(1) }],
  ]);
  const metadata = Object.fromEntries([["__proto__", "x"], ["", '"😀"'], ["constructor", ""]]);
  const decoded = decodeSafetensors(encodeSafetensors(tensors, metadata));
  assertEquals(decoded.tensors, tensors);
  assert(Object.is(decoded.tensors.get("part")!.data[0], -0));
  assertEquals(Object.entries(decoded.metadata), Object.entries(metadata));
  assertEquals(Object.getPrototypeOf(decoded.metadata), Object.prototype);
  assertEquals(({} as Record<string, unknown>).x, undefined);
  const empty = encodeSafetensors(new Map());
  assertEquals(empty, fileOf("{}      "));
  assertEquals(decodeSafetensors(empty), { tensors: new Map(), metadata: {} });
});

Deno.test("what cannot be written is refused", () => {
  const data = new Float32Array(2);
  const write = (name: string, tensor: unknown, metadata?: unknown) => () =>
    encodeSafetensors(new Map([[name, tensor as SavedTensor]]), metadata as Record<string, string>);
  const good = { dtype: "float32", shape: [2], data };
  assertThrows(write("__metadata__", good), RangeError, "__metadata__");
  assertThrows(write("\ud800", good), RangeError, "well-formed");
  assertThrows(write("w", { ...good, shape: [3] }), ShapeError, "2 values for [3]");
  assertThrows(write("w", { ...good, shape: [-1, -2] }), ShapeError);
  assertThrows(write("w", { ...good, shape: [2 ** 52, 4, 0] }), ShapeError);
  assertThrows(write("w", { ...good, dtype: "int32" }), DTypeError, "Float32Array for int32");
  assertThrows(write("w", { ...good, dtype: "toString" }), DTypeError, "toString");
  assertThrows(write("w", { ...good, data: new Float64Array(2) }), DTypeError, "Float64Array");
  assertThrows(write("w", good, { epoch: 3 }), TypeError, 'number under "epoch"');
});

Deno.test("hostile files: the length of the header", () => {
  assertEquals(refused(new Uint8Array()).offset, 0);
  refused(new Uint8Array(7), "7");
  refused(fileOf("{}", [], 3n), "at most 2", "current 3");
  refused(fileOf("{}", [], 2n ** 64n - 1n), "current 18446744073709552000");
  refused(fileOf("{}", [], 2n ** 63n));
  refused(fileOf("", [], 0n), "empty header");
  const long = new Uint8Array(100_000_016);
  new DataView(long.buffer).setUint32(0, 100_000_001, true);
  refused(long, "at most 100000000");
});

Deno.test("hostile files: no header of JSON", () => {
  refused(fileOf(new Uint8Array([0x7b, 0xff, 0x7d])), "UTF-8", "7b ff 7d");
  refused(fileOf(" {}"), "begins with {", "20 7b 7d");
  refused(fileOf("\ufeff{}"), "ef bb bf");
  refused(fileOf("[]"), "5b 5d");
  refused(fileOf("null"));
  assertEquals(refused(fileOf("{"), "a string", "the end of the header").offset, 9);
  refused(fileOf("{}x"), "expected the end of the header", '"x"');
  refused(fileOf("{}\0"));
  refused(fileOf("{,}"), "expected a string");
  refused(fileOf('{"a"}'), 'expected ":"');
  refused(fileOf(`{${entry("a", "U8", [0], [0, 0])},}`), "a string");
  refused(fileOf(`{${entry("a", "U8", [0], [0, 0])} "b"`), 'expected "}"');
  refused(fileOf('{"a'), "a string of JSON");
  refused(fileOf('{"a\\"'), "a string of JSON");
  refused(fileOf('{"\\x":1}'), "a string of JSON");
  refused(fileOf('{"\\ud800":1}'), "a string of JSON");
  refused(fileOf('{"a\nb":1}'), "a string of JSON");
  // The place is counted in bytes, not in characters.
  assertEquals(refused(fileOf('{"größe":1}')).offset, 8 + '{"groesse":'.length);
});

Deno.test("hostile files: names that come twice", () => {
  const a = entry("a", "U8", [1], [0, 1]);
  refused(fileOf(`{${a},${entry("a", "U8", [1], [1, 2])}}`, [1, 2]), 'current "a"');
  refused(fileOf(`{${a},${a.replace("a", "\\u0061")}}`, [1]), 'current "a"');
  refused(fileOf(`{"__metadata__":{"k":"1","k":"2"}}`), 'current "k"');
  refused(fileOf(`{"__metadata__":{},"__metadata__":{}}`), "__metadata__");
  refused(fileOf(`{"a":{"dtype":"U8","dtype":"I8","shape":[1],"data_offsets":[0,1]}}`, [1]));
});

Deno.test("hostile files: entries that are none", () => {
  for (
    const entry of [
      "{}",
      "1",
      "null",
      "[]",
      '{"dtype":"U8","shape":[1]}',
      '{"dtype":"U8","shape":[1],"data_offsets":[0]}',
      '{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}',
      '{"dtype":"U8","shape":1,"data_offsets":[0,1]}',
      '{"dtype":8,"shape":[1],"data_offsets":[0,1]}',
      '{"dtype":"U8","shape":[1],"data_offsets":[0,1],"__proto__":{"polluted":1}}',
      '{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}',
      `${"[".repeat(1e6)}${"]".repeat(1e6)}`,
      '{"a":'.repeat(1e6),
      ...["-1", "1.5", "1.0", "1e0", "01", "+1", '"1"', "null", "true", "NaN", "9007199254740992"]
        .map((n) => `{"dtype":"U8","shape":[${n}],"data_offsets":[0,1]}`),
      ...["-1", "0.5", "18446744073709551615"].map((n) =>
        `{"dtype":"U8","shape":[1],"data_offsets":[${n},1]}`
      ),
    ]
  ) refused(fileOf(`{"a":${entry}}`, [1]), "must describe its tensors");
  assertEquals(({} as Record<string, unknown>).polluted, undefined);
  for (const metadata of ["1", "null", "[]", '{"a":1}', '{"a":null}', '{"a":{"b":"c"}}']) {
    refused(fileOf(`{"__metadata__":${metadata}}`), "must describe its tensors");
  }
});

Deno.test("hostile files: types, shapes and places that do not go together", () => {
  const one = (dtype: string, shape: number[], offsets: number[], size = 4) =>
    fileOf(`{${entry("a", dtype, shape, offsets)}}`, new Uint8Array(size));
  for (const dtype of ["F4", "U64", "C64", "F8_E4M3", "", "f32", "toString", "__proto__"]) {
    refused(one(dtype, [1], [0, 4]), "known element type", "F64, F32, F16, BF16", `"${dtype}"`);
  }
  refused(one("F32", [2], [0, 4]), "expected 8 bytes", "4 bytes for F32 [2]");
  refused(one("F32", [1], [0, 5], 5), "expected 4 bytes");
  refused(one("F32", [1], [4, 0]), "-4 bytes");
  refused(one("U8", [2 ** 53 - 1, 2], [0, 4]), "a size below 2^53");
  refused(one("F64", [2 ** 52], [0, 4]), "a size below 2^53");
  refused(one("U8", [2 ** 27, 2 ** 27, 0], [0, 0], 0), "a size below 2^53");
  refused(one("U8", [2 ** 40], [0, 2 ** 40]), "is truncated", "the end of the file");
  refused(one("F32", [1], [0, 4], 3), "is truncated");
  refused(one("F32", [1], [0, 4], 5), "bytes left over", "1 more bytes");
  refused(one("F32", [1], [4, 8], 8), "must begin where the one before it ends", "current 4");
  const two = (first: number[], second: number[]) =>
    fileOf(
      `{${entry("a", "U8", [2], first)},${entry("b", "U8", [2], second)}}`,
      new Uint8Array(6),
    );
  refused(two([0, 2], [1, 3]), 'tensor "b"', "data offset 2");
  refused(two([0, 2], [3, 5]), "data offset 2");
  refused(two([0, 2], [0, 2]), "data offset 2");
  const left = two([0, 2], [2, 4]);
  assertEquals(refused(left, "bytes left over", "2 more bytes").offset, left.length - 2);
  // The order of the header is not that of the data.
  const swapped = decodeSafetensors(
    fileOf(`{${entry("a", "U8", [1], [1, 2])},${entry("b", "I8", [1], [0, 1])}}`, [255, 254]),
  );
  assertEquals([...swapped.tensors].map(([name, { data }]) => [name, data[0]]), [
    ["a", 254],
    ["b", -1],
  ]);
});

Deno.test("numbers that do not fit are refused, the ones that just fit are read", () => {
  const one = (dtype: string, values: ArrayBufferView) => {
    const { byteLength, buffer } = values, bytes = new Uint8Array(buffer);
    const size = byteLength / Number(dtype.slice(1)) * 8;
    return fileOf(`{${entry("a", dtype, [size], [0, byteLength])}}`, bytes);
  };
  const start = one("I64", new BigInt64Array(2)).length - 16;
  for (const value of [2n ** 31n, -(2n ** 31n) - 1n, 2n ** 32n, 2n ** 63n - 1n, -(2n ** 63n)]) {
    const error = refused(one("I64", new BigInt64Array([1n, value])), `current ${value}`, "int32");
    assertEquals(error.offset, start + 8);
  }
  refused(one("U32", new Uint32Array([0, 2 ** 31])), "current 2147483648");
  refused(one("F64", new Float64Array([0, 3.5e38])), "current 3.5e+38", "float32");
  const { tensors } = decodeSafetensors(one("F64", new Float64Array([3.4028235e38, -Infinity])));
  assertEquals(tensors.get("a")!.data, new Float32Array([3.4028235e38, -Infinity]));
  refused(fileOf(`{${entry("a", "BOOL", [2], [0, 2])}}`, [1, 2]), "current 2", "0 or 1");
});

Deno.test("a header of more names than any model has is refused before they are read", () => {
  const one = (i: number) => `"${i}":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`;
  const text = Array.from({ length: 100_001 }, (_, i) => one(i)).join();
  refused(fileOf(`{${text}}`, []), "at most 100000 names");
});

Deno.test("values that need no conversion are not copied", () => {
  const data = new Float32Array([1, 2, 3]);
  const bytes = encodeSafetensors(new Map([["a", { dtype: "float32", shape: [3], data }]]));
  assertEquals(decodeSafetensors(bytes).tensors.get("a")!.data.buffer, bytes.buffer);
});
