/** Decompressing gzip through the platform's own `DecompressionStream`. */
import { DataError } from "@neurite/tensor";

/**
 * How many bytes a file may give for each of its own, and besides. Pictures give about 5, texts 3, what
 * is one byte again and again 1,000.
 */
const MOST_TIMES_SIZE = 64, BESIDES = 2 ** 20;

/** Whether the bytes start like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip file of one member. Its end says how many bytes it gives, and no more are made: a file
 * that says too many for its size is refused before anything is decompressed, so that a hostile one cannot
 * fill the memory.
 *
 * @throws {DataError} if the file is not gzip, ends early, is damaged, or gives too much.
 */
export async function gunzip(bytes: Uint8Array, file: string): Promise<Uint8Array<ArrayBuffer>> {
  if (!isGzip(bytes)) {
    const found = hex(bytes.subarray(0, 2)) || "an empty file";
    throw new DataError(
      `Cannot decompress ${file} as gzip starts with 1f 8b: current ${found}. Is it another format?`,
      { file, offset: 0, expected: "1f 8b", found },
    );
  }
  const end = new DataView(bytes.buffer, bytes.byteOffset + Math.max(0, bytes.length - 4));
  const size = end.byteLength < 4 ? 0 : end.getUint32(0, true);
  const most = MOST_TIMES_SIZE * bytes.length + BESIDES;
  if (size > most) {
    throw new DataError(
      `Cannot decompress ${file} as ${bytes.length} bytes must give at most ${most}: current ${size}, ` +
        "as its end says. It is truncated or damaged: fetch it again. If it is whole, decompress it with " +
        "gunzip",
      { file, offset: bytes.length, expected: `at most ${most} bytes`, found: size },
    );
  }
  const whole = new Uint8Array(size);
  let length = 0;
  try {
    for await (const chunk of decompressed(bytes)) {
      if (length + chunk.length > size) throw new Error(`more than the ${size} that it says`);
      whole.set(chunk, length);
      length += chunk.length;
    }
    if (length < size) throw new Error(`its end, which says ${size}`);
  } catch (cause) {
    const found = (cause as Error).message;
    throw new DataError(
      `Cannot decompress ${file} as gzip data must be whole: current ${bytes.length} bytes, which ` +
        `give ${length} and then ${found}. It is truncated or damaged: fetch it again`,
      { file, offset: bytes.length, expected: "a whole gzip file", found, cause },
    );
  }
  return whole;
}

function decompressed(bytes: Uint8Array): ReadableStream<Uint8Array> {
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  return blob.stream().pipeThrough(new DecompressionStream("gzip"));
}

/** Bytes as they are written in a hexadecimal dump: `1f 8b`. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
}
