import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { DataError } from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { readIdx } from "./idx.ts";

/** An IDX file: its type, its dimensions, and its elements as bytes. */
function idx(type: number, shape: number[], elements: ArrayLike<number>): Uint8Array {
  const header = new Uint8Array(4 + 4 * shape.length);
  header.set([0, 0, type, shape.length]);
  shape.forEach((size, axis) => new DataView(header.buffer).setUint32(4 + 4 * axis, size));
  return Uint8Array.from([...header, ...Array.from(elements)]);
}

function refusal(bytes: Uint8Array): DataError {
  return assertThrows(() => readIdx(bytes, "some-file"), DataError);
}

Deno.test("readIdx reads each element type, high byte first", () => {
  const cases: [number, number[], number[]][] = [
    [0x08, [0, 127, 255], [0, 127, 255]],
    [0x09, [0, 127, 255], [0, 127, -1]],
    [0x0b, [0, 1, 1, 0, 255, 254], [1, 256, -2]],
    [0x0c, [0, 0, 0, 1, 0, 1, 0, 0, 255, 255, 255, 254], [1, 65536, -2]],
    [0x0d, [0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0], [1, -2, 0]],
    [
      0x0e,
      [0x3f, 0xf0, 0, 0, 0, 0, 0, 0, 0xc0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
      [1, -2, 0],
    ],
  ];
  for (const [type, bytes, values] of cases) {
    const array = readIdx(idx(type, [3], bytes));
    assertEquals(Array.from(array.data), values);
    assertEquals(array.shape, [3]);
  }
});

Deno.test("readIdx lays the elements out in row-major order and owns its data", () => {
  const file = idx(0x08, [2, 3], [1, 2, 3, 4, 5, 6]);
  const within = new Uint8Array(file.length + 5); // a view that does not start its buffer
  within.set(file, 5);
  const array = readIdx(within.subarray(5));
  within.fill(0);
  assertEquals([array.get(0, 2), array.get(1, 0)], [3, 4]);
  assertEquals(array.data.buffer.byteLength, 6);
});

Deno.test("readIdx accepts an axis of length 0", () => {
  assertEquals(readIdx(idx(0x08, [0, 28, 28], [])).shape, [0, 28, 28]);
});

Deno.test("readIdx tells where a foreign or broken file goes wrong", () => {
  const gzip = refusal(Uint8Array.of(0x1f, 0x8b, 8, 0, 1, 2));
  assertEquals([gzip.file, gzip.offset, gzip.found], ["some-file", 0, "gzip (1f 8b 08 00)"]);
  assertStringIncludes(gzip.message, 'Decompress it first, as DecompressionStream("gzip") does');
  assertEquals(refusal(new Uint8Array(0)).found, "an empty file");
  assertEquals(refusal(Uint8Array.of(0, 0, 8)).offset, 0);

  const type = refusal(idx(0x0a, [1], [1]));
  assertEquals([type.offset, type.expected, type.found], [2, "08, 09, 0b, 0c, 0d, 0e", "0a"]);
  assertEquals([refusal(idx(8, [], [])).offset, refusal(idx(8, [], [])).found], [3, 0]);
  assertEquals(refusal(idx(8, new Array(9).fill(1), [1])).found, 9);

  const header = refusal(idx(8, [2, 2], [1, 2, 3, 4]).subarray(0, 10));
  assertEquals([header.offset, header.expected], [10, "12 bytes or more"]);

  const truncated = refusal(idx(8, [2, 2], [1, 2, 3]));
  assertEquals([truncated.offset, truncated.expected], [15, "16 bytes"]);
  assertStringIncludes(truncated.message, "shape [2, 2] makes 16 bytes (it is truncated)");

  const longer = refusal(idx(8, [2, 2], [1, 2, 3, 4, 5]));
  assertEquals([longer.offset, longer.found], [16, "1 more bytes"]);
});

Deno.test("readIdx refuses a hostile header before it allocates", () => {
  const huge = 0xffff_ffff;
  const error = refusal(idx(0x0e, new Array(8).fill(huge), [1, 2, 3]));
  assertEquals(error.expected, `${36 + 8 * huge ** 8} bytes`);
  refusal(idx(8, [huge], [1]));
  refusal(idx(8, [2 ** 31, 2 ** 31, 4], [])); // 2^64 elements, which must not wrap around to 0
});

Deno.test("readIdx gives back what was written, whatever the shape", () => {
  const shapes = fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(shapes, fc.nat(), (shape, salt) => {
    const length = shape.reduce((product, size) => product * size, 1);
    const elements = Array.from({ length }, (_, i) => (i * 7 + salt) % 256);
    const array = readIdx(idx(8, shape, elements));
    assertEquals(array.shape, shape);
    assertEquals(Array.from(array.data), elements);
  }));
});

Deno.test("readIdx, fuzzed: an array of the size of the file or a DataError", () => {
  const valid = idx(0x0b, [2, 3], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  const byte = fc.oneof(
    fc.constantFrom(0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 255),
    fc.nat({ max: 255 }),
  );
  const header = fc.tuple(
    fc.constantFrom(0x08, 0x09, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f),
    fc.nat({ max: 9 }),
    fc.array(byte, { maxLength: 60 }),
  ).map(([type, rank, rest]) => Uint8Array.from([0, 0, type, rank, ...rest]));
  const edits = fc.array(fc.tuple(fc.nat({ max: valid.length - 1 }), byte), {
    minLength: 1,
    maxLength: 3,
  }).map((changes) => {
    const bytes = valid.slice();
    for (const [at, byte] of changes) bytes[at] = byte;
    return bytes;
  });
  const cuts = fc.nat({ max: valid.length - 1 }).map((length) => valid.subarray(0, length));
  let read = 0, refused = 0;
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 80 }), header, edits, cuts), (bytes) => {
      try {
        const array = readIdx(bytes);
        assertEquals(array.data.byteLength + 4 + 4 * array.shape.length, bytes.length);
        read++;
      } catch (error) {
        assertInstanceOf(error, DataError);
        assert(error.offset! <= bytes.length && error.expected !== undefined);
        refused++;
      }
    }),
    { numRuns: 5000 },
  );
  assert(read > 100 && refused > 1000, `${read} read, ${refused} refused`);
});
