/** Decompressing by the platform's own `DecompressionStream`, within bounds. */

/**
 * The bytes that deflated ones give; no more than `most` are made.
 *
 * @param format `"deflate"` with zlib's head and sum, `"deflate-raw"` without.
 * @throws {Error} if they are damaged, end early, or give more.
 */
export async function inflate(
  data: Uint8Array<ArrayBuffer>,
  format: "deflate" | "deflate-raw",
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream(format));
  const reader = stream.getReader(), parts: Uint8Array[] = [];
  let length = 0;
  // Not every platform iterates over streams.
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.length;
    if (length > most) {
      await reader.cancel();
      throw new Error(`more than ${most} bytes`);
    }
    parts.push(next.value);
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
