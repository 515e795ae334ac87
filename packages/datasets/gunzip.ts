/** Decompressing gzip through the platform's own `DecompressionStream`. */
import { DataError } from "@neurite/tensor";

const LIMIT = 2 ** 30;

/** Whether the bytes start like a gzip file. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/**
 * Decompresses a gzip file of one member, up to `limit` bytes (1 GiB), so that a hostile file cannot
 * fill the memory.
 *
 * @throws {DataError} if the file is not gzip, ends early, is damaged, or decompresses to more.
 */
export async function gunzip(
  bytes: Uint8Array,
  file: string,
  limit: number = LIMIT,
): Promise<Uint8Array> {
  if (!isGzip(bytes)) {
    const found = hex(bytes.subarray(0, 2)) || "an empty file";
    throw new DataError(
      `Cannot decompress ${file} as gzip starts with 1f 8b: current ${found}. Is it another format?`,
      { file, offset: 0, expected: "1f 8b", found },
    );
  }
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of decompressed(bytes)) {
      length += chunk.length;
      if (length > limit) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    const found = (cause as Error).message;
    throw new DataError(
      `Cannot decompress ${file} as gzip data must be whole: current ${bytes.length} bytes, which ` +
        `give ${length} and then ${found}. It is truncated or damaged: fetch it again`,
      { file, offset: bytes.length, expected: "a whole gzip file", found, cause },
    );
  }
  if (length > limit) {
    throw new DataError(
      `Cannot decompress ${file} as it must hold at most ${limit} bytes: current more. Is it the ` +
        `right file?`,
      { file, expected: `at most ${limit} bytes`, found: "more" },
    );
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
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
