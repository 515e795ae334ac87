/**
 * PNG files (ISO/IEC 15948). The decompression is fflate's; the format around it is read here, as the
 * decoders that npm has either need Node's own, decompress without a bound, or misread interlaced pixels
 * of less than a byte.
 */
import { Unzlib } from "npm:fflate@0.8.3/browser";
import type { Channels, Image } from "../image.ts";
import { type PngFile, readPng } from "./png_chunks.ts";
import { type Reading, undecodable } from "./reading.ts";

/** Compressed bytes that are handed over at once: they give at most 1032 times as many. */
const PIECE = 1 << 14;

/** Every how many pixels a pass has one, and where it begins. */
interface Pass {
  readonly top: number;
  readonly left: number;
  readonly down: number;
  readonly across: number;
}

const WHOLE: Pass = { top: 0, left: 0, down: 1, across: 1 };

/** The seven passes of Adam7. */
const INTERLACED: readonly Pass[] = [
  { top: 0, left: 0, down: 8, across: 8 },
  { top: 0, left: 4, down: 8, across: 8 },
  { top: 4, left: 0, down: 8, across: 4 },
  { top: 0, left: 2, down: 4, across: 4 },
  { top: 2, left: 0, down: 4, across: 2 },
  { top: 0, left: 1, down: 2, across: 2 },
  { top: 1, left: 0, down: 2, across: 1 },
];

/** A pass with its size and the bytes of a row, without the one that names the filter. */
interface SizedPass extends Pass {
  readonly rows: number;
  readonly columns: number;
  readonly line: number;
}

function passesOf({ width, height, depth, samples, interlaced }: PngFile): SizedPass[] {
  return (interlaced ? INTERLACED : [WHOLE]).map((pass) => {
    const rows = Math.ceil((height - pass.top) / pass.down);
    const columns = Math.ceil((width - pass.left) / pass.across);
    return { ...pass, rows, columns, line: Math.ceil(columns * samples * depth / 8) };
  }).filter(({ rows, columns }) => rows > 0 && columns > 0);
}

/** The pixels of a PNG file, and which way up it is. */
export function decodePng(
  bytes: Uint8Array,
  reading: Reading,
): { image: Image; orientation: number } {
  const file = readPng(bytes, reading), passes = passesOf(file);
  const size = passes.reduce((sum, { rows, line }) => sum + rows * (line + 1), 0);
  const channels = channelsOf(file), paint = painter(file, channels, reading);
  const lines = decompress(file.compressed, size, reading);
  const image = pixelsOf(file, passes, lines, channels, paint, reading);
  return { image, orientation: file.orientation };
}

/** Exactly `size` bytes; no more are made of a file that has more. */
function decompress(parts: readonly Uint8Array[], size: number, reading: Reading): Uint8Array {
  const whole = new Uint8Array(size);
  let length = 0;
  const unzip = new Unzlib((chunk) => {
    if (length < size) whole.set(chunk.subarray(0, size - length), length);
    length += chunk.length;
  });
  try {
    for (const part of parts) {
      for (let at = 0; at < part.length && length <= size; at += PIECE) {
        unzip.push(part.subarray(at, at + PIECE));
      }
    }
  } catch (cause) {
    const { message } = cause as Error;
    throw undecodable(reading, "its pixels must be compressed as in zlib", message, { cause });
  }
  if (length === size) return whole;
  const found = `${length < size ? length : "more"} of them`;
  throw undecodable(reading, `its pixels must be ${size} bytes, as its header says`, found, {
    fix: "It is damaged: fetch it again",
  });
}

/** Undoes the filter of a row, in place; `before` is the row above, `step` the bytes of a pixel. */
function unfilter(filter: number, row: Uint8Array, before: Uint8Array, step: number): boolean {
  const { length } = row;
  switch (filter) {
    case 0:
      return true;
    case 1:
      for (let i = step; i < length; i++) row[i] += row[i - step];
      return true;
    case 2:
      for (let i = 0; i < length; i++) row[i] += before[i];
      return true;
    case 3:
      for (let i = 0; i < length; i++) {
        row[i] += ((i < step ? 0 : row[i - step]) + before[i]) >> 1;
      }
      return true;
    case 4:
      for (let i = 0; i < length; i++) {
        const left = i < step ? 0 : row[i - step], above = before[i];
        const corner = i < step ? 0 : before[i - step];
        // The neighbour that is nearest to left + above - corner (Paeth).
        const a = Math.abs(above - corner), b = Math.abs(left - corner);
        const c = Math.abs(left + above - 2 * corner);
        row[i] += a <= b && a <= c ? left : b <= c ? above : corner;
      }
      return true;
    default:
      return false;
  }
}

