/** Decoding files that were changed at random: an image comes out, or a `DataError`, and soon. */
import { assert, assertEquals } from "@std/assert";
import { DataError } from "@neurite/tensor";
import fc from "npm:fast-check@4.10.2";
import { type Change, changes } from "../../../testing/changed_files.ts";
import { decodeImage } from "../mod.ts";
import { type DecodeFixture, readFixture } from "../testing/fixture.ts";

const { files } = await readFixture<DecodeFixture>("decode.json");
/** How long one file of a few KB may take, on a busy machine. */
const PATIENCE_MS = 5000;

const change = changes(
  fc.tuple(fc.nat(), fc.constantFrom(0xc0, 0xc2, 0xc4, 0xd8, 0xd9, 0xda, 0xdb, 0xdd, 0xff))
    .map(([at, marker]): Change => (bytes) => {
      bytes.splice(at % bytes.length, 2, 0xff, marker);
    }),
  fc.tuple(fc.nat(), fc.nat(), fc.nat({ max: 200 })).map(([from, to, count]): Change => (bytes) => {
    bytes.splice(to % bytes.length, 0, ...bytes.slice(from % bytes.length).slice(0, count));
  }),
);

/** Puts the checksums of PNG right, so that what is behind them is reached, too. */
function repaired(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer);
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 8 + view.getUint32(at);
    if (end + 4 > bytes.length) break;
    let sum = 0xffffffff;
    for (let i = at + 4; i < end; i++) {
      sum ^= bytes[i];
      for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
    }
    view.setUint32(end, ~sum >>> 0);
    at = end + 4;
  }
  return bytes;
}

/** Decodes, or is refused as it should be. */
function decodeOrRefuse(bytes: Uint8Array): void {
  const begin = performance.now();
  try {
    const { width, height, channels, data } = decodeImage(bytes, { maxPixels: 1e6 });
    assertEquals(data.length, width * height * channels);
  } catch (error) {
    assert(error instanceof DataError, String((error as Error).stack));
    assert(error.message.startsWith("Cannot decode the image as "), error.message);
  }
  const took = performance.now() - begin;
  assert(took < PATIENCE_MS, `${took} ms`);
}

for (const kind of ["PNG", "JPEG"]) {
  const some = files.filter(({ name }) => name.startsWith("JPEG") === (kind === "JPEG"));
  Deno.test(`${kind} files that were changed give an image or a DataError`, () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...some),
        fc.array(change, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        ({ file }, changes, repair) => {
          const bytes = [...file];
          for (const one of changes) if (bytes.length > 0) one(bytes);
          const changed = Uint8Array.from(bytes);
          decodeOrRefuse(kind === "PNG" && repair ? repaired(changed) : changed);
        },
      ),
      { numRuns: 1500, seed: 1 },
    );
  });
}

Deno.test("any bytes behind a good beginning give an image or a DataError", () => {
  const begins = [[], [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0xff, 0xd8, 0xff]];
  fc.assert(
    fc.property(
      fc.constantFrom(...begins),
      fc.uint8Array({ maxLength: 200 }),
      (begin, rest) => decodeOrRefuse(Uint8Array.from([...begin, ...rest])),
    ),
    { numRuns: 1000, seed: 2 },
  );
});
