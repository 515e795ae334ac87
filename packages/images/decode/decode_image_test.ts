/** Decoding, against Pillow and against numbers that are known: `tools/fixtures/photographs.py` made the files. */
import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "@neurite/tensor";
import { decodeImage } from "../mod.ts";
import { type DecodeFixture, readFixture } from "../testing/fixture.ts";

const { files } = await readFixture<DecodeFixture>("decode.json");
const named = (name: string) => {
  const found = files.find((file) => file.name === name);
  assert(found !== undefined, name);
  return found;
};

for (const { name, file, width, height, channels, data, within } of files) {
  Deno.test(`decodes ${name}`, () => {
    const image = decodeImage(file);
    assertEquals([image.width, image.height, image.channels], [width, height, channels]);
    assertEquals(image.data.length, data.length);
    let worst = 0;
    image.data.forEach((value, i) => worst = Math.max(worst, Math.abs(value - data[i])));
    // Of JPEG, libjpeg and jpeg-js round the cosine transform differently.
    assert(worst <= within, `off by ${worst}`);
  });
}

Deno.test("JPEG files come out as libjpeg's on average, too: colours are interpolated as it does", () => {
  for (const { name, file, data } of files.filter(({ name }) => name.startsWith("JPEG"))) {
    const found = decodeImage(file).data;
    const off = found.reduce((sum, value, i) => sum + Math.abs(value - data[i]), 0) / data.length;
    assert(off < 0.6, `${name}: ${off}`);
  }
});

Deno.test("the channels that are asked for, and Exif left alone", () => {
  const { file } = named("JPEG, orientation 6");
  const shape = (options: Parameters<typeof decodeImage>[1]) => {
    const { width, height, channels } = decodeImage(file, options);
    return [width, height, channels];
  };
  assertEquals(shape({}), [16, 24, 3]);
  assertEquals(shape({ orient: false }), [24, 16, 3]);
  assertEquals(shape({ channels: 1 }), [16, 24, 1]);
  assertEquals(shape({ channels: 4 }), [16, 24, 4]);
  const opaque = decodeImage(named("palette with opacity").file, { channels: 3 });
  assertEquals(opaque.channels, 3);
});

/** Refuses with a `DataError` that says this. */
function refuses(bytes: Uint8Array, text: string, options = {}): DataError {
  const error = assertThrows(() => decodeImage(bytes, options), DataError, text);
  assert(error.message.startsWith("Cannot decode "), error.message);
  return error;
}

/** A PNG file with another header, its checksum put right. */
function withHeader(change: (header: DataView) => void): Uint8Array {
  const bytes = named("type 2, 8 bits").file.slice(), view = new DataView(bytes.buffer);
  change(new DataView(bytes.buffer, 16, 13));
  let sum = 0xffffffff;
  for (const byte of bytes.subarray(12, 29)) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  }
  view.setUint32(29, ~sum >>> 0);
  return bytes;
}

/** Where the first bytes of a marker are. */
function place(bytes: Uint8Array, marker: number): number {
  return bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === marker);
}

Deno.test("what is no image is named", () => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  refuses(bytes("name,label\n"), "current a text");
  refuses(new Uint8Array(), "current an empty file");
  refuses(bytes("GIF89a"), "current a GIF image");
  refuses(bytes("RIFF....WEBPVP8 "), "current a WebP image");
  refuses(bytes("....ftypavif"), "current an AVIF or HEIC image");
  refuses(Uint8Array.of(0, 1, 2, 0xff), "bytes that begin with 00 01 02 ff");
  const { file, found, offset } = refuses(bytes("BMx"), "Cannot decode cats/1.png as it must be", {
    file: "cats/1.png",
  });
  assertEquals([file, found, offset], ["cats/1.png", "a BMP image", 0]);
  assertThrows(() => decodeImage("cat.png" as unknown as Uint8Array), TypeError, "a Uint8Array");
  assertThrows(() => decodeImage(bytes(""), { maxPixels: 0 }), RangeError, "maxPixels");
  assertThrows(() => decodeImage(bytes(""), { channel: 3 } as object), TypeError, "channels");
});