/** Number `i` of a row whose numbers have `depth` bits; of 16 bits the nearest of 0 to 255. */
function sampleAt(row: Uint8Array, i: number, depth: number): number {
  if (depth === 8) return row[i];
  if (depth === 16) return row[2 * i] << 8 | row[2 * i + 1];
  const bit = i * depth;
  return row[bit >> 3] >> (8 - depth - (bit & 7)) & (1 << depth) - 1;
}

/** Puts the numbers of all passes in their places, as numbers of 8 bits. */
function pixelsOf(
  file: PngFile,
  passes: readonly SizedPass[],
  lines: Uint8Array,
  channels: Channels,
  paint: Painter,
  reading: Reading,
): Image {
  const { width, height, depth, samples, colour } = file;
  const data = new Uint8Array(width * height * channels);
  const step = Math.max(1, samples * depth >> 3);
  let at = 0;
  for (const { top, left, down, across, rows, columns, line } of passes) {
    let before = new Uint8Array(line);
    for (let i = 0; i < rows; i++, at += line + 1) {
      const row = lines.subarray(at + 1, at + 1 + line);
      if (!unfilter(lines[at], row, before, step)) {
        const rule = "the filters of its rows must be 0 to 4";
        throw undecodable(reading, rule, String(lines[at]));
      }
      before = row as Uint8Array<ArrayBuffer>;
      const start = (top + i * down) * width + left;
      if (depth === 8 && colour !== 3 && across === 1 && channels === samples) {
        data.set(row, start * channels);
        continue;
      }
      for (let j = 0; j < columns; j++) {
        paint(row, j * samples, data, (start + j * across) * channels);
      }
    }
  }
  return { width, height, channels, data };
}

/** Grey or colours, and opacity where the file has any. */
function channelsOf({ colour, samples, transparency }: PngFile): Channels {
  const opacity = transparency === undefined ? 0 : 1;
  if (colour === 3) return 3 + opacity as Channels;
  return (samples % 2 === 0 ? samples : samples + opacity) as Channels;
}

/** Writes the pixel whose numbers begin at `i` of a row. */
type Painter = (row: Uint8Array, i: number, to: Uint8Array, at: number) => void;

function painter(
  { colour, depth, samples, palette, transparency }: PngFile,
  channels: number,
  reading: Reading,
): Painter {
  if (colour === 3) {
    if (palette === undefined || palette.length % 3 !== 0) {
      const found = palette === undefined ? "none" : `one of ${palette.length} bytes`;
      throw undecodable(reading, "there must be a palette of three bytes a colour", found);
    }
    return (row, i, to, at) => {
      const place = sampleAt(row, i, depth);
      if (3 * place >= palette.length) {
        throw undecodable(
          reading,
          `its pixels must be among the ${palette.length / 3} colours of its palette`,
          `colour ${place}`,
        );
      }
      for (let c = 0; c < 3; c++) to[at + c] = palette[3 * place + c];
      if (channels === 4) to[at + 3] = transparency![place] ?? 255;
    };
  }
  const most = 2 ** depth - 1, factor = 255 / most;
  // The one colour that is transparent, 16 bits a number.
  const clear = channels === samples
    ? undefined
    : Array.from({ length: samples }, (_, c) =>
      transparency![2 * c] << 8 | transparency![2 * c + 1]);
  return (row, i, to, at) => {
    let same = true;
    for (let c = 0; c < samples; c++) {
      const value = sampleAt(row, i + c, depth);
      same &&= value === clear?.[c];
      to[at + c] = Math.round(value * factor);
    }
    if (clear !== undefined) to[at + samples] = same ? 0 : 255;
  };
}
