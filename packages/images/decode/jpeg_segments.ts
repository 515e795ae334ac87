/** The segments of a JPEG file: what it says about its pixels, before any is decoded. */
import { checkSize, type Reading, startsWith, undecodable, viewOf } from "./reading.ts";
import { readOrientation } from "./orientation.ts";

/** Markers, the second byte of each. */
const TEM = 0x01, RST0 = 0xd0, RST7 = 0xd7, SOI = 0xd8, EOI = 0xd9, SOS = 0xda, COM = 0xfe;
const APP0 = 0xe0, APP1 = 0xe1, APP14 = 0xee, APP15 = 0xef;
/** Markers of tables: Huffman's, quantization, restart intervals. */
const TABLES = [0xc4, 0xdb, 0xdd];
/** Frames that are decoded: baseline, extended and progressive, coded by Huffman. */
const FRAMES = [0xc0, 0xc1, 0xc2];
/** What other frames are. */
const OTHERS: Readonly<Record<number, string>> = {
  0xc3: "lossless",
  0xc5: "hierarchical",
  0xc6: "hierarchical",
  0xc7: "hierarchical",
  0xc9: "arithmetic coding",
  0xca: "arithmetic coding",
  0xcb: "lossless with arithmetic coding",
  0xcc: "arithmetic coding",
  0xcd: "hierarchical",
  0xce: "hierarchical",
  0xcf: "hierarchical",
  0xdc: "a height that comes after its pixels",
  0xde: "hierarchical",
};
const ASCII = (text: string) => Array.from(text, (c) => c.charCodeAt(0));
const JFIF = ASCII("JFIF\0"), EXIF = ASCII("Exif\0\0"), ADOBE = ASCII("Adobe");

/** Passes through the image are at most so many times as costly as one through the largest image. */
const MOST_WORK = 20;
/** Fewer bits for so many pixels there cannot be: each 8 x 8 block of one colour has one. */
const MOST_PIXELS_PER_BIT = 256;

/** A colour of a JPEG file: its name, and how many of its pixels there are, across and down. */
export interface Component {
  readonly id: number;
  readonly across: number;
  readonly down: number;
}

/** A JPEG file, looked through. */
export interface JpegFile {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** Whether three colours are luminance and two differences of colour. */
  readonly luminance: boolean;
  /** Which way up it is, as in Exif. */
  readonly orientation: number;
  /** The file without notes, but for Adobe's where there are four colours. */
  readonly bare: Uint8Array;
}

/** Whether a file begins as JPEG files do. */
export function isJpeg(bytes: Uint8Array): boolean {
  return startsWith(bytes, [0xff, SOI, 0xff]);
}