Deno.test("gigapixels in a header are refused before anything is decoded or allocated", () => {
  const begin = performance.now();
  const huge = withHeader((header) => {
    header.setUint32(0, 60_000);
    header.setUint32(4, 60_000);
  });
  refuses(huge, "at most 50000000 pixels: current 60000 x 60000");
  refuses(withHeader((header) => header.setUint32(0, 2 ** 32 - 1)), "current 4294967295 x 9");
  refuses(withHeader((header) => header.setUint32(0, 0)), "it must have pixels: current 0 x 9");
  const photo = named("JPEG 4:2:0").file.slice(), frame = place(photo, 0xc0);
  const view = new DataView(photo.buffer);
  view.setUint16(frame + 5, 65_500);
  view.setUint16(frame + 7, 65_500);
  refuses(photo, "current 65500 x 65500");
  // Few bytes cannot be many pixels, even where so many would be allowed.
  refuses(photo, "its size must be that of what is in it", { maxPixels: 2 ** 33 });
  refuses(huge, "as its header says: current", { maxPixels: 1e9 / 250 * 1000 });
  view.setUint16(frame + 5, 0);
  refuses(photo, "it must have pixels: current 65500 x 0");
  assert(performance.now() - begin < 20_000);
});

Deno.test("pixels that decompress to more than the header says are refused, without making them", async () => {
  // 512 MB of zeros in 512 KB, in the place of 297 bytes.
  const zeros = new Blob([new Uint8Array(1 << 26)]).stream();
  const bomb = new Uint8Array(
    await new Response(zeros.pipeThrough(new CompressionStream("deflate"))).arrayBuffer(),
  );
  const good = named("type 2, 8 bits").file, at = 33;
  const name = new TextEncoder().encode("IDAT"), chunk = new Uint8Array(bomb.length + 4);
  chunk.set(name);
  chunk.set(bomb, 4);
  const whole = new Uint8Array(at + bomb.length + 12 + 12), view = new DataView(whole.buffer);
  whole.set(good.subarray(0, at));
  view.setUint32(at, bomb.length);
  whole.set(chunk, at + 4);
  view.setUint32(at + 4 + chunk.length, crc(chunk));
  whole.set(good.subarray(-12), at + 12 + bomb.length);
  refuses(whole, "current more of them");
});

function crc(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  }
  return ~sum >>> 0;
}

Deno.test("truncated files are told at every length", () => {
  for (const name of ["in seven pieces, with notes", "JPEG 4:2:0", "JPEG 4:2:0, progressive"]) {
    const { file } = named(name);
    for (let length = 0; length < file.length; length++) {
      refuses(file.subarray(0, length), length < 8 ? "" : "", {});
    }
    refuses(file.subarray(0, file.length - 3), "It is truncated: fetch it again");
  }
});

Deno.test("kinds of JPEG that are not decoded say which they are", () => {
  const kind = (marker: number, text: string) => {
    const bytes = named("JPEG 4:4:4").file.slice();
    bytes[place(bytes, 0xc0) + 1] = marker;
    refuses(bytes, text);
  };
  kind(0xc9, "current arithmetic coding");
  kind(0xc3, "current lossless");
  kind(0xc5, "current hierarchical");
  const bits = named("JPEG 4:4:4").file.slice();
  bits[place(bits, 0xc0) + 4] = 12;
  refuses(bits, "8 bits: current 12 bits");
  const inks = named("JPEG, four inks").file.slice();
  inks[place(inks, 0xee) + 4] = 0;
  refuses(inks, "Save it in red, green and blue");
});

Deno.test("damage is told: checksums, palettes, filters, coded pixels", () => {
  const changed = named("type 2, 8 bits").file.slice();
  changed[50] ^= 1;
  refuses(changed, "part IDAT with a wrong checksum");
  refuses(withHeader((header) => header.setUint8(8, 3)), "type 2 with 3 bits");
  refuses(withHeader((header) => header.setUint8(9, 3)), "a palette of three bytes a colour");
  refuses(withHeader((header) => header.setUint8(10, 1)), "its methods must be");
  refuses(withHeader((header) => header.setUint32(4, 8)), "current more of them");
  refuses(withHeader((header) => header.setUint32(4, 10)), "current 306 of them");
  const photo = named("JPEG 4:4:4").file, half = photo.subarray(0, place(photo, 0xda) + 300);
  const { cause } = refuses(Uint8Array.of(...half, 0xff, 0xd9), "its coded pixels must be whole");
  assert(cause instanceof Error);
});
