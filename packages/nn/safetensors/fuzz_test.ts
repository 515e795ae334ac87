import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { type Change, changes } from "../../../testing/changed_files.ts";
import { decodeSafetensors, encodeSafetensors, type SavedTensor } from "./format.ts";
import { openSafetensors } from "./stream.ts";

/** Names: ordinary ones, odd ones, and those that objects know. */
const name = fc.oneof(
  fc.string({ unit: "grapheme" }).filter((name) => name !== "__metadata__"),
  fc.constantFrom("__proto__", "constructor", "toString", "", "a/b", "\u0000", "dtype"),
);

const tensor: fc.Arbitrary<SavedTensor> = fc
  .array(fc.nat({ max: 4 }), { maxLength: 4 })
  .chain((shape) => {
    const size = shape.reduce((product, n) => product * n, 1), length = { minLength: size };
    return fc.oneof(
      fc.float32Array({ ...length, maxLength: size })
        .map((data): SavedTensor => ({ dtype: "float32", shape, data })),
      fc.int32Array({ ...length, maxLength: size })
        .map((data): SavedTensor => ({ dtype: "int32", shape, data })),
    );
  });

const contents = fc.record({
  tensors: fc.array(fc.tuple(name, tensor), { maxLength: 5 }).map((pairs) => new Map(pairs)),
  metadata: fc.array(fc.tuple(name, fc.string({ unit: "grapheme" })), { maxLength: 3 })
    .map((pairs) => Object.fromEntries(pairs)),
});

const change = changes(
  fc.tuple(fc.nat(), fc.constantFrom('"', "{", "}", "[", "]", ",", ":", "-", "9", "0", "\\", " "))
    .map(([at, sign]): Change => (bytes) => {
      bytes.splice(8 + at % Math.max(1, bytes.length - 8), 0, sign.charCodeAt(0));
      bytes[0]++;
    }),
);

/** Reads bytes: what is read can be written and read again, or there is a `DataError`. */
function readOrRefuse(bytes: Uint8Array): boolean {
  let read;
  try {
    read = decodeSafetensors(bytes, { file: "it" });
  } catch (error) {
    assert(error instanceof DataError, String(error));
    assert(error.message.startsWith("Cannot read it as "), error.message);
    assertEquals(error.file, "it");
    assert(error.offset! >= 0 && error.offset! <= bytes.length, error.message);
    assert(error.expected !== undefined && error.found !== undefined, error.message);
    return false;
  }
  const again = decodeSafetensors(encodeSafetensors(read.tensors, read.metadata));
  assertEquals([...again.tensors], [...read.tensors]);
  assertEquals(Object.entries(again.metadata), Object.entries(read.metadata));
  return true;
}

Deno.test("what is encoded is decoded", () => {
  fc.assert(
    fc.property(contents, ({ tensors, metadata }) => {
      const bytes = encodeSafetensors(tensors, metadata), prefix = new DataView(bytes.buffer);
      assertEquals(Number(prefix.getBigUint64(0, true)) % 8, 0);
      const decoded = decodeSafetensors(bytes);
      assertEquals([...decoded.tensors], [...tensors]);
      assertEquals(Object.entries(decoded.metadata), Object.entries(metadata));
    }),
    { numRuns: 300 },
  );
});

Deno.test("random bytes are refused", () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void readOrRefuse(bytes)), {
    numRuns: 1000,
  });
});

Deno.test("random headers are read or refused", () => {
  const token = fc.constantFrom(
    ...'{ } [ ] , : " \\ 0 1 8 9007199254740993 -1 1.5 null "a" "b" "__proto__" "__metadata__"'
      .split(" "),
    ...['"dtype":"U8"', '"shape":[1]', '"data_offsets":[0,1]', '"dtype"', '"shape"'],
    '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}',
  );
  let read = 0;
  fc.assert(
    fc.property(
      fc.array(token, { maxLength: 12 }),
      fc.uint8Array({ maxLength: 2 }),
      (list, data) => {
        const text = new TextEncoder().encode(`{${list.join("")}`);
        const bytes = new Uint8Array([text.length, 0, 0, 0, 0, 0, 0, 0, ...text, ...data]);
        if (text.length < 256 && readOrRefuse(bytes)) read++;
      },
    ),
    {
      numRuns: 3000,
      examples: [[
        ['"a"', ":", '{"dtype":"U8","shape":[1],"data_offsets":[0,1]}', "}"],
        new Uint8Array(1),
      ]],
    },
  );
  assert(read > 0);
});

Deno.test("changed files are read or refused", () => {
  let read = 0, refused = 0;
  fc.assert(
    fc.property(contents, fc.array(change, { minLength: 1, maxLength: 3 }), (content, changes) => {
      const bytes = [...encodeSafetensors(content.tensors, content.metadata)];
      for (const change of changes) if (bytes.length > 0) change(bytes);
      if (readOrRefuse(Uint8Array.from(bytes))) read++;
      else refused++;
    }),
    { numRuns: 3000 },
  );
  assert(read > 50 && refused > 1000, `${read} read, ${refused} refused`);
});

Deno.test("a file that is cut anywhere is refused", () => {
  const data = new Float32Array([1, 2, 3]);
  const bytes = encodeSafetensors(new Map([["w", { dtype: "float32", shape: [3], data }]]));
  for (let end = 0; end < bytes.length; end++) {
    assertThrows(() => decodeSafetensors(bytes.subarray(0, end)), DataError);
  }
});

Deno.test("a file in parts is read, or refused, as the whole one is", async () => {
  let read = 0, refused = 0;
  await fc.assert(
    fc.asyncProperty(
      contents,
      fc.array(change, { maxLength: 2 }),
      fc.integer({ min: 1, max: 40 }),
      async (content, changes, size) => {
        const list = [...encodeSafetensors(content.tensors, content.metadata)];
        for (const change of changes) if (list.length > 0) change(list);
        const bytes = Uint8Array.from(list);
        const parts = Array.from(
          { length: Math.ceil(bytes.length / size) },
          (_, i) => bytes.subarray(i * size, (i + 1) * size),
        );
        let whole: Map<string, SavedTensor> | undefined;
        try {
          whole = decodeSafetensors(bytes).tensors;
        } catch (error) {
          assert(error instanceof DataError, String(error));
        }
        try {
          const tensors = await Array.fromAsync(await openSafetensors(parts));
          assertEquals(new Map(tensors), whole);
          read++;
        } catch (error) {
          if (!(error instanceof DataError)) throw error;
          assertEquals(whole, undefined, error.message);
          refused++;
        }
      },
    ),
    { numRuns: 1000 },
  );
  assert(read > 50 && refused > 50, `${read} read, ${refused} refused`);
});