/** Looks through the segments of a JPEG file; refuses what the decoder would not do right. */
export function readJpeg(bytes: Uint8Array, reading: Reading): JpegFile {
  const view = viewOf(bytes), kept: [begin: number, end: number][] = [[0, 2]];
  let frame: { width: number; height: number; components: Component[] } | undefined;
  let adobe: { transform: number; place: [number, number] } | undefined;
  let jfif = false, orientation = 1, scans = 0, coded = 0, at = 2;
  for (let marker = 0; marker !== EOI;) {
    while (at < bytes.length && bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    if (at + 2 > bytes.length) throw truncated(reading, bytes.length);
    if (bytes[at] !== 0xff) {
      throw undecodable(reading, "each part must begin with a marker", `byte ${bytes[at]}`, {
        offset: at,
      });
    }
    marker = bytes[at + 1];
    if (marker === EOI || marker === TEM) {
      if (marker === EOI) kept.push([at, at + 2]);
      at += 2;
      continue;
    }
    const length = at + 4 > bytes.length ? 0 : view.getUint16(at + 2), end = at + 2 + length;
    if (length < 2 || end > bytes.length) throw truncated(reading, bytes.length);
    const data = bytes.subarray(at + 4, end);
    if (FRAMES.includes(marker)) {
      if (frame !== undefined) throw undecodable(reading, "it must be one image", "two frames");
      frame = readFrame(data, reading);
      kept.push([at, end]);
    } else if (TABLES.includes(marker)) kept.push([at, end]);
    else if (marker === SOS) {
      const stop = endOfScan(bytes, end);
      scans++;
      coded += stop - end;
      kept.push([at, stop]);
      at = stop;
      continue;
    } else if (marker === APP0) jfif ||= startsWith(data, JFIF);
    else if (marker === APP1 && startsWith(data, EXIF)) {
      orientation = readOrientation(data.subarray(EXIF.length));
    } else if (marker === APP14 && data.length >= 12 && startsWith(data, ADOBE)) {
      adobe ??= { transform: data[11], place: [at, end] };
    } else if (!(marker >= APP0 && marker <= APP15) && marker !== COM) {
      const found = OTHERS[marker] ?? `a part of kind ${marker.toString(16)}`;
      throw undecodable(reading, "it must be baseline or progressive JPEG", found, { offset: at });
    }
    at = end;
  }
  if (frame === undefined || scans === 0) {
    throw undecodable(reading, "there must be an image in it", "none");
  }
  const { width, height, components } = frame, pixels = width * height;
  if (8 * coded * MOST_PIXELS_PER_BIT < pixels || scans * pixels > MOST_WORK * reading.maxPixels) {
    const found = `${width} x ${height} of ${coded} bytes in ${scans} passes`;
    throw undecodable(reading, "its size must be that of what is in it", found);
  }
  if (components.length === 4) {
    if (adobe === undefined) {
      const found = "no note of Adobe's, which says how";
      throw undecodable(reading, "its four colours must be mixed in a known way", found, {
        fix: "Save it in red, green and blue",
      });
    }
    kept.splice(1, 0, adobe.place);
  }
  const named = components.map(({ id }) => id).join() === ASCII("RGB").join();
  const luminance = components.length === 3 &&
    (jfif || (adobe === undefined ? !named : adobe.transform !== 0));
  return { width, height, components, luminance, orientation, bare: joined(bytes, kept) };
}

function truncated(reading: Reading, size: number) {
  return undecodable(reading, "a JPEG file must go on to its end", `${size} bytes, then nothing`, {
    offset: size,
    fix: "It is truncated: fetch it again",
  });
}

/** Where the coded pixels end that begin here: at the next marker. */
function endOfScan(bytes: Uint8Array, begin: number): number {
  for (let at = begin;;) {
    at = bytes.indexOf(0xff, at);
    if (at < 0) return bytes.length;
    const next = bytes[at + 1];
    if (next === 0xff) at += 1;
    else if (next === 0 || (next >= RST0 && next <= RST7)) at += 2;
    else return at;
  }
}

function readFrame(data: Uint8Array, reading: Reading) {
  const rule = "its header must be that of a JPEG image", count = data[5];
  if (data.length < 6 || data.length !== 6 + 3 * count) {
    throw undecodable(reading, rule, `${data.length} bytes for ${count ?? "no"} colours`);
  }
  const view = viewOf(data), height = view.getUint16(1), width = view.getUint16(3);
  checkSize(reading, width, height);
  if (data[0] !== 8) throw undecodable(reading, "its numbers must have 8 bits", `${data[0]} bits`);
  if (![1, 3, 4].includes(count)) {
    throw undecodable(reading, "it must have 1, 3 or 4 colours", String(count));
  }
  const components = Array.from({ length: count }, (_, i): Component => {
    const [id, sampling] = data.subarray(6 + 3 * i);
    return { id, across: sampling >> 4, down: sampling & 15 };
  });
  const good = components.every(({ across, down }) =>
    across >= 1 && across <= 4 && down >= 1 && down <= 4
  );
  if (!good || new Set(components.map(({ id }) => id)).size < count) {
    throw undecodable(reading, rule, JSON.stringify(components));
  }
  return { width, height, components };
}

/** Pieces of the file, one after the other. */
function joined(bytes: Uint8Array, pieces: readonly (readonly [number, number])[]): Uint8Array {
  const size = pieces.reduce((sum, [begin, end]) => sum + end - begin, 0);
  const whole = new Uint8Array(size);
  let at = 0;
  for (const [begin, end] of pieces) {
    whole.set(bytes.subarray(begin, end), at);
    at += end - begin;
  }
  return whole;
}
