/** The chunks of a PNG file: header, palette, transparency and compressed pixels, each checked. */
import { checkSize, type Reading, startsWith, undecodable, viewOf } from "./reading.ts";
import { readOrientation } from "./orientation.ts";

/** The first eight bytes of every PNG file. */
const SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** What the numbers of a pixel are, by the type in the header: how many, and how long they may be. */
const COLOURS: Readonly<Record<number, { samples: number; depths: readonly number[] }>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] },
  2: { samples: 3, depths: [8, 16] },
  3: { samples: 1, depths: [1, 2, 4, 8] },
  4: { samples: 2, depths: [8, 16] },
  6: { samples: 4, depths: [8, 16] },
};

/** What a PNG file says about its pixels. */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits of a number. */
  readonly depth: number;
  /** 0 grey, 2 colours, 3 places in a palette, 4 grey and opacity, 6 colours and opacity. */
  readonly colour: number;
  /** Numbers of a pixel. */
  readonly samples: number;
  /** Whether pixels come in seven passes, coarse ones first. */
  readonly interlaced: boolean;
}

/** A PNG file taken apart. */
export interface PngFile extends PngHeader {
  /** Red, green and blue of each colour of the palette. */
  readonly palette: Uint8Array | undefined;
  /** The opacity of the palette's colours, or the colour that is transparent. */
  readonly transparency: Uint8Array | undefined;
  /** The pieces of the compressed pixels. */
  readonly compressed: readonly Uint8Array[];
  /** Which way up it is, as in Exif. */
  readonly orientation: number;
}

/** Whether a file begins as PNG files do. */
export function isPng(bytes: Uint8Array): boolean {
  return startsWith(bytes, SIGNATURE);
}

/** The remainders of all bytes, for the cyclic redundancy check of ISO 3309. */
const REMAINDERS = Uint32Array.from({ length: 256 }, (_, byte) => {
  for (let bit = 0; bit < 8; bit++) byte = byte & 1 ? 0xedb88320 ^ (byte >>> 1) : byte >>> 1;
  return byte;
});

function checksum(bytes: Uint8Array): number {
  let sum = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) sum = REMAINDERS[(sum ^ bytes[i]) & 255] ^ (sum >>> 8);
  return ~sum >>> 0;
}

/** Takes a PNG file apart; its sizes are checked before anything else is read. */
export function readPng(bytes: Uint8Array, reading: Reading): PngFile {
  const view = viewOf(bytes), compressed: Uint8Array[] = [];
  let header: PngHeader | undefined, palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined, orientation = 1;
  for (let at = SIGNATURE.length;;) {
    if (at + 12 > bytes.length) throw truncated(reading, bytes.length);
    const length = view.getUint32(at), end = at + 8 + length;
    const name = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (end + 4 > bytes.length) throw truncated(reading, bytes.length);
    const data = bytes.subarray(at + 8, end);
    const critical = (bytes[at + 4] & 32) === 0 || name === "tRNS";
    if (critical && checksum(bytes.subarray(at + 4, end)) !== view.getUint32(end)) {
      throw undecodable(reading, "its parts must be whole", `part ${name} with a wrong checksum`, {
        offset: at,
      });
    }
    if (header === undefined && name !== "IHDR") {
      throw undecodable(reading, "a PNG file must begin with its header", `part ${name}`, {
        offset: at,
      });
    }
    if (name === "IHDR" && header === undefined) header = readHeader(data, reading);
    else if (name === "PLTE" && palette === undefined) palette = data;
    else if (name === "tRNS") transparency = data;
    else if (name === "eXIf") orientation = readOrientation(data);
    else if (name === "IDAT") compressed.push(data);
    else if (name === "IEND") return { ...header!, palette, transparency, compressed, orientation };
    else if (critical) {
      throw undecodable(reading, "each of its parts must be known", `part ${name}`, { offset: at });
    }
    at = end + 4;
  }
}

function truncated(reading: Reading, size: number) {
  return undecodable(reading, "a PNG file must go on to its end", `${size} bytes, then nothing`, {
    offset: size,
    fix: "It is truncated: fetch it again",
  });
}

function readHeader(data: Uint8Array, reading: Reading): PngHeader {
  if (data.length !== 13) {
    throw undecodable(reading, "its header must have 13 bytes", String(data.length));
  }
  const view = viewOf(data), width = view.getUint32(0), height = view.getUint32(4);
  const [depth, colour, compression, filter, interlace] = data.subarray(8);
  checkSize(reading, width, height);
  const known = COLOURS[colour];
  if (known === undefined || !known.depths.includes(depth)) {
    throw undecodable(
      reading,
      "its pixels must be of a kind that there is in PNG",
      `type ${colour} with ${depth} bits`,
    );
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const found = `methods ${compression}, ${filter} and ${interlace}`;
    throw undecodable(reading, "its methods must be 0, 0 and 0 or 1", found);
  }
  return { width, height, depth, colour, samples: known.samples, interlaced: interlace === 1 };
}
